"""Queries that touch what they return.

AWS: a query reads from its place in a sorted partition; the size of the partition does not matter. ministack sorts
the whole partition on every page and evaluates the key condition for each of its items. Here partitions are kept in
order; plain key conditions are answered from them, and everything unusual or wrong goes to ministack's own query,
which knows all error messages.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ministack.core.responses import json_response
from ministack.services import dynamodb

from infra.local.aws.partitions import Index, NotOrderedError, Partition
from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
TABLE_ITSELF = ""
NAME, VALUE = r"(#\w+|[A-Za-z_]\w*)", r"(:\w+)"
HASH = rf"{NAME}\s*=\s*{VALUE}"
COMPARED = rf"{NAME}\s*(=|<=|>=|<|>)\s*{VALUE}"
PREFIXED = rf"begins_with\s*\(\s*{NAME}\s*,\s*{VALUE}\s*\)"
BETWEEN = rf"{NAME}\s+BETWEEN\s+{VALUE}\s+AND\s+{VALUE}"
CONDITION = re.compile(rf"{HASH}(?:\s+AND\s+\(?\s*(?:{PREFIXED}|{BETWEEN}|{COMPARED})\s*\)?)?", re.IGNORECASE)
PLACEHOLDER = re.compile(r"[#:]\w+")
UNUSUAL = ("KeyConditions", "QueryFilter", "ConditionalOperator", "AttributesToGet")
Json = dict[str, Any]


@dataclass(frozen=True)
class Condition:
    """A key condition: the hash is `value`, and the range is as `operator` says of `operands`."""

    hash: str
    value: str
    range: str | None
    operator: str
    operands: tuple[str, ...]


@lru_cache(maxsize=4096)
def parsed(expression: str) -> Condition | None:
    """Read a key condition; None for what only ministack's own query understands."""
    text = expression.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    match = CONDITION.fullmatch(text)
    if match is None:
        return None
    first, value, prefixed, prefix, between, low, high, compared, operator, operand = match.groups()
    if prefixed:
        return Condition(first, value, prefixed, "begins_with", (prefix,))
    if between:
        return Condition(first, value, between, "between", (low, high))
    if compared:
        return Condition(first, value, compared, operator, (operand,))
    return Condition(first, value, None, "", ())


@lru_cache(maxsize=4096)
def placeholders(*expressions: str) -> frozenset[str]:
    """Every name and value that expressions refer to."""
    return frozenset(word for expression in expressions for word in PLACEHOLDER.findall(expression))


def indexes_of(table: Json) -> dict[str, Index]:
    """The ordered indexes of a table, built when they are first asked for."""
    known: dict[str, Index] | None = table.get(dynamodb._INDEX_MEMBERS)
    if known is not None:
        return known
    schemas = [(name, hashes, ranges) for name, hashes, ranges in dynamodb._index_key_schemas(table)]
    if table.get("sk_name"):
        schemas.append((TABLE_ITSELF, [table["pk_name"]], [table["sk_name"]]))
    built = {}
    for name, hashes, ranges in schemas:
        keys = dynamodb._index_order_keys(table, ranges)
        built[name] = Index(hashes, ranges, ordering(keys), dynamodb._index_partition)
        built[name].fill(table["items"])
    table[dynamodb._INDEX_MEMBERS] = built
    return built


def ordering(keys: list[tuple[str, str]]) -> Any:
    """The function that gives an item's place among others."""
    value = dynamodb._index_order_value
    return lambda item: tuple([value(item, name, kind) for name, kind in keys])


def note_item(table: Json, pk: Any, sk: Any, item: Json, add: bool) -> None:
    """Keep the indexes of a table up to date, if they are built."""
    indexes: dict[str, Index] | None = table.get(dynamodb._INDEX_MEMBERS)
    if indexes is None:
        return
    try:
        for index in indexes.values():
            (index.add if add else index.discard)(pk, sk, item)
    except (NotOrderedError, KeyError):
        table.pop(dynamodb._INDEX_MEMBERS)


@dataclass
class Plan:
    """A query that its partition can answer."""

    table: Json
    index: Index
    condition: Condition
    partition: Partition
    values: tuple[Any, ...]


def plan(data: Json) -> Plan | None:
    """Understand a query, or leave it to ministack."""
    table = dynamodb._tables.get(dynamodb._normalize_table_name(data.get("TableName")))
    condition = parsed(data.get("KeyConditionExpression") or "")
    if not table or condition is None or any(field in data for field in UNUSUAL):
        return None
    index = indexes_of(table).get(data.get("IndexName") or TABLE_ITSELF)
    names, values = data.get("ExpressionAttributeNames") or {}, data.get("ExpressionAttributeValues") or {}
    expressions = [data.get(f"{kind}Expression") or "" for kind in ("KeyCondition", "Filter", "Projection")]
    if index is None or placeholders(*expressions) != names.keys() | values.keys():
        return None
    if [names.get(condition.hash, condition.hash)] != index.hashes or len(index.ranges) > 1:
        return None
    if condition.range is not None and [names.get(condition.range, condition.range)] != index.ranges:
        return None
    if not fits(table, index.hashes[0], values[condition.value]):
        return None
    if not all(fits(table, index.ranges[0], values[operand]) for operand in condition.operands):
        return None
    place = dynamodb._extract_key_val(values[condition.value])
    kind = dynamodb._get_attr_type(table, index.ranges[0]) if index.ranges else "S"
    operands = tuple(dynamodb._sort_key_value(values[operand], kind) for operand in condition.operands)
    if condition.operator == "begins_with" and kind != "S":
        return None
    return Plan(table, index, condition, index.partitions.get(place) or Partition(), operands)


def fits(table: Json, name: str, value: Any) -> bool:
    """Say whether a value can be one of the key attribute `name`."""
    return isinstance(value, dict) and list(value) == [dynamodb._get_attr_type(table, name)] and all(value.values())


def span(query: Plan) -> tuple[int, int]:
    """The positions in the partition that satisfy the range condition."""
    operator, values, between = query.condition.operator, query.values, query.partition.between
    if operator == "begins_with":
        prefix = values[0]
        return between(prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1), after_low=False, before_high=True)
    if operator == "between":
        return between(*values, after_low=False, before_high=False)
    if operator == "=":
        return between(values[0], values[0], after_low=False, before_high=False)
    if operator in ("<", "<="):
        return between(None, values[0], after_low=False, before_high=operator == "<")
    if operator in (">", ">="):
        return between(values[0], None, after_low=operator == ">", before_high=False)
    return 0, len(query.partition)


def projected(table: Json, name: str | None) -> frozenset[str] | None:
    """The attributes that an index shows; None for all."""
    definition = dynamodb._index_def(table, name) if name else None
    projection = (definition or {}).get("Projection") or {}
    if definition is None or projection.get("ProjectionType", "ALL") == "ALL":
        return None
    keys = [schema["AttributeName"] for schema in definition["KeySchema"]]
    shown = [table["pk_name"], table.get("sk_name"), *keys, *(projection.get("NonKeyAttributes") or [])]
    return frozenset(name for name in shown if name)


def paged(found: list[Json], limit: int | None, shown: frozenset[str] | None) -> tuple[list[Json], list[Json], bool]:
    """One page: items, what the index shows of them, and whether the limit or 1 MB ended it."""
    entries, size = list[Json](), 0
    for item in found:
        entry = item if shown is None else {name: item[name] for name in shown if name in item}
        grown = size + dynamodb._item_size_bytes(entry)
        if entries and grown > dynamodb._DDB_PAGE_SIZE_BYTES:
            return found[: len(entries)], entries, True
        entries.append(entry)
        size = grown
        if len(entries) == limit or size >= dynamodb._DDB_PAGE_SIZE_BYTES:
            return found[: len(entries)], entries, True
    return found, entries, False


def filtered(entries: list[Json], data: Json) -> list[Json]:
    """Those that a filter lets pass. AWS filters what the index shows, and so does this; the filter is read once."""
    names, values = data.get("ExpressionAttributeNames") or {}, data.get("ExpressionAttributeValues") or {}
    text = data["FilterExpression"]
    for entry in entries[:1]:
        dynamodb._evaluate_condition(text, entry, values, names)  # knows all error messages
    tokens = dynamodb._tokenize(text)
    return [entry for entry in entries if dynamodb._ExprEval(tokens, entry, values, names).evaluate()]


def answer(query: Plan, data: Json) -> Any:
    """Answer a planned query."""
    first, last = span(query)
    forward, limit = data.get("ScanIndexForward", True), data.get("Limit")
    start = data.get("ExclusiveStartKey")
    if start:
        cursor = query.index.order(start)
        if forward:
            first = max(first, query.partition.after(cursor))
        else:
            last = min(last, query.partition.before(cursor))
    if limit is not None:
        first, last = (first, min(last, first + limit)) if forward else (max(first, last - limit), last)
    rows = query.partition.rows[first:last]
    items, table = query.table["items"], query.table
    found = [items[row[-2]][row[-1]] for row in (rows if forward else reversed(rows))]
    page, entries, more = paged(found, limit, projected(table, data.get("IndexName")))
    result: Json = {"ScannedCount": len(page)}
    if more:
        keys = [table["pk_name"], table.get("sk_name"), *query.index.hashes, *query.index.ranges]
        result["LastEvaluatedKey"] = {key: page[-1][key] for key in keys if key}
    if data.get("FilterExpression"):
        entries = filtered(entries, data)
    result["Count"] = len(entries)
    if data.get("Select") != "COUNT":
        result["Items"] = [dynamodb._apply_projection(entry, data) for entry in entries]
    dynamodb._add_consumed_capacity(result, data, table["TableName"], index_name=data.get("IndexName"))
    return json_response(result)


def usual(data: Json) -> bool:
    """Say whether the parameters beside the key condition are such that nothing can be wrong with them."""
    limit, start, select = data.get("Limit"), data.get("ExclusiveStartKey"), data.get("Select")
    return (
        (limit is None or (isinstance(limit, int) and limit > 0))
        and (start is None or isinstance(start, dict))
        and select in (None, "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
        and not (select and data.get("ProjectionExpression"))
        and data.get("ReturnConsumedCapacity", "NONE") in ("NONE", "TOTAL", "INDEXES")
    )


def apply(settings: Settings) -> None:
    """Keep partitions in order and answer plain queries from them."""
    del settings
    ask = dynamodb._query

    def query(data: Json) -> Any:
        planned = plan(data) if usual(data) else None
        if planned is None:
            return ask(data)
        try:
            return answer(planned, data)
        except (ValueError, KeyError, TypeError):
            return ask(data)

    dynamodb._index_members, dynamodb._index_item, dynamodb._query = indexes_of, note_item, query
