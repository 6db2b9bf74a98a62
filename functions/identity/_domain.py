"""How a domain is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from functions.identity._figures import FIGURES, FiguresResponse, TaggedResourceResponse, figures
from javelin.contract.errors import InvalidParameter
from javelin.contract.parts import Parts
from javelin.contract.responses import AnnotatedResponse
from javelin.data.counters import Counted
from javelin.data.records.domain import Domain, name_of, shown_path

PARTS: Parts = {"resource": FIGURES}
MOST_PATH = 1024


class DomainResponse(FiguresResponse, AnnotatedResponse):
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


def require_fits(path: str) -> None:
    """Raise InvalidParameter for a path that is too long."""
    if len(path.encode()) > MOST_PATH:
        raise InvalidParameter(f"The domain's path would be longer than {MOST_PATH} bytes; choose a shorter name.")


def show_domain(
    domain: Domain, quota: Counted | None = None, tagged: Sequence[TaggedResourceResponse] | None = None
) -> DomainResponse:
    """A domain, with what those in it and below have together, and of tags, if that is known."""
    above = domain.path.rstrip("/").rpartition("/")[0] + "/" if domain.parent_id else None
    return DomainResponse(
        hasannotations=bool(domain.notes),
        id=domain.id, name=domain.name, path=shown_path(domain.path), level=domain.level,
        parentdomainid=domain.parent_id, parentdomainname=name_of(above) if above else None,
        haschild=int(domain.children) > 0, networkdomain=domain.network_domain, state=domain.state,
        created=domain.created, taggedresources=tagged or None, **figures(quota),
    )  # fmt: skip
