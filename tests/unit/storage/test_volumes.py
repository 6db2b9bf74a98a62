"""listVolumes, and the step that deletes a guest's volumes."""

from __future__ import annotations

from typing import Any

import pytest

from functions.storage.actions import delete_volumes
from javelin.contract.errors import ResourceUnavailable
from javelin.data.ids import new_id
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.flow.steps import Ask
from javelin.messaging.host_commands import DeleteVolumes
from tests.unit.site import Site, create, do_run


def guest(site: Site, pools: list[StoragePool | None], **changed: Any) -> tuple[VirtualMachine, list[Volume]]:
    """A guest with a volume on each pool, None for nowhere yet."""
    keys = [new_id() for _ in pools]
    machine = site.machine(volume_ids=keys, **changed)
    volumes = []
    for place, (key, pool) in enumerate(zip(keys, pools, strict=True)):
        volume = Volume(
            key, account_id=machine.account_id, account=machine.account, domain_id=machine.domain_id,
            domain_path=machine.domain_path, name=f"v{place}", type="DATADISK" if place else "ROOT", size=1024,
            state="Ready" if pool else "Allocated", zone_id=site.zone.id, zone_name=site.zone.name, vm_id=machine.id,
            vm_name=machine.name, device_id=place, pool_id=pool.id if pool else None,
            pool_name=pool.name if pool else None, host_id=pool.host_id if pool else None,
        )  # fmt: skip
        create(volume)
        volumes.append(volume)
    return machine, volumes


def deleted(site: Site, machine: VirtualMachine) -> Any:
    """What the step asks."""
    return delete_volumes.handler.do(do_run(site.job("VirtualMachine", machine.id)))


def test_the_host_of_a_local_pool_deletes(site: Site) -> None:
    site.add_host("h1")
    owner = site.add_host("h2")
    machine, volumes = guest(site, [site.add_pool("HOST", owner), site.add_pool()])
    asked = deleted(site, machine)
    assert isinstance(asked, Ask)
    assert isinstance(asked.command, DeleteVolumes)
    assert asked.host == owner.id
    assert [volume.id for volume in asked.command.volumes] == [volume.id for volume in volumes]


def test_the_last_host_deletes_or_any_that_reaches_the_pool(site: Site) -> None:
    other, last = site.add_host("h1"), site.add_host("h2")
    pool = site.add_pool()
    machine, _ = guest(site, [pool], last_host_id=last.id)
    assert deleted(site, machine).host == last.id
    machine, _ = guest(site, [pool], last_host_id=site.add_host("h3", state="Down").id)
    assert deleted(site, machine).host in (other.id, last.id)


def test_what_was_never_made_is_not_asked_for(site: Site) -> None:
    machine, _ = guest(site, [None])
    assert deleted(site, machine) is None


def test_a_pool_that_no_host_reaches_is_told(site: Site) -> None:
    away = site.add_host(state="Down")
    machine, _ = guest(site, [site.add_pool("HOST", away)])
    with pytest.raises(ResourceUnavailable, match="bring one back"):
        deleted(site, machine)


def test_volumes_are_listed_with_their_machines(site: Site) -> None:
    pool = site.add_pool()
    machine, volumes = guest(site, [pool, None])
    rows = site.cloud.call("listVolumes")["volume"]
    assert [(row["name"], row["type"], row["state"]) for row in rows] == [
        ("v0", "ROOT", "Ready"), ("v1", "DATADISK", "Allocated"),
    ]  # fmt: skip
    assert (rows[0]["vmname"], rows[0]["storage"], rows[0]["vmstate"]) == ("web", "pool", "Stopped")

    def names(**filters: Any) -> list[str]:
        return [row["name"] for row in site.cloud.call("listVolumes", **filters).get("volume", [])]

    assert names(virtualmachineid=machine.id, type="ROOT") == ["v0"]
    assert names(id=volumes[1].id) == ["v1"]
    assert names(storageid=pool.id) == ["v0"]
    assert names(state="allocated") == ["v1"]
    assert names(clusterid=pool.cluster_id) == ["v0"]
    assert names(keyword="V1") == ["v1"]
    assert names(virtualmachineid=new_id()) == []
    assert names(zoneid=new_id()) == []


def test_tenants_see_their_own_without_pools(site: Site) -> None:
    tenant = site.cloud.caller("tenant")
    _, volumes = guest(site, [site.add_pool()])
    assert site.cloud.call("listVolumes", tenant) == {}
    assert site.cloud.call("listVolumes", tenant, id=volumes[0].id) == {}
    assert site.cloud.call("listVolumes", tenant, virtualmachineid=volumes[0].vm_id) == {}


def test_a_volume_is_shown_with_its_guest_and_for_operators_with_its_pool_s_place(site: Site) -> None:
    pool = site.add_pool("CLUSTER")
    pool.change(
        StoragePool.cluster_name.set("c1"), StoragePool.pod_id.set(site.zone.id), StoragePool.pod_name.set("p1")
    )
    tenant = site.cloud.caller("tenant")
    machine, (volume,) = guest(site, [pool], caller=tenant, template_text="A system")
    volume.change(Volume.template_id.set(new_id()), Volume.template_name.set("t"))
    machine.change(VirtualMachine.name.set("renamed"))
    (own,) = site.cloud.call("listVolumes", tenant)["volume"]
    assert (own["vmname"], own["templatedisplaytext"], own["attached"]) == ("renamed", "A system", own["created"])
    assert not {"clusterid", "podid", "storageid"} & own.keys()
    (seen,) = site.cloud.call("listVolumes", listall="true")["volume"]
    assert (seen["clusterid"], seen["clustername"], seen["podname"]) == (pool.cluster_id, "c1", "p1")
