"""What a list of virtual machines shows when it is asked for parts, user data, hosts and pools."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from functions.compute.actions import place_virtual_machine
from javelin.data.records.host import Host
from javelin.data.records.job import Job
from javelin.data.records.network import Network
from javelin.data.records.virtual_machine import VirtualMachine
from tests.cloud import Refused
from tests.unit.compute.conftest import Site
from tests.unit.site import do_run

SCRIPT = base64.b64encode(b"#!/bin/sh\n").decode()


def listed(site: Site, **parameters: Any) -> dict[str, Any]:
    """The first row that the tenant sees."""
    rows: list[dict[str, Any]] = site.cloud.call("listVirtualMachines", site.tenant, **parameters)["virtualmachine"]
    return rows[0]


def test_parts_are_shown_as_chosen(site: Site) -> None:
    site.guest(name="one", group="g")
    whole, least = listed(site), listed(site, details="min")
    assert listed(site, details="all") == whole
    assert {"nic", "templateid", "serviceofferingid", "cpunumber", "group"} <= whole.keys() - least.keys()
    assert {"id", "name", "state", "zoneid"} <= least.keys()
    some = listed(site, details="nics,TMPL")
    assert some == {name: value for name, value in whole.items() if name in some}
    assert {"nic", "templateid"} <= some.keys()
    assert not {"group", "memory"} & some.keys()
    with pytest.raises(Refused, match=r"431 details takes all, min, group, .*, and not wings"):
        listed(site, details="nics,wings")


def test_user_data_is_shown_when_asked_for(site: Site) -> None:
    site.guest(name="one", userdata=SCRIPT)
    site.guest(name="two")
    rows = site.cloud.call("listVirtualMachines", site.tenant, userdata="true")["virtualmachine"]
    assert [row.get("userdata") for row in rows] == [SCRIPT, None]
    assert "userdata" not in listed(site)
    for name in ("three", "four", "five"):
        site.guest(name=name, userdata=SCRIPT)
    with pytest.raises(Refused, match=r"431 .*at most 3 virtual machines"):
        listed(site, userdata="true")
    assert listed(site, userdata="true", name="five")["userdata"] == SCRIPT


@pytest.mark.parametrize(
    ("state", "resource_state", "shown"),
    [
        ("Up", "Enabled", "Enabled"), ("Up", "Disabled", "Disabled"), ("Up", "PrepareForMaintenance", "Maintenance"),
        ("Down", "Enabled", "Offline"), ("Connecting", "Enabled", "Unknown"),
    ],
)  # fmt: skip
def test_admins_see_whether_the_host_can_be_used(site: Site, state: str, resource_state: str, shown: str) -> None:
    machine = site.guest("Running")
    machine.change(VirtualMachine.host_id.set(site.host.id))
    site.host.change(Host.state.set(state), Host.resource_state.set(resource_state))
    (seen,) = site.cloud.call("listVirtualMachines", listall="true")["virtualmachine"]
    assert seen["hostcontrolstate"] == shown
    assert "hostcontrolstate" not in listed(site)


def test_admins_see_the_type_of_the_pool_that_has_the_root_disk(site: Site) -> None:
    started = site.deploy()
    place_virtual_machine.handler.do(do_run(Job.require(started["jobid"])))
    (seen,) = site.cloud.call("listVirtualMachines", listall="true")["virtualmachine"]
    assert (seen["pooltype"], seen["vmtype"]) == (site.pool.type, "UserVM")
    assert "pooltype" not in listed(site)


@pytest.mark.parametrize(("vni", "mtu"), [(77, 1450), (None, 1500)])
def test_interfaces_send_what_their_segment_carries(site: Site, vni: int | None, mtu: int) -> None:
    if vni:
        site.network.change(Network.vni.set(vni))
    machine = site.guest()
    nic = listed(site)["nic"][0]
    assert (nic["mtu"], nic["virtualmachineid"], nic["secondaryip"]) == (mtu, machine.id, [])
    (row,) = site.cloud.call("listNics", site.tenant, virtualmachineid=machine.id)["nic"]
    assert row["mtu"] == mtu
    assert site.cloud.call("listNics", site.tenant, virtualmachineid=machine.id, fordisplay="false") == {}
