"""Counters and the live counts of lists, against the records: what differs twice is written as it should be."""

from __future__ import annotations

from typing import Any

from functions.orchestration._ledger import COUNTERS, Sums
from functions.orchestration._suspects import Findings
from javelin.data.counters import Counted
from javelin.data.record import Owned, Shared
from javelin.data.records import sequence
from javelin.data.records.quota import Quota


def compare_counters(kind: str, rows: list[Any], sums: Sums, findings: Findings) -> None:
    """The counters of these accounts, hosts ... against what was added up."""
    for row in rows:
        version = int(row.version)
        for counter in COUNTERS[kind]:
            was, wanted = int(getattr(row, counter) or 0), sums.get(row.id, {}).get(counter, 0)
            findings.differs(f"{kind}/{row.id}/{counter}", was, wanted, _setting(row, counter, was, wanted), version)


def compare_domains(paths: list[str], sums: Sums, findings: Findings) -> None:
    """The counters of domains, by their paths, or of tags. One of which nothing was ever counted begins with what there is."""
    known = {row.scope: row for row in Quota.load_all(paths)}
    for path in paths:
        row = known.get(path) or Quota(path)
        version = int(row.version or 0)
        for counter in COUNTERS["Domain"]:
            was, wanted = int(getattr(row, counter) or 0), sums.get(path, {}).get(counter, 0)
            name = f"Quota/{path}/{counter}".replace("\0", "#")
            findings.differs(name, was, wanted, _setting(row, counter, was, wanted), version)


def compare_tags(scopes: dict[str, set[str]], sums: Sums, findings: Findings) -> int:
    """The counters of tags, of accounts (by id) and domains (by path) with the tags that they know of; answers how many."""
    known = {key for scope, tags in scopes.items() for key in (Quota.of_tag(scope, tag) for tag in tags)}
    counted = {key for key in sums if key.partition("\0")[0] in scopes and "\0" in key}
    keys = sorted(known | counted)
    compare_domains(keys, sums, findings)
    return len(keys)


def compare_list(record: type[Owned | Shared], bucket: int, live: int, findings: Findings) -> None:
    """The live count of one bucket of the whole cloud's list."""
    name = sequence.list_key(record.__name__, sequence.CLOUD)
    counted = sequence.counted([name])[name]

    def repair() -> bool:
        return sequence.correct(name, bucket, counted.get(bucket, 0), live)

    findings.differs(f"{name}/{bucket}", counted.get(bucket, 0), live, repair)


def compare_lists_of_accounts(record: type[Owned], accounts: dict[str, int], sums: Sums, findings: Findings) -> None:
    """The live counts of these accounts' lists; whatever comes to one or goes changes the account's version."""
    lists = {sequence.list_key(record.__name__, account): version for account, version in accounts.items()}
    for name, counted in sequence.counted([*lists]).items():
        live = {int(bucket): number for bucket, number in sums.get(name, {}).items()}
        for bucket in sorted(counted.keys() | live.keys()):
            was, wanted = counted.get(bucket, 0), live.get(bucket, 0)
            findings.differs(f"{name}/{bucket}", was, wanted, _correcting(name, bucket, was, wanted), lists[name])


def _setting(row: Any, counter: str, was: int, wanted: int) -> Any:
    attribute = getattr(type(row), counter)
    as_read = attribute == was
    if was == 0:
        as_read = as_read | attribute.does_not_exist()
    if not isinstance(row, Quota):
        as_read = type(row).id.exists() & as_read
    changes = [attribute.set(wanted)]
    if isinstance(row, Counted):  # how far it is from its limit
        changes.append(getattr(type(row), counter.replace("used_", "over_", 1)).add(wanted - was))
    return lambda: row.change(*changes, when=as_read)


def _correcting(name: str, bucket: int, was: int, wanted: int) -> Any:
    return lambda: sequence.correct(name, bucket, was, wanted)
