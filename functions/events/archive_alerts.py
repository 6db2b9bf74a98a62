"""archiveAlerts: put alerts out of the way."""

from __future__ import annotations

from functions.events import _alerts
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.responses import Success
from javelin.data.lists import READ_LISTS
from javelin.data.records.alert import Alert
from javelin.data.transaction import Transaction


class ArchiveAlerts(_alerts.AlertSelection):
    """Archives alerts, the oldest 500 of those that are asked for: listAlerts shows them no more."""


@operation(ArchiveAlerts, roles=ROOT, event="ALERT.ARCHIVE", grants=[Alert.write, *READ_LISTS])
def handler(request: ArchiveAlerts, caller: Caller) -> Success:
    """What is archived already stays so."""
    return _alerts.apply(request, _archive, "archived")


def _archive(transaction: Transaction, one: Alert) -> None:
    transaction.update(one, [Alert.archived.set("true")], Alert.id.exists(), Alert.unknown(one.id))
