"""Where admins want guests to run: hostid, clusterid and podid of deploying and starting, and what the planner does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from functions.compute.actions import place_virtual_machine
from javelin.data.ids import new_id
from javelin.data.records.cluster import Cluster
from javelin.data.records.host import Host
from javelin.data.records.job import Job
from javelin.data.records.pod import Pod
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.virtual_machine import VirtualMachine
from tests.cloud import Refused
from tests.unit.compute.conftest import Site
from tests.unit.site import do_run

HERE = "is not in the {} that was asked for"


@dataclass
class Corner:
    """A second pod of the site's zone with one cluster and one host, and a pool that all hosts reach."""

    site: Site
    pod: Pod
    cluster: Cluster
    host: Host

    def explained(self, command: str = "deployVirtualMachine", **wanted: Any) -> dict[str, Any]:
        """The plan for a guest of an admin."""
        given = wanted if "id" in wanted else {**self.asked(), **wanted}
        plan: dict[str, Any] = self.site.cloud.call(command, explain="true", **given)["explanation"]["plan"]
        return plan

    def asked(self) -> dict[str, str]:
        """What deploys the smallest guest in the admin's network."""
        return {
            "zoneid": self.site.zone.id, "serviceofferingid": self.site.small.id, "networkids": self.site.network.id,
            "templateid": self.site.template.id,
        }  # fmt: skip


@pytest.fixture
def corner(site: Site) -> Corner:
    """The first host is the less loaded one, and would be taken."""
    site.network = site.net(site.cloud.root, "admins")
    where = {"zone_id": site.zone.id, "zone_name": "z1"}
    pod = Pod(new_id(), name="p2", **where)
    cluster = Cluster(new_id(), name="c2", pod_id=pod.id, pod_name="p2", **where)
    host = Host(
        new_id(), name="kvm2", state="Up", cpus=8, mhz=2000, memory_mib=8192, memory_used_mib=1024, pod_id=pod.id,
        pod_name="p2", cluster_id=cluster.id, cluster_name="c2", **where,
    )  # fmt: skip
    site.make(pod, cluster, host)
    site.pool.change(StoragePool.scope.set("ZONE"))
    return Corner(site, pod, cluster, host)


@pytest.mark.parametrize(("kind", "reason"), [("clusterid", "cluster"), ("podid", "pod")])
def test_a_guest_is_placed_where_an_admin_wants_it(corner: Corner, kind: str, reason: str) -> None:
    assert corner.explained()["host"]["name"] == "kvm1"
    there = {"clusterid": corner.cluster.id, "podid": corner.pod.id}[kind]
    plan = corner.explained(**{kind: there})
    assert plan["host"]["name"] == "kvm2"
    assert [(row["name"], row["reason"]) for row in plan["rejected"]] == [("kvm1", HERE.format(reason))]
    started = corner.site.cloud.call("deployVirtualMachine", **corner.asked(), **{kind: there})
    place_virtual_machine.handler.do(do_run(Job.require(started["jobid"])))
    assert VirtualMachine.require(started["id"]).host_name == "kvm2"


def test_all_wishes_must_fit(corner: Corner) -> None:
    plan = corner.explained(hostid=corner.site.host.id, podid=corner.pod.id)
    assert plan["placed"] is False
    assert [row["reason"] for row in plan["rejected"]] == [HERE.format("pod")]
    assert corner.explained(hostid=corner.host.id, podid=corner.pod.id)["host"]["name"] == "kvm2"


def test_a_start_has_wishes_of_its_own(corner: Corner) -> None:
    made = corner.site.cloud.call("deployVirtualMachine", **corner.asked(), podid=corner.pod.id, startvm="false")
    machine = VirtualMachine.require(made["id"])
    plan = corner.explained("startVirtualMachine", id=machine.id, clusterid=corner.cluster.id)
    assert plan["host"]["name"] == "kvm2"
    corner.site.cloud.call("startVirtualMachine", id=machine.id)
    machine.refresh()
    assert (machine.wanted_host_id, machine.wanted_cluster_id, machine.wanted_pod_id) == (None, None, None)


def test_the_last_host_is_preferred_unless_it_is_not_to_be(corner: Corner) -> None:
    machine = corner.site.guest(caller=corner.site.cloud.root)
    machine.change(VirtualMachine.last_host_id.set(corner.host.id))
    assert corner.explained("startVirtualMachine", id=machine.id)["host"]["name"] == "kvm2"
    forgetful = corner.explained("startVirtualMachine", id=machine.id, considerlasthost="false")
    assert forgetful["host"]["name"] == "kvm1"
    corner.site.cloud.call("startVirtualMachine", id=machine.id, considerlasthost="false")
    assert VirtualMachine.require(machine.id).last_host_id is None


def test_only_what_is_in_the_zone_can_be_wanted_and_by_admins_alone(corner: Corner) -> None:
    far = Pod(new_id(), name="far", zone_id=new_id(), zone_name="z2")
    corner.site.make(far)
    for wrong, says in ((far.id, "431 podid names far"), (new_id(), "431 Unable to find pod")):
        with pytest.raises(Refused, match=says):
            corner.site.cloud.call("deployVirtualMachine", **corner.asked(), podid=wrong)
    mine = corner.site.net(corner.site.tenant, "mine")
    with pytest.raises(Refused, match=r"531 .*leave clusterid and podid out"):
        corner.site.deploy(networkids=mine.id, clusterid=corner.cluster.id, podid=corner.pod.id)
