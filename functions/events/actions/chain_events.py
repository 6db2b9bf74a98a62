"""chain_events: put every event into the audit chain of its account, once."""

from __future__ import annotations

from functions.events import _chain
from javelin.data.records.audit_record import AuditHead, AuditRecord
from javelin.messaging.consumers import Queue, consumer
from javelin.messaging.events import Event, read_events


def run(bodies: list[str]) -> list[int]:
    """Chain a batch of messages, account by account. Answers the places of those that are no event or must come again."""
    told: dict[str, dict[str, Event]] = {}
    places: dict[str, list[int]] = {}
    read, failed = read_events(bodies)
    for place, event in read.items():
        told.setdefault(event.account_id, {})[event.id] = event
        places.setdefault(event.id, []).append(place)
    for account_id, events in told.items():
        if not _chain.append(account_id, sorted(events.values(), key=lambda event: (event.at, event.id))):
            failed += [place for id_ in events for place in places[id_]]
    return sorted(failed)


SOURCE = Queue(name="audit-chain", events={}, batch=50, window=2, together=True)
handler = consumer(run, SOURCE, grants=[AuditRecord.write, AuditHead.write])
