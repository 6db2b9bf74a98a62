"""What programs and all their descendants use: seconds of CPU and bytes of memory, from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

TICKS = os.sysconf("SC_CLK_TCK")
PAUSE = 0.25  # seconds between two looks
Process = tuple[int, str]  # its number and when it began: numbers are used again


def family(leaders: Iterable[int]) -> dict[int, list[str]]:
    """The fields of /proc/<pid>/stat behind the name, of the leaders and all their descendants."""
    fields = dict(_all())
    children: dict[int, list[int]] = {}
    for process, values in fields.items():
        children.setdefault(int(values[1]), []).append(process)
    found, waiting = {}, [leader for leader in leaders if leader in fields]
    while waiting:
        process = waiting.pop()
        found[process] = fields[process]
        waiting += children.get(process, [])
    return found


def memory(leaders: Iterable[int]) -> int:
    """Bytes of memory, pages that processes share counted once."""
    total = 0
    for process in family(leaders):
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total * 1024


class CpuMeter:
    """Seconds of CPU that programs use while the block runs, theirs and all their descendants', also those that end."""

    def __init__(self, leaders: Iterable[int]) -> None:
        self._leaders = list(leaders)
        self._first: dict[Process, float] = {}
        self._last: dict[Process, float] = {}
        self._done = Event()

    @property
    def seconds(self) -> float:
        """What was used between the first and the last look."""
        return sum(last - self._first.get(process, 0.0) for process, last in self._last.items())

    def __enter__(self) -> CpuMeter:
        self._look()
        self._first = dict(self._last)
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._done.wait(PAUSE):
            self._look()

    def _look(self) -> None:
        for process, fields in family(self._leaders).items():
            self._last[process, fields[19]] = (int(fields[11]) + int(fields[12])) / TICKS


def _all() -> Iterable[tuple[int, list[str]]]:
    for path in Path("/proc").glob("[0-9]*"):
        try:
            yield int(path.name), (path / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
