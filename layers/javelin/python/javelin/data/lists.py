"""Lists: a page of what the caller may see, and how many there are, from indexes.

Without filters a page is found by number: a list is one or more chains of buckets (see records/sequence.py), whose live
counts say where a page begins. With filters the ids of all that match come from an index that knows them: first from a
relation (whose result is all that is read), otherwise from the directory, to which DynamoDB applies the filters. Only the
rows of the page are loaded, except for filters that no index can answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from javelin.contract import asof
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant
from javelin.contract.parameters import ListRequest, OwnedListRequest
from javelin.data import past
from javelin.data.filters import Filter, Filters, conjunction
from javelin.data.indexes import looked_up, shown_by
from javelin.data.reach import REACH, Reach, reach_of
from javelin.data.record import Owned, Record, Shared
from javelin.data.records.sequence import BUCKET, CLOUD, Sequence, Standing, bucket_key, standings
from javelin.data.sort_keys import place_of
from javelin.data.walk import ids_of

DEFAULT_PAGE = 500
AT_ONCE = 500  # candidates that are rather loaded and tested than looked for in a directory
SPARSE = 32  # buckets without a live record: of records long gone, or so new that they are not counted yet
WALK = 10_000  # candidates that are loaded and tested beyond a full page before the count becomes an upper bound

T = TypeVar("T", bound=Record)
O = TypeVar("O", bound=Owned)  # noqa: E741 - an owned record
S = TypeVar("S", bound=Shared)
Test = Callable[[Any], bool]
Places = Mapping[str, int]

READ_LISTS: tuple[Grant, ...] = (Sequence.read, *REACH)


@dataclass(frozen=True)
class Window:
    """The rows of a page: from `start`, `size` of them."""

    start: int
    size: int

    def after(self, rows: int) -> Window:
        """The part of this page that is left for another list, which follows on so many rows."""
        first = max(self.start, rows)
        return Window(first - rows, max(self.start + self.size - first, 0))

    def of(self, rows: list[Any]) -> list[Any]:
        """Those of the rows that are on the page."""
        return rows[self.start : self.start + self.size]


def window(request: ListRequest) -> Window:
    """The page that the request asks for. Raises InvalidParameter for half a pair or a page that is too large."""
    page, size = request.page, request.pagesize
    if size == -1:
        if page is not None:
            raise InvalidParameter("pagesize=-1 means all rows and cannot go with page; leave page out.")
        return Window(0, 2**31)
    if (page is None) != (size is None):
        raise InvalidParameter("page and pagesize go together: give both or neither.")
    if size is None or page is None:
        return Window(0, DEFAULT_PAGE)
    if size > DEFAULT_PAGE:
        raise InvalidParameter(f"pagesize may be at most {DEFAULT_PAGE}; ask for more pages.")
    if size < 1:
        raise InvalidParameter("pagesize must be at least 1, or -1 for all.")
    return Window((max(page, 1) - 1) * size, size)


def asked_ids(key: str | None, keys: list[str] | None) -> list[str] | None:
    """The ids that a request asks for by `id` or `ids`, None for neither. Raises InvalidParameter for both."""
    if key is not None and keys is not None:
        raise InvalidParameter("Give either id or ids, not both.")
    return keys if key is None else [key]


def list_owned(
    record: type[O], caller: Caller, request: OwnedListRequest, filters: Filters | None = None,
    only: list[str] | None = None, newest_first: bool = False,
) -> tuple[list[O], int]:  # fmt: skip
    """A page of the owned records that the request's scope names and the caller may see, and how many match in all.

    `only` are the ids that the request asks for, if it does; they come in that order.
    """
    kept = filters or Filters()
    if only is not None:
        rows = [row for row in record.load_all(only) if caller.sees(row.account_id, row.domain_path)]
        return _cut([row for row in rows if kept.passes(row)], window(request))
    reach = reach_of(caller, request, stays=record.stays)
    return page_of(record, reach, window(request), kept, newest_first)


def list_shared(
    record: type[S], request: ListRequest, filters: Filters | None = None, only: list[str] | None = None,
    places: Places | None = None,
) -> tuple[list[S], int]:  # fmt: skip
    """A page of the cloud's own records, and how many match in all. `places` are as page_of's."""
    kept = filters or Filters()
    if only is not None:
        return _cut([row for row in record.load_all(only) if kept.passes(row)], window(request))
    return page_of(record, Reach(), window(request), kept, places=places)


def page_of(
    record: type[T], reach: Reach, wanted: Window, filters: Filters, newest_first: bool = False,
    places: Places | None = None,
) -> tuple[list[T], int]:  # fmt: skip
    """These rows of all that are within reach and pass the filters, and how many do in all.

    `places` are those of the few rows that are not in the order in which they were made; all others are at 0.
    """
    if filters.none:
        return [], 0
    every = [*reach.filters().all, *filters.all]
    if asof.past() is not None:
        cut, order = slice(wanted.start, wanted.start + wanted.size), None if places is None else place_of
        return past.page(record, reach.accounts, every, cut, newest_first, order)
    if not every and not places and (found := _by_number(record, reach.accounts, wanted, newest_first)) is not None:
        return found
    ids, left = _candidates(record, reach, every)
    if newest_first:
        ids.reverse()
    if places:
        ids.sort(key=lambda key: places.get(key, 0))
    if not left:
        return record.load_all(wanted.of(ids)), len(ids)
    return _tested(record, ids, lambda row: all(one.test(row) for one in left), wanted)


def matching(record: type[Any], filters: Filters, reach: Reach | None = None) -> list[str]:
    """The ids of all that pass filters which the record's directory answers."""
    within = reach or Reach()
    ids, left = _candidates(record, within, [*within.filters().all, *filters.all])
    assert not left, f"{record.__name__}'s directory does not show what is asked for"
    return ids


def _candidates(record: type[Any], reach: Reach, filters: list[Filter]) -> tuple[list[str], list[Filter]]:
    """The ids of all that may match, in order, and the filters that they still have to pass."""
    left = [one for one in filters if one.source is None or not one.exact]
    found: list[str] | None = None
    for one in filters:
        if one.source is not None:
            ids = one.source(reach.accounts)
            found = ids if found is None else sorted(set(found).intersection(ids))
    if found is not None and (not left or len(found) <= AT_ONCE):
        return found, left
    if not shown_by(record):
        return found or [key for keys in ids_of(record) for key in keys], left
    conditions = {one: condition for one in left if (condition := one.condition(record)) is not None}
    ids = looked_up(record, reach.accounts, conjunction(conditions.values()))
    if found is not None:
        ids = sorted(set(found).intersection(ids))
    return ids, [one for one in left if one not in conditions or not one.exact]


def _tested(record: type[T], ids: list[str], test: Test, wanted: Window) -> tuple[list[T], int]:
    """Load candidates until the page is full and, to count them, some more."""
    rows: list[T] = []
    seen = 0
    for start in range(0, len(ids), AT_ONCE):
        if start >= WALK and len(rows) >= wanted.size:
            return rows, len(ids) - start + seen
        for row in record.load_all(ids[start : start + AT_ONCE]):
            if test(row):
                if wanted.start <= seen < wanted.start + wanted.size:
                    rows.append(row)
                seen += 1
    return rows, seen


def _by_number(
    record: type[T], accounts: tuple[str, ...] | None, wanted: Window, newest_first: bool
) -> tuple[list[T], int] | None:
    """A page without filters; None where too many buckets are empty to go through them."""
    known = standings(record.__name__, [CLOUD] if accounts is None else accounts)
    empty = sum(not count for standing in known.values() for count in standing.counts)
    if empty > SPARSE and shown_by(record):
        return None
    buckets = [(name, number, standing) for name, standing in known.items() for number in range(standing.buckets)]
    if newest_first:
        buckets.reverse()
    total = sum(sum(standing.counts) for standing in known.values())
    rows: list[T] = []
    remaining, skip, seen = _skip(buckets, wanted.start)
    exhausted = True
    for read, (name, number, _) in enumerate(remaining):
        if read and len(rows) >= wanted.size:
            exhausted = False
            break
        for row in _bucket(record, bucket_key(name, number), newest_first):
            seen += 1
            if skip:
                skip -= 1
            elif len(rows) < wanted.size:
                rows.append(row)
    return rows, seen if exhausted else max(total, seen)


def _skip(buckets: list[tuple[str, int, Standing]], start: int) -> tuple[Iterator[tuple[str, int, Standing]], int, int]:
    """The buckets from the one that holds row `start`, how many rows to skip in it, and how many came before it."""
    before = 0
    for position, (_, number, standing) in enumerate(buckets):
        count = min(standing.counts[number], BUCKET)
        last = position == len(buckets) - 1
        if start <= before or start < before + count or last:
            return iter(buckets[position:]), start - before, before
        before += count
    return iter(()), 0, before


def _bucket(record: type[T], key: str, newest_first: bool = False) -> list[T]:
    index: Any = getattr(record, "by_cloud" if f"#{CLOUD}/" in key else "by_account")
    return record.load_all([row.id for row in index.query(key, scan_index_forward=not newest_first)])


def _cut(rows: list[T], wanted: Window) -> tuple[list[T], int]:
    return wanted.of(rows), len(rows)
