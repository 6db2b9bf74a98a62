"""Queries of the embedded AWS against what the definition of a query says, for plain and unusual conditions."""

import random
from typing import Any

import pytest

from tests.embedded_aws.conftest import Server

KEYS = {"owner": "S", "at": "N", "id": "S", "kind": "S"}


@pytest.fixture(scope="module")
def table(server: Server) -> Any:
    tables = server.client("dynamodb")
    index = {
        "IndexName": "by_owner",
        "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    tables.create_table(
        TableName="asked",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "kind", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in KEYS.items()],
        GlobalSecondaryIndexes=[index],
    )
    return tables


@pytest.fixture(scope="module")
def items(table: Any) -> list[dict[str, Any]]:
    """What the table holds after many writes, moves and deletions."""
    chance, kept = random.Random(7), dict[str, dict[str, Any]]()
    table.query(TableName="asked", **condition("owner", "x"))  # the index exists before the writes
    for number in range(300):
        name = f"id-{chance.randrange(80):03d}"
        if chance.random() < 0.2:
            kept.pop(name, None)
            table.delete_item(TableName="asked", Key={"kind": {"S": "k"}, "id": {"S": name}})
            continue
        item = {
            "kind": {"S": "k"},
            "id": {"S": name},
            "at": {"N": str(chance.randrange(-5, 20))},
            "n": {"N": str(number)},
        }
        if chance.random() < 0.9:
            item["owner"] = {"S": f"owner-{chance.randrange(3)}"}
        kept[name] = item
        table.put_item(TableName="asked", Item=item)
    return list(kept.values())


def condition(attribute: str, value: str, more: str = "", **operands: Any) -> dict[str, Any]:
    text = f"#h = :h{more}"
    names = {"#h": attribute} | ({"#r": "at" if attribute == "owner" else "id"} if more else {})
    values = {":h": {"S": value}} | {f":{name}": operand for name, operand in operands.items()}
    index = {"IndexName": "by_owner"} if attribute == "owner" else {}
    return {
        "KeyConditionExpression": text,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        **index,
    }


def number(item: dict[str, Any]) -> int:
    return int(item["at"]["N"])


RANGES: list[tuple[str, dict[str, Any], Any]] = [
    ("", {}, lambda item: True),
    (" AND #r = :a", {"a": {"N": "3"}}, lambda item: number(item) == 3),
    (" AND #r < :a", {"a": {"N": "3"}}, lambda item: number(item) < 3),
    (" AND #r <= :a", {"a": {"N": "3"}}, lambda item: number(item) <= 3),
    (" AND #r > :a", {"a": {"N": "-2"}}, lambda item: number(item) > -2),
    (" AND #r >= :a", {"a": {"N": "10"}}, lambda item: number(item) >= 10),
    (" AND #r BETWEEN :a AND :b", {"a": {"N": "-1"}, "b": {"N": "12"}}, lambda item: -1 <= number(item) <= 12),
]


@pytest.mark.parametrize(("more", "operands", "holds"), RANGES)
@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_pages_of_an_index(
    table: Any, items: list[dict[str, Any]], more: str, operands: dict[str, Any], holds: Any, forward: bool, limit: int
) -> None:
    mine = [item for item in items if item.get("owner") == {"S": "owner-1"} and holds(item)]
    mine.sort(key=lambda item: (number(item), item["kind"]["S"], item["id"]["S"]), reverse=not forward)
    found, start = list[dict[str, Any]](), dict[str, Any]()
    for _ in range(200):
        page = table.query(
            TableName="asked",
            Limit=limit,
            ScanIndexForward=forward,
            **condition("owner", "owner-1", more, **operands),
            **start,
        )
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert found == [{name: item[name] for name in KEYS} for item in mine]


def test_prefixes_filters_counts_and_projections(table: Any, items: list[dict[str, Any]]) -> None:
    begins = condition("kind", "k", " AND begins_with(#r, :p)", p={"S": "id-01"})
    expected = sorted((item for item in items if item["id"]["S"].startswith("id-01")), key=lambda item: item["id"]["S"])
    assert table.query(TableName="asked", **begins)["Items"] == expected
    assert table.query(TableName="asked", Select="COUNT", **begins)["Count"] == len(expected)
    begins["ExpressionAttributeNames"] |= {"#n": "n"}
    begins["ExpressionAttributeValues"] |= {":n": {"N": "150"}}
    page = table.query(TableName="asked", FilterExpression="#n > :n", ProjectionExpression="#n", **begins)
    assert page["Items"] == [{"n": item["n"]} for item in expected if int(item["n"]["N"]) > 150]
    assert page["ScannedCount"] == len(expected)


def test_mistakes_are_refused(table: Any) -> None:
    unused = condition("owner", "owner-1")
    unused["ExpressionAttributeValues"][":z"] = {"S": "z"}
    wrong_type = condition("owner", "owner-1", " AND #r = :a", a={"S": "3"})
    for wrong in (unused, wrong_type, condition("n", "1")):
        with pytest.raises(table.exceptions.ClientError) as refused:
            table.query(TableName="asked", **wrong)
        assert refused.value.response["Error"]["Code"] == "ValidationException"
