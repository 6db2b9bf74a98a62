"""Tags of public addresses: put, listed, looked for, and gone with the address."""

from __future__ import annotations

import pytest

from javelin.contract.caller import Caller
from javelin.contract.errors import ConcurrentOperation
from javelin.data import public_addresses, tags
from javelin.data.ids import new_id
from javelin.data.records.account import Account
from javelin.data.records.public_address import PublicAddress, address_id
from javelin.data.transaction import Transaction
from tests.cloud import Cloud, Refused

TAG = {"tags__0__key": "env", "tags__0__value": "test"}


@pytest.fixture
def bob(cloud: Cloud) -> Caller:
    """A tenant."""
    return cloud.caller("bob")


@pytest.fixture
def address(cloud: Cloud, bob: Caller) -> str:
    """An address of the tenant's, and one that is nobody's."""
    zone = new_id()
    for ip in ("203.0.113.7", "203.0.113.8"):
        free = PublicAddress(
            address_id(zone, ip), zone_id=zone, zone_name="z", range_id=new_id(), ip=ip, gateway="203.0.113.1",
            netmask="255.255.255.0",
        )  # fmt: skip
        transaction = Transaction()
        transaction.create(free)
        transaction.commit()
    transaction = Transaction()
    public_addresses.take(
        transaction, PublicAddress.require(address_id(zone, "203.0.113.7")), Account.require(bob.account_id)
    )
    transaction.commit()
    return address_id(zone, "203.0.113.7")


def tag(cloud: Cloud, caller: Caller | None, key: str) -> None:
    cloud.call("createTags", caller, resourcetype="PublicIpAddress", resourceids=key, **TAG)


def found(cloud: Cloud, caller: Caller, value: str = "test") -> list[str]:
    """The addresses with the tag."""
    rows = cloud.call("listPublicIpAddresses", caller, tags__0__key="env", tags__0__value=value)
    return [row["ipaddress"] for row in rows.get("publicipaddress", [])]


def test_an_address_is_found_by_its_tags(cloud: Cloud, bob: Caller, address: str) -> None:
    tag(cloud, bob, address)
    assert (found(cloud, bob), found(cloud, bob, "live")) == (["203.0.113.7"], [])
    (row,) = cloud.call("listPublicIpAddresses", bob)["publicipaddress"]
    assert [(one["key"], one["value"], one["resourcetype"]) for one in row["tags"]] == [
        ("env", "test", "PublicIpAddress")
    ]
    cloud.call("deleteTags", bob, resourcetype="PublicIpAddress", resourceids=address)
    assert found(cloud, bob) == []


def test_an_address_that_is_given_back_has_no_tags(cloud: Cloud, bob: Caller, address: str) -> None:
    tag(cloud, bob, address)
    before = PublicAddress.require(address)
    transaction = Transaction()
    public_addresses.give_back(transaction, before)
    transaction.commit()
    assert cloud.call("listTags", bob) == {}
    assert PublicAddress.require(address).tags is None
    late = Transaction()
    tags.put(late, "PublicIpAddress", before, {"late": "1"}, None)
    with pytest.raises(ConcurrentOperation, match="changed meanwhile"):
        late.commit()


def test_addresses_of_others_and_of_nobody_are_as_if_absent(cloud: Cloud, bob: Caller, address: str) -> None:
    free = next(row.id for row in PublicAddress.scan() if row.id != address)
    for caller, key in ((cloud.caller("eve"), address), (bob, free), (None, free), (bob, new_id())):
        with pytest.raises(Refused, match="431 Unable to find public IP address"):
            tag(cloud, caller, key)
    assert cloud.call("listTags", listall="true") == {}
