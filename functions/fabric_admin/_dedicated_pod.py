"""How a dedicated pod is shown."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicated import DedicatedResponse
from javelin.data.records.dedication import Dedication


class DedicatePodResponse(DedicatedResponse):
    """A dedicated pod."""

    podid: str = Field(description="The pod")
    podname: str = Field(description="The pod's name")


def show(made: Dedication) -> DedicatePodResponse:
    """A dedicated pod."""
    return DedicatePodResponse(
        id=made.id, podid=made.id, podname=made.name, domainid=made.domain_id, accountid=made.account_id
    )
