"""Transactions: everything or nothing, and for every condition the error to raise when it does not hold."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from pynamodb.connection.base import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from javelin.contract import explaining
from javelin.contract.errors import ApiError, ConcurrentOperation, InvalidParameter
from javelin.data.indexes import shelf_of
from javelin.data.record import Owned, Record, Shared, Table, hash_name
from javelin.data.records.claim import Claim
from javelin.data.records.sequence import BUCKET, CLOUD, bucket_key, issue, list_key

ATTEMPTS = 10
MOST_PAUSE = 32  # times the shortest one
MOST = 100  # writes that DynamoDB takes together


class Transaction:
    """Writes that are committed together, at most 100. Each may name the error that its failed condition means."""

    def __init__(self) -> None:
        self._unlisted: list[Owned | Shared] = []
        self._checks: list[tuple[type[Table], Any, Any, Condition, ApiError | None]] = []
        self._deletes: list[tuple[Table, Condition | None, ApiError | None]] = []
        self._puts: list[tuple[Table, Condition | None, ApiError | None]] = []
        self._updates: list[tuple[Table, Sequence[Action], Condition | None, bool, ApiError | None]] = []
        self._told: list[Callable[[explaining.Picture], None]] = []

    def create(self, record: Table, otherwise: ApiError | None = None) -> None:
        """Put a record that must not exist yet, into its lists too."""
        if isinstance(record, Owned | Shared) and record.listed and record.cloud_bucket is None:
            self._unlisted.append(record)
        key = getattr(type(record), hash_name(type(record)))
        self._puts.append((record, None if isinstance(record, Record) else key.does_not_exist(), otherwise))

    def save(self, record: Record, otherwise: ApiError | None = None) -> None:
        """Write all of a record that was read before; fails if somebody wrote it since."""
        self.update(record, record.as_changes(), otherwise=otherwise, versioned=True)

    def update(
        self, record: Table, actions: Sequence[Action], condition: Condition | None = None,
        otherwise: ApiError | None = None, versioned: bool = False,
    ) -> None:  # fmt: skip
        """Change attributes in place, without regard to other writers unless `versioned`. A bare key will do."""
        if isinstance(record, Record) and record.version is None:
            record.version = 0
        self._updates.append((record, actions, condition, versioned, otherwise))

    def delete(self, record: Table, condition: Condition | None = None, otherwise: ApiError | None = None) -> None:
        """Delete a record."""
        self._deletes.append((record, condition, otherwise))

    def check(
        self,
        model: type[Table],
        key: Any,
        condition: Condition,
        otherwise: ApiError | None = None,
        range_key: Any = None,
    ) -> None:
        """Require that a condition holds on an item that is not written."""
        self._checks.append((model, key, range_key, condition, otherwise))

    def claim(self, name: str, owner: str, otherwise: ApiError) -> None:
        """Take a name. Case does not make a difference."""
        self.create(Claim(name.lower(), owner=owner), otherwise)

    def release(self, name: str, owner: str | None = None, otherwise: ApiError | None = None) -> None:
        """Give a name back, if only its `owner` does."""
        self.delete(Claim(name.lower()), None if owner is None else Claim.owner == owner, otherwise)

    def explain(self, tell: Callable[[explaining.Picture], None]) -> None:
        """When the call is explained, also tell this of what the transaction would do, if it would be committed."""
        if explaining.picture() is not None:
            self._told.append(tell)

    def commit(self) -> None:
        """Write everything or nothing. Raises the error named with the condition that failed, or ConcurrentOperation."""
        writes = len(self._checks) + len(self._deletes) + len(self._puts) + len(self._updates)
        if writes > MOST:
            raise InvalidParameter(f"This would change {writes} objects at once, where {MOST} can be; do it in parts.")
        would = explaining.picture()
        if would is None:
            _enlist(self._unlisted)
        self._unlisted.clear()
        for attempt in range(ATTEMPTS):
            try:
                self._write()
                if would is not None:
                    self._explain(would)
                return
            except TransactWriteError as error:
                failed = self._failed(error)
                if failed is not None:
                    raise failed from None
                if attempt == ATTEMPTS - 1 or not _passing(error):
                    raise
            time.sleep(random.uniform(0.005, 0.02) * min(2**attempt, MOST_PAUSE))  # noqa: S311 - jitter, not a secret
        raise AssertionError("unreachable")

    def _write(self) -> None:
        with TransactWrite(connection=_connection()) as write:
            for model, key, range_key, wanted, _ in self._checks:
                write.condition_check(model, key, range_key, condition=wanted)
            for record, condition, _ in self._deletes:
                write.delete(record, condition=condition, add_version_condition=False)
            for record, condition, _ in self._puts:
                write.save(record, condition=condition)
            for record, actions, condition, versioned, _ in self._updates:
                write.update(record, actions=list(actions), condition=condition, add_version_condition=versioned)

    def _explain(self, would: explaining.Picture) -> None:
        would.created += [record for record, _, _ in self._puts]
        for tell in self._told:
            tell(would)

    def _failed(self, error: TransactWriteError) -> ApiError | None:
        named = [row[-1] for rows in (self._checks, self._deletes, self._puts, self._updates) for row in rows]
        for reason, otherwise in zip(error.cancellation_reasons or [], named, strict=False):
            if reason is not None and reason.code == "ConditionalCheckFailed":
                assert otherwise is None or isinstance(otherwise, ApiError)
                return otherwise or ConcurrentOperation("Somebody else changed this meanwhile; look again and repeat.")
        return None


def _enlist(records: list[Owned | Shared]) -> None:
    """Give new records their places in the lists: one request for the cloud, one for each account."""
    places: dict[str, list[tuple[Owned | Shared, str]]] = {}
    for record in records:
        record.shelf = shelf_of(record.id)
        places.setdefault(CLOUD, []).append((record, "cloud_bucket"))
        if isinstance(record, Owned):
            places.setdefault(record.account_id, []).append((record, "account_bucket"))
    for scope, entries in places.items():
        numbers = issue(scope, dict(Counter(type(record).__name__ for record, _ in entries)))
        for record, attribute in entries:
            kind = type(record).__name__
            setattr(record, attribute, bucket_key(list_key(kind, scope), numbers[kind] // BUCKET))
            numbers[kind] += 1


def _passing(error: TransactWriteError) -> bool:
    codes = {reason.code for reason in error.cancellation_reasons or [] if reason is not None}
    return bool(codes & {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}) or (
        error.cause_response_code in {"TransactionInProgressException", "ThrottlingException"}
    )


def _connection() -> Connection:
    connection: Connection = Claim._get_connection().connection
    return connection
