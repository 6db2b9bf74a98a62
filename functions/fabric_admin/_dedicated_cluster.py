"""How a dedicated cluster is shown."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._dedicated import DedicatedResponse
from javelin.data.records.dedication import Dedication


class DedicateClusterResponse(DedicatedResponse):
    """A dedicated cluster."""

    clusterid: str = Field(description="The cluster")
    clustername: str = Field(description="The cluster's name")


def show(made: Dedication) -> DedicateClusterResponse:
    """A dedicated cluster."""
    return DedicateClusterResponse(
        id=made.id, clusterid=made.id, clustername=made.name, domainid=made.domain_id, accountid=made.account_id
    )
