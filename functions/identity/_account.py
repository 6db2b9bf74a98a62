"""How an account is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from pydantic import Field

from functions.identity._figures import USED, Machines
from functions.identity._user import UserResponse, show_user
from javelin.contract.caller import ACCOUNT_TYPES, Caller, RoleType
from javelin.contract.parts import Parts
from javelin.contract.responses import Response
from javelin.data.limits import GIB
from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.role import BUILT_IN
from javelin.data.records.user import User

UNLIMITED = "Unlimited"
PARTS: Parts = {
    "resource": (
        *(f"{name}{figure}" for name in USED for figure in ("total", "limit", "available")), "vmrunning", "vmstopped",
    )
}  # fmt: skip
_LIMIT = Field(UNLIMITED, description="The most that the account may have")
_AVAILABLE = Field(UNLIMITED, description="What is left of the limit")


class AccountResponse(Response):
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
    apikeyaccess: str = Field("INHERIT", description="Whether keys may be used")
    groups: list[str] = Field(default_factory=list, description="Groups of virtual machines")
    vmtotal: int = Field(description="Virtual machines")
    vmlimit: str = _LIMIT
    vmavailable: str = _AVAILABLE
    vmrunning: int | None = Field(None, description="Virtual machines that run, where at most eight accounts are shown")
    vmstopped: int | None = Field(None, description="Virtual machines that are stopped, where so few are shown")
    volumetotal: int = Field(description="Volumes")
    volumelimit: str = _LIMIT
    volumeavailable: str = _AVAILABLE
    networktotal: int = Field(description="Networks")
    networklimit: str = _LIMIT
    networkavailable: str = _AVAILABLE
    templatetotal: int = Field(description="Templates")
    templatelimit: str = _LIMIT
    templateavailable: str = _AVAILABLE
    iptotal: int = Field(description="Public IP addresses")
    iplimit: str = _LIMIT
    ipavailable: str = _AVAILABLE
    cputotal: int = Field(description="CPU cores")
    cpulimit: str = _LIMIT
    cpuavailable: str = _AVAILABLE
    memorytotal: int = Field(description="MiB of memory")
    memorylimit: str = _LIMIT
    memoryavailable: str = _AVAILABLE
    primarystoragetotal: int = Field(description="GiB of primary storage")
    primarystoragelimit: str = _LIMIT
    primarystorageavailable: str = _AVAILABLE
    user: list[UserResponse] = Field(description="Its users")


def show_account(
    account: Account, users: Sequence[User], caller: Caller, machines: Machines | None = None
) -> AccountResponse:
    """An account with those of `users` that are its own, and its `machines` if they were counted."""
    kind = cast(RoleType, account.role_type)
    return AccountResponse(
        id=account.id, name=account.name, accounttype=ACCOUNT_TYPES[kind], roleid=account.role_id, roletype=kind,
        rolename=BUILT_IN[kind][1], domainid=account.domain_id, domain=name_of(account.domain_path),
        domainpath=shown_path(account.domain_path), state=account.state, created=account.created,
        networkdomain=account.network_domain, accountdetails=account.details, isdefault=account.id == ROOT_ACCOUNT,
        vmrunning=machines.running if machines else None, vmstopped=machines.stopped if machines else None,
        vmtotal=int(account.used_user_vm), volumetotal=int(account.used_volume),
        networktotal=int(account.used_network), templatetotal=int(account.used_template),
        iptotal=int(account.used_public_ip), cputotal=int(account.used_cpu), memorytotal=int(account.used_memory),
        primarystoragetotal=int(account.used_primary_storage) // GIB,
        user=[show_user(user, account, caller) for user in users if user.account_id == account.id],
    )  # fmt: skip


def users_of(accounts: Sequence[Account]) -> list[User]:
    """The users of accounts, a hundred to a request."""
    return User.load_all(sorted(user_id for account in accounts for user_id in account.user_ids or ()))
