"""addHost, listHosts."""

from __future__ import annotations

import boto3
import pytest

from javelin.data.records.host_key import HostKey
from javelin.discovery import names
from tests.cloud import Refused
from tests.unit.fabric_admin.fabric import Fabric

ABSENT = "0197f000-0000-7000-8000-000000000000"


def test_a_new_host_waits_for_its_bridge(fabric: Fabric) -> None:
    made = fabric.add_host(hosttags="ssd,gpu", username="root", password="ignored")
    token = made["details"]["enrolment.token"]
    assert made["state"] == "Connecting"
    assert made["hosttags"] == "ssd,gpu"
    assert token in made["details"]["enrolment.command"]
    assert boto3.client("sqs").get_queue_url(QueueName=names.host_queue(made["id"]))


def test_the_token_is_shown_once_and_not_kept(fabric: Fabric) -> None:
    made = fabric.add_host()
    token = made["details"]["enrolment.token"]
    listed = fabric.cloud.call("listHosts")["host"][0]
    assert listed["id"] == made["id"]
    assert token not in str(listed)
    assert token not in str(HostKey.get(made["id"]).serialize())


def test_a_cluster_may_be_named(fabric: Fabric) -> None:
    assert fabric.add_host(clusterid="", clustername="C1")["clusterid"] == fabric.cluster


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"url": "http://10.0.0.11"}, "already"),
        ({"url": "http://"}, "url"),
        ({"url": "http://-bad-"}, "url"),
        ({"clusterid": ABSENT}, "Unable to find cluster"),
        ({"clusterid": "", "clustername": "none"}, "addCluster"),
        ({"clusterid": ""}, "clusterid or clustername"),
        ({"podid": ABSENT}, "not there"),
        ({"hypervisor": "Simulator"}, "KVM"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_queue(fabric: Fabric, changed: dict[str, str], says: str) -> None:
    fabric.add_host()
    with pytest.raises(Refused, match=says) as refusal:
        fabric.add_host(**{"name": "h2", **changed})
    assert refusal.value.code == 431
    assert fabric.cloud.call("listHosts")["count"] == 1
    queues = boto3.client("sqs").list_queues(QueueNamePrefix=names.host_queue(""))["QueueUrls"]
    assert len(queues) == 1


def test_lists_filter(fabric: Fabric) -> None:
    fabric.add_host()
    assert fabric.cloud.call("listHosts", type="Routing", state="Connecting", clusterid=fabric.cluster)["count"] == 1
    for other in ({"state": "Up"}, {"type": "SecondaryStorageVM"}, {"hahost": "true"}, {"name": "x"}, {"id": ABSENT}):
        assert fabric.cloud.call("listHosts", **other) == {}


def test_parts_of_hosts_are_shown_as_chosen(fabric: Fabric) -> None:
    fabric.add_host()

    def shown(**wanted: str) -> set[str]:
        return set(fabric.cloud.call("listHosts", **wanted)["host"][0])

    capacity = {"cpuallocated", "memorytotal", "memorywithoverprovisioning"}
    assert capacity | {"events", "istagarule"} <= shown() == shown(details="all")
    assert not (capacity | {"events"}) & shown(details="min")
    assert capacity <= shown(details="capacity")
    assert "events" not in shown(details="capacity,stats")
