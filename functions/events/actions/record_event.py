"""record_event: keep what happened, for listEvents."""

from __future__ import annotations

from javelin.contract.errors import ConcurrentOperation
from javelin.data.records import event as kept
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.messaging.consumers import Queue, consumer
from javelin.messaging.events import read_event


def run(body: str) -> None:
    """Store the event of a message. One that comes again is stored already."""
    told = read_event(body)
    record = kept.Event(
        told.id, type=told.type, level=told.level, state=told.state, description=told.description,
        account_id=told.account_id, account=told.account, domain_id=told.domain_id, domain_path=told.domain_path,
        user_id=told.user_id, resource_type=told.resource_type, resource_id=told.resource_id, job_id=told.job_id,
        created=told.at, expires=int(told.at.timestamp()) + kept.KEEP,
    )  # fmt: skip
    transaction = Transaction()
    transaction.create(record)
    try:
        transaction.commit()
    except ConcurrentOperation:
        if kept.Event.find(told.id) is None:
            raise


handler = consumer(run, Queue(name="event-log", events={}), grants=[kept.Event.write, Sequence.write])
