"""How a dedicated host is shown."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicated import DedicatedResponse
from javelin.data.records.dedication import Dedication


class DedicateHostResponse(DedicatedResponse):
    """A dedicated host."""

    hostid: str = Field(description="The host")
    hostname: str = Field(description="The host's name")


def show(made: Dedication) -> DedicateHostResponse:
    """A dedicated host."""
    return DedicateHostResponse(
        id=made.id, hostid=made.id, hostname=made.name, domainid=made.domain_id, accountid=made.account_id
    )
