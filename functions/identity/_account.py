"""How an account is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from pydantic import Field

from functions.identity._figures import FIGURES, FiguresResponse, Machines, TaggedResourceResponse, figures
from functions.identity._keys import show_access
from functions.identity._role import Names, role_names
from functions.identity._user import UserResponse, show_user
from javelin.contract.caller import ACCOUNT_TYPES, Caller, RoleType
from javelin.contract.parts import Parts
from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.user import User

PARTS: Parts = {"resource": (*FIGURES, "vmrunning", "vmstopped")}


class AccountResponse(FiguresResponse):
    """An account, with what it uses and its users."""

    id: str = Field(description="The account's id")
    name: str = Field(description="The account's name")
    accounttype: int = Field(description="0 user, 1 administrator, 2 of a domain, 3 of resources")
    roleid: str = Field(description="What its users may call")
    roletype: str = Field(description="That role's type")
    rolename: str = Field(description="That role's name")
    domainid: str = Field(description="The domain that it is in")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    state: str = Field(description="enabled, disabled or locked")
    created: datetime = Field(description="When the account was made")
    networkdomain: str | None = Field(None, description="DNS domain of its networks")
    accountdetails: dict[str, str] | None = Field(None, description="Keys and values that belong to it")
    isdefault: bool = Field(False, description="Whether the cloud came with this account")
    iscleanuprequired: bool = Field(False, description="Whether something of a deleted account is left")
    apikeyaccess: str = Field(description="Whether keys may be used: ENABLED, DISABLED or INHERIT")
    groups: list[str] = Field(default_factory=list, description="Groups of virtual machines")
    vmrunning: int | None = Field(None, description="Virtual machines that run, where at most eight accounts are shown")
    vmstopped: int | None = Field(None, description="Virtual machines that are stopped, where so few are shown")
    user: list[UserResponse] = Field(description="Its users")


def show_account(
    account: Account, users: Sequence[User], caller: Caller, machines: Machines | None = None,
    roles: Names | None = None, tagged: Sequence[TaggedResourceResponse] | None = None,
) -> AccountResponse:  # fmt: skip
    """An account with those of `users` that are its own, its `machines` and what is `tagged` if they were counted, and names
    of `roles`."""
    kind = cast(RoleType, account.role_type)
    names = roles or role_names([account])
    return AccountResponse(
        id=account.id, name=account.name, accounttype=ACCOUNT_TYPES[kind], roleid=account.role_id, roletype=kind,
        rolename=names[account.role_id], domainid=account.domain_id, domain=name_of(account.domain_path),
        domainpath=shown_path(account.domain_path), state=account.state, created=account.created,
        apikeyaccess=show_access(account.api_key_access),
        networkdomain=account.network_domain, accountdetails=account.details, isdefault=account.id == ROOT_ACCOUNT,
        iscleanuprequired=account.closing is not None,
        vmrunning=machines.running if machines else None, vmstopped=machines.stopped if machines else None,
        user=[show_user(user, account, caller, names) for user in users if user.account_id == account.id],
        taggedresources=tagged or None, **figures(account),
    )  # fmt: skip


def users_of(accounts: Sequence[Account]) -> list[User]:
    """The users of accounts, a hundred to a request."""
    return User.load_all(sorted(user_id for account in accounts for user_id in account.user_ids or ()))
