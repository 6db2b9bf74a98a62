"""How a domain is shown."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from functions.identity._figures import USED, Totals
from javelin.contract.parts import Parts
from javelin.contract.responses import AnnotatedResponse
from javelin.data.limits import GIB
from javelin.data.records.domain import Domain, name_of, shown_path

UNLIMITED = "Unlimited"
PARTS: Parts = {"resource": tuple(f"{name}{figure}" for name in USED for figure in ("total", "limit", "available"))}
_LIMIT = Field(UNLIMITED, description="The most that accounts of it and below it may have together")
_TOTAL = Field(None, description="What they have together, unless they are more than 500")
_AVAILABLE = Field(UNLIMITED, description="What is left of the limit")


class DomainResponse(AnnotatedResponse):
    """A domain."""

    id: str = Field(description="The domain's id")
    name: str = Field(description="The domain's name")
    path: str = Field(description="Its names from ROOT down")
    level: int = Field(description="How far below ROOT it is")
    parentdomainid: str | None = Field(None, description="The domain right above")
    parentdomainname: str | None = Field(None, description="That domain's name")
    haschild: bool = Field(description="Whether domains are below it")
    networkdomain: str | None = Field(None, description="DNS domain of the networks in it")
    state: str = Field(description="Active")
    created: datetime = Field(description="When it was made")
    vmtotal: int | None = _TOTAL
    vmlimit: str = _LIMIT
    vmavailable: str = _AVAILABLE
    volumetotal: int | None = _TOTAL
    volumelimit: str = _LIMIT
    volumeavailable: str = _AVAILABLE
    networktotal: int | None = _TOTAL
    networklimit: str = _LIMIT
    networkavailable: str = _AVAILABLE
    templatetotal: int | None = _TOTAL
    templatelimit: str = _LIMIT
    templateavailable: str = _AVAILABLE
    iptotal: int | None = _TOTAL
    iplimit: str = _LIMIT
    ipavailable: str = _AVAILABLE
    cputotal: int | None = _TOTAL
    cpulimit: str = _LIMIT
    cpuavailable: str = _AVAILABLE
    memorytotal: int | None = _TOTAL
    memorylimit: str = _LIMIT
    memoryavailable: str = _AVAILABLE
    primarystoragetotal: int | None = _TOTAL
    primarystoragelimit: str = _LIMIT
    primarystorageavailable: str = _AVAILABLE


def show_domain(domain: Domain, totals: Totals | None = None) -> DomainResponse:
    """A domain, with what its accounts have together if that is known."""
    above = domain.path.rstrip("/").rpartition("/")[0] + "/" if domain.parent_id else None
    return DomainResponse(
        id=domain.id, name=domain.name, path=shown_path(domain.path), level=domain.level,
        parentdomainid=domain.parent_id, parentdomainname=name_of(above) if above else None,
        haschild=int(domain.children) > 0, networkdomain=domain.network_domain, state=domain.state,
        created=domain.created, **_shown(totals or {}),
    )  # fmt: skip


def _shown(totals: Totals) -> Totals:
    return {name: total // GIB if name == "primarystoragetotal" else total for name, total in totals.items()}
