"""Usage: what of an account's things is metered, and the facts that a period of use is recorded with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from javelin.data.record import Record
from javelin.data.records.network import Network
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume

Facts = dict[str, Any]
RUNNING = ("Running", "Stopping")  # it has its host's memory until it is off
GONE = ("Destroyed", "Expunging", "Error", "Destroy", "Expunged")


@dataclass(frozen=True)
class Meter:
    """One kind of use, with CloudStack's number. `used` says whether a record is in use so, `facts` what is noted of it."""

    number: int
    name: str
    description: str
    record: type[Record]
    used: Callable[[Any], bool]
    facts: Callable[[Any], Facts]
    tagged: str | None = None  # as what it bears tags

    def facts_of(self, record: Record | None) -> Facts | None:
        """What is noted of a record while it is in use; None when it is not, or is nobody's."""
        one: Any = record
        if one is None or one.account_id is None or not self.used(one):
            return None
        owner = {name: getattr(one, name) for name in ("account_id", "account", "domain_id", "domain_path", "zone_id")}
        return {name: value for name, value in (owner | self.facts(one)).items() if value is not None}


def _of_guest(guest: VirtualMachine) -> Facts:
    return {
        "name": guest.display_name or guest.name, "offering_id": guest.offering_id, "template_id": guest.template_id,
        "os_type_id": guest.os_type_id, "vm_id": guest.id, "cpus": int(guest.cpus), "mhz": int(guest.mhz),
        "memory_mib": int(guest.memory_mib), "kind": "KVM",
    }  # fmt: skip


def _of_address(address: PublicAddress) -> Facts:
    return {"name": address.ip, "network_id": address.network_id, "source_nat": bool(address.source_nat)}


def _of_volume(volume: Volume) -> Facts:
    return {
        "name": volume.name, "offering_id": volume.disk_offering_id or volume.service_offering_id,
        "template_id": volume.template_id, "size": int(volume.size), "kind": volume.type,
    }  # fmt: skip


def _of_template(template: Template) -> Facts:
    return {
        "name": template.name, "template_id": template.id, "size": int(template.physical_size),
        "virtual_size": int(template.size), "os_type_id": template.os_type_id,
    }  # fmt: skip


def _of_network(network: Network) -> Facts:
    return {"name": network.name, "offering_id": network.offering_id, "network_id": network.id, "kind": network.type}


def _there(record: Any) -> bool:
    return record.state not in GONE


METERS = (
    Meter(1, "RUNNING_VM", "Running VM Usage", VirtualMachine, lambda one: one.state in RUNNING, _of_guest, "UserVm"),
    Meter(2, "ALLOCATED_VM", "Allocated VM Usage", VirtualMachine, _there, _of_guest, "UserVm"),
    Meter(3, "IP_ADDRESS", "IP Address Usage", PublicAddress, lambda _: True, _of_address),
    Meter(6, "VOLUME", "Volume Usage", Volume, _there, _of_volume, "Volume"),
    Meter(7, "TEMPLATE", "Template Usage", Template,
          lambda one: one.state == "Ready" and one.format != "ISO", _of_template, "Template"),
    Meter(8, "ISO", "ISO Usage", Template, lambda one: one.state == "Ready" and one.format == "ISO", _of_template, "ISO"),
    Meter(30, "NETWORK", "Network Usage", Network, _there, _of_network, "Network"),
)  # fmt: skip
BY_NUMBER = {one.number: one for one in METERS}


def meters_of(record: type[Record]) -> list[Meter]:
    """What is metered of the records of a class."""
    return [one for one in METERS if one.record is record]
