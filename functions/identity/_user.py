"""How a user is made, and how it is shown."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from pydantic import Field

from functions.identity._keys import show_access
from functions.identity._role import Names, role_names
from javelin.contract.caller import ACCOUNT_TYPES, ADMINS, Caller, RoleType
from javelin.contract.errors import ConcurrentOperation, InvalidParameter, ResourceLimitExceeded
from javelin.contract.responses import Response
from javelin.contract.secret import Secret
from javelin.data import limits
from javelin.data.ids import new_id
from javelin.data.password_policy import require_good
from javelin.data.passwords import hash_password
from javelin.data.records.account import Account
from javelin.data.records.domain import name_of
from javelin.data.records.user import ROOT_USER, User
from javelin.data.transaction import Transaction

MOST_USERS = 500  # of an account: its record holds their ids


class UserResponse(Response):
    """A user."""

    id: str = Field(description="The user's id")
    username: str = Field(description="The name to log in with")
    firstname: str = Field(description="First name")
    lastname: str = Field(description="Last name")
    email: str = Field(description="E-mail address")
    created: datetime = Field(description="When the user was made")
    state: str = Field(description="enabled, disabled or locked")
    account: str = Field(description="The account that the user acts for")
    accountid: str = Field(description="That account's id")
    accounttype: int = Field(description="0 user, 1 administrator, 2 of a domain, 3 of resources")
    usersource: str = Field("native", description="Where the user is from")
    roleid: str = Field(description="The account's role")
    roletype: str = Field(description="That role's type")
    rolename: str = Field(description="That role's name")
    domainid: str = Field(description="The account's domain")
    domain: str = Field(description="That domain's name")
    timezone: str | None = Field(None, description="The user's time zone")
    apikey: str | None = Field(None, description="The public half of the user's key pair")
    iscallerchilddomain: bool = Field(False, description="Whether the user's domain is below the caller's")
    isdefault: bool = Field(False, description="Whether the cloud came with this user")
    is2faenabled: bool = Field(False, description="Whether the user has a second factor")
    is2famandated: bool = Field(False, description="Whether an administrator wants it to have one")
    apikeyaccess: str = Field(description="Whether keys may be used: ENABLED, DISABLED or INHERIT")


def show_user(user: User, account: Account, caller: Caller, roles: Names | None = None) -> UserResponse:
    """A user as an administrator of its domain sees it; `roles` are the names of roles, if they were read."""
    kind, names = cast(RoleType, account.role_type), roles or role_names([account])
    below = user.domain_path != caller.domain_path and user.domain_path.startswith(caller.domain_path)
    key = user.api_key if user.id == caller.user_id or caller.role_type in ADMINS else None
    return UserResponse(
        id=user.id, username=user.username, firstname=user.first_name, lastname=user.last_name, email=user.email,
        created=user.created, state=user.state, account=account.name, accountid=account.id,
        accounttype=ACCOUNT_TYPES[kind], roleid=account.role_id, roletype=kind, rolename=names[account.role_id],
        domainid=user.domain_id, domain=name_of(user.domain_path), timezone=user.timezone, apikey=key,
        apikeyaccess=show_access(user.api_key_access), iscallerchilddomain=below, isdefault=user.id == ROOT_USER,
        is2faenabled=user.second_factor is not None, is2famandated=user.second_factor_mandated,
    )  # fmt: skip


def add_user(
    transaction: Transaction, account: Account, *, username: str, password: Secret, first_name: str, last_name: str,
    email: str, timezone: str | None,
) -> User:  # fmt: skip
    """A new user of the account, whose name no other user of the domain has. The account must hold its id.

    Raises InvalidParameter for a password that the domain does not take.
    """
    require_good(password, username, account.domain_id, account.domain_path)
    user = User(
        new_id(), account_id=account.id, account=account.name, domain_id=account.domain_id,
        domain_path=account.domain_path, username=username, password=hash_password(password), first_name=first_name,
        last_name=last_name, email=email, timezone=timezone,
    )  # fmt: skip
    taken = InvalidParameter(f"The domain has a user {username} already; choose another name.")
    transaction.claim(User.claim_name(account.domain_id, username), user.id, taken)
    transaction.create(user)
    return user


def hold_user(transaction: Transaction, account: Account, user: User) -> None:
    """Note the new user in an account that exists. The transaction fails if the account has gone or is full."""
    if len(account.user_ids or ()) >= MOST_USERS:
        raise ResourceLimitExceeded(f"Account {account.name} has {MOST_USERS} users, the most; delete some.")
    gone = ConcurrentOperation(f"Account {account.name} is gone, being deleted or changed just now; look again.")
    transaction.update(Account(account.id), [Account.user_ids.add({user.id})], limits.as_read(account), gone)
