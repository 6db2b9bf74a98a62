"""The examples of the furnished cloud with every attribute that they may leave empty, so that answers have all their fields."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import Attribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from javelin.data import os_types
from javelin.data.record import Record
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.host_status import HostStatus
from javelin.data.records.lease import Lease
from javelin.data.records.network import SHARED
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.zone import Zone
from tests.unit.furnished.samples import owned_kinds, sample_id, shared_kinds, text_of

Fields = dict[str, Any]
KEPT = ("shelf", "cloud_bucket", "account_bucket")  # where lists find a record
EMPTY = {  # what sparse indexes look for
    "shared", "open_shard", "open_account", "free_shard", "upload_shard", "expunge_shard", "stuck",
}  # fmt: skip
FOR_SOME = {"domain_ids": [sample_id("Domain", "own")], "zone_ids": [sample_id("Zone")]}
INSTEAD: dict[str, Fields] = {  # what an attribute of its kind would not say
    "VirtualMachine": {"user_data_details": {"colour": "blue"}, "state": "Stopping", "details": {"cpuNumber": "1"},
                       "key_pairs": ["k"], "has_user_data": True},
    "Account": {"details": {"a": "b"}},
    "Event": {"resource_type": "VirtualMachine", "user_id": sample_id("User", "user"), "job_id": sample_id("Job", "user")},
    "Template": {"user_data_variables": ["colour"], "state": "Deleting", "details": {"a": "b"}, "sha256": "0" * 64},
    "Network": {"details": {"a": "b"}, "shared": SHARED, "source_nat": True, "public_netmask": "255.255.255.0"},
    "Volume": {"host_id": None},
    "UsageRecord": {"source_nat": True, "name": "web", "os_type_id": os_types.os_types()[0].id},
    "Alert": {"archived": None},
    "PublicAddress": {"free_shard": None},
    "Zone": {"domain_id": sample_id("Domain", "own"), "details": {"a": "b"}},
    "Job": {"result": {"success": True}, "request": None, "plan": None, "flow": None},
    "ServiceOffering": {"details": {"a": "b"}, "storage_tags": ["s"], "host_tags": ["h"], **FOR_SOME},
    "DiskOffering": {"storage_tags": ["s"], **FOR_SOME},
    "Host": {"tags": ["h"], "state": "Up"}, "StoragePool": {"tags": ["s"]},
    "PhysicalNetwork": {"tags": ["p"], "isolation_methods": ["VXLAN"], "vlan": "100-200",
                        "traffic_types": [{"id": sample_id("TrafficType"), "type": "Guest", "label": "uplink"}]},
    "Pod": {"start_ip": "10.0.0.1", "end_ip": "10.0.0.9", "gateway": "10.0.0.254"},
    "NetworkOffering": {**FOR_SOME, "capabilities": [{"service": "Dhcp", "capabilitytype": "a", "capabilityvalue": "b"}]},
}  # fmt: skip
TAGS = [{"key": "colour", "value": "red", "customer": "somebody"}]


def fill(owner: str) -> None:
    """Give the examples of a tenant, and those of the cloud, all that they may have."""
    for model in (*owned_kinds(), *shared_kinds(), Account, Domain):
        key = sample_id(model.__name__, owner if model in owned_kinds() or model is Account else "")
        record = model.find(key) if model is not Domain else model.find(sample_id("Domain", "own"))
        if record is None:
            continue
        for name, value in _values(record, owner).items():
            setattr(record, name, value)
        record.save()
    HostStatus(sample_id("Host"), seen=1, cpu_load=1, memory_used_mib=1).save()
    for kind in ("VirtualMachine", "Template", "Network"):
        Lease(sample_id(kind, owner), owner=sample_id("Job", owner), fence=1).save()


def _values(record: Record, owner: str) -> Fields:
    kind = type(record).__name__
    fields: Fields = {}
    for name, attribute in record.get_attributes().items():
        if name in KEPT or name in EMPTY or getattr(record, name) is not None:
            continue
        if (value := _value(kind, name, attribute, owner)) is not None:
            fields[name] = value
    if "tags" in record.get_attributes() and (hasattr(record, "account_id") or isinstance(record, Zone)):
        fields["tags"] = TAGS
    if isinstance(record, VirtualMachine):
        fields["nics"] = [{**record.nics[0], "vni": 5001}]
    return fields | INSTEAD.get(kind, {})


def _value(kind: str, name: str, attribute: Attribute[Any], owner: str) -> Any:
    if isinstance(attribute, UTCDateTimeAttribute):
        return datetime(2026, 1, 31, tzinfo=UTC)
    if isinstance(attribute, NumberAttribute):
        return 1
    return text_of(kind, name, owner) if isinstance(attribute, UnicodeAttribute) else None
