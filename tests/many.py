"""Many virtual machines, written by the batch as if they were deployed, and a few among them that filters look for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from javelin.data.ids import new_id
from javelin.data.indexes import shelf_of
from javelin.data.record import Record
from javelin.data.records.account import Account
from javelin.data.records.address import Address
from javelin.data.records.sequence import BUCKET, CLOUD, bucket_key, issue, list_key
from javelin.data.records.tag import Tag
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume

KIND = VirtualMachine.__name__


@dataclass(frozen=True)
class Needle:
    """What is looked for: machines that have this template, network, tag, name ..."""

    template: str = field(default_factory=new_id)
    offering: str = field(default_factory=new_id)
    user: str = field(default_factory=new_id)
    network: str = field(default_factory=new_id)
    pool: str = field(default_factory=new_id)
    name: str = "Needle"
    state: str = "Error"
    tag: tuple[str, str] = ("Purpose", "found")

    def filters(self) -> dict[str, dict[str, str]]:
        """The parameters of listVirtualMachines that find it, by what finds it."""
        return {
            "name, a part of it": {"name": "eedl"},
            "keyword": {"keyword": "NEEDLE"},
            "state": {"state": self.state},
            "template": {"templateid": self.template},
            "offering": {"serviceofferingid": self.offering},
            "user": {"userid": self.user},
            "network": {"networkid": self.network},
            "pool": {"storageid": self.pool},
            "tag": {"tags[0].key": self.tag[0], "tags[0].value": self.tag[1]},
            "template and state": {"templateid": self.template, "state": self.state},
        }

    def mark(self, machine: VirtualMachine) -> list[Record | Address]:
        """Make the machine one that is looked for; answers it with all that belongs to it."""
        machine.template_id, machine.offering_id, machine.user_id = self.template, self.offering, self.user
        machine.name = machine.display_name = f"{self.name}-{machine.id[-12:]}"
        machine.state = self.state
        nic = machine.nics[0]
        nic["networkid"] = self.network
        key, value = self.tag
        machine.tags = [{"key": key, "value": value}]
        owner = {"account_id": machine.account_id, "account": machine.account, "domain_id": machine.domain_id,
                 "domain_path": machine.domain_path}  # fmt: skip
        tag = Tag(
            Tag.id_of(machine.id, key), key=key, value=value, resource_id=machine.id, resource_type="UserVm",
            pair=Tag.pair_of(VirtualMachine, key, value), word=Tag.word_of(key), **owner,
        )  # fmt: skip
        volume = Volume(
            machine.root_volume_id, name="ROOT", type="ROOT", size=1, zone_id=machine.zone_id, zone_name="local",
            pool_id=self.pool, vm_id=machine.id, **owner,
        )  # fmt: skip
        address = Address(
            self.network, nic["ipaddress"], nic_id=nic["id"], vm_id=machine.id, account_id=machine.account_id
        )
        return [machine, tag, volume, address]


def write_machines(account: Account, zone: str, count: int, needle: Needle | None = None, hits: int = 0) -> None:
    """Add machines to an account, of which so many are looked for, evenly spread; nothing counts them but the streams."""
    every = count // hits if hits else count + 1
    for first in range(0, count, BUCKET):
        machines = [_machine(account, zone) for _ in range(min(BUCKET, count - first))]
        _enlist(machines, CLOUD, "cloud_bucket")
        _enlist(machines, account.id, "account_bucket")
        others: list[Record | Address] = []
        for place, machine in enumerate(machines, first + 1):
            if needle is not None and place % every == 0:
                others += needle.mark(machine)[1:]
        _put(machines)
        _put(others)


def _put(records: Iterable[Record | Address]) -> None:
    by_kind: dict[type, list[Record | Address]] = {}
    for record in records:
        by_kind.setdefault(type(record), []).append(record)
    for kind, rows in by_kind.items():
        with kind.batch_write() as batch:  # type: ignore[attr-defined]  # every kind is a table
            for row in rows:
                batch.save(row)


def _enlist(machines: list[VirtualMachine], scope: str, attribute: str) -> None:
    first = issue(scope, {KIND: len(machines)})[KIND]
    for place, machine in enumerate(machines):
        setattr(machine, attribute, bucket_key(list_key(KIND, scope), (first + place) // BUCKET))


def _machine(account: Account, zone: str) -> VirtualMachine:
    key, network, template, offering, host = (new_id() for _ in range(5))
    number = int(key[-6:], 16)
    nic = {
        "id": new_id(), "networkid": network, "networkname": "wide", "type": "Isolated", "isdefault": True,
        "macaddress": "1e:00:" + ":".join(key[-8:][place : place + 2] for place in (0, 2, 4, 6)),
        "ipaddress": f"10.{64 + number % 64}.{number // 256 % 256}.{number % 256}", "gateway": "10.64.0.1",
        "netmask": "255.192.0.0", "cidr": "10.64.0.0/10",
    }  # fmt: skip
    volume = new_id()
    return VirtualMachine(
        key, account_id=account.id, account=account.name, domain_id=account.domain_id, domain_path=account.domain_path,
        name=f"VM-{key}", display_name=f"VM-{key}", instance_name=f"i-{key[-12:]}-VM", user_id=new_id(),
        state="Stopped", zone_id=zone, zone_name="local", last_host_id=host, template_id=template,
        template_name="simulated", offering_id=offering, offering_name="Small", cpus=1, mhz=500, memory_mib=128,
        root_volume_id=volume, volume_ids=[volume], nics=[nic], shelf=shelf_of(key),
    )  # fmt: skip
