"""Finished executions leave memory.

AWS: the history of a finished execution is kept for 90 days at no cost to the account. ministack keeps it in memory
for ever, 50 KB each. Here the newest ones stay for an hour.
"""

import threading
import time

from ministack.services import stepfunctions

from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
FINISHED_KEPT = 1000


def sweep(seconds: float, kept: int) -> int:
    """Forget executions that ended more than `seconds` ago, and all but the newest `kept`; return how many went."""
    stored = stepfunctions._executions._data
    finished = [(entry["stopDate"], key) for key, entry in list(stored.items()) if entry.get("stopDate")]
    finished.sort()
    surplus = len(finished) - kept
    gone = 0
    for index, (stopped, key) in enumerate(finished):
        age = time.time() - stepfunctions._iso_to_epoch_ms(stopped) / 1000
        if index >= surplus and age <= seconds:
            break
        stored.pop(key, None)
        gone += 1
    return gone


def apply(settings: Settings) -> None:
    """Sweep every few seconds, in the background."""

    def sweep_for_ever() -> None:
        while True:
            time.sleep(5)
            sweep(settings.execution_seconds, FINISHED_KEPT)

    threading.Thread(target=sweep_for_ever, daemon=True, name="sweep-executions").start()
