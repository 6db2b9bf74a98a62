"""Runs of pytest beside each other: the progress of all as it is made, and the report of each in one piece."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

INTERRUPTED = 130  # what a shell says of a program that Ctrl-C ended
_printing = Lock()


@dataclass(frozen=True)
class Part:
    """One run: what it is called, and its command."""

    name: str
    command: Sequence[str]

    def start(self) -> subprocess.Popen[str]:
        """In a session of its own, so that Ctrl-C comes to it once, from us."""
        return subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", start_new_session=True,
        )  # fmt: skip

    def follow(self, process: subprocess.Popen[str]) -> int:
        """Print what it says until it ends; its first headline begins the report, which comes in the end."""
        began, report = time.monotonic(), ""
        assert process.stdout is not None
        for line in process.stdout:
            if report or line.startswith("="):
                report += line
            else:
                _print(f"{self.name} | {line}")
        code = process.wait()
        said = f"failed with exit code {code}" if code else "passed"
        _print(f"{report}{self.name}: {said} after {time.monotonic() - began:.0f} seconds\n")
        return code


def run(parts: Sequence[Part]) -> int:
    """All of them until each has ended; answers the first exit code that is not 0.

    An interruption is passed on, and what is interrupted still cleans up.
    """
    started: list[subprocess.Popen[str]] = []
    interruptions = []

    def pass_on(number: int, _: object) -> None:
        interruptions.append(number)
        for process in started:
            process.send_signal(signal.SIGINT)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, pass_on)
    started += [part.start() for part in parts]
    with ThreadPoolExecutor(len(parts)) as pool:
        codes = list(pool.map(Part.follow, parts, started))
    return INTERRUPTED if interruptions else next(filter(None, codes), 0)


def _print(text: str) -> None:
    with _printing:
        print(text, end="", flush=True)
