"""createInstanceGroup: a name to put virtual machines under."""

from __future__ import annotations

from pydantic import Field

from functions.compute._instance_group import JOIN, InstanceGroupResponse, clean, show_group
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data import limits
from javelin.data.ids import new_id
from javelin.data.reach import REACH, account_named
from javelin.data.records.account import Account
from javelin.data.records.instance_group import InstanceGroup
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_caller


class CreateInstanceGroup(Request):
    """Makes an instance group; virtual machines join it by its name."""

    name: Text = Field(description="A name that no other group of the account has")
    account: Text | None = Field(None, description="The account to own it; needs domainid")
    domainid: Uuid | None = Field(None, description="The account's domain")
    projectid: Uuid | None = Field(None, description="The project to own it, instead of account and domainid")


@operation(
    CreateInstanceGroup, roles=EVERYONE, answers=InstanceGroupResponse, object_name="instancegroup",
    grants=[*JOIN, Account.check, *REACH, *ANNOUNCE], event="INSTANCEGROUP.CREATE",
)  # fmt: skip
def handler(request: CreateInstanceGroup, caller: Caller) -> Item:
    """Without guests at first."""
    account = account_named(caller, request.account, request.domainid, request.projectid)
    name = clean(request.name)
    group = InstanceGroup(
        new_id(), account_id=account.id, account=account.name, domain_id=account.domain_id,
        domain_path=account.domain_path, name=name,
    )  # fmt: skip
    transaction = Transaction()
    taken = InvalidParameter(f"Account {account.name} has an instance group {name} already; choose another name.")
    transaction.claim(InstanceGroup.key_of(account.id, name), group.id, taken)
    transaction.create(group)
    limits.require_as_read(transaction, account)
    transaction.commit()
    said = f"Instance group {name} was made"
    announce(
        of_caller(
            caller, "INSTANCEGROUP.CREATE", said, resource_type="InstanceGroup", resource_id=group.id, owner=group
        )
    )
    return Item("instancegroup", show_group(group))
