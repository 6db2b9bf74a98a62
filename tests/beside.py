"""Runs of pytest beside each other: the progress of all as it is made, and the report of each in one piece."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

INTERRUPTED = 130  # what a shell says of a program that Ctrl-C ended
LONGEST_LINE = 16 * 2**20  # bytes
HEADLINE = re.compile("=+ .+ =+")


@dataclass(frozen=True)
class Part:
    """One run: what it is called, and its command."""

    name: str
    command: Sequence[str]

    async def start(self) -> Process:
        """In a session of its own, so that Ctrl-C comes once to it and all that it starts, from us."""
        return await asyncio.create_subprocess_exec(
            *self.command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, limit=LONGEST_LINE, start_new_session=True
        )

    async def follow(self, process: Process) -> int:
        """Print what it says until it ends; its first headline begins the report, which comes in the end."""
        began, report = time.monotonic(), ""
        assert process.stdout is not None
        async for said in process.stdout:
            line = said.decode(errors="replace")
            if report or HEADLINE.fullmatch(line.strip()):
                report += line
            else:
                print(f"{self.name} | {line}", end="", flush=True)
        code = await process.wait()
        end = f"failed with exit code {code}" if code else "passed"
        print(f"{report}{self.name}: {end} after {time.monotonic() - began:.0f} seconds", flush=True)
        return code


async def run(parts: Sequence[Part]) -> int:
    """All of them until each has ended; answers the first exit code that is not 0.

    An interruption is passed on, and what is interrupted still cleans up.
    """
    started: list[Process] = []
    interruptions: list[int] = []

    def pass_on(number: int) -> None:
        interruptions.append(number)
        for process in started:
            with suppress(ProcessLookupError):  # it has ended
                os.killpg(process.pid, signal.SIGINT)

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, pass_on, number)
    for part in parts:
        started.append(await part.start())
    codes = await asyncio.gather(*(part.follow(process) for part, process in zip(parts, started, strict=True)))
    return INTERRUPTED if interruptions else next(filter(None, codes), 0)
