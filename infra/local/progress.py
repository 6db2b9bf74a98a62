"""Shows what `make run` is at: a live line with the time it takes on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.status import Status

QUIET = 3.0  # seconds between two plain lines about one step

Say = Callable[[str], None]


class Skipped(Exception):
    """A step cannot be done yet; the message says why, and what comes after goes on without it."""


class Progress:
    """Steps, one after the other."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self.skipped: list[str] = []

    @contextmanager
    def step(self, title: str) -> Iterator[Say]:
        """One step; what it says replaces the detail behind its title. Skipped ends it and is noted."""
        begun, last = time.monotonic(), ""
        quiet = begun + QUIET
        live: Status | None = None
        if self.console.is_terminal:
            live = self.console.status(escape(title), spinner="dots")
            live.start()

        def say(detail: str) -> None:
            nonlocal last, quiet
            last = detail
            if live is not None:
                live.update(f"{escape(title)} [dim]{escape(detail)} {time.monotonic() - begun:.0f} s[/dim]")
            elif time.monotonic() > quiet:
                quiet = time.monotonic() + QUIET
                self.console.print(f"    {escape(title)}: {escape(detail)}", soft_wrap=True)

        mark, told = "[red]✗[/red]", ""
        try:
            yield say
            mark, told = "[green]✓[/green]", last
        except Skipped as reason:
            mark, told = "[yellow]-[/yellow]", str(reason)
            self.skipped.append(f"{title}: {reason}")
        finally:
            if live is not None:
                live.stop()
            spent = time.monotonic() - begun
            detail = f" [dim]{escape(told)}[/dim]" if told else ""
            self.console.print(f"{mark} {escape(title)}{detail} [dim]{spent:.1f} s[/dim]", soft_wrap=True)
