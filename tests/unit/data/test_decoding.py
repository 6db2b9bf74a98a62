"""Records are read from items exactly as PynamoDB would read them."""

from __future__ import annotations

from typing import Any

import pytest
from pynamodb.attributes import AttributeContainer

from javelin.data.ids import new_id
from javelin.data.record import Record
from javelin.data.records.host_key import HostKey
from javelin.data.records.network import Network
from javelin.data.records.virtual_machine import VirtualMachine

NETWORK = Network(new_id(), name="n", members={"host-1": "10.0.0.1"}, zone_id="z")
MACHINE = VirtualMachine(new_id(), name="vm", cpus=2, mhz=0.5, nics=[{"id": "1"}], display=False)
KEY = HostKey("host-1", command_key=b"\x00key")


def as_pynamodb(kind: type[Record], item: dict[str, Any]) -> dict[str, Any]:
    instance: Any = kind(_user_instantiated=False)
    AttributeContainer._container_deserialize(instance, item)
    return values(instance)


def values(record: Any) -> dict[str, Any]:
    return {name: value for name, value in plain(record).items() if name != "created"}


def plain(record: Any) -> dict[str, Any]:
    return {
        name: value.as_dict() if hasattr(value, "as_dict") else value for name, value in record.attribute_values.items()
    }


@pytest.mark.parametrize("record", [NETWORK, MACHINE, KEY])
def test_a_record_is_what_its_item_says(record: Any) -> None:
    item = record._container_serialize(null_check=False)
    assert values(type(record).from_raw_data(item)) == as_pynamodb(type(record), item)


@pytest.mark.parametrize("record", [NETWORK, MACHINE, KEY])
def test_what_an_item_lacks_has_its_default(record: Any) -> None:
    kind = type(record)
    item = {kind._hash_keyname: {"S": "x"}, "version": {"NULL": True}}
    assert values(kind.from_raw_data(item)) == as_pynamodb(kind, item)


def test_values_do_not_share_their_defaults() -> None:
    one, other = (VirtualMachine.from_raw_data({"id": {"S": key}}) for key in ("a", "b"))
    one.nics.append({"id": "1"})
    assert other.nics == []
