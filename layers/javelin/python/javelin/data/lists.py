"""Lists: a page of what the caller may see, from bucketed indexes, at a cost that does not grow with the cloud.

A list is one or more chains of buckets (see records/sequence.py): the whole cloud's, or those of some accounts. An
unfiltered page is found from the buckets' live counts without walking; a filtered one walks until the page is full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter, PermissionDenied
from javelin.contract.parameters import ListRequest, OwnedListRequest
from javelin.data.record import Owned, Record, Shared
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.sequence import BUCKET, CLOUD, Standing, bucket_key, standings

DEFAULT_PAGE = 500
WALK = 20  # buckets that a filtered list reads before its count becomes an upper bound

T = TypeVar("T", bound=Record)
O = TypeVar("O", bound=Owned)  # noqa: E741 - an owned record
S = TypeVar("S", bound=Shared)


@dataclass(frozen=True)
class Window:
    """The rows of a page: from `start`, `size` of them."""

    start: int
    size: int


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


def list_owned(
    record: type[O], caller: Caller, request: OwnedListRequest, keep: Callable[[O], bool] | None = None,
    only: list[str] | None = None, newest_first: bool = False,
) -> tuple[list[O], int]:  # fmt: skip
    """A page of the owned records that the request's scope names and the caller may see, and how many match in all.

    `only` are the ids that the request asks for, if it does; they come in that order.
    """
    if only is not None:
        rows = [row for row in record.load_all(only) if caller.sees(row.account_id, row.domain_path)]
        return _cut([row for row in rows if keep is None or keep(row)], window(request))
    return _page(record, scope(caller, request), window(request), keep, newest_first)


def list_shared(
    record: type[S], request: ListRequest, keep: Callable[[S], bool] | None = None, only: list[str] | None = None
) -> tuple[list[S], int]:
    """A page of the cloud's own records, and how many match in all."""
    if only is not None:
        return _cut([row for row in record.load_all(only) if keep is None or keep(row)], window(request))
    return _page(record, [CLOUD], window(request), keep)


def scope(caller: Caller, request: OwnedListRequest) -> list[str]:
    """The lists that a request covers: account, domain with or without its subtree, everything, or the caller's own."""
    if request.projectid:
        raise InvalidParameter("Projects are not served yet; leave projectid out.")
    if request.account:
        domain_id = request.domainid or caller.domain_id
        account = next((row for row in accounts_of(domain_id) if row.name == request.account), None)
        if account is None or not caller.sees(account.id, account.domain_path):
            raise InvalidParameter(f"Unable to find account {request.account} in domain {domain_id}; check both.")
        return [account.id]
    if request.domainid:
        domain = Domain.find(request.domainid)
        if domain is None or not (caller.sees_domain(domain.path) or domain.id == caller.domain_id):
            raise Domain.unknown(request.domainid)
        if not caller.sees_domain(domain.path):
            return [caller.account_id]
        if domain.path == "/" and request.isrecursive:
            return [CLOUD]
        below = subtree(domain) if request.isrecursive else [domain]
        return [account.id for branch in below for account in accounts_of(branch.id)]
    if request.listall and caller.role_type in ROOT | {"ResourceAdmin"} and caller.is_root:
        return [CLOUD]
    if request.listall and caller.role_type != "User":
        own = Domain.require(caller.domain_id)
        return [account.id for branch in subtree(own) for account in accounts_of(branch.id)]
    return [caller.account_id]


def account_named(caller: Caller, name: str | None, domain_id: str | None) -> Account:
    """The account that a request acts for: its own, or another that an admin names. Raises PermissionDenied."""
    if name is None:
        if domain_id not in (None, caller.domain_id):
            raise InvalidParameter("domainid needs account: name the account in that domain.")
        return Account.require(caller.account_id)
    wanted = domain_id or caller.domain_id
    account = next((row for row in accounts_of(wanted) if row.name == name), None)
    if account is None or not caller.sees(account.id, account.domain_path):
        raise PermissionDenied(f"Unable to find account {name} in domain {wanted}, or it is not yours to act for.")
    return account


def owned_by(record: type[O], account_id: str, most: int = 500) -> list[O]:
    """The first records of an account, in creation order; for choices among few, not for lists."""
    rows: list[O] = []
    for name, standing in standings(record.__name__, [account_id]).items():
        for number in range(standing.buckets):
            rows.extend(_bucket(record, bucket_key(name, number)))
            if len(rows) >= most:
                return rows[:most]
    return rows


def accounts_of(domain_id: str) -> list[Account]:
    """The accounts right in a domain."""
    return Account.load_all(row.id for row in Account.by_domain.query(domain_id))


def subtree(domain: Domain) -> list[Domain]:
    """A domain and all below it."""
    found, waiting = [], [domain]
    while waiting:
        branch = waiting.pop()
        found.append(branch)
        waiting.extend(Domain.load_all(row.id for row in Domain.by_parent.query(branch.id)))
    return found


def _page(
    record: type[T],
    scopes: list[str],
    wanted: Window,
    keep: Callable[[T], bool] | None,
    newest_first: bool = False,
) -> tuple[list[T], int]:
    known = standings(record.__name__, scopes)
    buckets = [(name, number, standing) for name, standing in known.items() for number in range(standing.buckets)]
    if newest_first:
        buckets.reverse()
    total = sum(sum(standing.counts) for standing in known.values())
    rows: list[T] = []
    skip, seen, read = wanted.start, 0, 0
    remaining = iter(buckets)
    if keep is None:
        remaining, skip, seen = _skip(buckets, wanted.start)
    exhausted = True
    for name, number, _ in remaining:
        if len(rows) >= wanted.size and (keep is None or read >= WALK):
            exhausted = False
            break
        read += 1
        for row in _bucket(record, bucket_key(name, number), newest_first):
            if keep is not None and not keep(row):
                continue
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
        if start < before + count or last:
            return iter(buckets[position:]), start - before, before
        before += count
    return iter(()), 0, before


def _bucket(record: type[T], key: str, newest_first: bool = False) -> list[T]:
    index: Any = getattr(record, "by_cloud" if f"#{CLOUD}/" in key else "by_account")
    return record.load_all([row.id for row in index.query(key, scan_index_forward=not newest_first)])


def _cut(rows: list[T], wanted: Window) -> tuple[list[T], int]:
    return rows[wanted.start : wanted.start + wanted.size], len(rows)
