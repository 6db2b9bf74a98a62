"""How a region is shown, found by its number, and what its fields may be."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field

from javelin.contract.errors import InvalidParameter
from javelin.contract.responses import Response
from javelin.data.records.claim import Claim
from javelin.data.records.region import OWN, Region


class RegionResponse(Response):
    """A region."""

    id: int = Field(description="The region's number")
    name: str = Field(description="The region's name")
    endpoint: str = Field(description="Where its API is")
    gslbserviceenabled: bool = Field(False, description="Whether load is spread over regions")
    portableipserviceenabled: bool = Field(False, description="Whether addresses move between its zones")


def show(region: Region) -> RegionResponse:
    """A region."""
    return RegionResponse(id=int(region.number), name=region.name, endpoint=region.endpoint)


def numbered(number: int) -> Region:
    """Another cloud's region of this number. Raises InvalidParameter, also for the cloud's own."""
    if number == OWN:
        raise InvalidParameter(f"Region {OWN} is this cloud itself: its name and address are those of its deployment.")
    owner = Claim.owner_of(Region.number_claim(number))
    region = Region.find(owner) if owner else None
    if region is None:
        raise Region.unknown(str(number))
    return region


def check(name: str | None, endpoint: str | None) -> None:
    """Raise InvalidParameter for what the cloud itself is called, or for an endpoint that is no address of a web server."""
    if name is not None and name.lower() == Region.own().name.lower():
        raise taken(name)
    if endpoint is None:
        return
    try:
        parts = urlsplit(endpoint)
        fits = parts.scheme in ("http", "https") and parts.hostname and not parts.username and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise InvalidParameter("endpoint is no address of an API; write https://cloud.example.org/client/api.")


def taken(name: str) -> InvalidParameter:
    """The error for a name that another region has."""
    return InvalidParameter(f"There is a region {name} already; choose another name.")
