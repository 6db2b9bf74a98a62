"""The stage of tests of flows: a cloud that is put where a flow starts, and the states that flows start from."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from javelin.data.records.host import Host
from tests.flows import invariants
from tests.flows.fabric import Ground, prepare
from tests.flows.world import World

if TYPE_CHECKING:
    from tests.flows.scenarios import Scenario

Json = dict[str, Any]


class NoGuest(Exception):
    """There is no guest to do it to."""


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


def never_started(stage: Stage) -> None:
    """A guest was made and not started, so that it has no host and its volumes no pool."""
    deploy(stage, startvm=False)


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


def deploy(stage: Stage, **more: Any) -> Json:
    """A guest in two networks, with user data."""
    return stage.call("deployVirtualMachine", **guest(stage.ground), **more)


def deploy_on(stage: Stage, host: str) -> Json:
    """The same on a host that an operator chooses for the tenant."""
    tenant = stage.ground.tenant
    whose: Json = {"account": tenant.account, "domainid": tenant.domain_id}
    return stage.world.cloud.call("deployVirtualMachine", hostid=host, **whose, **guest(stage.ground))


def guest(ground: Ground) -> Json:
    """What is asked for."""
    return {
        "zoneid": ground.zone, "serviceofferingid": ground.offering, "templateid": ground.template,
        "networkids": ",".join(ground.networks), "userdata": base64.b64encode(b"#!/bin/sh").decode(), "name": "web",
    }  # fmt: skip


def shut_down_from_inside(stage: Stage) -> None:
    """A guest stopped by itself, so that its host still knows it, and has to be started on another."""
    first = stage.ground.hosts[0]
    deploy_on(stage, first)
    stage.world.finish()
    stage.world.hosts[first].hypervisor.shut_down_from_inside(stage.machine_id())
    stage.world.finish()
    stage.world.cloud.call("updateHost", id=first, allocationstate="Disable")


def below(stage: Stage) -> None:
    """A domain has another below it, with an account in each, of which one has a key pair."""
    cloud = stage.world.cloud
    upper = cloud.call("createDomain", name="upper")["domain"]["id"]
    lower = cloud.call("createDomain", name="lower", parentdomainid=upper)["domain"]["id"]
    for name, home in (("one", upper), ("two", lower)):
        person = {"email": "a@example.org", "firstname": "A", "lastname": "B", "password": "a long password"}
        cloud.call("createAccount", username=name, accounttype=0, domainid=home, **person)
    cloud.call("createSSHKeyPair", name="key", account="two", domainid=lower)


def below_with_project(stage: Stage) -> None:
    """The same, and an account governs a project that owns a key pair."""
    below(stage)
    (home,) = [row["id"] for row in stage.world.records("Domain") if row["name"] == "upper"]
    job = stage.world.cloud.call("createProject", name="upper-crew", account="one", domainid=home)["jobid"]
    made = stage.world.cloud.call("queryAsyncJobResult", jobid=job)["jobresult"]["project"]["id"]
    stage.world.cloud.call("createSSHKeyPair", name="upper-key", projectid=made)


def shared(stage: Stage) -> None:
    """A project that owns a key pair, which the tenant governs and in which another account is."""
    whose = {"account": stage.ground.tenant.account, "domainid": stage.ground.tenant.domain_id}
    cloud = stage.world.cloud
    project = cloud.call("createProject", name="crew", **whose)["jobid"]
    key = cloud.call("queryAsyncJobResult", jobid=project)["jobresult"]["project"]["id"]
    person = {"email": "a@example.org", "firstname": "A", "lastname": "B", "password": "a long password"}
    cloud.call("createAccount", username="mate", accounttype=0, domainid=whose["domainid"], **person)
    cloud.call("addAccountToProject", projectid=key, account="mate")
    cloud.call("createSSHKeyPair", name="key", projectid=key)


def moved_away(stage: Stage) -> None:
    """No guest is left. The networks' routers moved from a host that was lost; it keeps the segments, and is not back yet."""
    first, second = stage.ground.hosts
    deploy_on(stage, first)
    expunge(stage)
    state(first, "Down")
    deploy_on(stage, second)
    stage.world.finish()
    state(first, "Disconnected")
    expunge(stage)
    assert stage.world.hosts[first].network.segments.keys() == set(stage.ground.networks)


def emptied(stage: Stage) -> None:
    """The networks had guests on every host, and a template was used, and nothing is left of the guests."""
    for host in stage.ground.hosts:
        deploy_on(stage, host)
        expunge(stage)


def expunge(stage: Stage) -> None:
    """Nothing is left of the guest, once all that is under way is done."""
    stage.world.finish()
    stage.call("destroyVirtualMachine", id=stage.machine_id(), expunge=True)
    stage.world.finish()


def state(host: str, of: str) -> None:
    """The cloud takes a host for being so."""
    Host.require(host).change(Host.state.set(of))
