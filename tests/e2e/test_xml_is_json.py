"""Every list says in XML what it says in JSON."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from tests.e2e.local_cloud import LocalCloud
from tests.e2e.signed import Client
from tests.e2e.site import Site

NEEDED = {
    "listTemplates": {"templatefilter": "all"}, "listStorageProviders": {"type": "primary"},
}  # fmt: skip
MOVING = {"lastpinged", "cpuloadaverage", "cpuused", "memoryused", "disksizeused"}  # with every heartbeat
COMMANDS = (
    "listVirtualMachines", "listVolumes", "listNetworks", "listTemplates", "listServiceOfferings", "listDiskOfferings",
    "listNetworkOfferings", "listZones", "listPods", "listClusters", "listHosts", "listStoragePools", "listVlanIpRanges",
    "listPhysicalNetworks", "listConfigurations", "listCapacity", "listCapabilities", "listApis", "listAccounts",
    "listUsers", "listDomains", "listRoles", "listOsTypes", "listHypervisors", "listStorageProviders",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_a_list(cloud: LocalCloud, site: Site, command: str) -> None:
    raw: Client = cloud.raw
    asked = {"id": site.network} if command == "listNetworks" else NEEDED.get(command, {})
    as_json = raw.call(command, **asked)
    as_xml = raw.call(command, **{**asked, "response": "xml"})
    assert (as_xml.status, as_xml.xml.tag) == (as_json.status, as_json.envelope) == (200, f"{command.lower()}response")
    assert _of_xml(as_xml.xml) == _of_json(as_json.inside)


def _of_json(value: Any) -> Any:
    """As XML can say it: text, and elements by their name. What is empty cannot be told from what is absent."""
    if not isinstance(value, dict):
        return str(value).lower() if isinstance(value, bool) else str(value)
    found: dict[str, list[Any]] = {}
    for name, inside in value.items():
        rows = inside if isinstance(inside, list) else [inside]
        if rows and name not in MOVING:
            found[re.sub(r"[^A-Za-z0-9_.-]", "_", name)] = [_of_json(row) for row in rows]
    return found or ""


def _of_xml(element: Element) -> Any:
    found: dict[str, list[Any]] = {}
    for child in element:
        if child.tag not in MOVING:
            found.setdefault(child.tag, []).append(_of_xml(child))
    return found or element.text or ""
