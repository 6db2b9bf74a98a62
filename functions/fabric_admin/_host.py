"""How a host is shown."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import Field

from javelin.contract.responses import AnnotatedResponse
from javelin.contract.secret import Secret
from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus

MIB = 2**20


class HostResponse(AnnotatedResponse):
    """A host."""

    id: str = Field(description="The host's id")
    name: str = Field(description="The host's name")
    state: str = Field(description="Connecting until its bridge enrolled, then Up, Disconnected or Down")
    resourcestate: str = Field(description="What the operator wants of it: Enabled, Disabled or Maintenance")
    type: str = Field("Routing", description="Routing: it runs guests")
    ipaddress: str = Field(description="Its address in the management network")
    zoneid: str = Field(description="The zone that it is in")
    zonename: str = Field(description="The zone's name")
    podid: str = Field(description="The pod that it is in")
    podname: str = Field(description="The pod's name")
    clusterid: str = Field(description="The cluster that it is in")
    clustername: str = Field(description="The cluster's name")
    clustertype: str = Field("CloudManaged", description="CloudManaged")
    hypervisor: str = Field(description="KVM or Simulator")
    hypervisorversion: str | None = Field(None, description="The hypervisor's own name and version")
    cpusockets: int | None = Field(None, description="How many processors it has")
    cpunumber: int = Field(description="How many cores it has")
    cpuspeed: int = Field(description="MHz of a core")
    cpuwithoverprovisioning: str = Field(description="MHz that may be promised")
    cpuallocated: str = Field(description="Part of the MHz that is promised")
    cpuallocatedvalue: int = Field(description="MHz that are promised")
    cpuallocatedpercentage: str = Field(description="Part of the MHz that is promised")
    cpuallocatedwithoverprovisioning: str = Field(description="Part of the MHz that may be promised that is promised")
    cpuused: str | None = Field(None, description="How busy the cores are")
    cpuloadaverage: float | None = Field(None, description="How many tasks wanted to run, over the last minute")
    memorytotal: int = Field(description="Bytes of memory that it has")
    memorywithoverprovisioning: str = Field(description="Bytes of memory that may be promised")
    memoryallocated: int = Field(description="Bytes of memory that are promised")
    memoryallocatedbytes: int = Field(description="Bytes of memory that are promised")
    memoryallocatedpercentage: str = Field(description="Part of the memory that may be promised that is promised")
    memoryused: int | None = Field(None, description="Bytes of memory that are in use")
    disconnected: datetime | None = Field(None, description="Since when it has not been heard of")
    lastpinged: datetime | None = Field(None, description="When it was last heard of")
    created: datetime = Field(description="When it was added")
    capabilities: str = Field("hvm", description="What its guests may be")
    events: str = Field("", description="What may happen to it next")
    hosttags: str | None = Field(None, description="Its tags, comma-separated")
    explicithosttags: str | None = Field(None, description="The tags that an operator gave it")
    istagarule: bool = Field(False, description="Whether its tag is a rule")
    islocalstorageactive: bool = Field(True, description="Whether its own disks may hold volumes")
    hahost: bool = Field(False, description="Whether it is kept free for guests of hosts that fail")
    arch: str = Field("x86_64", description="Its processors")
    ueficapability: bool = Field(False, description="Whether guests may boot with UEFI")
    encryptionsupported: bool = Field(False, description="Whether volumes may be encrypted")
    instanceconversionsupported: bool = Field(False, description="Whether foreign guests can be converted on it")
    details: dict[str, str | Secret] | None = Field(None, description="More about it")


def show(host: Host, status: HostStatus | None, details: dict[str, Secret] | None = None) -> HostResponse:
    """A host with what is promised and what its last heartbeat said."""
    promised_mhz, promised = int(host.cpu_used_mhz), int(host.memory_used_mib) * MIB
    tags = ",".join(host.tags) or None
    heard = status if status is not None and int(status.seen) else None
    load = float(heard.cpu_load) if heard else None
    busy = None if load is None else min(100.0, 100 * load / max(1, int(host.cpus)))
    return HostResponse(
        hasannotations=bool(host.notes),
        id=host.id, name=host.name, state=host.state, resourcestate=host.resource_state, ipaddress=host.address,
        zoneid=host.zone_id, zonename=host.zone_name, podid=host.pod_id, podname=host.pod_name,
        clusterid=host.cluster_id, clustername=host.cluster_name, hypervisor=host.hypervisor,
        hypervisorversion=host.hypervisor_version, cpusockets=1 if host.cpus else None, cpunumber=int(host.cpus),
        cpuspeed=int(host.mhz), cpuwithoverprovisioning=f"{host.cpu_limit_mhz:.2f}",
        cpuallocated=_percent(promised_mhz, int(host.cpus) * int(host.mhz)), cpuallocatedvalue=promised_mhz,
        cpuallocatedpercentage=_percent(promised_mhz, int(host.cpus) * int(host.mhz)),
        cpuallocatedwithoverprovisioning=_percent(promised_mhz, host.cpu_limit_mhz),
        cpuused=None if busy is None else f"{busy:.2f}%", cpuloadaverage=load,
        memorytotal=int(host.memory_mib) * MIB, memorywithoverprovisioning=str(host.memory_limit_mib * MIB),
        memoryallocated=promised, memoryallocatedbytes=promised,
        memoryallocatedpercentage=_percent(int(host.memory_used_mib), host.memory_limit_mib),
        memoryused=int(heard.memory_used_mib) * MIB if heard else None, disconnected=host.disconnected,
        lastpinged=datetime.fromtimestamp(int(heard.seen), UTC) if heard else None, created=host.created,
        hosttags=tags, explicithosttags=tags,
        details=({"accelerated": str(host.accelerated).lower(), "guests": str(int(host.guests))} | (details or {})),
    )  # fmt: skip


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}%" if whole else "0.00%"
