"""The cloud before anything is deployed: a zone, two hosts with pools, a template, an offering, networks, a tenant."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bridge.identity import Identity
from javelin.contract.caller import Caller
from javelin.contract.errors import InternalError
from javelin.data import limits
from javelin.data.ids import new_id
from javelin.data.records.address import Address
from javelin.data.records.network import Network
from javelin.data.records.public_address import PublicAddress, address_id, free_shard
from javelin.data.records.service_offering import ServiceOffering
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.template import Template
from javelin.data.records.vlan_range import VlanRange
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.discovery.names import host_queue
from tests.flows.hosts import SimulatedHost, Storage, Wire
from tests.flows.world import World
from tests.unit.fabric_admin.fabric import build

GIB = 2**30


@dataclass
class Ground:
    """The ids of what is there, and who acts."""

    tenant: Caller
    zone: str
    hosts: list[str]
    template: str
    offering: str
    networks: list[str]


def way_out(outside: VlanRange, ip: str) -> PublicAddress:
    """A free address of a range."""
    key = address_id(outside.zone_id, ip)
    return PublicAddress(
        key, zone_id=outside.zone_id, zone_name=outside.zone_name, range_id=outside.id, ip=ip, gateway=outside.gateway,
        netmask=outside.netmask, bridge=outside.bridge, free_shard=free_shard(outside.zone_id, key),
    )  # fmt: skip


def three_each(addresses: Iterable[PublicAddress]) -> list[PublicAddress]:
    """As many in every shard, so that taking one costs the same whichever is looked at."""
    shards: dict[str, list[PublicAddress]] = {}
    for address in addresses:
        shards.setdefault(str(address.free_shard), []).append(address)
    return [address for shard in shards.values() for address in shard[:3]]


def prepare(world: World) -> Ground:
    """Build it: two hosts with a pool that both reach, two isolated networks of one tenant."""
    fabric = build(world.cloud)
    Zone.require(fabric.zone).change(Zone.allocation_state.set("Enabled"))
    tenant = world.cloud.caller("tenant")
    hosts, storage = [], Storage(world.bucket)
    for number in (1, 2):
        address = IPv4Address("10.0.0.10") + number
        host, bridge = fabric.enrolled(str(address))
        private = bridge.key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        identity = Identity(
            endpoint="http://127.0.0.1:1", host=host, driver="simulated", region="us-east-1", reports_queue="reports",
            private_key=base64.b64encode(private).decode(), command_key=bridge.identity["command_key"],
            commands_queue=host_queue(host),
        )  # fmt: skip
        wire = Wire(world.answer, lambda token: None)
        world.hosts[host] = SimulatedHost(identity, wire, world.folder, storage)
        hosts.append(host)
    zone_fields: dict[str, Any] = {"zone_id": fabric.zone, "zone_name": "z1"}
    owner: dict[str, Any] = {"account_id": tenant.account_id, "account": tenant.account, "domain_id": tenant.domain_id,
             "domain_path": tenant.domain_path}  # fmt: skip
    transaction = Transaction()
    pool = StoragePool(new_id(), name="shared", scope="ZONE", path="/pools/shared", capacity=1000 * GIB, **zone_fields)
    template = Template(
        new_id(), name="tiny", display_text="tiny", state="Ready", public=True, sha256="0" * 64, size=GIB,
        physical_size=GIB, **owner,
    )  # fmt: skip
    offering = ServiceOffering(new_id(), name="small", display_text="small", cpus=1, mhz=500, memory_mib=256)
    networks = [
        Network(
            new_id(), name=f"net{n}", display_text=f"net{n}", offering_id=new_id(), cidr=f"10.1.{n}.0/24",
            gateway=f"10.1.{n}.1", netmask="255.255.255.0", router_ip=f"10.1.{n}.254", vni=1000 + n, source_nat=n == 1,
            **zone_fields, **owner,
        )
        for n in (1, 2)
    ]  # fmt: skip
    outside = VlanRange(
        new_id(), gateway="203.0.113.1", netmask="255.255.255.0", cidr="203.0.113.0/24", start_ip="203.0.113.10",
        end_ip="203.0.113.249", bridge="outside", **zone_fields,
    )  # fmt: skip
    ways_out = three_each(way_out(outside, f"203.0.113.{n}") for n in range(10, 250))
    for record in (pool, template, offering, outside, *ways_out, *networks):
        transaction.create(record)
    for network in networks:
        transaction.claim(Network.vni_claim(int(network.vni or 0)), network.id, InternalError("the number is taken"))
        transaction.create(Address(network.id, network.router_ip, nic_id=network.id, vm_id=network.id))
    world.bucket.objects[template.object_key] = b"an image"
    limits.use(transaction, tenant, network=2, template=1)
    transaction.commit()
    world.finish()
    return Ground(tenant, fabric.zone, hosts, template.id, offering.id, [one.id for one in networks])
