"""Says when there is something to save: soon after a change of what is deployed, later after mere traffic."""

import threading
import time

QUIET_SECONDS = 1.0
READING = ("Get", "List", "Describe", "Head", "Receive", "Filter", "Search")
DATA = (
    "Send",
    "DeleteMessage",
    "ChangeMessage",
    "Publish",
    "PutEvents",
    "PutMetricData",
    "PutLogEvents",
    "Assume",
    "StartExecution",
    "StopExecution",
)


def changes(service: str, action: str) -> bool:
    """Say whether `action` of `service` changes what is deployed; stacks go on changing while somebody looks."""
    if service in ("s3", "execute-api"):
        return False
    return service == "cloudformation" or not action.startswith(READING + DATA)


class Traffic:
    """Counts requests and notes changes."""

    def __init__(self) -> None:
        self._requests = 0
        self._changed = threading.Event()

    def note(self, service: str, action: str) -> None:
        """Note a request."""
        self._requests += 1
        if changes(service, action):
            self._changed.set()

    def wait(self, seconds: float) -> None:
        """Return a moment after the last change, or `seconds` after mere traffic."""
        while True:
            seen = self._requests
            if self._changed.wait(seconds):
                while self._changed.is_set():
                    self._changed.clear()
                    time.sleep(QUIET_SECONDS)
                return
            if self._requests != seen:
                return


traffic = Traffic()
