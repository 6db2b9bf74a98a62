"""Zone, physical network, pod, cluster and public addresses of the local cloud, made through its own API."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass

from infra.local.api import Api, Row
from infra.local.home import Home
from infra.local.progress import Say, Skipped

ZONE, PHYSICAL, POD = "local", "local-net", "local-pod"
CLUSTERS = {"KVM": "local-cluster", "Simulator": "simulated-cluster"}
DNS = "9.9.9.9"


@dataclass(frozen=True)
class Plan:
    """What differs between the clouds of one machine, so that they do not meet: names and numbers from the folder."""

    bridge: str
    network: str  # the first three bytes of the public network
    first_vni: int

    @classmethod
    def of(cls, home: Home) -> Plan:
        """The plan of one cloud."""
        digest = hashlib.sha256(str(home.folder).encode()).digest()
        return cls(f"javelin-{digest.hex()[:6]}", f"172.31.{digest[0]}", 100_000 + int.from_bytes(digest[1:3]) * 200)

    @property
    def gateway(self) -> str:
        """This machine's address on the public bridge."""
        return f"{self.network}.1"


@dataclass(frozen=True)
class Fabric:
    """The ids that later steps need."""

    zone: str
    pod: str
    cluster: str
    hypervisor: str


def make_zone(api: Api, say: Say) -> Row:
    """The zone, enabled."""
    zone = api.ensure(
        ("listZones", "zone"), ZONE,
        lambda: api.call("createZone", name=ZONE, networktype="Advanced", dns1=DNS, internaldns1=DNS,
                         guestcidraddress="10.1.1.0/24", localstorageenabled="true"),
    )  # fmt: skip
    say(zone["id"])
    return zone


def make_physical_network(api: Api, plan: Plan, zone: Row, say: Say) -> None:
    """The physical network with its traffic types and enabled services."""
    where = {"zoneid": zone["id"]}
    network = api.ensure(
        ("listPhysicalNetworks", "physicalnetwork"), PHYSICAL,
        lambda: api.call("createPhysicalNetwork", name=PHYSICAL, isolationmethods="VXLAN",
                         vlan=f"{plan.first_vni}-{plan.first_vni + 199}", **where),
        **where,
    )  # fmt: skip
    there = {row["traffictype"] for row in api.rows("listTrafficTypes", "traffictype", physicalnetworkid=network["id"])}
    for kind in ("Management", "Guest", "Public"):
        if kind not in there:
            label = plan.bridge if kind == "Public" else None
            api.call("addTrafficType", physicalnetworkid=network["id"], traffictype=kind, kvmnetworklabel=label)
    if network.get("state") != "Enabled":
        api.call("updatePhysicalNetwork", id=network["id"], state="Enabled")
    providers = api.rows("listNetworkServiceProviders", "networkserviceprovider", physicalnetworkid=network["id"])
    for provider in providers:
        if provider["name"] == "VirtualRouter" and provider["state"] != "Enabled":
            api.call("updateNetworkServiceProvider", id=provider["id"], state="Enabled")
    say(network["id"])


def make_public_addresses(api: Api, plan: Plan, zone: Row, say: Say) -> None:
    """The addresses that routers may have on this machine's own public bridge."""
    gateway = plan.gateway
    ranges = api.rows("listVlanIpRanges", "vlaniprange", zoneid=zone["id"])
    if not any(row.get("gateway") == gateway for row in ranges):
        api.call(
            "createVlanIpRange", zoneid=zone["id"], forvirtualnetwork="true", vlan="untagged", gateway=gateway,
            netmask="255.255.255.0", startip=f"{plan.network}.10", endip=f"{plan.network}.250",
        )  # fmt: skip
    say(f"{plan.network}.10 - {plan.network}.250 on bridge {plan.bridge}")


def make_cluster(api: Api, zone: Row, hypervisor: str, say: Say) -> Fabric:
    """Pod and cluster."""
    pod = api.ensure(
        ("listPods", "pod"), POD,
        lambda: api.call("createPod", name=POD, zoneid=zone["id"], gateway="127.0.0.1", netmask="255.0.0.0",
                         startip="127.0.0.2", endip="127.255.255.254"),
        zoneid=zone["id"],
    )  # fmt: skip
    name = CLUSTERS[hypervisor]
    cluster = api.ensure(
        ("listClusters", "cluster"), name,
        lambda: api.call("addCluster", clustername=name, zoneid=zone["id"], podid=pod["id"], hypervisor=hypervisor,
                         clustertype="CloudManaged"),
        podid=pod["id"],
    )  # fmt: skip
    say(f"{POD}, {name}")
    return Fabric(zone["id"], pod["id"], cluster["id"], hypervisor)


def make_pool(api: Api, fabric: Fabric, home: Home, say: Say) -> None:
    """A directory of this machine as primary storage of the cluster."""
    folder = home.folder / "pool"
    folder.mkdir(mode=0o711, exist_ok=True)
    name = f"{CLUSTERS[fabric.hypervisor]}-pool"
    # A simulated pool has room for whatever is tried; of a real one heartbeats tell how full it is.
    size = shutil.disk_usage(folder).total if fabric.hypervisor == "KVM" else 100 * 2**40
    pool = api.ensure(
        ("listStoragePools", "storagepool"), name,
        lambda: api.call("createStoragePool", name=name, zoneid=fabric.zone, podid=fabric.pod,
                         clusterid=fabric.cluster, scope="CLUSTER", url=f"file://{folder}",
                         hypervisor=fabric.hypervisor, capacitybytes=size),
        zoneid=fabric.zone,
    )  # fmt: skip
    say(pool.get("path", str(folder)))


def enable_zone(api: Api, zone: Row, say: Say) -> None:
    """Open the zone to everyone."""
    if zone["allocationstate"] == "Enabled":
        say("is enabled")
        return
    if "updateZone" not in api.commands:
        raise Skipped("updateZone is not served")
    api.call("updateZone", id=zone["id"], allocationstate="Enabled")
    say("enabled")
