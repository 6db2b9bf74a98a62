"""Counting anew what an account or a domain has, by the records that count for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from functions.identity._limited import Limited
from javelin.contract.errors import ConcurrentOperation, InvalidParameter
from javelin.contract.grants import Grant
from javelin.data.counters import Counted
from javelin.data.filters import Filters
from javelin.data.indexes import looked_up, related
from javelin.data.lists import matching
from javelin.data.owned_amounts import RESOURCES, add, amounts, tagged_amounts
from javelin.data.record import Change, Owned, When
from javelin.data.records.account import Account
from javelin.data.records.network import Network
from javelin.data.records.project import Project
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.quota import Quota
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.transaction import Transaction

OWNED: tuple[type[Owned], ...] = (VirtualMachine, Volume, Network, Template)
MOST = 50_000  # records that are read for one call
ATTEMPTS = 3
EVERY: tuple[type[Owned] | type[PublicAddress], ...] = (*OWNED, PublicAddress, Project)
COUNTING: tuple[Grant, ...] = (*(record.read for record in EVERY), Account.write, Quota.write)


def count_anew(wanted: Limited) -> None:
    """Set what is used, by tag too, to what there is. Raises ConcurrentOperation if it changes meanwhile."""
    for _ in range(ATTEMPTS):
        record = wanted.record()
        sums, by_tag = _sums(wanted)
        quotas = Quota.of_tags(wanted.scope, by_tag.keys() | (record.tagged or set()))
        wrong = [quota for quota in quotas if _differs(quota, by_tag.get(str(quota.tag), {}))]
        if not wrong and not _differs(record, sums):
            return None
        transaction = Transaction()
        noted = [type(record).tagged.add(set(by_tag))] if by_tag else []
        transaction.update(record, [*_setting(record, sums), *noted], _same(record))
        for quota in wrong:
            transaction.update(quota, _setting(quota, by_tag.get(str(quota.tag), {})))
        with suppress(ConcurrentOperation):
            return transaction.commit()
    raise ConcurrentOperation("What is counted changes all the time; repeat the call when less is going on.")


def _differs(record: Counted, sums: Mapping[str, int]) -> bool:
    return any(record.used(resource) != sums.get(resource, 0) for resource in RESOURCES)


def _setting(record: Counted, sums: Mapping[str, int]) -> list[Change]:
    kind, changes = type(record), []
    for resource in RESOURCES:
        used, over, wanted = getattr(kind, f"used_{resource}"), getattr(kind, f"over_{resource}"), sums.get(resource, 0)
        changes += [used.set(wanted), over.add(wanted - record.used(resource))]
    return changes


def _same(record: Counted) -> When:
    """Whatever comes or goes, of a tag too, changes the version of what counts it."""
    version = type(record).version
    same: When = version == record.version if record.version else version.does_not_exist()
    return same


def _sums(wanted: Limited) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """What there is, and what there is of each tag."""
    sums: dict[str, int] = {}
    by_tag: dict[str, dict[str, int]] = {}
    read = 0
    for record, ids in _ids(wanted):
        read += len(ids)
        if read > MOST:
            raise InvalidParameter(f"There are more than {MOST} records to count; the audit counts them by itself.")
        for row in record.load_all(ids):
            add(sums, amounts(record.__name__, row.attribute_values))
            for tag, of_tag in tagged_amounts((record.__name__, row.attribute_values)).items():
                add(by_tag.setdefault(tag, {}), of_tag)
    return sums, by_tag


def _ids(wanted: Limited) -> Iterator[tuple[type[Owned] | type[PublicAddress], list[str]]]:
    for record in EVERY:
        if wanted.account is None:
            yield record, matching(record, Filters().under("domain_path", wanted.domain_path))
        elif record is Project:
            yield record, related(Project.by_counted_for, wanted.account.id, None)
        elif record is PublicAddress:
            yield record, [row.id for row in PublicAddress.by_owner.query(wanted.account.id)]
        else:
            yield record, looked_up(record, [wanted.account.id], None)
