"""Deploys and starts of a guest that is in an affinity group: what scenarios.py has of guests without one, with less faults."""

from __future__ import annotations

from typing import Any

from javelin.data.records.affinity_group import APART
from tests.flows.scenarios import Scenario, guest_is, on_guest
from tests.flows.stage import Stage, deploy

GROUP = "apart"


def grouped(stage: Stage) -> None:
    """There is a group whose guests are kept apart."""
    stage.call("createAffinityGroup", name=GROUP, type=APART)


def deploy_in_group(stage: Stage) -> dict[str, Any]:
    """A guest in the group."""
    return deploy(stage, affinitygroupnames=GROUP)


def stopped_in_group(stage: Stage) -> None:
    """A guest of the group ran, and is stopped: it keeps its membership, and no place."""
    grouped(stage)
    deploy_in_group(stage)
    stage.world.finish()
    stage.call("stopVirtualMachine", id=stage.machine_id())


PLACEMENTS = {
    one.name: one
    for one in (
        Scenario(
            "compute/deploy_virtual_machine", grouped, deploy_in_group, guest_is("Running"), variant="in a group"
        ),
        Scenario(
            "compute/start_virtual_machine", stopped_in_group, on_guest("startVirtualMachine"), guest_is("Running"),
            variant="in a group",
        ),
    )
}  # fmt: skip
