"""Ordered partitions of tables and indexes, so that a query touches only the items that it returns."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from typing import Any

Item = dict[str, Any]
Row = tuple[Any, ...]


class NotOrderedError(LookupError):
    """An entry is not where its item says: the index must be built again."""


class Partition:
    """The keys of one partition in the order of a query; a row is (range value, table keys..., pk, sk)."""

    __slots__ = ("rows",)

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return ((row[-2], row[-1]) for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def between(self, low: Any, high: Any, *, after_low: bool, before_high: bool) -> tuple[int, int]:
        """Positions of the rows whose first value is in a range; None is no bound."""
        first, last = 0, len(self.rows)
        if low is not None:
            find = bisect_right if after_low else bisect_left
            first = find(self.rows, low, key=lambda row: row[0])
        if high is not None:
            find = bisect_left if before_high else bisect_right
            last = find(self.rows, high, key=lambda row: row[0])
        return first, max(first, last)

    def after(self, cursor: Row) -> int:
        """The position behind the row that `cursor` names, or behind where it was."""
        place = bisect_left(self.rows, cursor)
        found = place < len(self.rows) and self.rows[place][: len(cursor)] == cursor
        return place + found

    def before(self, cursor: Row) -> int:
        """The position of the row that `cursor` names, or of what came behind it."""
        return bisect_left(self.rows, cursor)


class Index:
    """All partitions of one index, kept in order as items come and go."""

    def __init__(self, hashes: list[str], ranges: list[str], order: Callable[[Item], Row], locate: Any) -> None:
        self.hashes = hashes
        self.ranges = ranges
        self.order = order
        self._locate = locate
        self.partitions: dict[Any, Partition] = {}

    def get(self, partition: Any, default: Any = None) -> Any:
        """The partition, as ministack asks for it."""
        return self.partitions.get(partition, default)

    def add(self, pk: Any, sk: Any, item: Item) -> None:
        """Enter an item; one that lacks a key of this index is not in it."""
        partition = self._locate(item, self.hashes, self.ranges)
        if partition is not None:
            rows = self.partitions.setdefault(partition, Partition()).rows
            insort(rows, (*self.order(item), pk, sk))

    def fill(self, items: dict[Any, dict[Any, Item]]) -> None:
        """Enter all items of a table at once."""
        for pk, rows in items.items():
            for sk, item in rows.items():
                partition = self._locate(item, self.hashes, self.ranges)
                if partition is not None:
                    self.partitions.setdefault(partition, Partition()).rows.append((*self.order(item), pk, sk))
        for entry in self.partitions.values():
            entry.rows.sort()

    def discard(self, pk: Any, sk: Any, item: Item) -> None:
        """Take an item out."""
        partition = self._locate(item, self.hashes, self.ranges)
        if partition is None:
            return
        row, rows = (*self.order(item), pk, sk), self.partitions[partition].rows
        place = bisect_left(rows, row)
        if place == len(rows) or rows[place] != row:
            raise NotOrderedError(f"{row} is not in its partition")
        del rows[place]
        if not rows:
            del self.partitions[partition]
