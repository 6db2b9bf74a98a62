"""The rules of a router's namespace, as nftables' JSON. Rules are data here: nothing is ever pasted into a script."""

from __future__ import annotations

import json
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from bridge.network.names import LAN, WAN
from bridge.network.namespaces import NAMED
from bridge.network.tools import run
from javelin.messaging.host_commands import ApplyNetwork

Json = dict[str, Any]
TABLE = {"family": "inet", "table": "javelin"}
GUESTS = "guests"  # the set of (MAC, address) pairs that the cloud has given to guests
NO_ADDRESS = str(IPv4Address(0))
ACCEPT: Json = {"accept": None}
DROP: Json = {"drop": None}
NOT_ROUTABLE = (IPv4Network("127.0.0.0/8"), IPv4Network("169.254.0.0/16"), IPv4Network("224.0.0.0/4"))


def _match(left: Json, right: Any, operator: str = "==") -> Json:
    return {"match": {"op": operator, "left": left, "right": right}}


def _from(interface: str) -> Json:
    return _match({"meta": {"key": "iifname"}}, interface)


def _to(interface: str) -> Json:
    return _match({"meta": {"key": "oifname"}}, interface)


def _field(protocol: str, field: str) -> Json:
    return {"payload": {"protocol": protocol, "field": field}}


def _prefix(network: IPv4Network) -> Json:
    return {"prefix": {"addr": str(network.network_address), "len": network.prefixlen}}


def _any_of(*values: Any) -> Json:
    return {"set": list(values)}


def _state(*states: str) -> Json:
    return _match({"ct": {"key": "state"}}, list(states), "in")


def chain(
    table: Json, name: str, kind: str, hook: str, priority: int, policy: str, rules: Iterable[list[Json]]
) -> list[Json]:
    """Add a base chain and its rules, each a list of expressions, to the table."""
    head = {**table, "name": name, "type": kind, "hook": hook, "prio": priority, "policy": policy}
    return [
        {"add": {"chain": head}},
        *({"add": {"rule": {**table, "chain": name, "expr": expressions}}} for expressions in rules),
    ]


def _input_rules() -> list[list[Json]]:
    """What the router itself answers; metadata and passwords only to the guest that owns the address."""
    is_known_guest = _match({"concat": [_field("ether", "saddr"), _field("ip", "saddr")]}, f"@{GUESTS}")
    return [
        [_state("invalid"), DROP],
        [_state("established", "related"), ACCEPT],
        [_from("lo"), ACCEPT],
        [_from(LAN), _match(_field("udp", "dport"), _any_of(53, 67)), ACCEPT],
        [_from(LAN), _match(_field("tcp", "dport"), 53), ACCEPT],
        [_from(LAN), _match(_field("icmp", "type"), "echo-request"), ACCEPT],
        [_from(LAN), is_known_guest, _match(_field("tcp", "dport"), _any_of(80, 8080)), ACCEPT],
        [_from(LAN), _match({"meta": {"key": "l4proto"}}, "tcp"), {"reject": {"type": "tcp reset"}}],
    ]


def _forward_rules(network: ApplyNetwork) -> list[list[Json]]:
    """What passes the router: answers always, the guests' own calls when egress is allowed, nothing from outside."""
    rules = [
        [_state("invalid"), DROP],
        [_match(_field("ip", "daddr"), _any_of(*map(_prefix, NOT_ROUTABLE))), DROP],
        [_state("established", "related"), ACCEPT],
    ]
    if network.router.egress_allowed and network.router.public:
        rules.append([_from(LAN), _to(WAN), ACCEPT])
    return rules


def _translation_rules(network: ApplyNetwork) -> list[list[Json]]:
    public = network.router.public
    if public is None:
        return []
    source = _match(_field("ip", "saddr"), _prefix(network.cidr))
    return [[_to(WAN), source, {"snat": {"family": "ip", "addr": str(public.ip)}}]]


def _source_rules(network: ApplyNetwork) -> list[list[Json]]:
    """Refuse addresses that cannot be on the side from which they come."""
    ours, source = _prefix(network.cidr), _field("ip", "saddr")
    rules = [
        [_from(LAN), _match(source, NO_ADDRESS), _match(_field("udp", "dport"), 67), ACCEPT],
        [_from(LAN), _match({"meta": {"key": "nfproto"}}, "ipv4"), _match(source, ours, "!="), DROP],
    ]
    if network.router.public:
        rules.append([_from(WAN), _match(source, ours), DROP])
    return rules


def admit_guests(pairs: Iterable[tuple[str, str]]) -> list[Json]:
    """Let these (MAC, address) pairs ask for metadata. Admitted already is success."""
    return _elements("add", pairs)


def dismiss_guests(pairs: Iterable[tuple[str, str]]) -> list[Json]:
    """Take these pairs out. Adding them first makes absence a success, in the same transaction."""
    dismissed = list(pairs)
    return _elements("add", dismissed) + _elements("delete", dismissed)


def _elements(verb: str, pairs: Iterable[tuple[str, str]]) -> list[Json]:
    elements = [{"concat": [mac, address]} for mac, address in pairs]
    return [{verb: {"element": {**TABLE, "name": GUESTS, "elem": elements}}}] if elements else []


def ruleset(network: ApplyNetwork, guests: Iterable[tuple[str, str]]) -> list[Json]:
    """All rules of the router, to replace what is there in one transaction; connections under way go on."""
    table = {"family": TABLE["family"], "name": TABLE["table"]}
    return [
        {"add": {"table": table}},
        {"delete": {"table": table}},
        {"add": {"table": table}},
        {"add": {"set": {**TABLE, "name": GUESTS, "type": ["ether_addr", "ipv4_addr"]}}},
        *admit_guests(guests),
        *chain(TABLE, "source", "filter", "prerouting", -300, "accept", _source_rules(network)),
        *chain(TABLE, "input", "filter", "input", 0, "drop", _input_rules()),
        *chain(TABLE, "forward", "filter", "forward", 0, "drop", _forward_rules(network)),
        *chain(TABLE, "translate", "nat", "postrouting", 100, "accept", _translation_rules(network)),
    ]


def load(changes: list[Json], namespace: str | None = None) -> None:
    """Make the changes in one transaction, in `namespace` or on the host itself."""
    if changes:
        enter = ("nsenter", f"--net={NAMED / namespace}") if namespace else ()
        run((*enter, "nft", "--json", "--file", "-"), json.dumps({"nftables": changes}))
