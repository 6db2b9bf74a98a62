"""The disks of a guest that is being made."""

from __future__ import annotations

from javelin.contract.errors import InvalidParameter
from javelin.data.ids import new_id
from javelin.data.records.disk_offering import DiskOffering
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume

GIB = 2**30


def volume(machine: VirtualMachine, kind: str, position: int, size: int, *, template: Template | None = None) -> Volume:
    """A disk of a new guest: its ROOT disk, or a DATADISK."""
    key = new_id()
    return Volume(
        key, account_id=machine.account_id, account=machine.account, domain_id=machine.domain_id,
        domain_path=machine.domain_path, name=f"{'ROOT' if kind == 'ROOT' else 'DATA'}-{machine.id[-12:]}", type=kind,
        size=size, zone_id=machine.zone_id, zone_name=machine.zone_name, vm_id=machine.id, vm_name=machine.name,
        device_id=position, template_id=template.id if template else None, template_name=template.name if template else None,
        service_offering_id=machine.offering_id if kind == "ROOT" else None,
        storage_tags=list(machine.storage_tags) if kind == "ROOT" else None,
    )  # fmt: skip


def data_disk(wanted_gib: int | None, machine: VirtualMachine, offering: DiskOffering) -> Volume:
    """The data disk of a new guest. Raises InvalidParameter when nobody says its size."""
    gib = wanted_gib if offering.customized else offering.size_gib
    if not gib or gib < 1:
        raise InvalidParameter(f"Disk offering {offering.name} lets you choose the size: give size in GiB.")
    disk = volume(machine, "DATADISK", 1, int(gib) * GIB)
    disk.disk_offering_id, disk.disk_offering_name = offering.id, offering.name
    disk.disk_offering_text, disk.storage_tags = offering.display_text, list(offering.storage_tags)
    return disk
