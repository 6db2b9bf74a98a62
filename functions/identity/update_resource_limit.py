"""updateResourceLimit: change the most that an account, a project or a domain may have."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from functions.identity._limited import (
    Limited,
    ResourceLimitResponse,
    limited,
    refuse_root,
    require_limited,
    resource_numbered,
)
from functions.identity._rights import governed_account
from javelin.contract.caller import ADMINS, Caller
from javelin.contract.errors import InvalidParameter, PermissionDenied
from javelin.contract.operation import operation
from javelin.contract.parameters import Integer, Long, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data import limits
from javelin.data.counters import RESOURCES, UNLIMITED, domains_of
from javelin.data.reach import REACH
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain, shown_path
from javelin.data.records.quota import Quota
from javelin.data.settings import READ_SETTINGS
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE

MOST = 2**43  # what fits, in bytes, where limits are given in GiB


class UpdateResourceLimit(Request):
    """Changes a limit. What is there beyond it stays, and nothing comes to it."""

    account: Text | None = Field(None, description="The account; needs domainid unless it is in the caller's")
    domainid: Uuid | None = Field(None, description="The domain, or that of the account")
    projectid: Uuid | None = Field(None, description="The project")
    max: Long = Field(
        UNLIMITED, description="The most that there may be, -1 for any number; storage in GiB, memory in MiB"
    )
    resourcetype: Integer = Field(
        description="0 virtual machines, 1 public addresses, 2 volumes, 3 snapshots, 4 templates, 5 projects, 6 networks, "
        "7 VPCs, 8 CPU cores, 9 memory, 10 primary, 11 secondary storage"
    )
    tag: Text | None = Field(
        None, description="Of what has this tag of hosts or pools alone, which operators have listed"
    )


@operation(
    UpdateResourceLimit, roles=ADMINS, grants=[*limits.COUNT, Domain.check, READ_SETTINGS, *REACH, *ANNOUNCE],
    answers=ResourceLimitResponse,
    object_name="resourcelimit", event="RESOURCE.LIMIT.UPDATE",
)  # fmt: skip
def handler(request: UpdateResourceLimit, caller: Caller) -> Item:
    """Counts from the next call that creates on."""
    resource = resource_numbered(request.resourcetype)
    if not UNLIMITED <= request.max <= MOST:
        raise InvalidParameter(f"max is -1 for any number, or from 0 to {MOST}.")
    if request.account is None and request.domainid is None and request.projectid is None:
        raise InvalidParameter("Say whose limit: give account and domainid, domainid alone, or projectid.")
    wanted = limited(caller, request.account, request.domainid, request.projectid)
    _require_right(caller, wanted, request.max)
    unit = RESOURCES[resource].unit
    _refuse_more_than_above(wanted, resource, request.max * unit, request.tag)
    most = None if request.max == UNLIMITED else request.max * unit
    tag = request.tag
    if tag is not None:
        require_limited(tag, resource)
    if tag is None and wanted.account is not None:
        limits.set_limit(wanted.record, resource, most)
    else:
        scope = wanted.scope if tag is None else Quota.of_tag(wanted.scope, tag)
        limits.set_limit_of_quota(lambda: _noting(wanted, tag), scope, resource, most)
    name, kind, key = (
        (f"account {wanted.account.name}", "Account", wanted.account.id)
        if wanted.account
        else (f"domain {shown_path(wanted.domain_path)}", "Domain", wanted.domain_id)
    )
    what = resource if request.tag is None else f"{resource} tagged {request.tag}"
    tell(caller, "RESOURCE.LIMIT.UPDATE", f"The limit of {what} of {name} is {request.max}", kind, key, wanted.account)
    return Item("resourcelimit", ResourceLimitResponse(**wanted.shown(resource, request.tag), max=request.max))


def _noting(wanted: Limited, tag: str | None) -> Transaction:
    """A transaction by which what is limited is there, and knows of the tag."""
    transaction = Transaction()
    gone = InvalidParameter(
        "What is to be limited was deleted, or is being moved; list accounts and domains to see which there are."
    )
    noted = {tag} if tag else set()
    if wanted.account is not None:
        transaction.update(wanted.account, [Account.tagged.add(noted)], limits.open_account(), gone)
        return transaction
    transaction.check(
        Domain, wanted.domain_id, (Domain.path == wanted.domain_path) & Domain.moved_from.does_not_exist(), gone
    )
    if noted:
        transaction.update(Quota(wanted.domain_path), [Quota.tagged.add(noted)])
    return transaction


def _require_right(caller: Caller, wanted: Limited, most: int) -> None:
    """Nobody raises its own limits, but for the administrators of the cloud; and those are not limited."""
    refuse_root(wanted)
    if wanted.account is None:
        if wanted.domain_id == caller.domain_id and not caller.is_root:
            raise PermissionDenied("The limits of your own domain are for the administrator of the one above.")
        return
    if not caller.sees_domain(wanted.domain_path):
        raise PermissionDenied("The limits of a project are for administrators of its domain.")
    if wanted.account.of_project:
        return
    account = governed_account(caller, wanted.account.id)
    if account.id == caller.account_id and not caller.is_root:
        raise PermissionDenied("Your own account's limits are for others to change.")
    if account.role_type == "Admin" and most != UNLIMITED:
        raise InvalidParameter("Administrators of the cloud are not limited: max can only be -1 for them.")


def _refuse_more_than_above(wanted: Limited, resource: str, most: int, tag: str | None) -> None:
    """What a domain may have beyond what one above it may would say nothing."""
    if wanted.account is not None:
        return
    paths = [path for path in domains_of(wanted.domain_path) if path != wanted.domain_path]
    for quota in Quota.load_all(path if tag is None else Quota.of_tag(path, tag) for path in paths):
        limit = quota.limit(resource)
        if limit is not None and most > limit:
            raise InvalidParameter(
                f"Domain {shown_path(quota.path)} may have {limit // RESOURCES[resource].unit} {resource}; "
                "give at most as much, or -1, or raise that first."
            )
