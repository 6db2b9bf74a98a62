"""listDeploymentPlanners: the ways to choose hosts that service offerings may name."""

from __future__ import annotations

from pydantic import Field

from functions.compute._service_offering import PLANNERS
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest
from javelin.contract.responses import Listing, Response
from javelin.data.lists import window


class ListDeploymentPlanners(ListRequest):
    """Lists the ways to choose a guest's host. There is one: the least loaded that has room."""


class DeploymentPlannersResponse(Response):
    """A way to choose a guest's host."""

    name: str = Field(description="Its name")


@operation(
    ListDeploymentPlanners, roles=ROOT, answers=DeploymentPlannersResponse, object_name="deploymentPlanner",
)  # fmt: skip
def handler(request: ListDeploymentPlanners, caller: Caller) -> Listing:
    """All that match."""
    wanted = (request.keyword or "").lower()
    found = [DeploymentPlannersResponse(name=name) for name in PLANNERS if wanted in name.lower()]
    return Listing("deploymentPlanner", window(request).of(found), len(found))
