"""A public network for a cloud on one machine: a bridge with an address, translated to the machine's own one.

Operators of real hosts bring their own public bridge; this is only made when the driver is told to.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Interface
from typing import Any

from bridge.network import nftables
from bridge.network.namespaces import write_sysctls
from bridge.network.tools import delete_link, ip, link_exists


@dataclass(frozen=True)
class LocalBridge:
    """A bridge of this machine; `address` is the gateway of its network."""

    name: str
    address: IPv4Interface

    @classmethod
    def parse(cls, text: str) -> LocalBridge:
        """Read `name=address/prefix`, as in `javelin0=172.31.240.1/20`."""
        name, _, address = text.partition("=")
        return cls(name, IPv4Interface(address))

    def ensure(self) -> None:
        """Have the bridge, the translation, and no way from guests to the machine's own services."""
        if not link_exists(self.name):
            ip(f"link add {self.name} type bridge stp_state 0 forward_delay 0 mcast_snooping 0")
        write_sysctls({f"ipv6/conf/{self.name}/disable_ipv6": "1", "ipv4/ip_forward": "1"})
        ip(f"address replace {self.address} dev {self.name}", f"link set {self.name} up")
        nftables.load(self._rules())

    def remove(self) -> None:
        """Remove bridge and translation. Absent is success."""
        table = self._table()
        nftables.load([{"add": {"table": table}}, {"delete": {"table": table}}])
        delete_link(self.name)

    def _table(self) -> dict[str, str]:
        return {"family": "ip", "name": f"javelin_{self.name}"}

    def _rules(self) -> list[dict[str, Any]]:
        table, family = self._table(), {"family": "ip", "table": f"javelin_{self.name}"}
        from_bridge = {"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": self.name}}
        elsewhere = {"match": {"op": "!=", "left": {"meta": {"key": "oifname"}}, "right": self.name}}
        network = {"addr": str(self.address.network.network_address), "len": self.address.network.prefixlen}
        ours = {"payload": {"protocol": "ip", "field": "saddr"}}
        from_network = {"match": {"op": "==", "left": ours, "right": {"prefix": network}}}
        is_new = {"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": ["new"]}}
        not_ping = {"match": {"op": "!=", "left": {"meta": {"key": "l4proto"}}, "right": "icmp"}}
        return [
            {"add": {"table": table}},
            {"delete": {"table": table}},
            {"add": {"table": table}},
            *nftables.chain(
                family, "translate", "nat", "postrouting", 100, "accept",
                [[from_network, elsewhere, {"masquerade": None}]],
            ),
            *nftables.chain(
                family, "input", "filter", "input", 0, "accept", [[from_bridge, is_new, not_ping, nftables.DROP]]
            ),
        ]  # fmt: skip
