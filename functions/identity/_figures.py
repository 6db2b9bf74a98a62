"""What accounts and domains have, may have and have left, and what accounts run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pydantic import Field

from javelin.contract.responses import Response
from javelin.data.counters import RESOURCES, Counted
from javelin.data.indexes import looked_up
from javelin.data.limited_tags import limited_tags
from javelin.data.reach import FEW
from javelin.data.records.account import Account
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.quota import Quota
from javelin.data.records.virtual_machine import VirtualMachine

UNLIMITED = "Unlimited"
UNLIMITED_NUMBER = -1
MOST_SUMMED = 500  # domains right below ROOT, and accounts in it; with more, ROOT shows no totals
COUNTED = ("user_vm", "volume", "network", "template", "public_ip", "project", "cpu", "memory", "primary_storage")
FIGURES = tuple(
    f"{RESOURCES[resource].shown}{figure}" for resource in COUNTED for figure in ("total", "limit", "available")
)
FIGURES = (*FIGURES, "taggedresources")
OF_THINGS = tuple(name for name in FIGURES if not name.startswith("project"))
_LIMIT = Field(UNLIMITED, description="The most that there may be")
_AVAILABLE = Field(UNLIMITED, description="What is left of the limit")


class TaggedResourceResponse(Response):
    """What there is, may be and is left of something with a tag of hosts or pools."""

    resourcetype: int = Field(description="The kind of resource, as a number")
    resourcetypename: str = Field(description="The kind of resource")
    tag: str = Field(description="The tag")
    limit: int = Field(UNLIMITED_NUMBER, description="The most that there may be, -1 for any number; storage in GiB")
    total: int = Field(description="What there is")
    available: int = Field(UNLIMITED_NUMBER, description="What is left of the limit")


class ThingsResponse(Response):
    """What there is of everything that projects own too."""

    vmtotal: int | None = Field(None, description="Virtual machines")
    vmlimit: str = _LIMIT
    vmavailable: str = _AVAILABLE
    volumetotal: int | None = Field(None, description="Volumes")
    volumelimit: str = _LIMIT
    volumeavailable: str = _AVAILABLE
    networktotal: int | None = Field(None, description="Networks")
    networklimit: str = _LIMIT
    networkavailable: str = _AVAILABLE
    templatetotal: int | None = Field(None, description="Templates")
    templatelimit: str = _LIMIT
    templateavailable: str = _AVAILABLE
    iptotal: int | None = Field(None, description="Public IP addresses")
    iplimit: str = _LIMIT
    ipavailable: str = _AVAILABLE
    cputotal: int | None = Field(None, description="CPU cores")
    cpulimit: str = _LIMIT
    cpuavailable: str = _AVAILABLE
    memorytotal: int | None = Field(None, description="MiB of memory")
    memorylimit: str = _LIMIT
    memoryavailable: str = _AVAILABLE
    primarystoragetotal: int | None = Field(None, description="GiB of primary storage")
    primarystoragelimit: str = _LIMIT
    primarystorageavailable: str = _AVAILABLE
    taggedresources: list[TaggedResourceResponse] | None = Field(
        None, description="The same of tags that operators have listed, in lists"
    )


class FiguresResponse(ThingsResponse):
    """What there is of everything that is limited."""

    projecttotal: int | None = Field(None, description="Projects")
    projectlimit: str = _LIMIT
    projectavailable: str = _AVAILABLE


@dataclass(frozen=True)
class Machines:
    """How many of an account's virtual machines are in these states."""

    running: int
    stopped: int


def figures(record: Counted | None) -> dict[str, Any]:
    """The fields of FiguresResponse; none if it is not known what there is."""
    if record is None:
        return {}
    shown: dict[str, Any] = {}
    for resource in COUNTED:
        about, used, limit = RESOURCES[resource], record.used(resource), record.limit(resource)
        shown[f"{about.shown}total"] = used // about.unit
        if limit is not None:
            shown[f"{about.shown}limit"] = str(limit // about.unit)
            shown[f"{about.shown}available"] = str((limit - used) // about.unit)
    return shown


def tagged_of(scopes: Iterable[str], tag: str | None = None) -> dict[str, list[TaggedResourceResponse]]:
    """What accounts (by id) and domains (by path) have of the tags that operators have listed, or of one of them.

    Nothing if none is listed, or not this one.
    """
    limited, found = {name: kinds for name, kinds in limited_tags().items() if not tag or name == tag}, {}
    known = Quota.all_of(scopes, limited)
    for scope, quotas in known.items():
        found[scope] = [_tagged(quota, name) for quota in quotas for name in limited[str(quota.tag)]]
    return found


def _tagged(quota: Quota, resource: str) -> TaggedResourceResponse:
    about, used, limit = RESOURCES[resource], quota.used(resource), quota.limit(resource)
    bounded = {} if limit is None else {"limit": limit // about.unit, "available": (limit - used) // about.unit}
    return TaggedResourceResponse(
        resourcetype=about.number, resourcetypename=resource, tag=str(quota.tag), total=used // about.unit, **bounded
    )


def machines_of(accounts: Sequence[Account]) -> dict[str, Machines]:
    """By account, for a few accounts; for more nothing is counted."""
    if len(accounts) > FEW:
        return {}
    return {account.id: Machines(_in_state(account, "Running"), _in_state(account, "Stopped")) for account in accounts}


def _in_state(account: Account, state: str) -> int:
    return len(looked_up(VirtualMachine, [account.id], VirtualMachine.state == state))


def quotas_of(domains: Sequence[Domain]) -> dict[str, Counted]:
    """What those in each domain and below it have together, by its id."""
    known = {quota.scope: quota for quota in Quota.load_all(one.path for one in domains if one.path != "/")}
    found: dict[str, Counted] = {one.id: known.get(one.path) or Quota(one.path) for one in domains if one.path != "/"}
    if len(found) < len(domains) and (together := _everything()):
        found[ROOT_DOMAIN] = together
    return found


def _everything() -> Counted | None:
    """What all have together: the domains right below ROOT, and the accounts in it, unless they are too many."""
    below = [row.id for row in islice(Domain.by_parent.query(ROOT_DOMAIN), MOST_SUMMED + 1)]
    inside = [row.id for row in islice(Account.by_domain.query(ROOT_DOMAIN), MOST_SUMMED + 1)]
    if max(len(below), len(inside)) > MOST_SUMMED:
        return None
    paths = [domain.path for domain in Domain.load_all(below)]
    return _sum([*Quota.load_all(paths), *Account.load_all(inside)])


def _sum(parts: Iterable[Counted]) -> Counted:
    total, rows = Quota("/"), list(parts)
    for resource in RESOURCES:
        setattr(total, f"used_{resource}", sum(row.used(resource) for row in rows))
    return total
