"""createUser: one more user of an account."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from functions.identity._rights import clean_name, governed_account
from functions.identity._user import UserResponse, add_user, hold_user, show_user
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, SecretText, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.inheritance import READ_INHERITED
from javelin.data.reach import account_named
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.role import Role
from javelin.data.records.sequence import Sequence
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE


class CreateUser(Request):
    """Makes a user who acts for an account that exists."""

    account: Text = Field(description="The account's name")
    domainid: Uuid | None = Field(None, description="The account's domain; the caller's when left out")
    username: Text = Field(description="A name that no other user of the domain has")
    password: SecretText = Field(description="The user's password")
    email: Text = Field(description="E-mail address")
    firstname: Text = Field(description="First name")
    lastname: Text = Field(description="Last name")
    timezone: Text | None = Field(None, description="Time zone")


@operation(
    CreateUser, roles=ADMINS, answers=UserResponse, object_name="user", refuses=("userid",), memory=512,
    grants=[*READ_INHERITED, Account.write, User.write, Claim.write, Role.read, Sequence.write, *ANNOUNCE],
    event="USER.CREATE",
)  # fmt: skip
def handler(request: CreateUser, caller: Caller) -> Item:
    """The user has the account's role, so the caller's must include it."""
    account = governed_account(caller, account_named(caller, request.account, request.domainid).id)
    transaction = Transaction()
    user = add_user(
        transaction, account, username=clean_name("user", request.username), password=request.password,
        first_name=request.firstname, last_name=request.lastname, email=request.email, timezone=request.timezone,
    )  # fmt: skip
    hold_user(transaction, account, user)
    transaction.commit()
    tell(
        caller,
        "USER.CREATE",
        f"User {user.username} was made in account {account.name}",
        "User",
        user.id,
        owner=account,
    )
    return Item("user", show_user(user, account, caller))
