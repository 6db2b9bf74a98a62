"""The indexes that filtered lists read: directories, which show what is filtered by, and relations, which know who has whom.

A directory shows, of every record, what lists look for: names, states, zones. DynamoDB itself applies the filters to it, so
that one request covers thousands of records and answers only the ids of those that match. A relation's cost is that of its
result. DynamoDB keeps both with every write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

SHELVES = tuple(str(number) for number in range(4))  # the partitions of the cloud's directories
OF_CLOUD, OF_ACCOUNT = "by_shelf", "by_owner"
DOMAIN = "domain_path"  # directories of owned records show it, for lists of whole domains


def shelf_of(key: str) -> str:
    """The shelf of the cloud's directory on which a record stands."""
    return SHELVES[ord(key[-1]) % len(SHELVES)]


def cloud_directory(*shown: str) -> Any:
    """Answers: which records of the cloud have these values? In four partitions."""
    keys = {"shelf": UnicodeAttribute(hash_key=True), "id": UnicodeAttribute(range_key=True)}
    return _index(OF_CLOUD, IncludeProjection(list(shown)), keys)


def directories(*shown: str) -> tuple[Any, Any]:
    """Answers: which records of the cloud, and which of an account, have these values?"""
    keys = {"account_id": UnicodeAttribute(hash_key=True), "id": UnicodeAttribute(range_key=True)}
    account = _index(OF_ACCOUNT, IncludeProjection([*shown, DOMAIN]), keys)
    return cloud_directory(*shown, DOMAIN), account


def relation(attribute: str, *shown: str) -> Any:
    """Answers: which records have this value, in the cloud or in one account? Sparse."""
    keys = {attribute: UnicodeAttribute(hash_key=True), "account_id": UnicodeAttribute(range_key=True)}
    projection = IncludeProjection(list(shown)) if shown else KeysOnlyProjection()
    return _index(f"by_{attribute.removesuffix('_id')}", projection, keys)


def shown_by(record: type[Any]) -> frozenset[str]:
    """The attributes that the record's directory shows; none if it has no directory."""
    index = getattr(record, OF_CLOUD, None)
    return frozenset(index.Meta.projection.non_key_attributes) | {"id"} if index else frozenset()


def looked_up(record: type[Any], accounts: Iterable[str] | None, like: Condition | None) -> list[str]:
    """The ids of the records that are like this, in order, in these accounts or (None) in the whole cloud."""
    index = getattr(record, OF_CLOUD if accounts is None else OF_ACCOUNT)
    return _sorted(lambda partition: index.query(partition, None, like, attributes_to_get=["id"]), SHELVES
                   if accounts is None else accounts)  # fmt: skip


def related(index: Any, value: str, accounts: Iterable[str] | None, key: str = "id") -> list[str]:
    """The ids of the records that have this value, in order, in these accounts or (None) in the whole cloud."""
    if accounts is None:
        return _sorted(lambda _: index.query(value, attributes_to_get=[key]), ("all",), key)
    account = type(index).account_id
    return _sorted(lambda owner: index.query(value, account == owner, attributes_to_get=[key]), accounts, key)


def of_accounts(record: type[Any], ids: Iterable[str], accounts: Iterable[str] | None) -> list[str]:
    """Those of a few ids that are of these accounts, for sources that do not know whose their finds are."""
    if accounts is None:
        return sorted(set(ids))
    owners = set(accounts)
    return sorted(row.id for row in record.load_all(ids) if row.account_id in owners)


def _sorted(ask: Callable[[str], Iterable[Any]], partitions: Iterable[str], key: str = "id") -> list[str]:
    """What some partitions answer, asked for at the same time."""
    names = list(dict.fromkeys(partitions))

    def keys_of(name: str) -> list[str]:
        return [found for row in ask(name) if (found := getattr(row, key))]

    if len(names) < 2:
        found = [keys_of(name) for name in names]
    else:
        contexts = [copy_context() for _ in names]  # what is only explained is so in every thread
        with ThreadPoolExecutor(len(SHELVES)) as pool:
            found = list(pool.map(lambda context, name: context.run(keys_of, name), contexts, names))
    return sorted({one for keys in found for one in keys})


def _index(name: str, projection: Any, keys: dict[str, UnicodeAttribute]) -> Any:
    meta = type("Meta", (), {"index_name": name, "projection": projection})
    return type(name, (GlobalSecondaryIndex,), {"Meta": meta, **keys})()
