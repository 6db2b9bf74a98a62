"""deleteAlerts: delete alerts."""

from __future__ import annotations

from functions.events import _alerts
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.responses import Success
from javelin.data.lists import READ_LISTS
from javelin.data.records.alert import Alert
from javelin.data.transaction import Transaction


class DeleteAlerts(_alerts.AlertSelection):
    """Deletes alerts, archived or not, the oldest 500 of those that are asked for."""


@operation(DeleteAlerts, roles=ROOT, event="ALERT.DELETE", grants=[Alert.write, *READ_LISTS])
def handler(request: DeleteAlerts, caller: Caller) -> Success:
    """What is gone already is gone."""
    return _alerts.apply(request, _delete, "deleted")


def _delete(transaction: Transaction, one: Alert) -> None:
    transaction.delete(one)
