"""createAffinityGroup: a group whose guests are kept apart, or together."""

from __future__ import annotations

from pydantic import Field

from functions.compute._affinity_group import AffinityGroupResponse, show_group
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data import limits
from javelin.data.ids import new_id
from javelin.data.reach import REACH, account_named
from javelin.data.records.account import Account
from javelin.data.records.affinity_group import TYPES, AffinityGroup
from javelin.data.records.claim import Claim
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE, announce, of_caller


class CreateAffinityGroup(Request):
    """Makes an affinity group; virtual machines join it when they are deployed, or while they are stopped."""

    name: Text = Field(description="A name that no other affinity group of the account has")
    type: Text = Field(description="A type of listAffinityGroupTypes")
    description: Text | None = Field(None, description="What it is for")
    account: Text | None = Field(None, description="The account to own it; needs domainid")
    domainid: Uuid | None = Field(None, description="The account's domain")
    projectid: Uuid | None = Field(None, description="The project that owns it, instead of account and domainid")


@operation(
    CreateAffinityGroup, roles=EVERYONE, answers=AffinityGroupResponse, object_name="affinitygroup", asynchronous=True,
    grants=[AffinityGroup.write, Claim.write, Sequence.write, Account.check, *REACH, *jobs.START_JOB, *ANNOUNCE],
    event="AG.CREATE",
)  # fmt: skip
def handler(request: CreateAffinityGroup, caller: Caller) -> Accepted:
    """Its name and type stay as they are made."""
    account = account_named(caller, request.account, request.domainid, request.projectid)
    name, kind = request.name.strip(), request.type.strip().lower()
    if kind not in TYPES:
        raise InvalidParameter(f"There is no type {request.type}; choose one of {', '.join(TYPES)}.")
    if not name or "/" in name:
        raise InvalidParameter("The group's name must have a visible character and no slash; choose another.")
    group = AffinityGroup(
        new_id(), account_id=account.id, account=account.name, domain_id=account.domain_id,
        domain_path=account.domain_path, name=name, type=kind, description=request.description,
    )  # fmt: skip
    transaction = Transaction()
    taken = InvalidParameter(f"Account {account.name} has an affinity group {name} already; choose another name.")
    transaction.claim(AffinityGroup.key_of(account.id, name), group.id, taken)
    transaction.create(group)
    limits.require_as_read(transaction, account)
    accepted = jobs.done(
        caller, transaction, command="createAffinityGroup", result={"affinitygroup": show_group(group).body()},
        resource_type="AffinityGroup", resource_id=group.id, creates=True,
    )  # fmt: skip
    said = f"Affinity group {name} ({kind}) was made"
    announce(of_caller(caller, "AG.CREATE", said, resource_type="AffinityGroup", resource_id=group.id, owner=group))
    return accepted
