"""How a virtual machine is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from functions.compute._affinity_group import AffinityGroupResponse, show_membership
from javelin.contract.responses import AnnotatedResponse, OwnedResponse, Response
from javelin.contract.secret import Secret
from javelin.contract.tags import TagResponse
from javelin.data import os_types
from javelin.data.owners import owner
from javelin.data.records.domain import shown_path
from javelin.data.records.host import Host
from javelin.data.records.tag import show_tags
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.messaging.network_links import mtu_of


class NicResponse(Response):
    """A guest's network interface."""

    id: str = Field(description="The NIC's id")
    networkid: str = Field(description="The network it is in")
    networkname: str | None = Field(None, description="The network's name")
    netmask: str | None = Field(None, description="Netmask of the network")
    gateway: str | None = Field(None, description="Gateway of the network")
    ipaddress: str | None = Field(None, description="IPv4 address")
    isolationuri: str | None = Field(None, description="The segment, for admins")
    broadcasturi: str | None = Field(None, description="The segment, for admins")
    traffictype: str = Field("Guest", description="Guest")
    type: str | None = Field(None, description="Isolated or Shared")
    isdefault: bool = Field(description="Whether the default route goes here")
    macaddress: str = Field(description="MAC address")
    deviceid: str | None = Field(None, description="Position of the NIC")
    virtualmachineid: str = Field(description="The virtual machine that has it")
    secondaryip: list[Response] = Field(default_factory=list, description="Further addresses")
    mtu: int = Field(description="The largest frame content that it sends")


class VirtualMachineResponse(OwnedResponse, AnnotatedResponse):
    """A virtual machine."""

    id: str = Field(description="The virtual machine's id")
    name: str = Field(description="Its host name")
    displayname: str = Field(description="The name that people see")
    instancename: str | None = Field(None, description="The domain's name on its host, for admins")
    domainid: str = Field(description="The domain of its owner")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    userid: str | None = Field(None, description="The user who deployed it")
    username: str | None = Field(None, description="That user's name")
    created: datetime = Field(description="When it was made")
    state: str = Field(description="Starting, Running, Stopping, Stopped, Destroyed, Expunging or Error")
    haenable: bool = Field(False, description="Whether it is restarted elsewhere when its host fails")
    zoneid: str = Field(description="Its zone")
    zonename: str = Field(description="Its zone's name")
    hostid: str | None = Field(None, description="Where it runs, for admins")
    hostname: str | None = Field(None, description="The name of the host where it runs, for admins")
    hostcontrolstate: str | None = Field(None, description="Whether that host can be used, for admins")
    templateid: str = Field(description="The template of its root disk")
    templatename: str = Field(description="That template's name")
    templatedisplaytext: str | None = Field(None, description="That template's description")
    templatetype: str | None = Field(None, description="That template's type")
    templateformat: str | None = Field(None, description="The format of that template's image")
    passwordenabled: bool = Field(False, description="Whether the template takes a password")
    serviceofferingid: str = Field(description="Its service offering")
    serviceofferingname: str = Field(description="That offering's name")
    diskofferingid: str | None = Field(None, description="The offering of the data disk that it was deployed with")
    diskofferingname: str | None = Field(None, description="That offering's name")
    cpunumber: int = Field(description="CPU cores")
    cpuspeed: int = Field(description="MHz per core")
    memory: int = Field(description="MiB")
    guestosid: str | None = Field(None, description="Its operating system")
    ostypeid: str | None = Field(None, description="Its operating system")
    osdisplayname: str = Field(description="That operating system's name")
    arch: str = Field(description="The processor's architecture")
    boottype: str = Field("Bios", description="Bios")
    bootmode: str = Field("legacy", description="legacy")
    rootdeviceid: int = Field(0, description="Position of the root disk")
    rootdevicetype: str = Field("ROOT", description="ROOT")
    pooltype: str | None = Field(None, description="The type of the pool that has its root disk, for admins")
    vmtype: str = Field("UserVM", description="UserVM")
    hypervisor: str = Field("KVM", description="KVM")
    ipaddress: str | None = Field(None, description="Address of the default NIC")
    keypair: str | None = Field(None, description="SSH key pairs that were put in it")
    keypairs: str | None = Field(None, description="SSH key pairs that were put in it")
    groupid: str | None = Field(None, description="The instance group that it is in")
    group: str | None = Field(None, description="That group's name")
    forvirtualnetwork: bool = Field(description="Whether it is in an isolated network")
    nic: list[NicResponse] = Field(description="Its network interfaces")
    securitygroup: list[Response] = Field(default_factory=list, description="Its security groups")
    affinitygroup: list[AffinityGroupResponse] = Field(default_factory=list, description="Its affinity groups")
    tags: list[TagResponse] = Field(default_factory=list, description="Its tags")
    userdata: str | None = Field(None, description="Its user data in base64, when asked for")
    userdataid: str | None = Field(None, description="The registered user data that it got")
    userdataname: str | None = Field(None, description="That user data's name")
    userdatapolicy: str | None = Field(None, description="What its template says of other user data")
    userdatadetails: str | None = Field(None, description="The values of its user data's variables")
    details: dict[str, str] | None = Field(None, description="Its details")
    displayvm: bool = Field(True, description="Whether users see it")
    isdynamicallyscalable: bool = Field(False, description="Whether it can be scaled while it runs")
    deleteprotection: bool = Field(False, description="Whether it refuses to be destroyed")
    lastupdated: datetime | None = Field(None, description="When it last changed state")
    jobid: str | None = Field(None, description="The job that is at work on it")
    jobstatus: int | None = Field(None, description="0 while that job is at work")


class StartedVirtualMachineResponse(VirtualMachineResponse):
    """A virtual machine that a job has started. Its password is shown to who queries the job, and kept nowhere."""

    password: Secret | None = Field(None, description="The password that it got at its first start, from its template")


def show(
    machine: VirtualMachine, *, admin: bool, job_id: str | None = None, host: Host | None = None,
    user_data: str | None = None,
) -> VirtualMachineResponse:  # fmt: skip
    """A virtual machine as the caller may see it: hosts and segments are for admins; `job_id` is at work on it."""
    nics = [_nic(machine.id, position, nic, admin=admin) for position, nic in enumerate(machine.nics)]
    system_id, system_name = os_types.find_or_other(machine.os_type_id, machine.os_type_name)
    names = ",".join(machine.key_pairs) or None
    return VirtualMachineResponse(
        hasannotations=bool(machine.notes),
        id=machine.id, name=machine.name, displayname=machine.display_name,
        instancename=machine.instance_name if admin else None, **owner(machine), domainid=machine.domain_id,
        domain=_last(machine.domain_path), domainpath=shown_path(machine.domain_path), userid=machine.user_id,
        username=machine.user_name,
        created=machine.created, state=machine.state, haenable=machine.ha_enabled, zoneid=machine.zone_id,
        zonename=machine.zone_name, hostid=machine.host_id if admin else None,
        hostname=machine.host_name if admin and machine.host_id else None,
        hostcontrolstate=host.control_state if admin and host else None,
        pooltype=machine.pool_type if admin else None, templateid=machine.template_id,
        templatename=machine.template_name, templatedisplaytext=machine.template_text or machine.template_name,
        templatetype=machine.template_type, templateformat=machine.template_format,
        passwordenabled=machine.password_enabled, serviceofferingid=machine.offering_id,
        serviceofferingname=machine.offering_name, cpunumber=int(machine.cpus), cpuspeed=int(machine.mhz),
        memory=int(machine.memory_mib), guestosid=system_id, ostypeid=system_id, osdisplayname=system_name,
        arch=machine.arch, diskofferingid=machine.disk_offering_id, diskofferingname=machine.disk_offering_name,
        ipaddress=next((nic.ipaddress for nic in nics if nic.isdefault), None), keypair=names, keypairs=names,
        group=machine.group, groupid=machine.group_id, forvirtualnetwork=any(nic.type == "Isolated" for nic in nics), nic=nics,
        tags=show_tags(machine, "UserVm"), affinitygroup=show_membership(machine),
        details=machine.details or None, displayvm=machine.display, isdynamicallyscalable=machine.dynamically_scalable,
        deleteprotection=machine.delete_protection, lastupdated=machine.updated,
        jobid=job_id, jobstatus=None if job_id is None else 0, userdata=user_data,
        userdataid=machine.user_data_id, userdataname=machine.user_data_name,
        userdatapolicy=machine.user_data_policy, userdatadetails=_values(machine.user_data_details),
    )  # fmt: skip


def _nic(machine_id: str, position: int, nic: dict[str, Any], *, admin: bool) -> NicResponse:
    segment = f"vxlan://{nic['vni']}" if nic.get("vni") else "vlan://untagged"
    return NicResponse(
        id=nic["id"], networkid=nic["networkid"], networkname=nic["networkname"], netmask=nic["netmask"],
        gateway=nic["gateway"], ipaddress=nic["ipaddress"], type=nic["type"], isdefault=nic["isdefault"],
        macaddress=nic["macaddress"], virtualmachineid=machine_id, deviceid=str(position),
        isolationuri=segment if admin else None, broadcasturi=segment if admin else None, mtu=mtu_of(nic.get("vni")),
    )  # fmt: skip


def _values(details: dict[str, str] | None) -> str | None:
    return ",".join(f"{name}={value}" for name, value in details.items()) if details else None


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or "ROOT"
