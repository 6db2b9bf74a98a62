"""The past: records as they were at a moment, from the versions that the streams keep.

Whose a record is, and so who may see it, is always what is known last of it: nobody sees by asking about the past what is not
his to see now.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from javelin.contract import asof
from javelin.contract.errors import InvalidParameter
from javelin.data.indexes import SHELVES, looked_up, shown_by
from javelin.data.record import Owned, Record, hash_name
from javelin.data.records.history import DAYS, History
from javelin.data.walk import ids_of

MOST = 2000  # records that a filtered list of the past rebuilds
AT_ONCE = 8  # versions that are asked for at the same time
OWNER = ("account_id", "account", "domain_id", "domain_path")

R = TypeVar("R", bound=Record)


def asked(model: type[Record]) -> datetime | None:
    """The moment at which records of this class are asked for; None for now, or if they keep no past.

    Raises InvalidParameter for a moment before what is kept.
    """
    wanted = asof.past()
    if wanted is None or not model.keeps_past:
        return None
    if wanted.moment < datetime.now(UTC) - timedelta(days=DAYS):
        raise InvalidParameter(f"The past is kept for {DAYS} days; give an asof within them.")
    wanted.used = True
    return wanted.moment


def as_they_were(model: type[R], keys: Iterable[str], moment: datetime) -> list[R]:
    """The records of these keys as they were, in this order; those that were not are left out."""
    ids = list(dict.fromkeys(keys))
    with asof.at(None):
        now = {getattr(row, hash_name(model)): row for row in model.load_all(ids)}
        contexts = [copy_context() for _ in ids]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = pool.map(lambda context, key: context.run(_was, model, key, now.get(key), moment), contexts, ids)
            return [row for row in found if row is not None]


def page(
    model: type[R], accounts: Sequence[str] | None, tests: Sequence[Any], cut: slice, newest_first: bool,
    order: Callable[[R], int] | None = None,
) -> tuple[list[R], int]:  # fmt: skip
    """These rows of the records that were there and pass the filters, and how many did in all. `order` tells the places that
    they had, of lists that have another order than that in which records were made.

    Raises InvalidParameter for records that keep no past, and if more would have to be looked through than a call may.
    """
    moment = asked(model)
    if moment is None:
        raise InvalidParameter(
            f"What became of a {model.noun} is not kept, so that asof cannot be asked; leave it out."
        )
    ids = sorted(_lived(model, accounts, moment), reverse=newest_first)
    if not tests and order is None:
        return as_they_were(model, ids[cut], moment), len(ids)
    if len(ids) > MOST:
        raise InvalidParameter(
            f"These are {len(ids)} to look through, where {MOST} of the past can be; name an account, or leave filters out."
        )
    rows = [row for row in as_they_were(model, ids, moment) if all(one.test(row) for one in tests)]
    if order is not None:
        rows.sort(key=order)
    return rows[cut], len(rows)


def versions(key: str, start: datetime, end: datetime) -> list[datetime]:
    """When a record changed between two moments, oldest first."""
    found = History.query(key, History.until.between(_after(start), _after(end)), attributes_to_get=["until"])
    return sorted({datetime.fromtimestamp(int(row.until.split(".")[0]), UTC) for row in found})


def compressed(image: dict[str, Any]) -> bytes:
    """An item as history keeps it."""
    return zlib.compress(json.dumps(image, separators=(",", ":")).encode())


def _was(model: type[R], key: str, now: R | None, moment: datetime) -> R | None:
    ended = next(iter(History.query(key, History.until >= _after(moment), limit=1)), None)
    if ended is None:
        row, last = now, now
    else:
        row = _rebuilt(model, ended)
        last = now or _rebuilt(model, next(iter(History.query(key, scan_index_forward=False, limit=1))))
    if row is None or row.created > moment:
        return None
    if issubclass(model, Owned):
        for name in OWNER:
            setattr(row, name, getattr(last, name))
    return row


def _rebuilt(model: type[R], version: History) -> R:
    return model.from_raw_data(json.loads(zlib.decompress(version.image)))


def _after(moment: datetime) -> str:
    """The first key of what ended after a moment; changes of its own second had been made."""
    return History.key_of(int(moment.timestamp()) + 1)


def _lived(model: Any, accounts: Sequence[str] | None, moment: datetime) -> set[str]:
    """The ids of the records that may have been there: those that are there and not younger, and those that went since."""
    with asof.at(None):
        walked = None if shown_by(model) else [key for keys in ids_of(model) for key in keys]
        present = looked_up(model, accounts, None) if walked is None else walked
    latest = f"{int(moment.timestamp() * 1000) + 1:012x}"
    young = f"{latest[:8]}-{latest[8:]}"
    return {key for key in present if key < young} | {key for key in _gone(model, accounts, moment) if key < young}


def _gone(model: Any, accounts: Sequence[str] | None, moment: datetime) -> Iterator[str]:
    index: Any = History.by_grave if accounts is None else History.by_site
    for where in SHELVES if accounts is None else accounts:
        part = History.part(model.__name__, where)
        yield from (row.id for row in index.query(part, type(index).until >= _after(moment)))
