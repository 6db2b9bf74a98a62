"""Tell a DHCP server that leases have ended, in the name of guests that are gone (RFC 2131, DHCPRELEASE)."""

from __future__ import annotations

import secrets
import socket
import struct
from collections.abc import Iterable
from ipaddress import IPv4Address

from bridge.network.names import LAN

SERVER_PORT = 67
REQUEST, ETHERNET, RELEASE = 1, 1, 7
MAGIC = b"\x63\x82\x53\x63"
OPTION_KIND, OPTION_SERVER, OPTION_END = 53, 54, 255


def release_packet(server: IPv4Address, mac: str, address: IPv4Address) -> bytes:
    """The message by which the client with `mac` gives `address` back."""
    hardware = bytes.fromhex(mac.replace(":", ""))
    head = struct.pack(
        "!BBBB4sHH4s4s4s4s16s64s128s",
        REQUEST, ETHERNET, len(hardware), 0, secrets.token_bytes(4), 0, 0,
        address.packed, b"", b"", b"", hardware, b"", b"",
    )  # fmt: skip
    kind = bytes([OPTION_KIND, 1, RELEASE])
    return head + MAGIC + kind + bytes([OPTION_SERVER, 4]) + server.packed + bytes([OPTION_END])


def release(server: IPv4Address, leases: Iterable[tuple[str, IPv4Address]]) -> None:
    """Send a release for each (MAC, address), from the namespace in which `server` listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, LAN.encode())
        for mac, address in leases:
            sender.sendto(release_packet(server, mac, address), (str(server), SERVER_PORT))
