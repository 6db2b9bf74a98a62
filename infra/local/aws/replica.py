"""What a journal says: the items of tables, their streams, how far consumers came, executions under way.

Records: ["P", table, pk, sk, item] put, ["D", table, pk, sk] delete, ["S", table, event, id, sequence, time] the
stream record of the write before it, ["X", table] table dropped, ["A", mapping, table, position] consumer's position
(null: consumer gone), ["E", arn, execution] execution started (null: ended), ["T", table, first, records] a stream
in a base.
"""

from collections.abc import Iterator
from typing import Any

Record = list[Any]
Item = dict[str, Any]
Key = str | tuple[Any, ...]


def key(value: Any) -> Key:
    """A key value as ministack holds it: JSON made lists of its tuples."""
    return tuple(value) if isinstance(value, list) else value


class Stream:
    """A table's stream: the records that consumers have yet to read, and the position of the first."""

    def __init__(self) -> None:
        self.first = 0
        self.records: list[Record] = []


class Replica:
    """The state that a journal describes."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[Key, dict[Key, Item]]] = {}
        self.streams: dict[str, Stream] = {}
        self.positions: dict[str, tuple[str, int]] = {}
        self.executions: dict[str, Item] = {}
        self.messages: dict[str, dict[str, Item]] = {}
        self._write: tuple[Item | None, Item | None] = (None, None)

    def apply(self, unit: list[Record]) -> None:
        """Take over one unit."""
        for record in unit:
            getattr(self, f"_apply_{record[0]}")(*record[1:])

    def _apply_P(self, table: str, pk: Any, sk: Any, item: Item) -> None:  # noqa: N802  named by its record
        rows = self.tables.setdefault(table, {}).setdefault(key(pk), {})
        self._write = (rows.get(key(sk)), item)
        rows[key(sk)] = item

    def _apply_D(self, table: str, pk: Any, sk: Any) -> None:  # noqa: N802  named by its record
        rows = self.tables.get(table, {}).get(key(pk), {})
        self._write = (rows.pop(key(sk), None), None)
        if not rows:
            self.tables.get(table, {}).pop(key(pk), None)

    def _apply_S(self, table: str, event: str, identity: str, sequence: str, at: float) -> None:  # noqa: N802  as above
        before, after = self._write
        self.streams.setdefault(table, Stream()).records.append([event, identity, sequence, at, before, after])

    def _apply_X(self, table: str) -> None:  # noqa: N802  named by its record
        self.tables.pop(table, None)
        self.streams.pop(table, None)

    def _apply_A(self, mapping: str, table: str, position: int | None) -> None:  # noqa: N802  named by its record
        if position is None:
            self.positions.pop(mapping, None)
        else:
            self.positions[mapping] = (table, position)
        self.trim(table)

    def _apply_E(self, arn: str, execution: Item | None) -> None:  # noqa: N802  named by its record
        if execution is None:
            self.executions.pop(arn, None)
        else:
            self.executions[arn] = execution

    def _apply_T(self, table: str, first: int, records: list[Record]) -> None:  # noqa: N802  named by its record
        stream = self.streams.setdefault(table, Stream())
        stream.first, stream.records = first, records

    def _apply_M(self, queue: str, message: Item) -> None:  # noqa: N802  named by its record
        self.messages.setdefault(queue, {})[message["id"]] = message

    def _apply_G(self, queue: str, identities: list[str]) -> None:  # noqa: N802  named by its record
        known = self.messages.get(queue, {})
        for identity in identities:
            known.pop(identity, None)

    def _apply_Q(self, queue: str) -> None:  # noqa: N802  named by its record
        self.messages.pop(queue, None)

    def trim(self, table: str) -> None:
        """Drop the stream records that every consumer of `table` has read."""
        stream = self.streams.get(table)
        readers = [position for owner, position in self.positions.values() if owner == table]
        if stream is not None and readers:
            read = min(readers) - stream.first
            if read > 0:
                del stream.records[:read]
                stream.first += read

    def units(self) -> Iterator[list[Record]]:
        """Units that make an equal replica."""
        for table, partitions in self.tables.items():
            for pk, rows in partitions.items():
                for sk, item in rows.items():
                    yield [["P", table, pk, sk, item]]
        for table, stream in self.streams.items():
            yield [["T", table, stream.first, stream.records]]
        for mapping, (table, position) in self.positions.items():
            yield [["A", mapping, table, position]]
        for arn, execution in self.executions.items():
            yield [["E", arn, execution]]
        for queue, messages in self.messages.items():
            for message in messages.values():
                yield [["M", queue, message]]
