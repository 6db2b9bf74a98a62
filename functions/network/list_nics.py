"""listNics: the network interfaces of a virtual machine."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, ListRequest, Uuid
from javelin.contract.responses import Listing, Response
from javelin.data.lists import window
from javelin.data.records.network import Network
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.messaging.network_links import mtu_of


class ListNics(ListRequest):
    """Lists the network interfaces of a virtual machine."""

    virtualmachineid: Uuid = Field(description="The virtual machine")
    nicid: Uuid | None = Field(None, description="Only this one")
    networkid: Uuid | None = Field(None, description="Only that in this network")
    fordisplay: Flag = Field(True, description="True, as users see all NICs of their machines; false for none")


class NicResponse(Response):
    """A guest's network interface."""

    id: str = Field(description="The NIC's id")
    networkid: str = Field(description="The network it is in")
    networkname: str = Field(description="The network's name")
    virtualmachineid: str = Field(description="The virtual machine that has it")
    netmask: str = Field(description="Netmask of the network")
    gateway: str = Field(description="Gateway of the network")
    ipaddress: str = Field(description="IPv4 address")
    macaddress: str = Field(description="MAC address")
    deviceid: str = Field(description="Its position in the virtual machine")
    isdefault: bool = Field(description="Whether the default route goes here")
    type: str = Field(description="Isolated or Shared")
    traffictype: str = Field("Guest", description="Guest")
    broadcasturi: str | None = Field(None, description="The segment, for operators")
    isolationuri: str | None = Field(None, description="The segment, for operators")
    mtu: int = Field(description="The largest frame content that it sends")
    secondaryip: list[Response] = Field(default_factory=list, description="Further addresses")


@operation(ListNics, roles=EVERYONE, answers=NicResponse, object_name="nic", grants=[VirtualMachine.read, Network.read])
def handler(request: ListNics, caller: Caller) -> Listing:
    """The virtual machine's record has them all."""
    machine = VirtualMachine.visible_to(caller, request.virtualmachineid)
    wanted = [
        (position, nic)
        for position, nic in enumerate(machine.nics)
        if request.nicid in (None, nic["id"])
        and request.fordisplay
        and request.networkid in (None, nic["networkid"])
        and (request.keyword or "").lower() in nic["networkname"].lower()
    ]
    page = window(request)
    shown = wanted[page.start : page.start + page.size]
    networks = {}
    if caller.role_type in OPERATORS:
        networks = {network.id: network for network in Network.load_all(nic["networkid"] for _, nic in shown)}
    rows = [_show(machine, position, nic, networks.get(nic["networkid"])) for position, nic in shown]
    return Listing("nic", rows, len(wanted))


def _show(machine: VirtualMachine, position: int, nic: dict[str, Any], network: Network | None) -> NicResponse:
    segment = None
    if network is not None:
        segment = f"vxlan://{int(network.vni)}" if network.vni else "vlan://untagged"
    return NicResponse(
        id=nic["id"], networkid=nic["networkid"], networkname=nic["networkname"], virtualmachineid=machine.id,
        netmask=nic["netmask"], gateway=nic["gateway"], ipaddress=nic["ipaddress"], macaddress=nic["macaddress"],
        deviceid=str(position), isdefault=nic["isdefault"], type=nic["type"], broadcasturi=segment,
        isolationuri=segment, mtu=mtu_of(nic.get("vni")),
    )  # fmt: skip
