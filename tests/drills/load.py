"""The load of a drill: guests are deployed and destroyed by clients that repeat what got no answer, with one key."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from uuid import uuid4

import requests

from tests.e2e.signed import Client
from tests.e2e.site import Site

CLIENTS = 4
KEEP = 3  # of so many guests one is not destroyed
PATIENCE = 300  # seconds for an answer or a job; jobs that a crash interrupts begin again within a minute or two
NOT_NOW = {500, 502, 503, 504, 530}
BROKE_OFF = 530  # a worker was killed: with the same key the call is never done a second time
BREAKS = 8  # repeats after which it is taken at its word
ENDS = {1: "done", 2: "failed", 3: "cancelled"}


@dataclass
class Load:
    """`outcomes` counts (command, how it ended); `reasons` are those of what failed."""

    site: Site
    deployments: int
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    kept: list[str] = field(default_factory=list)
    enough: Event = field(default_factory=Event)
    given_up: Event = field(default_factory=Event)  # the drill has broken: nobody waits for the rest

    def run(self) -> None:
        """So many deployments, and more until it is enough; returns when every job has ended or was given up."""
        wish, client, numbers = self.site.wish(), self.site.cloud.raw, itertools.count()

        def lives(_: int) -> None:
            while (number := next(numbers)) < self.deployments or not self.enough.is_set():
                if self.given_up.is_set():
                    return
                self._life(client, wish, number)

        with ThreadPoolExecutor(CLIENTS) as threads:
            list(threads.map(lives, range(CLIENTS)))

    def clean(self) -> None:
        """Destroy what was kept."""
        client = self.site.cloud.raw
        with ThreadPoolExecutor(CLIENTS) as threads:
            list(threads.map(lambda machine: self._destroy(client, machine), self.kept))

    def _life(self, client: Client, wish: dict[str, Any], number: int) -> None:
        begun = self._do(client, "deployVirtualMachine", **wish, name=f"drill-{number}-{uuid4().hex[:8]}")
        if begun is not None:
            if number % KEEP == 0:
                self.kept.append(begun)
            else:
                self._destroy(client, begun)

    def _destroy(self, client: Client, machine: str) -> None:
        self._do(client, "destroyVirtualMachine", id=machine, expunge="true")

    def _do(self, client: Client, command: str, **parameters: Any) -> str | None:
        """One operation; the id of its object if it got done."""
        begun = self._ask(client, command, idempotencykey=uuid4().hex, **parameters)
        if "jobid" not in begun:
            self._end(command, "refused" if begun else "unanswered", begun.get("errortext", ""))
            return None
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not self.given_up.is_set():
            job = self._ask(client, "queryAsyncJobResult", jobid=begun["jobid"])
            if job.get("jobstatus"):
                end = ENDS[job["jobstatus"]]
                self._end(command, end, "" if end == "done" else job["jobresult"]["errortext"])
                return str(parameters.get("id") or begun["id"]) if end == "done" else None
            time.sleep(0.3)
        self._end(command, "never ended", begun["jobid"])
        return None

    def _end(self, command: str, how: str, reason: str) -> None:
        self.outcomes[command, how] += 1
        if reason:
            self.reasons[f"{command} {how}: {reason}"[:300]] += 1

    def _ask(self, client: Client, command: str, **parameters: Any) -> dict[str, Any]:
        """The inside of the answer; {} if there was none for so long."""
        deadline, breaks = time.monotonic() + PATIENCE, 0
        while time.monotonic() < deadline and not self.given_up.is_set():
            try:
                answer = client.call(command, **parameters)
                body = next(iter(answer.json.values()), None)
            except (requests.RequestException, ValueError):
                body = None
            if isinstance(body, dict):
                breaks += answer.status == BROKE_OFF
                if answer.status not in NOT_NOW or breaks > BREAKS:
                    return body
            self.repeats += 1
            time.sleep(0.5)
        return {}
