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


class NoGuest(Exception):
    """There is no guest to do it to."""


@dataclass(frozen=True)
class Scenario:
    """`before` brings the cloud where the flow starts, `start` calls the operation, `done` says what is not so at the
    end, `undone` which of the differences from the picture before must not be.

    After an undone run the operation is repeated and must get done; `start` is refused only where it is done already.
    """

    flow: str
    before: Callable[[Stage], None]
    start: Callable[[Stage], Json]
    done: Callable[[Stage], list[str]]
    undone: Callable[[list[str]], list[str]] = lambda differences: differences


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
        """The guest's id. NoGuest."""
        machine = self.machine()
        if machine is None:
            raise NoGuest
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


def but(*may_differ: str) -> Callable[[list[str]], list[str]]:
    """Differences other than these, given as parts of their paths."""
    return lambda differences: [line for line in differences if not any(part in line for part in may_differ)]


# The host may have stopped it before the flow failed; then its report says so, and the records follow.
STOPPED_ANYWAY = but(
    "/domains/", "/cpu_used_mhz", "/memory_used_mib", "/guests:", "/host_id", "/host_name", "'Running' became 'Stopped'"
)
# What is deleted does not come back: the guest stays Expunging until it is expunged again.
HALF_EXPUNGED = but("'Destroyed' became 'Expunging'", "/volumes", "/domains/")
ASKS_FOR_RESTART = but("/restart_required", "/segments")


def emptied(stage: Stage) -> None:
    """The networks had a guest, and a template was used, and nothing is left of the guest."""
    deploy(stage)
    stage.world.finish()
    stage.call("destroyVirtualMachine", id=stage.machine_id(), expunge=True)


def restart_network(stage: Stage) -> Json:
    """With a new router."""
    return stage.call("restartNetwork", id=stage.ground.networks[0], cleanup=True)


def router_is_whole(stage: Stage) -> list[str]:
    """The invariants look at the router itself."""
    return [f"{row['name']} needs a restart" for row in stage.world.records("Network") if row["restart_required"]]


def delete_network(stage: Stage) -> Json:
    """Which no guest is in any more."""
    return stage.call("deleteNetwork", id=stage.ground.networks[0])


def network_is_gone(stage: Stage) -> list[str]:
    """From the records and the hosts."""
    network = stage.ground.networks[0]
    left = [row for row in stage.world.records("Network") if row["id"] == network]
    on_hosts = [
        key for key, host in stage.world.hosts.items() if network in {*host.network.routers, *host.network.segments}
    ]
    return [f"the network is left: {left}, on hosts {on_hosts}"] if left or on_hosts else []


def register_template(stage: Stage) -> Json:
    """From an address."""
    return stage.call(
        "registerTemplate", name="new", displaytext="new", url="http://images.example.org/new.qcow2", format="QCOW2",
        hypervisor="KVM", zoneid=stage.ground.zone,
    )  # fmt: skip


def template_is_ready(stage: Stage) -> list[str]:
    """The newest one."""
    newest = max((row for row in stage.world.records("Template") if row["name"] == "new"), key=lambda row: row["id"])
    return [] if newest["state"] == "Ready" else [f"the template is {newest['state']}"]


def delete_template(stage: Stage) -> Json:
    """Which nothing is built on any more."""
    return stage.call("deleteTemplate", id=stage.ground.template)


def template_is_gone(stage: Stage) -> list[str]:
    """From the records, the store and the caches."""
    key = stage.ground.template
    left = [row for row in stage.world.records("Template") if row["id"] == key]
    cached = [name for name, host in stage.world.hosts.items() if key in host.storage.cached()]
    return [f"the template is left: {left}, cached on {cached}"] if left or cached else []


def failed_template(differences: list[str]) -> list[str]:
    """A template that failed stays, and says why, until it is deleted."""
    return [line for line in differences if "/Template" not in line and "/used_template" not in line]


SCENARIOS = {
    one.flow: one
    for one in (
        Scenario("compute/deploy_virtual_machine", fabric, deploy, guest_is("Running")),
        Scenario("compute/start_virtual_machine", stopped, on_guest("startVirtualMachine"), guest_is("Running")),
        Scenario(
            "compute/stop_virtual_machine", running, on_guest("stopVirtualMachine"), guest_is("Stopped"), STOPPED_ANYWAY
        ),
        Scenario("compute/reboot_virtual_machine", running, on_guest("rebootVirtualMachine"), guest_is("Running")),
        Scenario(
            "compute/destroy_virtual_machine", running, on_guest("destroyVirtualMachine"), guest_is("Destroyed"),
            STOPPED_ANYWAY,
        ),
        Scenario(
            "compute/expunge_virtual_machine", destroyed, on_guest("expungeVirtualMachine"), guest_is_gone, HALF_EXPUNGED
        ),
        Scenario("network/restart_network", running, restart_network, router_is_whole, ASKS_FOR_RESTART),
        Scenario("network/shut_down_network", emptied, delete_network, network_is_gone, ASKS_FOR_RESTART),
        Scenario("storage/register_template", fabric, register_template, template_is_ready, failed_template),
        Scenario("storage/delete_template", emptied, delete_template, template_is_gone, failed_template),
    )
}  # fmt: skip


def covered() -> list[str]:
    """The flows that there are and that have a scenario."""
    return [path for path in all_flows() if path in SCENARIOS]
