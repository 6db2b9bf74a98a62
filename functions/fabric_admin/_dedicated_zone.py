"""How a dedicated zone is shown."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicated import DedicatedResponse
from javelin.data.records.dedication import Dedication


class DedicateZoneResponse(DedicatedResponse):
    """A dedicated zone."""

    zoneid: str = Field(description="The zone")
    zonename: str = Field(description="The zone's name")


def show(made: Dedication) -> DedicateZoneResponse:
    """A dedicated zone."""
    return DedicateZoneResponse(
        id=made.id, zoneid=made.id, zonename=made.name, domainid=made.domain_id, accountid=made.account_id
    )
