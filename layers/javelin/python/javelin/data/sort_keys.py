"""Sort keys: the places that operators give offerings and zones in their lists, lowest first.

Most have none. Those that have one are in a sparse index, so that a list asks for their places alone.
"""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.contract.grants import Grant
from javelin.data.settings import READ_SETTINGS, SORT_ASCENDING

PLACED = "yes"
READ_SORT_KEYS: tuple[Grant, ...] = (READ_SETTINGS,)


class BySortKey(GlobalSecondaryIndex[Any]):
    """Answers: which have a sort key, and what is it? Sparse."""

    class Meta:
        index_name = "by_sort_key"
        projection = KeysOnlyProjection()

    placed = UnicodeAttribute(hash_key=True)
    sort_key = NumberAttribute(range_key=True)


def put(record: Any, sort_key: int) -> None:
    """Give a record its place; 0 is where all are that have none."""
    record.sort_key = sort_key
    record.placed = PLACED if sort_key else None


def place_of(row: Any) -> int:
    """The place of a record, 0 if it has none; as places_of, the greatest first if the setting says so."""
    place = int(row.sort_key or 0)
    return place if SORT_ASCENDING.value() else -place


def places_of(record: Any) -> dict[str, int]:
    """The places of the records that have one, by their ids; the greatest first if the cloud's setting says so."""
    placed = {row.id: int(row.sort_key) for row in record.by_sort_key.query(PLACED)}
    if not placed or SORT_ASCENDING.value():
        return placed
    return {key: -place for key, place in placed.items()}
