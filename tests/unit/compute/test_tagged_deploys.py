"""What guests and volumes count for the tags of their offerings, and where volumes with tags go."""

from __future__ import annotations

import pytest

from functions.compute._planner import plan
from functions.compute._undeploy import undeploy
from javelin.data import settings
from javelin.data.ids import new_id
from javelin.data.limited_tags import HOST_TAGS, STORAGE_TAGS
from javelin.data.records.disk_offering import DiskOffering
from javelin.data.records.quota import Quota
from javelin.data.records.service_offering import ServiceOffering
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.transaction import Transaction
from tests.cloud import Refused
from tests.unit.compute.conftest import GIB, Site


@pytest.fixture
def tagged(site: Site) -> dict[str, str]:
    """The parameters of a deploy with tagged offerings."""
    size = ServiceOffering(
        new_id(),
        name="gpu",
        display_text="gpu",
        cpus=2,
        mhz=500,
        memory_mib=256,
        host_tags=["gpu"],
        storage_tags=["ssd"],
    )
    disk = DiskOffering(new_id(), name="fast", display_text="fast", size_gib=3, storage_tags=["fast", "ssd"])
    site.make(size, disk)
    return {"serviceofferingid": size.id, "diskofferingid": disk.id, "startvm": "false"}


def used(site: Site, tag: str) -> dict[str, int]:
    """What the tenant has of a tag."""
    (quota,) = Quota.of_tags(site.tenant.account_id, [tag])
    return {
        name: quota.used(name) for name in ("user_vm", "cpu", "memory", "volume", "primary_storage") if quota.used(name)
    }


def test_guests_and_volumes_count_for_the_tags_of_their_offerings(site: Site, tagged: dict[str, str]) -> None:
    machine = VirtualMachine.require(site.deploy(**tagged)["id"])
    assert used(site, "gpu") == {"user_vm": 1, "cpu": 2, "memory": 256}
    assert used(site, "ssd") == {"volume": 2, "primary_storage": 4 * GIB}
    assert used(site, "fast") == {"volume": 1, "primary_storage": 3 * GIB}
    assert site.account().tagged == {"gpu", "ssd", "fast"}
    transaction = Transaction()
    undeploy(transaction, machine, Volume.load_all(machine.volume_ids))
    transaction.commit()
    assert [used(site, tag) for tag in ("gpu", "ssd", "fast")] == [{}, {}, {}]


@pytest.mark.parametrize(("tag", "resource", "most"), [("gpu", "8", 3), ("ssd", "2", 3), ("fast", "10", 5)])
def test_a_limit_of_a_tag_refuses_the_next(
    site: Site, tagged: dict[str, str], tag: str, resource: str, most: int
) -> None:
    settings.change(HOST_TAGS, "gpu")
    settings.change(STORAGE_TAGS, "ssd,fast")
    whose = {"account": "tenant", "domainid": site.tenant.domain_id}
    site.cloud.call("updateResourceLimit", resourcetype=resource, max=most, tag=tag, **whose)
    site.deploy(**tagged)
    with pytest.raises(Refused, match=f"for the tag {tag} do not allow") as refused:
        site.deploy(**tagged)
    assert refused.value.code == 535
    assert site.account().used("user_vm") == 1
    site.deploy(startvm="false")


def test_what_a_deploy_counts_for_tags_is_explained(site: Site, tagged: dict[str, str]) -> None:
    told = site.deploy(**tagged, explain="true")["explanation"]["quota"]
    assert {(row["tag"], row["resource"], row["change"]) for row in told if "tag" in row} >= {
        ("gpu", "cpu", 2), ("fast", "volume", 1),
    }  # fmt: skip
    assert used(site, "gpu") == {}


def test_a_volume_goes_where_its_own_offering_asks(site: Site, tagged: dict[str, str]) -> None:
    machine = VirtualMachine.require(site.deploy(**tagged)["id"])
    volumes = Volume.load_all(machine.volume_ids)
    machine.host_tags = []
    place = {name: getattr(site.pool, name) for name in ("zone_id", "zone_name", "pod_id", "pod_name", "cluster_id")}
    pools = [
        StoragePool(new_id(), name=name, path=f"/srv/{name}", capacity=100 * GIB, tags=tags, cluster_name="c", **place)
        for name, tags in (("ssds", ["ssd"]), ("fast ssds", ["fast", "ssd"]))
    ]
    site.make(*pools)
    chosen = plan(machine, volumes).pools
    assert chosen[volumes[1].id].id == pools[1].id
    assert chosen[volumes[0].id].id in {pool.id for pool in pools}
