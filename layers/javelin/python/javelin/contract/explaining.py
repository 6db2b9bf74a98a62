"""Explaining: a call with `explain=true` runs as ever, but whatever would write asks here first and notes it instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from javelin.contract.errors import InvalidParameter

PARAMETER = "explain"

Json = dict[str, Any]


@dataclass
class Picture:
    """What a call would do. `created` are the records that it would make; nothing of them is kept anywhere."""

    created: list[Any] = field(default_factory=list)
    _verbs: dict[str, Counter[str]] = field(default_factory=dict)
    _written: set[tuple[str, str]] = field(default_factory=set)
    _quota: dict[tuple[str, str], Json] = field(default_factory=dict)
    _rows: dict[str, list[Any]] = field(default_factory=dict)
    _facts: Json = field(default_factory=dict)

    def write(self, verb: str, kind: str, key: str) -> None:
        """A record would be written: `creates`, `changes` or `deletes` one of a kind; the same one counts once."""
        if (kind, key) not in self._written:
            self._verbs.setdefault(verb, Counter())[kind] += 1
        self._written.add((kind, key))

    def has_written(self, kind: str, key: str) -> bool:
        """Whether the call itself would have written it before, so that what is stored says nothing of it."""
        return (kind, key) in self._written

    def count(self, whose: Json, resource: str, change: int, *, used: int, limit: int | None) -> None:
        """A quota would change: that of {account} or {domain}; changes of one are added up. No limit is shown as -1."""
        row = {**whose, "resource": resource, "change": 0, "used": used, "limit": -1 if limit is None else limit}
        known = self._quota.setdefault((str(whose), resource), row)
        known["change"] += change

    def add(self, what: str, row: Any) -> None:
        """One more of something: `addresses`, `events`, `hostcommands`, `objects`."""
        self._rows.setdefault(what, []).append(row)

    def tell(self, **facts: Any) -> None:
        """What there is one of: flow, cost, plan."""
        self._facts |= facts

    def told(self) -> Json:
        """The explanation as it is answered; what would not happen is left out."""
        verbs = {
            verb: [{"kind": kind, "count": count} for kind, count in sorted(kinds.items())]
            for verb, kinds in sorted(self._verbs.items())
        }
        quota = [{**row, "left": _left(row)} for row in self._quota.values()]
        return {**verbs, **({"quota": quota} if quota else {}), **self._rows, **self._facts}


def _left(row: Json) -> int:
    limit = int(row["limit"])
    return limit if limit < 0 else limit - int(row["used"]) - int(row["change"])


_current: ContextVar[Picture | None] = ContextVar("explaining", default=None)


def picture() -> Picture | None:
    """Where to note what would be done; None when it is to be done."""
    return _current.get()


@contextmanager
def explaining() -> Iterator[Picture]:
    """Do nothing inside, and note it."""
    before = _current.set(Picture())
    try:
        drawn = _current.get()
        assert drawn is not None
        yield drawn
    finally:
        _current.reset(before)


def asked(parameters: Mapping[str, str]) -> bool:
    """Whether a call asks to be explained. Raises InvalidParameter unless it is said clearly: a slip must not act."""
    given = {value.lower() for name, value in parameters.items() if name.lower() == PARAMETER}
    if not given <= {"true", "false", ""} or len(given) > 1:
        raise InvalidParameter("explain is true (tell what the call would do) or false (do it).")
    return given == {"true"}
