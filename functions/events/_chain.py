"""The audit chain: what a record holds, and how the next ones are added to it."""

from __future__ import annotations

import hashlib
import json
import random
import time
from typing import Any

from javelin.contract.errors import ConcurrentOperation
from javelin.data.records.audit_record import FIRST, KEEP, AuditHead, AuditRecord
from javelin.data.transaction import Transaction
from javelin.messaging.events import Event

ATTEMPTS = 8


def canonical(value: Any) -> str:
    """The one way to write a value as JSON: names sorted, no spaces, no escapes that need not be."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(account_id: str, number: int, previous: str, event: str) -> str:
    """What the record after this one holds of it."""
    held = {"account": account_id, "event": event, "number": number, "previous": previous}
    return hashlib.sha256(canonical(held).encode()).hexdigest()


def append(account_id: str, events: list[Event]) -> bool:
    """Add those of an account's events that its chain does not have; False if others kept adding meanwhile."""
    for attempt in range(ATTEMPTS):
        known = {record.id for record in AuditRecord.load_all(event.id for event in events)}
        fresh = [event for event in events if event.id not in known]
        if not fresh:
            return True
        try:
            _write(account_id, AuditHead.find(account_id), fresh)
        except ConcurrentOperation:
            time.sleep(random.uniform(0, 0.02) * 2**attempt)  # noqa: S311 - jitter, not a secret
        else:
            return True
    return False


def _write(account_id: str, head: AuditHead | None, events: list[Event]) -> None:
    transaction = Transaction()
    number, digest = (int(head.number), head.digest) if head else (0, FIRST)
    for event in events:
        record = _record(account_id, number + 1, digest, event)
        transaction.create(record)
        number, digest = number + 1, record.digest
    if head is None:
        transaction.create(AuditHead(account_id, number=number, digest=digest, created=events[0].at))
    else:
        changes = [AuditHead.number.set(number), AuditHead.digest.set(digest)]
        transaction.update(head, changes, AuditHead.digest == head.digest)
    transaction.commit()


def _record(account_id: str, number: int, previous: str, event: Event) -> AuditRecord:
    text = canonical(event.model_dump(mode="json"))
    return AuditRecord(
        event.id, account_id=account_id, number=number, previous=previous, event=text,
        digest=digest_of(account_id, number, previous, text), expires=int(event.at.timestamp()) + KEEP,
        created=event.at,
    )  # fmt: skip
