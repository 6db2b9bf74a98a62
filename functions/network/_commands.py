"""What the host that runs a network's router is told: the network, its router and its guests."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any

from javelin.contract.secret import Secret
from javelin.data.records.address import Address
from javelin.data.records.network import Network
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.messaging import objects
from javelin.messaging.host_commands import ApplyNetwork, Guest

SHOWN_OFFERING = "service-offering"


def apply_network(
    network: Network, *, guests: list[Guest] | None = None, gone: list[str] | None = None, complete: bool = False
) -> ApplyNetwork:
    """The command that makes the network be as its record says on its router's host."""
    prefix = IPv4Network(network.cidr).prefixlen
    router = {
        "id": network.router_id,
        "gateway": f"{network.router_ip or network.gateway}/{prefix}",
        "guest_gateway": network.gateway if network.router_ip else None,
        "dns": [server for server in (network.dns1, network.dns2) if server],
        "domain": network.network_domain,
        "egress_allowed": network.egress_allowed,
        "dhcp": True,
    }
    if network.public_ip:
        router |= {
            "public": f"{network.public_ip}/{IPv4Network(f'0.0.0.0/{network.public_netmask}').prefixlen}",
            "public_gateway": network.public_gateway,
            "public_bridge": network.public_bridge,
        }
    return ApplyNetwork.model_validate(
        {
            "segment": segment(network, str(network.router_host_id)),
            "cidr": network.cidr,
            "router": router,
            "guests": guests or [],
            "gone": gone or [],
            "complete": complete,
        }
    )


def segment(network: Network, host_id: str) -> dict[str, Any]:
    """The network's segment as one host sees it: the other hosts are its peers."""
    peers = sorted(address for host, address in network.members.as_dict().items() if host != host_id)
    vni = int(network.vni) if network.vni else None
    return {
        "network": network.id, "vni": vni, "uplink": network.uplink, "peers": peers if vni else [],
        "revision": int(network.revision),
    }  # fmt: skip


def guest(machine: VirtualMachine, nic: dict[str, Any], password: Secret | None = None) -> Guest:
    """A guest's NIC as the router knows it, with the metadata that CloudStack guests expect.

    The password, if it is to have a new one, is served where its default route leads.
    """
    metadata = {
        **(machine.user_data_details or {}),
        "instance-id": machine.id,
        "vm-id": machine.id,
        "local-hostname": machine.name,
        "local-ipv4": nic["ipaddress"],
        "availability-zone": machine.zone_name,
        SHOWN_OFFERING: machine.offering_name,
        "public-keys": "\n".join(machine.public_keys),
        "cloud-identifier": "Javelin",
    }
    return Guest.model_validate(
        {
            "nic": nic["id"],
            "vm": machine.id,
            "mac": nic["macaddress"],
            "ip": nic["ipaddress"],
            "hostname": machine.name,
            "metadata": metadata,
            "user_data_url": objects.address(machine.user_data_key) if machine.has_user_data else None,
            "default": nic["isdefault"],
            "password": password.reveal() if password and nic["isdefault"] else None,
        }
    )


def all_guests(network: Network, passwords: Mapping[str, Secret | None] | None = None) -> list[Guest]:
    """Every guest of the network; some may get a new password, by their ids."""
    new = passwords or {}
    rows = {row.vm_id: row.nic_id for row in Address.query(network.id, consistent_read=True)}
    return [
        guest(machine, nic, new.get(machine.id))
        for machine in VirtualMachine.load_all(rows)
        for nic in machine.nics
        if nic["networkid"] == network.id
    ]
