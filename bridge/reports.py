"""What the bridge tells the cloud: heartbeats, changes of guests, alerts; signed, numbered, in batches."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from bridge.cloud import Cloud
from bridge.host import Host
from bridge.identity import Identity
from bridge.inventory import Stock
from bridge.journal import Journal, Unsent
from javelin.messaging.host_commands import DomainState
from javelin.messaging.reports import DomainChanges, Heartbeat, HostAlert, Inventory, Report

log = logging.getLogger(__name__)

COMPLETE_EVERY = timedelta(minutes=10)
MOST_CHANGES = 200  # in one report
BATCH = 10  # reports in one request
SAME = timedelta(milliseconds=1)


class Reporter:
    """Changes and alerts wait in the journal until the cloud takes them; a heartbeat is sent or dropped."""

    def __init__(
        self, identity: Identity, cloud: Cloud, host: Host, journal: Journal, wake: Callable[[], None]
    ) -> None:
        self._identity = identity
        self._cloud = cloud
        self._host = host
        self._journal = journal
        self._wake = wake
        self._stock = Stock(host)
        self._started = datetime.now(UTC)
        self._complete_at: datetime | None = None
        self._sequence = 0
        self._sending = Lock()
        self._knowing = Lock()
        self._known: dict[str, DomainState] = {}
        self._told_meanwhile: set[str] = set()

    def changed(self, state: DomainState) -> None:
        """The hypervisor told a change."""
        with self._knowing:
            self._told_meanwhile.add(state.id)
            self._note(state)
        self._wake()

    def alert(self, subject: str, text: str) -> None:
        """Something that an operator must know."""
        log.warning("%s: %s", subject, text)
        self._journal.report("alert", HostAlert(subject=subject, text=text).model_dump_json())
        self._wake()

    def heartbeat(self) -> None:
        """Compare the guests with what was told, then say that this host lives. CloudUnreachable."""
        now = datetime.now(UTC)  # before looking: what changes meanwhile must look newer than this report
        domains = self._compare()
        complete = self._complete_at is None or now - self._complete_at >= COMPLETE_EVERY
        machine, load = self._host.hypervisor.capabilities(), self._host.hypervisor.load()
        beat = Heartbeat(
            started=self._started,
            driver=machine.driver,
            hypervisor=machine.hypervisor,
            accelerated=machine.accelerated,
            cpus=machine.cpus,
            mhz=machine.mhz,
            memory_mib=machine.memory_mib,
            memory_used_mib=load.memory_used_mib,
            cpu_load=load.cpu_load,
            pools=tuple(self._host.storage.capacity()),
            domains=tuple(domains) if complete else None,
        )
        held = self._stock.next() if complete else Inventory(held=())
        with self._sending:
            told = [self._signed("heartbeat", beat.model_dump_json(), now)]
            told += [self._signed("inventory", held.model_dump_json(), now)] if held.held else []
            self._cloud.report(told)
        if complete:
            self._complete_at = now
        self._wake()

    def tell_all(self) -> None:
        """A heartbeat that tells of everything, whenever that was told last. CloudUnreachable."""
        self._complete_at = None
        self.heartbeat()

    def flush(self) -> None:
        """Send what waits. CloudUnreachable."""
        with self._sending:
            while waiting := self._journal.unsent(MOST_CHANGES):
                bodies = _merged(waiting)[:BATCH]
                self._cloud.report([self._signed(kind, body, at) for kind, body, at, _ in bodies])
                self._journal.sent([id_ for *_, ids in bodies for id_ in ids])

    def _compare(self) -> list[DomainState]:
        """All guests; what differs from what was told is told now, as the hypervisor may have missed it."""
        with self._knowing:
            self._told_meanwhile.clear()
        domains = self._host.hypervisor.domains()
        with self._knowing:
            for state in domains:
                if state.id not in self._told_meanwhile:
                    self._note(state)
            gone = self._known.keys() - {state.id for state in domains} - self._told_meanwhile
            for domain in gone:
                self._note(DomainState(id=domain, state="Absent"))
        return domains

    def _note(self, state: DomainState) -> None:
        if self._known.get(state.id) == state:
            return
        if state.state == "Absent":
            last = self._known.pop(state.id, None)
            state = state.model_copy(update={"fence": max(state.fence, last.fence if last else 0)})
        else:
            self._known[state.id] = state
        self._journal.report("domains", DomainChanges(domains=(state,)).model_dump_json())

    def _signed(self, kind: str, body: str, at: datetime) -> str:
        self._sequence += 1
        fields = {"host": self._identity.host, "sequence": self._sequence, "at": at, "kind": kind}
        report = Report.model_validate({**fields, "body": json.loads(body)})
        return report.model_copy(update={"signature": self._identity.sign(report.signed_bytes())}).model_dump_json()


def _merged(waiting: list[Unsent]) -> list[tuple[str, str, datetime, list[int]]]:
    """(kind, body, time of the last, journal ids): neighbouring changes become one report.

    A guest that changed twice is in two, so that the cloud hears of both; unless that was in one millisecond, as the
    cloud does not tell apart what is closer.
    """
    merged: list[tuple[str, str, datetime, list[int]]] = []
    changes: tuple[DomainState, ...] = ()  # of the last report
    for row in waiting:
        told = DomainChanges.model_validate_json(row.body).domains if row.kind == "domains" else ()
        others = {state.id for state in changes}.isdisjoint(state.id for state in told)
        if told and changes and (others or row.at - merged[-1][2] < SAME):
            *_, ids = merged.pop()
        else:
            changes, ids = (), []
        changes += told
        body = DomainChanges(domains=changes).model_dump_json() if told else row.body
        merged.append((row.kind, body, row.at, [*ids, row.id]))
    return merged
