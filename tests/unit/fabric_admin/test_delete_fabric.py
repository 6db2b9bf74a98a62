"""updateHost, deleteHost, deleteStoragePool, deleteCluster, deletePod."""

from __future__ import annotations

import boto3
import pytest

from javelin.data.records.host import Host
from javelin.data.records.storage_pool import StoragePool
from javelin.discovery.names import host_queue
from tests.cloud import Refused
from tests.unit.fabric_admin.fabric import Fabric


def test_a_host_is_disabled_and_tagged_anew(fabric: Fabric) -> None:
    host, _ = fabric.enrolled()
    changed = fabric.cloud.call("updateHost", id=host, allocationstate="Disable", hosttags="gpu")["host"]
    assert (changed["resourcestate"], changed["hosttags"], changed["state"]) == ("Disabled", "gpu", "Up")
    assert fabric.cloud.call("updateHost", id=host, allocationstate="Enable")["host"]["resourcestate"] == "Enabled"


def test_a_note_is_written_with_what_else_changes_of_a_host(fabric: Fabric) -> None:
    call = fabric.cloud.call
    host, _ = fabric.enrolled()
    changed = call("updateHost", id=host, annotation="new fan", hosttags="gpu")["host"]
    assert (changed["hasannotations"], changed["hosttags"]) == (True, "gpu")
    (note,) = call("listAnnotations", entitytype="HOST", entityid=host)["annotation"]
    assert (note["annotation"], note["entityname"], note["adminsonly"]) == ("new fan", changed["name"], True)
    call("removeAnnotation", id=note["id"])
    assert call("updateHost", id=host)["host"]["hasannotations"] is False
    Host.require(host).change(Host.resource_state.set("Maintenance"))
    for note_and_state in ({"annotation": " ", "hosttags": "ssd"}, {"annotation": "x", "allocationstate": "Enable"}):
        with pytest.raises(Refused):
            call("updateHost", id=host, **note_and_state)
    assert call("listHosts", id=host)["host"][0]["hosttags"] == "gpu"
    assert call("listAnnotations", entitytype="HOST", entityid=host) == {}


def test_the_fabric_goes_from_the_inside_out(fabric: Fabric) -> None:
    cloud = fabric.cloud
    host, bridge = fabric.enrolled()
    pool = cloud.call("createStoragePool", name="p", zoneid=fabric.zone, scope="HOST", url="file:///p")["storagepool"]
    StoragePool.require(pool["id"]).change(StoragePool.allocated.add(1))
    Host.require(host).change(Host.guests.add(1))
    for command, key in (("deletePod", fabric.pod), ("deleteCluster", fabric.cluster), ("deleteHost", host),
                         ("deleteStoragePool", pool["id"])):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            cloud.call(command, id=key)
        assert refusal.value.code == 536, command
    StoragePool.require(pool["id"]).change(StoragePool.allocated.add(-1))
    assert cloud.call("deleteStoragePool", id=pool["id"]) == {"success": True}
    with pytest.raises(Refused, match="guests"):
        cloud.call("deleteHost", id=host, forced="true")
    Host.require(host).change(Host.guests.add(-1))
    cloud.call("deleteHost", id=host)
    assert bridge.credentials()["status"] == 401
    assert not boto3.client("sqs").list_queues(QueueNamePrefix=host_queue(host)).get("QueueUrls")
    cloud.call("deleteCluster", id=fabric.cluster)
    cloud.call("deletePod", id=fabric.pod)
    for command in ("listStoragePools", "listHosts", "listClusters", "listPods"):
        assert cloud.call(command) == {}, command
    cloud.call("createPod", name="p1", zoneid=fabric.zone)


@pytest.mark.parametrize("command", ["updateHost", "deleteHost", "deleteStoragePool", "deleteCluster", "deletePod"])
def test_what_is_absent_is_not_found(fabric: Fabric, command: str) -> None:
    with pytest.raises(Refused, match="Unable to find"):
        fabric.cloud.call(command, id="0197f000-0000-7000-8000-000000000000")
