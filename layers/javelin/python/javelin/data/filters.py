"""What a list keeps: the filters that its parameters name, each declared once.

A filter is a test of a row. It may also be a condition that DynamoDB applies to the record's directory, or a source: an index
that finds just the rows that pass. Lists choose between them (see lists.py); the answer is the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from javelin.data import folded
from javelin.data.indexes import related, shown_by
from javelin.data.record import Record
from javelin.data.records.tag import Tag

MOST_OPERANDS = 100  # of DynamoDB's IN

Test = Callable[[Any], bool]
Accounts = Iterable[str] | None  # None: everybody's
Source = Callable[[Accounts], list[str]]


@dataclass(frozen=True)
class Filter:
    """One test, the attributes that it looks at, and how else rows that pass it can be found.

    `like` makes the condition from the attributes of a record class. Both it and `source` find every row that passes;
    `exact` says whether they find no other.
    """

    test: Test
    attributes: tuple[str, ...] = ()
    like: Callable[..., Condition] | None = None
    folds: bool = False  # whether the condition needs attributes that are kept folded
    source: Source | None = None
    exact: bool = True

    def condition(self, record: type[Any]) -> Condition | None:
        """What DynamoDB can be asked of the record's directory instead; None if it does not show enough."""
        if self.like is None or not shown_by(record) >= set(self.attributes):
            return None
        attributes = [getattr(record, name) for name in self.attributes]
        if self.folds and not all(isinstance(one, folded.FoldedAttribute) for one in attributes):
            return None
        return self.like(*attributes)


class Filters:
    """Filters that a row must pass, all of them; parameters that are not given add none."""

    def __init__(self) -> None:
        self.all: list[Filter] = []
        self.none = False  # whether nothing passes, whatever it is

    def equal(self, attribute: str, wanted: Any, absent: bool = False) -> Filters:
        """Keep rows whose attribute is just this or, with `absent`, that do not have it."""
        return self.among(attribute, None if wanted is None else (wanted,), absent)

    def among(self, attribute: str, wanted: Sequence[Any] | None, absent: bool = False) -> Filters:
        """Keep rows whose attribute is one of these, or `absent` too."""
        if wanted is None:
            return self

        def test(row: Any) -> bool:
            value = getattr(row, attribute)
            return value in wanted or (absent and value is None)

        def like(one: Any) -> Condition:
            condition: Condition = one.is_in(*wanted)
            return condition | one.does_not_exist() if absent or one.default in wanted else condition

        if not wanted:
            return self.nothing(True)
        return self._keep(Filter(test, (attribute,), like if len(wanted) <= MOST_OPERANDS else None))

    def absent(self, attribute: str) -> Filters:
        """Keep rows that do not have the attribute."""
        return self._keep(
            Filter(lambda row: getattr(row, attribute) is None, (attribute,), lambda one: one.does_not_exist())
        )

    def present(self, attribute: str) -> Filters:
        """Keep rows that have the attribute."""
        return self._keep(
            Filter(lambda row: getattr(row, attribute) is not None, (attribute,), lambda one: one.exists())
        )

    def listed(self, attribute: str, wanted: str | None) -> Filters:
        """Keep rows whose attribute, a list kept as JSON, has this."""
        if wanted is None:
            return self
        text = json.dumps(wanted)  # what holds quotes may be found where it is not
        return self._keep(
            Filter(
                lambda row: wanted in (getattr(row, attribute) or ()), (attribute,),
                lambda one: Path(one.attr_name).contains(text), exact=False,
            )
        )  # fmt: skip

    def outside(self, attribute: str, unwanted: Sequence[Any]) -> Filters:
        """Keep rows whose attribute is none of these."""
        return self._keep(
            Filter(lambda row: getattr(row, attribute) not in unwanted, (attribute,), lambda one: ~one.is_in(*unwanted))
        )

    def word(self, attribute: str, wanted: str | None) -> Filters:
        """Keep rows whose attribute is this word, whatever its case."""
        if wanted is None:
            return self
        return self._keep(
            Filter(
                lambda row: str(getattr(row, attribute) or "").lower() == wanted.lower(), (attribute,),
                lambda one: folded.same(one, wanted), folds=True,
            )
        )  # fmt: skip

    def contains(self, wanted: str | None, *attributes: str) -> Filters:
        """Keep rows in which one of the attributes contains this, whatever its case."""
        if not wanted:
            return self
        return self._keep(
            Filter(
                lambda row: any(wanted.lower() in str(getattr(row, name) or "").lower() for name in attributes),
                attributes, lambda *each: reduce(or_, (folded.holds(one, wanted) for one in each)), folds=True,
            )
        )  # fmt: skip

    def between(self, attribute: str, low: Any, high: Any) -> Filters:
        """Keep rows whose attribute is neither less than `low` nor more than `high`, where they are given."""
        if low is not None:
            self._keep(Filter(lambda row: bool(getattr(row, attribute) >= low), (attribute,), lambda one: one >= low))
        if high is not None:
            self._keep(Filter(lambda row: bool(getattr(row, attribute) <= high), (attribute,), lambda one: one <= high))
        return self

    def under(self, attribute: str, path: str, below: bool = True) -> Filters:
        """Keep rows of the domain at this path and, with `below`, of those below it."""
        if not below:
            return self.equal(attribute, path)
        return self._keep(
            Filter(
                lambda row: (getattr(row, attribute) or "").startswith(path),
                (attribute,),
                lambda one: one.startswith(path),
            )
        )

    def related(self, index: Any, attribute: str, wanted: str | None) -> Filters:
        """Keep rows whose attribute is this, as a relation's index knows."""
        if wanted is None:
            return self
        return self.found(
            lambda accounts: related(index, wanted, accounts), lambda row: getattr(row, attribute) == wanted
        )

    def found(self, source: Source, test: Test, exact: bool = True) -> Filters:
        """Keep rows that pass the test; the source finds their ids, with others unless it is exact."""
        return self._keep(Filter(test, source=source, exact=exact))

    def tagged(self, record: type[Record], wanted: Iterable[dict[str, str]]) -> Filters:
        """Keep the record's rows that bear every one of these tags; a tag without a value is looked for by its key."""
        for tag in wanted:
            self._tagged(record, tag.get("key"), tag.get("value"))
        return self

    def add(self, test: Test | None) -> Filters:
        """Keep rows that pass this test, which no index can answer."""
        return self if test is None else self._keep(Filter(test))

    def nothing(self, when: Any) -> Filters:
        """Keep no row at all when this is so."""
        self.none = self.none or bool(when)
        return self

    def passes(self, row: Any) -> bool:
        """Whether a row passes them all."""
        return not self.none and all(one.test(row) for one in self.all)

    def _keep(self, one: Filter) -> Filters:
        self.all.append(one)
        return self

    def _tagged(self, record: type[Record], key: str | None, value: str | None) -> None:
        if key is None:
            self.nothing(True)
            return
        index, label = Tag.by_word, Tag.word_of(key)
        if value is not None:
            index, label = Tag.by_pair, Tag.pair_of(record, key, value)
        self.found(
            lambda accounts: related(index, label, accounts, "resource_id"),
            lambda row: any(each["key"] == key and value in (None, each["value"]) for each in row.tags or []),
            exact=value is not None,
        )


def conjunction(conditions: Iterable[Condition]) -> Condition | None:
    """All of these conditions; None for none."""
    every = list(conditions)
    return reduce(and_, every) if every else None
