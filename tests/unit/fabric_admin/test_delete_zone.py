"""deleteZone."""

from __future__ import annotations

import pytest

from javelin.data.records.network import Network
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from tests.cloud import Refused
from tests.unit.fabric_admin.fabric import ZONE, Fabric
from tests.unit.fabric_admin.test_create_vlan_ip_range import RANGE
from tests.unit.furnished.samples import sample
from tests.unit.site import create


def deleted(fabric: Fabric) -> bool:
    return fabric.cloud.call("deleteZone", id=fabric.zone) == {"success": True}


def test_a_zone_goes_when_it_is_empty_and_its_wires_with_it(fabric: Fabric) -> None:
    call = fabric.cloud.call
    wires = call("createPhysicalNetwork", name="wires", zoneid=fabric.zone)["id"]
    call("addImageStore", provider="S3", zoneid=fabric.zone)
    for inner in ("deleteCluster", "deletePod"):
        with pytest.raises(Refused, match="536 Zone z1 has pods"):
            deleted(fabric)
        call(inner, id=fabric.cluster if inner == "deleteCluster" else fabric.pod)
    assert deleted(fabric)
    assert call("listZones") == call("listImageStores") == {}
    assert PhysicalNetwork.find(wires) is None
    with pytest.raises(Refused, match="Unable to find zone"):
        deleted(fabric)
    again = call("createZone", **ZONE)["zone"]["id"]
    call("addImageStore", provider="S3", zoneid=again)


@pytest.mark.parametrize(
    ("model", "kind"),
    [(VirtualMachine, "virtual machines"), (Volume, "volumes"), (Network, "networks"), (Template, "templates")],
)
def test_what_tenants_have_in_it_keeps_a_zone(
    fabric: Fabric, model: type[VirtualMachine | Volume | Network | Template], kind: str
) -> None:
    root = fabric.cloud.root
    owner = {"account_id": root.account_id, "account": root.account, "domain_id": root.domain_id, "domain_path": "/"}
    create(sample(model, "", owner | {"zone_id": fabric.zone}))
    with pytest.raises(Refused, match=f"536 Zone z1 has {kind}, pods"):
        deleted(fabric)


def test_public_addresses_and_hosts_keep_a_zone(fabric: Fabric) -> None:
    fabric.cloud.call("createVlanIpRange", zoneid=fabric.zone, **RANGE)
    fabric.add_host()
    with pytest.raises(Refused, match="536 Zone z1 has hosts, pods, address ranges"):
        deleted(fabric)
