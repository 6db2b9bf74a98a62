"""make_alerts: what the cloud itself warns of, and its alarms, become alerts, once an hour."""

from __future__ import annotations

from contextlib import suppress

from functions.events._alarms import alarm_in
from functions.events._alerts import CPU, HOST, MANAGEMENT, MEMORY, PUBLIC_ADDRESSES, STORAGE, STORAGE_PROMISED, alert
from javelin.contract.errors import ConcurrentOperation
from javelin.data.records.account import ROOT_ACCOUNT
from javelin.data.records.alert import Alert
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.messaging.consumers import Queue, consumer
from javelin.messaging.events import Event, read_events

TOLD = {
    "CAPACITY.CPU": CPU, "CAPACITY.MEMORY": MEMORY, "CAPACITY.PUBLIC.IP": PUBLIC_ADDRESSES, "CAPACITY.STORAGE": STORAGE,
    "CAPACITY.STORAGE.PROMISED": STORAGE_PROMISED,
    "HOST.ALERT": HOST, "HOST.CREDENTIALS.REFUSED": HOST, "HOST.DISCONNECT": HOST, "HOST.DOWN": HOST,
    "HOST.ENROLMENT.REFUSED": HOST, "HOST.REPORT.REFUSED": HOST, "OPERATION.RECONCILE": MANAGEMENT,
}  # fmt: skip


def run(bodies: list[str]) -> list[int]:
    """Look at a batch of messages. Answers the places of those that are neither an event nor an alarm."""
    places = [place for place, body in enumerate(bodies) if not _tell(alarm_in(body))]
    read, unreadable = read_events([bodies[place] for place in places])
    for event in read.values():
        _tell(_warning(event))
    return [places[place] for place in unreadable]


def _warning(event: Event) -> Alert | None:
    """Calls that were refused are told to whoever called, and are no alerts."""
    if event.type not in TOLD or event.level == "INFO" or event.account_id != ROOT_ACCOUNT or event.user_id:
        return None
    return alert(TOLD[event.type], event.type, event.description, event.resource_id, event.at)


def _tell(made: Alert | None) -> bool:
    """Keep an alert, if it is one, unless it is there."""
    if made is None:
        return False
    if Alert.find(made.id) is None:
        transaction = Transaction()
        transaction.create(made)
        with suppress(ConcurrentOperation):  # somebody else has told it meanwhile
            transaction.commit()
    return True


SOURCE = Queue(name="alerts", events={"type": sorted(TOLD), "level": ["WARN", "ERROR"]}, together=True, alarms=True)
handler = consumer(run, SOURCE, grants=[Alert.write, Sequence.write])
