"""A zone with everything that a deploy needs, straight from the records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from javelin.contract.caller import Caller
from javelin.data.ids import new_id
from javelin.data.records.account import Account
from javelin.data.records.host import Host
from javelin.data.records.network import Network
from javelin.data.records.service_offering import ServiceOffering
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from tests.cloud import Cloud

GIB = 2**30


@dataclass
class Site:
    """A zone with a host and a pool, offerings, a public template, and a tenant with a network."""

    cloud: Cloud
    zone: Zone
    host: Host
    pool: StoragePool
    small: ServiceOffering
    custom: ServiceOffering
    template: Template
    tenant: Caller
    network: Network

    def deploy(self, caller: Caller | None = None, **parameters: Any) -> dict[str, Any]:
        """Deploy the smallest guest, or with other parameters."""
        given = {
            "zoneid": self.zone.id, "serviceofferingid": self.small.id, "templateid": self.template.id,
            "networkids": self.network.id, **parameters,
        }  # fmt: skip
        wanted = {name: value for name, value in given.items() if value is not None}
        return self.cloud.call("deployVirtualMachine", caller or self.tenant, **wanted)

    def guest(self, state: str = "Stopped", **parameters: Any) -> VirtualMachine:
        """A guest that no job is at work on, in this state."""
        made = self.deploy(startvm="false", **parameters)
        machine = VirtualMachine.require(made["id"])
        if state != "Stopped":
            machine.change(VirtualMachine.state.set(state))
        return VirtualMachine.require(made["id"])

    def make(self, *records: Any) -> None:
        """Put records straight into their tables and lists."""
        transaction = Transaction()
        for record in records:
            transaction.create(record)
        transaction.commit()

    def net(self, owner: Caller, name: str, cidr: str = "10.1.1.0/24") -> Network:
        """A network of an account."""
        gateway = cidr.rsplit(".", 1)[0] + ".1"
        made = Network(
            new_id(), name=name, display_text=name, zone_id=self.zone.id, zone_name="z1", offering_id=new_id(), cidr=cidr,
            gateway=gateway, netmask="255.255.255.0", account_id=owner.account_id, account=owner.account,
            domain_id=owner.domain_id, domain_path=owner.domain_path,
        )  # fmt: skip
        self.make(made)
        return made

    def account(self) -> Account:
        """The tenant's account as it is now."""
        return Account.require(self.tenant.account_id)


@pytest.fixture
def site(cloud: Cloud) -> Site:
    """A site that is ready for deploys."""
    tenant = cloud.caller("tenant")
    zone = Zone(new_id(), name="z1", dns1="8.8.8.8", internal_dns1="8.8.8.8", allocation_state="Enabled")
    place = {"zone_id": zone.id, "zone_name": "z1", "pod_id": new_id(), "pod_name": "p", "cluster_id": new_id(),
             "cluster_name": "c"}  # fmt: skip
    host = Host(new_id(), name="kvm1", state="Up", cpus=8, mhz=2000, memory_mib=8192, **place)
    pool = StoragePool(new_id(), name="pool", path="/var/lib/pool", capacity=100 * GIB, **place)
    small = ServiceOffering(new_id(), name="small", display_text="small", cpus=1, mhz=500, memory_mib=128)
    custom = ServiceOffering(
        new_id(), name="custom", display_text="custom", customized=True, min_cpus=1, max_cpus=4, min_memory_mib=64,
        max_memory_mib=1024,
    )  # fmt: skip
    root = cloud.root
    template = Template(
        new_id(), name="tiny", display_text="tiny", state="Ready", size=GIB, physical_size=2**20, sha256="0" * 64,
        public=True, account_id=root.account_id, account=root.account, domain_id=root.domain_id, domain_path="/",
    )  # fmt: skip
    made = Site(cloud, zone, host, pool, small, custom, template, tenant, Network())
    made.make(zone, host, pool, small, custom, template)
    made.network = made.net(tenant, "net")
    return made
