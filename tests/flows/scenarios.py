"""For every flow: the cloud before it, the operation that starts it, and what must hold when it is done or undone."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.flows import invariants
from tests.flows.engine import all_flows
from tests.flows.fabric import Ground, prepare
from tests.flows.world import World

Json = dict[str, Any]


@dataclass(frozen=True)
class Scenario:
    """`before` brings the cloud where the flow starts, `start` calls the operation, `done` and `undone` look at the end.

    They are in words of the records: `undone` is given the pictures before and after, and says what must not be.
    """

    flow: str
    before: Callable[[Stage], None]
    start: Callable[[Stage], Json]
    done: Callable[[Stage], list[str]]
    undone: Callable[[Stage, Json, Json], list[str]] = lambda stage, before, after: invariants.differences(
        before, after
    )


@dataclass
class Stage:
    """The world with its fabric; states of the cloud are brought about once, then put back for every run."""

    world: World
    ground: Ground
    _saved: dict[str, bytes] = field(default_factory=dict)
    _pictures: dict[str, Json] = field(default_factory=dict)

    def put(self, scenario: Scenario) -> Json:
        """The cloud as it is before the flow; answers its picture."""
        name = scenario.before.__name__
        if name not in self._saved:
            self.world.put_back(self._saved["ground"])
            scenario.before(self)
            self.world.finish()
            invariants.check(self.world)
            self._saved[name], self._pictures[name] = self.world.save(), invariants.picture(self.world)
        self.world.put_back(self._saved[name])
        return self._pictures[name]

    def call(self, command: str, **parameters: Any) -> Json:
        """An operation of the tenant."""
        return self.world.cloud.call(command, self.ground.tenant, **parameters)

    def machine(self) -> Json | None:
        """The guest, of which there is one at most."""
        return next(iter(self.world.records("VirtualMachine")), None)

    def machine_id(self) -> str:
        """The guest's id."""
        machine = self.machine()
        assert machine is not None
        return str(machine["id"])


def set_stage(world: World) -> Stage:
    """Prepare the fabric."""
    stage = Stage(world, prepare(world))
    stage._saved["ground"] = world.save()
    return stage


def fabric(stage: Stage) -> None:
    """Nothing is deployed."""


def running(stage: Stage) -> None:
    """A guest runs."""
    deploy(stage)


def stopped(stage: Stage) -> None:
    """A guest that ran is stopped."""
    deploy(stage)
    stage.world.finish()
    stage.call("stopVirtualMachine", id=stage.machine_id())


def destroyed(stage: Stage) -> None:
    """A guest is destroyed and can be recovered."""
    deploy(stage)
    stage.world.finish()
    stage.call("destroyVirtualMachine", id=stage.machine_id())


def deploy(stage: Stage) -> Json:
    """A guest in two networks, with user data."""
    ground = stage.ground
    return stage.call(
        "deployVirtualMachine", zoneid=ground.zone, serviceofferingid=ground.offering, templateid=ground.template,
        networkids=",".join(ground.networks), userdata=base64.b64encode(b"#!/bin/sh").decode(), name="web",
    )  # fmt: skip


def on_guest(command: str, **parameters: Any) -> Callable[[Stage], Json]:
    """A command on the guest."""
    return lambda stage: stage.call(command, id=stage.machine_id(), **parameters)


def guest_is(state: str) -> Callable[[Stage], list[str]]:
    """The guest's record says so."""

    def look(stage: Stage) -> list[str]:
        machine = stage.machine()
        return [] if machine and machine["state"] == state else [f"the guest is {machine and machine['state']}"]

    return look


def guest_is_gone(stage: Stage) -> list[str]:
    """Nothing of the guest is left."""
    left = {table: stage.world.records(table) for table in ("VirtualMachine", "Volume", "Address")}
    return [f"{table} is left: {rows}" for table, rows in left.items() if rows]


SCENARIOS = {
    one.flow: one
    for one in (
        Scenario("compute/deploy_virtual_machine", fabric, deploy, guest_is("Running")),
        Scenario("compute/start_virtual_machine", stopped, on_guest("startVirtualMachine"), guest_is("Running")),
        Scenario("compute/stop_virtual_machine", running, on_guest("stopVirtualMachine"), guest_is("Stopped")),
        Scenario("compute/reboot_virtual_machine", running, on_guest("rebootVirtualMachine"), guest_is("Running")),
        Scenario("compute/destroy_virtual_machine", running, on_guest("destroyVirtualMachine"), guest_is("Destroyed")),
        Scenario("compute/expunge_virtual_machine", destroyed, on_guest("expungeVirtualMachine"), guest_is_gone),
    )
}  # fmt: skip


def covered() -> list[str]:
    """The flows that there are and that have a scenario."""
    return [path for path in all_flows() if path in SCENARIOS]
