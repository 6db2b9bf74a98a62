"""make_alerts: what the cloud itself warns of becomes an alert, once an hour."""

from __future__ import annotations

from contextlib import suppress

from functions.events._alerts import HOST, MANAGEMENT, alert
from javelin.contract.errors import ConcurrentOperation
from javelin.data.records.account import ROOT_ACCOUNT
from javelin.data.records.alert import Alert
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.messaging.consumers import Queue, consumer
from javelin.messaging.events import Event, read_event
from javelin.observability.log import logger

TOLD = {
    "HOST.ALERT": HOST, "HOST.CREDENTIALS.REFUSED": HOST, "HOST.DISCONNECT": HOST, "HOST.DOWN": HOST,
    "HOST.ENROLMENT.REFUSED": HOST, "HOST.REPORT.REFUSED": HOST, "OPERATION.RECONCILE": MANAGEMENT,
}  # fmt: skip


def run(bodies: list[str]) -> list[int]:
    """Look at a batch of messages. Answers the places of those that are no event."""
    unreadable = []
    for place, body in enumerate(bodies):
        try:
            event = read_event(body)
        except ValueError as error:
            logger("events").error("a message is no event", error=type(error).__name__)
            unreadable.append(place)
        else:
            _tell(event)
    return unreadable


def _tell(event: Event) -> None:
    """Calls that were refused are told to whoever called, and are no alerts."""
    if event.type not in TOLD or event.level == "INFO" or event.account_id != ROOT_ACCOUNT or event.user_id:
        return
    made = alert(TOLD[event.type], event.type, event.description, event.resource_id, event.at)
    if Alert.find(made.id) is not None:
        return
    transaction = Transaction()
    transaction.create(made)
    with suppress(ConcurrentOperation):  # somebody else has told it meanwhile
        transaction.commit()


SOURCE = Queue(name="alerts", events={"type": sorted(TOLD), "level": ["WARN", "ERROR"]}, together=True)
handler = consumer(run, SOURCE, grants=[Alert.write, Sequence.write])
