"""listVirtualMachines: filters, tenancy and paging."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.data import os_types
from javelin.data.ids import new_id
from javelin.data.records.disk_offering import DiskOffering
from javelin.data.records.network import Network
from javelin.data.records.virtual_machine import VirtualMachine
from tests.cloud import Refused
from tests.unit.compute.conftest import Site


def names(answer: dict[str, Any]) -> list[str]:
    """The names of the rows."""
    return [row["name"] for row in answer.get("virtualmachine", [])]


def test_filters_narrow_the_callers_list(site: Site) -> None:
    site.guest(name="alpha", group="g")
    beta = site.guest("Running", name="beta")

    def listed(**filters: str) -> list[str]:
        return names(site.cloud.call("listVirtualMachines", site.tenant, **filters))

    assert listed() == ["alpha", "beta"]
    assert listed(state="Running") == ["beta"]
    assert listed(name="alp") == ["alpha"]
    assert listed(keyword="BET") == ["beta"]
    assert listed(id=beta.id) == ["beta"]
    assert listed(networkid=site.network.id) == ["alpha", "beta"]
    assert listed(templateid=beta.id) == []
    assert listed(zoneid=site.zone.id, serviceofferingid=site.small.id) == ["alpha", "beta"]


def test_tenants_see_their_own_and_root_sees_all(site: Site) -> None:
    site.guest(name="mine")
    stranger = site.cloud.caller("stranger")
    site.net(stranger, "theirs")
    assert site.cloud.call("listVirtualMachines", stranger) == {}
    assert site.cloud.call("listVirtualMachines", stranger, listall="true") == {}
    assert site.cloud.call("listVirtualMachines") == {}
    assert names(site.cloud.call("listVirtualMachines", listall="true")) == ["mine"]


def test_a_domain_admin_sees_the_domains_below(site: Site) -> None:
    top = site.cloud.domain("top")
    below = site.cloud.domain("below", top)
    admin, user = site.cloud.caller("boss", top, "DomainAdmin"), site.cloud.caller("worker", below)
    network = site.net(user, "their")
    site.deploy(user, networkids=network.id, name="theirs", startvm="false")
    assert names(site.cloud.call("listVirtualMachines", admin, listall="true")) == ["theirs"]
    assert names(site.cloud.call("listVirtualMachines", admin, domainid=top.id)) == []
    assert names(site.cloud.call("listVirtualMachines", admin, domainid=top.id, isrecursive="true")) == ["theirs"]
    assert names(site.cloud.call("listVirtualMachines", admin, domainid=below.id, account="worker")) == ["theirs"]
    with pytest.raises(Refused):
        site.cloud.call("listVirtualMachines", user, domainid=top.id)


def test_pages_follow_each_other_and_count_all(site: Site) -> None:
    for number in range(5):
        site.guest(name=f"vm{number}")
    pages = [site.cloud.call("listVirtualMachines", site.tenant, page=page, pagesize=2) for page in (1, 2, 3, 4)]
    assert [names(page) for page in pages] == [["vm0", "vm1"], ["vm2", "vm3"], ["vm4"], []]
    assert {page["count"] for page in pages[:3]} == {5}
    assert site.cloud.call("listVirtualMachines", site.tenant, retrieveonlyresourcecount="true") == {"count": 5}


def test_hosts_are_shown_to_admins_alone(site: Site) -> None:
    machine = site.guest("Running", name="one")
    machine.change(VirtualMachine.host_id.set(site.host.id), VirtualMachine.host_name.set("kvm1"))
    own = site.cloud.call("listVirtualMachines", site.tenant)["virtualmachine"][0]
    seen = site.cloud.call("listVirtualMachines", hostid=site.host.id, listall="true")["virtualmachine"][0]
    assert "hostid" not in own
    assert (seen["hostid"], seen["hostname"]) == (site.host.id, "kvm1")


def test_a_guest_is_shown_with_all_that_is_known_of_it(site: Site) -> None:
    disk = DiskOffering(new_id(), name="five", display_text="5 GiB", size_gib=5)
    site.make(disk)
    site.network.change(Network.vni.set(77))
    site.guest(name="one", diskofferingid=disk.id)
    own = site.cloud.call("listVirtualMachines", site.tenant)["virtualmachine"][0]
    assert (own["diskofferingid"], own["diskofferingname"]) == (disk.id, "five")
    assert (own["username"], own["userid"]) == (site.tenant.username, site.tenant.user_id)
    assert (own["templatedisplaytext"], own["templateformat"]) == (site.template.display_text, site.template.format)
    other = next(system for system in os_types.os_types() if system.name == "Other (64-bit)")
    assert (own["ostypeid"], own["guestosid"], own["osdisplayname"]) == (other.id, other.id, other.name)
    assert (own["arch"], own["boottype"], own["forvirtualnetwork"]) == ("x86_64", "Bios", True)
    assert "broadcasturi" not in own["nic"][0]
    seen = site.cloud.call("listVirtualMachines", listall="true")["virtualmachine"][0]
    assert (seen["nic"][0]["broadcasturi"], seen["nic"][0]["isolationuri"]) == ("vxlan://77", "vxlan://77")


def test_a_guest_s_tags_say_whose_they_are(site: Site) -> None:
    machine = site.guest(name="one")
    tag = {"tags[0].key": "k", "tags[0].value": "v"}
    site.cloud.call("createTags", site.tenant, resourcetype="userVm", resourceids=machine.id, **tag)
    (shown,) = site.cloud.call("listVirtualMachines", site.tenant)["virtualmachine"][0]["tags"]
    (listed,) = site.cloud.call("listTags", site.tenant)["tag"]
    assert shown == listed
    assert (shown["resourceid"], shown["resourcetype"], shown["account"]) == (machine.id, "UserVm", "tenant")


def test_the_job_at_work_on_a_guest_is_shown_until_it_ends(site: Site) -> None:
    started = site.deploy(name="one")
    (row,) = site.cloud.call("listVirtualMachines", site.tenant)["virtualmachine"]
    assert (row["state"], row["jobid"], row["jobstatus"]) == ("Starting", started["jobid"], 0)
    site.guest(name="two")
    (row,) = site.cloud.call("listVirtualMachines", site.tenant, name="two")["virtualmachine"]
    assert not {"jobid", "jobstatus"} & row.keys()
