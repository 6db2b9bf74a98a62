"""One example of any record, made from its declaration: a new record is in the furnished cloud without a line here."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from infra.generator.declarations import records
from javelin.contract.secret import Secret
from javelin.data.record import Owned, Record, Shared
from javelin.data.records.account import Account
from javelin.data.records.affinity_group import TOGETHER
from javelin.data.records.domain import Domain
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.role import Role

NAMESPACE = UUID("3f0c8b5e-52a8-4f0e-9d57-6a1d1d8a2c11")
APART = (Account, Domain, Role)  # made by hand: they say who owns the rest
TRAFFIC = str(uuid5(NAMESPACE, "TrafficType/"))  # of the physical network, inside of it
PROVIDER = str(uuid5(NAMESPACE, "provider"))  # of network services, inside the physical network
REGION = 2  # the number of the example of a region
Fields = dict[str, Any]

ROLE_ID = "3f0c8b5e-52a8-7f0e-9d57-6a1d1d8a0000"  # of somebody's own making
RULE_IDS = (f"{ROLE_ID[:-4]}0001", f"{ROLE_ID[:-4]}0002")

TEXTS = {
    "cidr": "10.1.1.0/24", "gateway": "10.1.1.1", "netmask": "255.255.255.0", "start_ip": "10.1.1.10",
    "end_ip": "10.1.1.20", "ip": "203.0.113.7", "zone_name": "z1", "dns1": "9.9.9.9", "internal_dns1": "8.8.4.4",
    "path": "/srv/pool", "email": "somebody@example.org", "fingerprint": "00:11", "command": "startVirtualMachine",
    "public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZ1cm5pc2hlZCBjbG91ZCBzYW1wbGUga2V5IGJ5dGVz x",
    "type": "VM.START", "level": "INFO", "state": "Completed", "key": "colour", "value": "red",
    "resource_type": "UserVm", "payload_url": "https://203.0.113.9/hook",
}  # fmt: skip
KINDS = {  # attributes that name another record than their own name says
    ("VirtualMachine", "group_id"): "InstanceGroup",
    ("VirtualMachine", "offering_id"): "ServiceOffering", ("Network", "offering_id"): "NetworkOffering",
    ("VirtualMachine", "root_volume_id"): "Volume", ("PublicAddress", "range_id"): "VlanRange",
    ("Tag", "resource_id"): "VirtualMachine", ("Volume", "vm_id"): "VirtualMachine",
    ("Job", "resource_id"): "VirtualMachine", ("Event", "resource_id"): "VirtualMachine",
    ("Volume", "pool_id"): "StoragePool", ("Network", "router_host_id"): "Host",
    ("Network", "router_id"): "Network", ("GuestOs", "category_id"): "OsCategory",
    ("UsageRecord", "resource_id"): "VirtualMachine",
}  # fmt: skip
LINKED = {  # what a record may leave empty and a usable example does not
    "Job": ("resource_id",), "Volume": ("vm_id", "template_id", "pool_id", "disk_offering_id", "service_offering_id"),
    "Network": ("physical_network_id", "router_host_id", "router_id"),
    "PublicAddress": ("physical_network_id", "network_id"), "VlanRange": ("physical_network_id",),
    "StoragePool": ("pod_id", "cluster_id"), "Event": ("resource_id",), "VirtualMachine": ("user_data_id", "group_id"),
}  # fmt: skip
LEFT_OPEN: dict[str, Fields] = {  # what a record leaves open and a usable example has
    "AffinityGroup": {"type": TOGETHER}, "UserData": {"variables": ["colour"]},
    "CniConfiguration": {"variables": ["colour"]}, "InstanceGroup": {"guests": 1},
    "Zone": {"allocation_state": "Enabled"}, "Host": {"state": "Up", "cpus": 8, "mhz": 2000, "memory_mib": 16384},
    "Template": {"state": "Ready", "sha256": "0" * 64, "size": 2**30, "physical_size": 2**30},
    "ServiceOffering": {"cpus": 1, "mhz": 500, "memory_mib": 256}, "DiskOffering": {"size_gib": 1},
    "OauthProvider": {"secret": Secret("of a client")},
    "NetworkOffering": {"state": "Enabled", "services": {"Dhcp": "VirtualRouter", "SourceNat": "VirtualRouter"}},
    "StoragePool": {"capacity": 2**44, "scope": "ZONE"},
    "PhysicalNetwork": {
        "state": "Enabled", "traffic_types": [{"id": TRAFFIC, "type": "Management", "label": "br0"}],
        "providers": [{"id": PROVIDER, "name": "VirtualRouter", "state": "Disabled", "services": ["Dhcp"]}]},
    "PublicAddress": {"state": "Allocated"}, "Network": {"vni": 5001},
    "Job": {"status": 1, "resource_type": "VirtualMachine"}, "Volume": {"state": "Ready", "details": {"colour": "red"}},
    "Webhook": {"state": "Enabled", "scope": "Local"}, "WebhookDelivery": {"state": "Failed"},
    "Region": {"number": REGION},
    "UsageRecord": {"started": datetime(2026, 1, 1, tzinfo=UTC), "ended": datetime(2026, 1, 2, tzinfo=UTC)},
}  # fmt: skip


@functools.cache
def shared_kinds() -> tuple[type[Record], ...]:
    """The records of the cloud itself, of which there is one each."""
    return tuple(one for one in records() if issubclass(one, Shared) and one not in (*APART, PublicAddress))


@functools.cache
def owned_kinds() -> tuple[type[Record], ...]:
    """The records that belong to accounts, of which every tenant has one."""
    return tuple(one for one in records() if (issubclass(one, Owned) and one is not Owned) or one is PublicAddress)


def sample_id(kind: str, owner: str = "") -> str:
    """The id of the example of a record, the same in every run."""
    return str(uuid5(NAMESPACE, f"{kind}/{owner}"))


def absent_id(purpose: str = "") -> str:
    """An id that nothing has."""
    return str(uuid5(NAMESPACE, f"absent/{purpose}"))


def sample(model: type[Record], owner: str = "", belongs: Mapping[str, Any] | None = None) -> Record:
    """An example with every attribute that it must have; `belongs` says to which account and domain."""
    kind = model.__name__
    fields: Fields = {**LEFT_OPEN.get(kind, {}), **(belongs or {})}
    for name, attribute in model.get_attributes().items():
        if name in fields or attribute.is_hash_key or attribute.null or attribute.default is not None:
            continue
        if isinstance(attribute, NumberAttribute):
            fields[name] = 1
        elif isinstance(attribute, UnicodeAttribute):
            fields[name] = text_of(kind, name, owner)
    fields |= {name: text_of(kind, name, owner) for name in LINKED.get(kind, ())}
    if kind == "VirtualMachine":
        fields |= {
            "volume_ids": [sample_id("Volume", owner)],
            "nics": [_nic(owner)],
            "affinity_groups": [_group(owner)],
        }
    if kind == "Annotation":
        noted = {"entity_id": sample_id("VirtualMachine", "stranger"), "user_id": sample_id("User", "stranger")}
        fields |= {"entity_type": "VM"} | noted
    if kind == "AffinityGroup":
        fields["vm_ids"] = {sample_id("VirtualMachine", owner)}
    return model(sample_id(kind, owner), **fields)


def _group(owner: str) -> Fields:
    return {
        "id": sample_id("AffinityGroup", owner),
        "name": f"affinitygroup-{owner}",
        "type": TOGETHER,
        "description": "d",
    }


def _nic(owner: str) -> Fields:
    return {
        "id": sample_id("Nic", owner), "networkid": sample_id("Network", owner), "networkname": f"network-{owner}",
        "type": "Isolated", "macaddress": "02:00:00:00:00:01", "ipaddress": "10.1.1.5", "gateway": TEXTS["gateway"],
        "netmask": TEXTS["netmask"], "cidr": TEXTS["cidr"], "isdefault": True,
    }  # fmt: skip


def text_of(kind: str, name: str, owner: str) -> str:
    """What an attribute of a record says: an id that its name names, or words."""
    if name.endswith("_id"):
        named = KINDS.get((kind, name), "".join(word.capitalize() for word in name[:-3].split("_")))
        return sample_id(named, owner if named in {one.__name__ for one in owned_kinds()} else "")
    if name in TEXTS:
        return TEXTS[name]
    return f"{kind}-{owner or 'cloud'}".lower()
