"""make_alerts: what the cloud itself warns of becomes an alert, once an hour."""

from __future__ import annotations

from functions.events._alerts import HOST, MANAGEMENT, alert
from javelin.contract.errors import ConcurrentOperation
from javelin.data.records.account import ROOT_ACCOUNT
from javelin.data.records.alert import Alert
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.messaging.consumers import Queue, consumer
from javelin.messaging.events import read_event

TOLD = {
    "HOST.ALERT": HOST, "HOST.CREDENTIALS.REFUSED": HOST, "HOST.DISCONNECT": HOST, "HOST.DOWN": HOST,
    "HOST.ENROLMENT.REFUSED": HOST, "HOST.REPORT.REFUSED": HOST, "OPERATION.RECONCILE": MANAGEMENT,
}  # fmt: skip


def run(body: str) -> None:
    """One event. Calls that were refused are told to whoever called, and are no alerts. Raises ValueError for no event."""
    event = read_event(body)
    if event.type not in TOLD or event.level == "INFO" or event.account_id != ROOT_ACCOUNT or event.user_id:
        return
    transaction = Transaction()
    made = alert(TOLD[event.type], event.type, event.description, event.resource_id, event.at)
    transaction.create(made, ConcurrentOperation("It is told already."))
    if Alert.find(made.id) is None:
        try:
            transaction.commit()
        except ConcurrentOperation:
            return


SOURCE = Queue(name="alerts", events={"type": sorted(TOLD), "level": ["WARN", "ERROR"]})
handler = consumer(run, SOURCE, grants=[Alert.write, Sequence.write])
