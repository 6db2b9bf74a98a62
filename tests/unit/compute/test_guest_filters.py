"""listVirtualMachines: every filter, with a value that fits the guest and one that does not."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from tests.cloud import Refused
from tests.unit.compute.conftest import Site

NOBODY = "00000000-0000-4000-8000-00000000dead"
NAMES = {  # of guests that run on the site's host
    "name": ("web", "mail"), "keyword": ("eb o", "mail"), "state": ("Running", "Stopped"), "keypair": ("second", "third"),
    "hypervisor": ("kvm", "XenServer"), "haenable": ("false", "true"), "displayvm": ("true", "false"),
    "forvirtualnetwork": ("true", "false"), "arch": ("x86_64", "aarch64"), "isvnf": ("false", "true"),
}  # fmt: skip
STATES = {"Present": True, "present": True, "RUNNING": True, "Destroyed": False, "no such state": False}
TAGS = [({"key": "k", "value": "v"}, True), ({"key": "k"}, True), ({"key": "k", "value": "w"}, False)]
UNSERVED = ("isoid", "backupofferingid", "securitygroupid")


@pytest.fixture
def machine(site: Site) -> VirtualMachine:
    """A guest that runs, with two keys, a tag and its volume on the pool."""
    for name in ("first", "second"):
        site.cloud.call("createSSHKeyPair", site.tenant, name=name)
    made = site.guest("Running", name="web", displayname="Web one", keypairs="first,second")
    made.change(VirtualMachine.host_id.set(site.host.id), VirtualMachine.host_name.set(site.host.name))
    Volume.require(made.root_volume_id).change(Volume.pool_id.set(site.pool.id))
    tag = {"tags[0].key": "k", "tags[0].value": "v"}
    site.cloud.call("createTags", site.tenant, resourcetype="UserVm", resourceids=made.id, **tag)
    return VirtualMachine.require(made.id)


def lists(site: Site, machine: VirtualMachine, **filters: Any) -> bool:
    """Whether an administrator who filters so sees the guest."""
    rows = site.cloud.call("listVirtualMachines", listall="true", **filters).get("virtualmachine", [])
    return [row["id"] for row in rows] == [machine.id]


@pytest.mark.parametrize("name", NAMES)
def test_words(site: Site, machine: VirtualMachine, name: str) -> None:
    right, wrong = NAMES[name]
    assert lists(site, machine, **{name: right})
    assert not lists(site, machine, **{name: wrong})


def test_ids(site: Site, machine: VirtualMachine) -> None:
    right = {
        "id": machine.id, "ids": f"{NOBODY},{machine.id}", "zoneid": site.zone.id, "hostid": site.host.id,
        "podid": site.host.pod_id, "clusterid": site.host.cluster_id, "storageid": site.pool.id,
        "networkid": site.network.id, "templateid": site.template.id, "serviceofferingid": site.small.id,
        "userid": site.tenant.user_id,
    }  # fmt: skip
    assert [name for name, value in right.items() if not lists(site, machine, **{name: value})] == []
    assert [name for name in right if lists(site, machine, **{name: NOBODY})] == []
    for other in ("id", "ids"):  # which do not go together
        others = {name: value for name, value in right.items() if name != other}
        assert lists(site, machine, **{**others, **{name: pair[0] for name, pair in NAMES.items()}}), (
            "all of them at once"
        )


@pytest.mark.parametrize("state", STATES)
def test_states(site: Site, machine: VirtualMachine, state: str) -> None:
    assert lists(site, machine, state=state) is STATES[state]


@pytest.mark.parametrize(("tag", "found"), TAGS)
def test_tags(site: Site, machine: VirtualMachine, tag: dict[str, str], found: bool) -> None:
    assert lists(site, machine, **{f"tags[0].{name}": value for name, value in tag.items()}) is found


@pytest.mark.parametrize("name", UNSERVED)
def test_what_guests_cannot_have_is_refused_by_name(site: Site, name: str) -> None:
    with pytest.raises(Refused, match=name):
        site.cloud.call("listVirtualMachines", **{name: NOBODY})


def test_where_guests_run_is_no_filter_for_tenants(site: Site, machine: VirtualMachine) -> None:
    for name in ("hostid", "podid", "clusterid", "storageid"):
        assert site.cloud.call("listVirtualMachines", site.tenant, **{name: NOBODY})["count"] == 1
