"""updateVlanIpRange."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.data import public_addresses
from javelin.data.records.account import Account
from javelin.data.records.public_address import PublicAddress, address_id
from javelin.data.records.vlan_range import VlanRange
from javelin.data.transaction import Transaction
from tests.cloud import Refused
from tests.unit.fabric_admin.fabric import Fabric
from tests.unit.fabric_admin.test_create_vlan_ip_range import RANGE


@pytest.fixture
def made(fabric: Fabric) -> dict[str, Any]:
    """Three addresses, from .10 to .12."""
    row: dict[str, Any] = fabric.cloud.call("createVlanIpRange", zoneid=fabric.zone, **RANGE)["vlan"]
    return row


def addresses(fabric: Fabric) -> dict[str, str]:
    """The gateways of the zone's addresses."""
    rows = PublicAddress.load_all(address_id(fabric.zone, f"203.0.113.{last}") for last in range(1, 30))
    return {str(row.ip).rsplit(".", 1)[-1]: row.gateway for row in rows}


def take(fabric: Fabric, last: int) -> None:
    """Somebody has this address."""
    transaction, address = Transaction(), PublicAddress.require(address_id(fabric.zone, f"203.0.113.{last}"))
    public_addresses.take(transaction, address, Account.require(fabric.cloud.root.account_id))
    transaction.commit()


def test_a_range_grows_and_shrinks(fabric: Fabric, made: dict[str, Any]) -> None:
    take(fabric, 11)
    wish = {"id": made["id"], "startip": "203.0.113.11", "endip": "203.0.113.14"}
    changed = fabric.cloud.call("updateVlanIpRange", **wish)["vlan"]
    assert (changed["startip"], changed["endip"]) == ("203.0.113.11", "203.0.113.14")
    assert list(addresses(fabric)) == ["11", "12", "13", "14"]
    assert fabric.cloud.call("listVlanIpRanges")["vlaniprange"] == [changed]
    assert PublicAddress.require(address_id(fabric.zone, "203.0.113.11")).state == "Allocated"
    assert fabric.cloud.call("updateVlanIpRange", **wish)["vlan"] == changed


def test_addresses_go_out_another_way_while_nobody_has_one(fabric: Fabric, made: dict[str, Any]) -> None:
    wish = {"id": made["id"], "gateway": "203.0.113.2"}
    take(fabric, 12)
    with pytest.raises(Refused, match=r"536 Address 203\.0\.113\.12 is in use"):
        fabric.cloud.call("updateVlanIpRange", **wish, startip="203.0.113.11")
    assert set(addresses(fabric).items()) == {
        ("10", RANGE["gateway"]),
        ("11", RANGE["gateway"]),
        ("12", RANGE["gateway"]),
    }
    transaction = Transaction()
    public_addresses.give_back(transaction, PublicAddress.require(address_id(fabric.zone, "203.0.113.12")))
    transaction.commit()
    assert fabric.cloud.call("updateVlanIpRange", **wish)["vlan"]["gateway"] == "203.0.113.2"
    assert set(addresses(fabric).values()) == {"203.0.113.2"}


def test_what_somebody_has_stays_in_it(fabric: Fabric, made: dict[str, Any]) -> None:
    take(fabric, 10)
    with pytest.raises(Refused, match="536 Address"):
        fabric.cloud.call("updateVlanIpRange", id=made["id"], startip="203.0.113.11", endip="203.0.113.20")
    assert list(addresses(fabric)) == ["10", "11", "12"]
    assert fabric.cloud.call("listVlanIpRanges")["vlaniprange"] == [made]


def test_two_changes_at_once_leave_one_of_them_whole(
    fabric: Fabric, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    save = Transaction.save

    def changed_first(transaction: Transaction, record: Any) -> None:
        """Somebody else writes the range before this one does."""
        monkeypatch.setattr(Transaction, "save", save)
        VlanRange(made["id"]).change(VlanRange.vlan.set("untagged"))
        save(transaction, record)

    monkeypatch.setattr(Transaction, "save", changed_first)
    with pytest.raises(Refused, match="530 Somebody else changed this"):
        fabric.cloud.call("updateVlanIpRange", id=made["id"], startip="203.0.113.12", endip="203.0.113.20")
    assert list(addresses(fabric)) == ["10", "11", "12"]


def test_an_address_that_another_range_took_meanwhile_undoes_all(fabric: Fabric, made: dict[str, Any]) -> None:
    theirs = PublicAddress(
        address_id(fabric.zone, "203.0.113.13"), zone_id=fabric.zone, zone_name="z1", range_id="another",
        ip="203.0.113.13", gateway="203.0.113.1", netmask="255.255.255.0",
    )  # fmt: skip
    theirs.save()
    with pytest.raises(Refused, match="431 Another range took address"):
        fabric.cloud.call(
            "updateVlanIpRange", id=made["id"], startip="203.0.113.11", endip="203.0.113.13", gateway="203.0.113.2"
        )
    assert set(addresses(fabric).items()) == {(last, RANGE["gateway"]) for last in ("10", "11", "12", "13")}
    assert fabric.cloud.call("listVlanIpRanges")["vlaniprange"] == [made]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"startip": "203.0.113.1"}, "gateway"), ({"endip": "203.0.114.9"}, "not in"), ({"forsystemvms": "true"}, "false"),
        ({"netmask": "255.255.0.0", "endip": "203.0.118.0"}, "1024"), ({"endip": "203.0.113.22"}, "overlaps"),
        ({"id": "0197f000-0000-7000-8000-000000000000"}, "Unable to find"), ({"startipv6": "fd00::1"}, "startipv6"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(fabric: Fabric, made: dict[str, Any], wrong: dict[str, str], says: str) -> None:
    beside = {**RANGE, "startip": "203.0.113.20", "endip": "203.0.113.22"}
    fabric.cloud.call("createVlanIpRange", zoneid=fabric.zone, **beside)
    with pytest.raises(Refused, match=says) as refusal:
        fabric.cloud.call("updateVlanIpRange", **{"id": made["id"], **wrong})
    assert refusal.value.code == 431
    assert list(addresses(fabric)) == ["10", "11", "12", "20", "21", "22"]
