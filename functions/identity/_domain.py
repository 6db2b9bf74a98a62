"""How a domain is shown."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from javelin.contract.parts import Parts
from javelin.contract.responses import AnnotatedResponse
from javelin.data.records.domain import Domain, name_of, shown_path

UNLIMITED = "Unlimited"
FIGURES = ("vm", "volume", "network", "template", "ip", "cpu", "memory", "primarystorage")
PARTS: Parts = {"resource": tuple(f"{name}{figure}" for name in FIGURES for figure in ("limit", "available"))}
_LIMIT = Field(UNLIMITED, description="The most that its accounts may have together")
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
    vmlimit: str = _LIMIT
    vmavailable: str = _AVAILABLE
    volumelimit: str = _LIMIT
    volumeavailable: str = _AVAILABLE
    networklimit: str = _LIMIT
    networkavailable: str = _AVAILABLE
    templatelimit: str = _LIMIT
    templateavailable: str = _AVAILABLE
    iplimit: str = _LIMIT
    ipavailable: str = _AVAILABLE
    cpulimit: str = _LIMIT
    cpuavailable: str = _AVAILABLE
    memorylimit: str = _LIMIT
    memoryavailable: str = _AVAILABLE
    primarystoragelimit: str = _LIMIT
    primarystorageavailable: str = _AVAILABLE


def show_domain(domain: Domain) -> DomainResponse:
    """A domain."""
    above = domain.path.rstrip("/").rpartition("/")[0] + "/" if domain.parent_id else None
    return DomainResponse(
        id=domain.id, name=domain.name, path=shown_path(domain.path), level=domain.level,
        parentdomainid=domain.parent_id, parentdomainname=name_of(above) if above else None,
        haschild=int(domain.children) > 0, networkdomain=domain.network_domain, state=domain.state,
        created=domain.created,
    )  # fmt: skip
