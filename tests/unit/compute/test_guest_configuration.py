"""What a tenant can say about a guest's configuration, and what of it a host is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from functions.compute.actions import start_domain
from javelin.data.records.job import Job
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.flow.steps import Ask, Run
from javelin.messaging.host_commands import StartDomain
from tests.cloud import Refused
from tests.unit.compute.conftest import Site

EVIL = "<hostdev mode='subsystem'><source><address domain='0x0000'/></source></hostdev>"
KEYS = ("devices", "machine", "qemu:commandline", "iommu", "UEFI", "nicAdapter", "rootDiskController", "hypervisor.xml")


def asked(machine: VirtualMachine) -> StartDomain:
    """What the host of a guest is asked to start."""
    job = Job("j", resource_id=machine.id, fence=1)
    ask = start_domain.do(Run(job, "StartDomain", "do"))
    assert isinstance(ask, Ask)
    assert isinstance(ask.command, StartDomain)
    return ask.command


def placed(site: Site, **parameters: Any) -> VirtualMachine:
    """A guest that has a host and a pool."""
    machine = site.guest(**parameters)
    machine.change(VirtualMachine.host_id.set(site.host.id))
    for volume in Volume.load_all(machine.volume_ids):
        volume.change(Volume.pool_id.set(site.pool.id))
    return VirtualMachine.require(machine.id)


def test_details_are_text_that_no_host_sees(site: Site) -> None:
    given = {f"details__{place}__{key}": EVIL for place, key in enumerate(KEYS)}
    machine = placed(site, displayname=EVIL, group=EVIL.replace("/", ""), **given)
    assert machine.details == dict.fromkeys(KEYS, EVIL)
    told = asked(machine).model_dump_json()
    assert "hostdev" not in told
    plain = placed(site, name="plain")
    assert (
        asked(plain).model_dump(mode="json")["domain"].keys() == asked(machine).model_dump(mode="json")["domain"].keys()
    )


@pytest.mark.parametrize("key", ["extraconfig", "extraconfig-1", "ExtraConfig-2"])
def test_what_would_configure_the_hypervisor_is_refused(site: Site, key: str) -> None:
    with pytest.raises(Refused, match="no guest may"):
        site.deploy(**{f"details__0__{key}": EVIL})
    machine = site.guest()
    with pytest.raises(Refused, match="no guest may"):
        site.cloud.call("updateVirtualMachine", site.tenant, id=machine.id, **{f"details__0__{key}": EVIL})
    with pytest.raises(Refused) as refusal:
        site.deploy(extraconfig=EVIL)
    assert refusal.value.code == 431
    assert VirtualMachine.require(machine.id).details is None
