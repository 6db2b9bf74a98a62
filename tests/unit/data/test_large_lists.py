"""A page of a list makes as many requests among 100,000 objects as among 1,000."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from ministack.services import dynamodb

from javelin.data.record import Owned, Record
from javelin.data.records.account import Account
from javelin.data.records.event import Event
from javelin.data.records.sequence import BUCKET, CLOUD, Sequence, bucket_key, list_key
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.records.virtual_machine import VirtualMachine
from tests.flows import tables as wire
from tests.flows.meter import metering
from tests.unit.furnished.cloud import Furnished, furnished_cloud
from tests.unit.furnished.samples import sample_id

FEW, MANY = 1_000, 100_000
OWNER = "user"
LISTS: dict[str, tuple[type[Record], str, dict[str, str]]] = {  # what is listed, by whom, and how
    "listSSHKeyPairs": (SshKeyPair, OWNER, {}),
    "listVirtualMachines": (VirtualMachine, "root", {"listall": "true", "details": "min"}),
    "listEvents": (Event, "root", {"listall": "true"}),
    "listAccounts": (Account, "root", {"listall": "true", "details": "min"}),
}  # fmt: skip
PAGES = {"first": lambda count: 1, "middle": lambda count: count // 40, "last": lambda count: count // 20}
Json = dict[str, Any]


@pytest.fixture(scope="module")
def furnished() -> Iterator[Furnished]:
    """One cloud, which grows."""
    with furnished_cloud() as cloud:
        yield cloud


@pytest.fixture(scope="module")
def counted(furnished: Furnished) -> dict[tuple[str, str], dict[int, Json]]:
    """How many requests each page made in each size of the cloud."""
    seen: dict[tuple[str, str], dict[int, Json]] = {}
    for size in (FEW, MANY):
        for model in dict.fromkeys(model for model, _, _ in LISTS.values()):
            grow(furnished, model, size)
        for command, (_, caller, asked) in LISTS.items():
            for name, page in PAGES.items():
                with metering(furnished) as meter:
                    wanted = {**asked, "page": str(page(size)), "pagesize": "20"}
                    answer = furnished.call(command, caller, wanted)
                rows = next(value for name, value in answer["body"].items() if name != "count")
                assert (len(rows), answer["body"]["count"]) == (20, size)
                seen.setdefault((command, name), {})[size] = dict(meter.counts)
    return seen


def grow(furnished: Furnished, model: type[Record], size: int) -> None:
    """So many of a record in all, written past the API: copies of the furnished one, with places in lists and their counts."""
    table = dynamodb._tables[model.Meta.table_name]
    key = sample_id(model.__name__, OWNER if issubclass(model, Owned) or model is Account else "")
    (inner, example), *_ = (table["items"].get(key) or next(iter(table["items"].values()))).items()
    owner = example.get("account_id", {}).get("S", "")
    table["items"] = {}
    for number in range(size):
        name = str(UUID(int=1 << 100 | 7 << 76 | 2 << 62 | number))
        places = {"cloud_bucket": bucket_key(list_key(model.__name__, CLOUD), number // BUCKET)}
        if owner:
            places["account_bucket"] = bucket_key(list_key(model.__name__, owner), number // BUCKET)
        table["items"][name] = {inner: {**example, "id": {"S": name}} | {one: {"S": at} for one, at in places.items()}}
    table.pop(dynamodb._INDEX_MEMBERS, None)
    dynamodb._update_counts(table)
    wire.changed(model.Meta.table_name)
    counts = {str(number): {"N": str(min(BUCKET, size - number * BUCKET))} for number in range(-(-size // BUCKET))}
    for scope in (CLOUD, *([owner] if owner else [])):
        _put(furnished, {"name": {"S": scope}, **_issued(furnished, scope), model.__name__: {"N": str(size)}})
        _put(furnished, {"name": {"S": list_key(model.__name__, scope)}, "counts": {"M": counts}})


def _issued(furnished: Furnished, scope: str) -> Json:
    answer: Json = furnished.services["dynamodb"].get_item(
        TableName=Sequence.Meta.table_name, Key={"name": {"S": scope}}
    )
    return answer.get("Item", {})


def _put(furnished: Furnished, item: Json) -> None:
    furnished.services["dynamodb"].put_item(TableName=Sequence.Meta.table_name, Item=item)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("command", LISTS)
def test_a_page_makes_as_many_requests(
    counted: dict[tuple[str, str], dict[int, Json]], command: str, page: str
) -> None:
    of_few, of_many = counted[command, page][FEW], counted[command, page][MANY]
    assert of_many == of_few
    assert sum(of_many.values()) <= 12
