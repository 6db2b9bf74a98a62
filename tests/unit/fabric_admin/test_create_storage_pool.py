"""createStoragePool, listStoragePools, and what hosts are told of pools."""

from __future__ import annotations

import json

import boto3
import pytest

from javelin.discovery.clients import queue_url
from javelin.discovery.names import host_queue
from javelin.messaging.host_commands import AttachPool, HostCommand
from tests.cloud import Refused
from tests.unit.fabric_admin.fabric import Fabric


def told(host: str) -> list[str]:
    """The directories of the pools that a host was told of since the last time."""
    queue, found = queue_url(host_queue(host)), []
    while messages := boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            command = HostCommand.model_validate(json.loads(message["Body"])).command()
            assert isinstance(command, AttachPool)
            found.append(command.pool.path)
            boto3.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return found


def test_a_host_pool_is_of_the_one_host(fabric: Fabric) -> None:
    host, _ = fabric.enrolled()
    made = fabric.cloud.call("createStoragePool", name="local", zoneid=fabric.zone, scope="HOST",
                             url="file:///var/lib/javelin/pool", capacitybytes="1000", tags="ssd")["storagepool"]  # fmt: skip
    assert (made["scope"], made["type"], made["clusterid"]) == ("HOST", "Filesystem", fabric.cluster)
    assert (made["disksizetotal"], made["disksizeallocated"], made["tags"]) == (1000, 0, "ssd")
    assert told(host) == ["/var/lib/javelin/pool"]
    assert fabric.cloud.call("listStoragePools", hostid=host)["storagepool"] == [made]


def test_pools_of_a_cluster_and_zone_reach_hosts_that_enrol_later(fabric: Fabric) -> None:
    first, _ = fabric.enrolled("10.0.0.11")
    where = {"zoneid": fabric.zone, "podid": fabric.pod, "clusterid": fabric.cluster}
    fabric.cloud.call("createStoragePool", name="c", url="SharedMountPoint://localhost/mnt/c", **where)
    fabric.cloud.call("createStoragePool", name="z", url="filesystem:///mnt/.z", zoneid=fabric.zone, scope="zone")
    fabric.add_host("10.0.0.13")
    second, _ = fabric.enrolled("10.0.0.12")
    assert sorted(told(first)) == sorted(told(second)) == ["/mnt/.z", "/mnt/c"]
    fabric.cloud.call("createStoragePool", name="h", zoneid=fabric.zone, scope="HOST", url="file://10.0.0.12/mnt/h")
    assert (told(first), told(second)) == ([], ["/mnt/h"])
    assert fabric.cloud.call("listStoragePools", scope="cluster")["count"] == 1
    assert fabric.cloud.call("listStoragePools", hostid=first)["count"] == 2


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"url": "nfs://server/export"}, "SharedMountPoint"),
        ({"url": "file:///a/../b"}, "directory"),
        ({"url": "file:///"}, "directory"),
        ({"url": "file:///a/./b"}, "directory"),
        ({"url": "file:///a b"}, "directory"),
        ({"scope": "HOST"}, "name it in the URL"),
        ({"scope": "HOST", "url": "file://10.9.9.9/p"}, "0 fit"),
        ({"scope": "CLUSTER"}, "clusterid"),
        ({"scope": "REGION"}, "scope"),
        ({"managed": "true"}, "managed"),
        ({"url": "file:///taken"}, "already"),
    ],
)
def test_what_cannot_be_is_refused(fabric: Fabric, changed: dict[str, str], says: str) -> None:
    for name in ("10.0.0.11", "10.0.0.12"):
        fabric.add_host(name)
    wanted = {"name": "p", "zoneid": fabric.zone, "url": "file:///taken"}
    fabric.cloud.call("createStoragePool", **wanted)
    with pytest.raises(Refused, match=says) as refusal:
        fabric.cloud.call("createStoragePool", **{**wanted, "url": "file:///free", **changed})
    assert refusal.value.code == 431
    assert fabric.cloud.call("listStoragePools")["count"] == 1
