"""record_event: keep what happened, for listEvents."""

from __future__ import annotations

from javelin.contract.errors import ConcurrentOperation
from javelin.data.records import event as kept
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.messaging.consumers import Queue, consumer
from javelin.messaging.events import Event, read_events


def run(bodies: list[str]) -> list[int]:
    """Store the events of a batch of messages; those that come again are stored already. Answers what is no event."""
    read, unreadable = read_events(bodies)
    told = {event.id: event for event in read.values()}
    try:
        _store(list(told.values()))
    except ConcurrentOperation:  # some are there: find out which
        there = {record.id for record in kept.Event.load_all(told)}
        missing = [event for event in told.values() if event.id not in there]
        if len(missing) == len(told):
            raise
        _store(missing)
    return unreadable


def _store(events: list[Event]) -> None:
    transaction = Transaction()
    for told in events:
        record = kept.Event(
            told.id, type=told.type, level=told.level, state=told.state, description=told.description,
            account_id=told.account_id, account=told.account, domain_id=told.domain_id, domain_path=told.domain_path,
            user_id=told.user_id, resource_type=told.resource_type, resource_id=told.resource_id or None, job_id=told.job_id,
            created=told.at, parent_id=told.parent_id, expires=int(told.at.timestamp()) + kept.KEEP,
        )  # fmt: skip
        transaction.create(record)
    if events:
        transaction.commit()


SOURCE = Queue(name="event-log", events={}, batch=50, window=1, together=True)
handler = consumer(run, SOURCE, grants=[kept.Event.write, Sequence.write])
