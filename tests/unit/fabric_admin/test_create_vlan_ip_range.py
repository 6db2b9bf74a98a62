"""createVlanIpRange, listVlanIpRanges, and the addresses that come of them."""

from __future__ import annotations

import pytest

from javelin.contract.errors import InsufficientCapacity
from javelin.data import public_addresses
from javelin.data.records.account import Account
from javelin.data.records.public_address import PublicAddress
from javelin.data.transaction import Transaction
from tests.cloud import Refused
from tests.unit.fabric_admin.fabric import Fabric

RANGE = {"gateway": "203.0.113.1", "netmask": "255.255.255.0", "startip": "203.0.113.10", "endip": "203.0.113.12",
         "vlan": "untagged", "forvirtualnetwork": "true"}  # fmt: skip


def test_a_range_has_its_addresses_and_the_bridge_of_public_traffic(fabric: Fabric) -> None:
    network = fabric.cloud.call("createPhysicalNetwork", name="wires", zoneid=fabric.zone)["id"]
    fabric.cloud.call("addTrafficType", physicalnetworkid=network, traffictype="Public", kvmnetworklabel="cloudbr0")
    made = fabric.cloud.call("createVlanIpRange", zoneid=fabric.zone, **RANGE)["vlan"]
    assert (made["physicalnetworkid"], made["cidr"]) == (network, "203.0.113.0/24")
    assert fabric.cloud.call("listVlanIpRanges", zoneid=fabric.zone)["vlaniprange"] == [made]
    address = public_addresses.pick(fabric.zone)
    assert (address.bridge, address.gateway, address.range_id) == ("cloudbr0", "203.0.113.1", made["id"])


def test_addresses_are_taken_once_and_given_back_once(fabric: Fabric) -> None:
    fabric.cloud.call("createVlanIpRange", zoneid=fabric.zone, **RANGE)
    account = Account.require(fabric.cloud.root.account_id)
    taken = []
    for _ in range(3):
        address = public_addresses.pick(fabric.zone)
        transaction = Transaction()
        public_addresses.take(transaction, address, account, source_nat=True)
        transaction.commit()
        taken.append(address)
    assert len({address.ip for address in taken}) == 3
    assert [row.id for row in PublicAddress.by_owner.query(account.id)] == sorted(address.id for address in taken)
    with pytest.raises(InsufficientCapacity):
        public_addresses.pick(fabric.zone)
    again = Transaction()
    public_addresses.take(again, taken[0], account)
    with pytest.raises(public_addresses.AddressGone):
        again.commit()
    for expected in (None, public_addresses.AddressGone):
        back = Transaction()
        public_addresses.give_back(back, PublicAddress.require(taken[0].id))
        if expected:
            with pytest.raises(expected):
                back.commit()
        else:
            back.commit()
    assert public_addresses.pick(fabric.zone).ip == taken[0].ip


def test_many_addresses_are_made_and_overlaps_leave_none(fabric: Fabric) -> None:
    many = {**RANGE, "startip": "203.0.113.20", "endip": "203.0.113.219"}
    fabric.cloud.call("createVlanIpRange", zoneid=fabric.zone, **many)
    assert len(list(PublicAddress.scan())) == 200
    with pytest.raises(Refused, match="overlaps"):
        fabric.cloud.call("createVlanIpRange", zoneid=fabric.zone, **{**many, "startip": "203.0.113.2"})
    assert len(list(PublicAddress.scan())) == 200


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"gateway": ""}, "gateway"),
        ({"startip": "203.0.113.1"}, "gateway"),
        ({"endip": "203.0.114.1"}, "not in"),
        ({"netmask": "255.255.0.0", "endip": "203.0.118.0"}, "1024"),
        ({"vlan": "50"}, "bridge"),
        ({"forvirtualnetwork": "false"}, "createNetwork"),
        ({"zoneid": ""}, "zoneid"),
        ({"account": "admin"}, "account"),
    ],
)
def test_what_cannot_be_is_refused(fabric: Fabric, changed: dict[str, str], says: str) -> None:
    with pytest.raises(Refused, match=says) as refusal:
        fabric.cloud.call("createVlanIpRange", **{"zoneid": fabric.zone, **RANGE, **changed})
    assert refusal.value.code == 431
    assert list(PublicAddress.scan()) == []


def test_a_range_is_deleted_when_all_its_addresses_are_free(fabric: Fabric) -> None:
    made = fabric.cloud.call("createVlanIpRange", zoneid=fabric.zone, **RANGE)["vlan"]
    account, address = Account.require(fabric.cloud.root.account_id), public_addresses.pick(fabric.zone)
    transaction = Transaction()
    public_addresses.take(transaction, address, account)
    transaction.commit()
    with pytest.raises(Refused, match=address.ip) as refusal:
        fabric.cloud.call("deleteVlanIpRange", id=made["id"])
    assert refusal.value.code == 536
    transaction = Transaction()
    public_addresses.give_back(transaction, PublicAddress.require(address.id))
    transaction.commit()
    fabric.cloud.call("deleteVlanIpRange", id=made["id"])
    assert (list(PublicAddress.scan()), fabric.cloud.call("listVlanIpRanges")) == ([], {})
    fabric.cloud.call("createVlanIpRange", zoneid=fabric.zone, **RANGE)


def test_the_addresses_of_a_zone_are_in_one_network_outside(fabric: Fabric) -> None:
    made = fabric.cloud.call("createVlanIpRange", zoneid=fabric.zone, **RANGE)["vlan"]
    (first, *_) = rows = fabric.cloud.call("listPublicIpAddresses", allocatedonly="false")["publicipaddress"]
    assert {row["networkid"] for row in rows} == {made["networkid"]}
    assert (first["forsystemvms"], first["hasannotations"], first["networkname"]) == (False, False, "outside")
    outside = made["networkid"]
    assert fabric.cloud.call("listVlanIpRanges", networkid=outside)["vlaniprange"] == [made]
    assert fabric.cloud.call("listPublicIpAddresses", allocatedonly="false", networkid=outside)["count"] == 3
    for other in (fabric.zone, "-1"):
        assert fabric.cloud.call("listVlanIpRanges", networkid=other) == {}
        assert fabric.cloud.call("listPublicIpAddresses", allocatedonly="false", networkid=other) == {}


@pytest.mark.parametrize(
    ("filters", "count"),
    [({"forvirtualnetwork": "true"}, 3), ({"forvirtualnetwork": "false"}, None), ({"fordisplay": "false"}, None)],
)
def test_addresses_are_for_isolated_networks_and_for_users_to_see(
    fabric: Fabric, filters: dict[str, str], count: int | None
) -> None:
    fabric.cloud.call("createVlanIpRange", zoneid=fabric.zone, **RANGE)
    assert fabric.cloud.call("listPublicIpAddresses", allocatedonly="false", **filters).get("count") == count
