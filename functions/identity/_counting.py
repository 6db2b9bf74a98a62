"""Counting anew what an account or a domain has, by the records that count for it."""

from __future__ import annotations

from collections.abc import Iterator

from functions.identity._limited import Limited
from javelin.contract.errors import ConcurrentOperation, InvalidParameter
from javelin.contract.grants import Grant
from javelin.data.counters import Counted
from javelin.data.filters import Filters
from javelin.data.indexes import looked_up
from javelin.data.lists import matching
from javelin.data.owned_amounts import RESOURCES, amounts
from javelin.data.record import Owned
from javelin.data.records.account import Account
from javelin.data.records.network import Network
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.quota import Quota
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume

OWNED: tuple[type[Owned], ...] = (VirtualMachine, Volume, Network, Template)
COUNTING: tuple[Grant, ...] = (*(record.read for record in OWNED), PublicAddress.read, Account.write, Quota.write)
MOST = 50_000  # records that are read for one call
ATTEMPTS = 3
EVERY: tuple[type[Owned] | type[PublicAddress], ...] = (*OWNED, PublicAddress)


def count_anew(wanted: Limited) -> Counted:
    """Set what is used to what there is; answers what counts then. Raises ConcurrentOperation if it changes meanwhile."""
    for _ in range(ATTEMPTS):
        record = wanted.record()
        sums = _sums(wanted)
        if all(record.used(resource) == sums[resource] for resource in RESOURCES):
            return record
        if _set(record, sums):
            return wanted.record()
    raise ConcurrentOperation("What is counted changes all the time; repeat the call when less is going on.")


def _set(record: Counted, sums: dict[str, int]) -> bool:
    """Whatever comes or goes changes the version of what counts it."""
    kind = type(record)
    changes = []
    for resource in RESOURCES:
        used, over = getattr(kind, f"used_{resource}"), getattr(kind, f"over_{resource}")
        changes += [used.set(sums[resource]), over.add(sums[resource] - record.used(resource))]
    as_read = kind.version == record.version if record.version else kind.version.does_not_exist()
    return record.change(*changes, when=as_read)


def _sums(wanted: Limited) -> dict[str, int]:
    sums = dict.fromkeys(RESOURCES, 0)
    read = 0
    for record, ids in _ids(wanted):
        read += len(ids)
        if read > MOST:
            raise InvalidParameter(f"There are more than {MOST} records to count; the audit counts them by itself.")
        for row in record.load_all(ids):
            for resource, amount in amounts(record.__name__, row.attribute_values).items():
                sums[resource] += amount
    return sums


def _ids(wanted: Limited) -> Iterator[tuple[type[Owned] | type[PublicAddress], list[str]]]:
    for record in EVERY:
        if wanted.account is None:
            yield record, matching(record, Filters().under("domain_path", wanted.domain_path))
        elif record is PublicAddress:
            yield record, [row.id for row in PublicAddress.by_owner.query(wanted.account.id)]
        else:
            yield record, looked_up(record, [wanted.account.id], None)
