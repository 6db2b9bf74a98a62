"""Carries what is to be said to the cloud: answers, reports, and that commands are still under way.

It never asks the hypervisor, so that tokens are kept alive while that hangs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Event
from time import monotonic

from bridge.cloud import Cloud, CloudUnreachable, TokenGone
from bridge.desk import Desk, Running
from bridge.journal import Journal, Result
from bridge.reports import Reporter

log = logging.getLogger(__name__)

RETRY = 1.0  # seconds between tries while the cloud is away
LONGEST_SLEEP = 5.0  # seconds
Duty = tuple[float, Callable[[], None]]  # every so many seconds


class Courier:
    """One thread per host; `wake` is set when something new is to be carried."""

    def __init__(self, cloud: Cloud, journal: Journal, desk: Desk, reporter: Reporter, wake: Event) -> None:
        self._cloud = cloud
        self._journal = journal
        self._desk = desk
        self._reporter = reporter
        self._wake = wake

    def run(self, stopping: Event, duties: Sequence[Duty]) -> None:
        """Carry at once what is new, and do each duty at its times, until `stopping` is set."""
        due = [0.0 for _ in duties]
        while not stopping.is_set():
            self._wake.clear()
            for index, (every, duty) in enumerate(duties):
                if monotonic() >= due[index]:
                    due[index] = monotonic() + every
                    duty()
            if not self.deliver():
                stopping.wait(RETRY)
            else:
                self._wake.wait(max(0.01, min([LONGEST_SLEEP, *(at - monotonic() for at in due)])))

    def deliver(self) -> bool:
        """Send answers and reports; False if something is left to be sent later."""
        try:
            for token, result in self._journal.answers():
                self._answer(token, result)
            self._reporter.flush()
        except CloudUnreachable as error:
            log.warning("cannot deliver: %s", error)
            return False
        except Exception:
            log.exception("delivering failed")
            return False
        return True

    def delete(self, receipts: Sequence[str]) -> None:
        """Be done with messages; those that cannot be deleted come again and are answered from the journal."""
        try:
            self._cloud.delete(receipts)
        except CloudUnreachable as error:
            log.info("%d messages will come again: %s", len(receipts), error)

    def beat(self) -> None:
        """Keep the tokens and the messages of all running commands alive."""
        running = self._desk.running()
        try:
            for each in running:
                self._beat(each)
            self._cloud.extend([receipt for each in running for receipt in each.receipts])
        except CloudUnreachable as error:
            log.warning("cannot say that commands run: %s", error)

    def _beat(self, running: Running) -> None:
        if token := running.token:
            try:
                self._cloud.beat(token)
            except TokenGone:
                log.info("nobody waits for %s any more", running.command.id)
                self._desk.token_is_gone(running, token)

    def _answer(self, token: str, result: Result) -> None:
        try:
            if result.error is not None:
                self._cloud.fail(token, result.error, result.cause or "")
            else:
                self._cloud.succeed(token, result.output or "{}")
        except TokenGone as error:
            log.info("an answer came too late: %s", error)
        self._journal.answered(token)
