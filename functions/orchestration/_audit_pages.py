"""The order in which an audit goes through the cloud, a page of at most 500 records at a time."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from functions.orchestration import _audit_counters, _audit_leases
from functions.orchestration._ledger import COUNTERS, Sums, add
from functions.orchestration._suspects import Findings
from javelin.data.owned_amounts import COUNTED
from javelin.data.record import Owned, Shared
from javelin.data.records.account import Account
from javelin.data.records.audit import Audit
from javelin.data.records.domain import Domain
from javelin.data.records.host import Host
from javelin.data.records.network import Network
from javelin.data.records.project import Project
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.quota import Quota
from javelin.data.records.sequence import CLOUD, bucket_key, list_key, standings
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume

KINDS: dict[str, type[Owned | Shared]] = {
    record.__name__: record
    for record in (
        VirtualMachine, Volume, Network, Template, PublicAddress, Account, Project, Domain, Host, StoragePool,
    )
}  # fmt: skip
STAGES = tuple(("add", kind) for kind in COUNTED) + tuple(("compare", kind) for kind in COUNTERS)
LISTED: dict[str, type[Owned]] = {record.__name__: record for record in (VirtualMachine, Volume, Network, Template)}
SHARE = 500  # accounts, hosts ... whose sums are kept at once; more take more rounds


@dataclass
class Pages:
    """Where an audit is; `read` counts items."""

    place: Audit
    findings: Findings
    read: int = 0
    rounds: int = 0

    def next(self) -> None:
        """Look at one page and go on to the one after it."""
        place = self.place
        what, kind = STAGES[int(place.stage)]
        record, bucket = KINDS[kind], int(place.bucket)
        if bucket == 0 and int(place.stage) == 0:
            self._begin()
        buckets = standings(kind, [CLOUD])[list_key(kind, CLOUD)].buckets
        self.read += 2
        if bucket < buckets:
            self._look(what, record, bucket)
            place.bucket = bucket + 1
            return
        place.bucket, place.stage = 0, (int(place.stage) + 1) % len(STAGES)
        if int(place.stage) == 0:
            place.part = (int(place.part) + 1) % int(place.parts)
            self.rounds += 1

    def _begin(self) -> None:
        """A round: nothing is added up; those with counters are shared out anew when there are more or fewer."""
        place = self.place
        place.sums = {}
        there = sum(sum(standings(kind, [CLOUD])[list_key(kind, CLOUD)].counts) for kind in COUNTERS)
        place.parts = there // SHARE + 1
        place.part = int(place.part) % int(place.parts)
        self.read += 2 * len(COUNTERS)

    def _look(self, what: str, record: type[Owned | Shared], bucket: int) -> None:
        kind = record.__name__
        index: Any = record.__dict__["by_cloud"]
        ids = [row.id for row in index.query(bucket_key(list_key(kind, CLOUD), bucket))]
        self.read += len(ids)
        if what == "add" or kind not in COUNTED:
            _audit_counters.compare_list(record, bucket, len(ids), self.findings)
        if what == "add":
            rows = record.load_all(ids)
            self.read += len(rows)
            self._add(kind, rows)
            if kind in _audit_leases.LEASED:
                _audit_leases.compare(kind, ids, self.findings)
                self.read += len(ids)
            return
        if record is Domain:
            paths = [row.path for row in Domain.load_all(ids) if row.path != "/" and self._ours(row.path)]
            self.read += len(ids) + len(paths)
            _audit_counters.compare_domains(paths, self.place.sums, self.findings)
            known = {quota.scope: set(quota.tagged or ()) for quota in Quota.load_all(paths)}
            self.read += len(paths) + self._compare_tags({path: known.get(path, set()) for path in paths})
            return
        holder: type[Owned | Shared] = Account if record is Project else record
        rows = holder.load_all(id_ for id_ in ids if self._ours(id_))
        self.read += len(rows)
        versions = {row.id: int(row.version) for row in rows}  # before any is repaired
        _audit_counters.compare_counters(holder.__name__, rows, self.place.sums, self.findings)
        accounts = [row for row in rows if isinstance(row, Account)]
        if accounts:
            self.read += self._compare_tags({row.id: set(row.tagged or ()) for row in accounts})
            for listed in LISTED.values():
                _audit_counters.compare_lists_of_accounts(listed, versions, self.place.sums, self.findings)
                self.read += len(rows)

    def _compare_tags(self, scopes: dict[str, set[str]]) -> int:
        return _audit_counters.compare_tags(scopes, self.place.sums, self.findings)

    def _add(self, kind: str, rows: list[Any]) -> None:
        sums: Sums = {}
        for row in rows:
            add(sums, kind, row.attribute_values)
            if kind in LISTED and row.account_bucket and self._ours(row.account_id):
                name, _, number = row.account_bucket.rpartition("/")
                counts = self.place.sums.setdefault(name, {})
                counts[number] = counts.get(number, 0) + 1
        for owner, counters in sums.items():
            if self._ours(owner):
                known = self.place.sums.setdefault(owner, {})
                for counter, amount in counters.items():
                    known[counter] = known.get(counter, 0) + amount

    def _ours(self, id_: str) -> bool:
        """Whether this round is about the counters of this account, host ..., or of a tag of it."""
        return zlib.crc32(id_.partition("\0")[0].encode()) % int(self.place.parts) == int(self.place.part)
