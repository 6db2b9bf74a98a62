"""moveUser: a user who acts for another account from now on."""

from __future__ import annotations

from pydantic import Field

from functions.identity._rights import governed_account, governed_user
from functions.identity._user import hold_user
from functions.identity._user_states import refuse_indispensable
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter, ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Success
from javelin.data.moving import move
from javelin.data.reach import account_named
from javelin.data.records.account import Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.claim import Claim
from javelin.data.records.role import Role
from javelin.data.records.sequence import Sequence
from javelin.data.records.tag import Tag
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_caller


class MoveUser(Request):
    """Lets a user act for another account of its domain; its keys and tags go with it, and its sessions end."""

    id: Uuid = Field(description="The user")
    account: Text | None = Field(None, description="The name of the account to move to, in the user's domain")
    accountid: Uuid | None = Field(None, description="The account to move to, instead of its name")


@operation(
    MoveUser, roles=ROOT, event="USER.MOVE",
    grants=[User.write, Account.write, ApiKey.write, Tag.write, Claim.read, Role.read, Sequence.write, *ANNOUNCE],
)  # fmt: skip
def handler(request: MoveUser, caller: Caller) -> Success:
    """What the account that it leaves owns stays there."""
    user, before = governed_user(caller, request.id)
    refuse_indispensable(caller, user)
    after = _destination(request, caller, user)
    if after.domain_id != before.domain_id or after.id == before.id:
        raise InvalidParameter("Users move to another account of their domain; name one by account or accountid.")
    if user.project_ids:
        raise ResourceInUse("The user itself is in projects; take it out of them by deleteUserFromProject first.")
    transaction = Transaction()
    transaction.update(Account(before.id), [Account.user_ids.delete({user.id})])
    hold_user(transaction, after, user)
    if user.api_key:
        transaction.update(ApiKey(user.api_key), [ApiKey.account_id.set(after.id)], ApiKey.api_key.exists())
    tagged = Tag.load_all(Tag.id_of(user.id, row["key"]) for row in user.tags or ())
    moved = move([user, *tagged], after)
    for record in (user, *tagged):
        transaction.save(record)
    transaction.commit()
    moved.count()
    said = f"User {user.username} was moved from account {before.name} to {after.name}"
    announce(
        *(
            of_caller(caller, "USER.MOVE", said, resource_type="User", resource_id=user.id, owner=one)
            for one in (before, after)
        )
    )
    return Success()


def _destination(request: MoveUser, caller: Caller, user: User) -> Account:
    if (request.account is None) == (request.accountid is None):
        raise InvalidParameter("Say where to move the user: give account, or accountid.")
    named = request.accountid or account_named(caller, request.account, user.domain_id).id
    return governed_account(caller, named)
