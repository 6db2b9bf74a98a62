"""The journal of the embedded AWS: every acknowledged write is on disk before its answer, and starting reads it back.

A directory holds a base (everything up to some segment) and numbered segments. One line is one atomic unit: a torn
last line loses the whole unit, never half a transaction. Compaction, a process of its own (`python -m
infra.local.aws.journal`), merges closed segments into a new base.
"""

import fcntl
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.aws.replica import Record, Replica

SEGMENT_BYTES = 64 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[3]


class JournalDamagedError(RuntimeError):
    """A line in the middle of a segment is not what was written."""


def number_of(path: Path) -> int:
    """The number of a base or segment, from its name."""
    return int(path.name.split(".")[1])


def bases(directory: Path) -> list[Path]:
    """Finished bases, oldest first."""
    return sorted((path for path in directory.glob("base.*.jsonl")), key=number_of)


def segments(directory: Path) -> list[Path]:
    """Segments, oldest first."""
    return sorted((path for path in directory.glob("log.*.jsonl")), key=number_of)


def units(path: Path) -> Iterator[list[Record]]:
    """The units of a file; a torn last line is dropped."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                return
            try:
                unit: list[Record] = json.loads(line)
            except ValueError as problem:
                raise JournalDamagedError(f"{path}, line {number}: {problem}") from problem
            yield unit


def load(directory: Path, last: int | None = None) -> Replica:
    """What the newest base and the segments after it say, up to segment `last`."""
    replica, after = Replica(), -1
    found = [path for path in bases(directory) if last is None or number_of(path) <= last]
    if found:
        after = number_of(found[-1])
        for unit in units(found[-1]):
            replica.apply(unit)
    for segment in segments(directory):
        if after < number_of(segment) and (last is None or number_of(segment) <= last):
            for unit in units(segment):
                replica.apply(unit)
    return replica


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Keep others from reading or replacing bases: a compaction may outlive the server that started it."""
    with (directory / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def compact(directory: Path, last: int) -> None:
    """Write a base that holds everything up to segment `last`, then delete what it replaces."""
    with alone(directory):
        _compact_alone(directory, last)


def _compact_alone(directory: Path, last: int) -> None:
    replica = load(directory, last)
    scratch, target = directory / f"writing.{last}", directory / f"base.{last}.jsonl"
    with scratch.open("w") as file:
        for unit in replica.units():
            file.write(json.dumps(unit, separators=(",", ":")) + "\n")
        file.flush()
        os.fsync(file.fileno())
    scratch.rename(target)
    for path in (*segments(directory), *bases(directory)):
        if path != target and number_of(path) <= last:
            path.unlink()


class Journal:
    """Appends units to the newest segment and starts compaction when closed segments have grown."""

    def __init__(self, directory: Path, *, fsync: bool) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._directory = directory
        self._fsync = fsync
        self._lock = threading.Lock()
        self._units = threading.local()
        self._compaction: subprocess.Popen[bytes] | None = None
        with alone(directory):
            for leftover in directory.glob("writing.*"):
                leftover.unlink()
            self.replica = load(directory)
        self._open(max([number_of(path) for path in (*bases(directory), *segments(directory))], default=-1) + 1)
        if sum(path.stat().st_size for path in segments(directory)) > SEGMENT_BYTES // 4:
            self._compact(self._number - 1)

    def _open(self, number: int) -> None:
        self._number = number
        self._file = (self._directory / f"log.{number}.jsonl").open("ab", buffering=0)
        self._size = 0

    def record(self, record: Record) -> None:
        """Add to the unit that this thread collects, or write at once."""
        unit: list[Record] | None = getattr(self._units, "unit", None)
        if unit is None:
            self._write([record])
        else:
            unit.append(record)

    def begin(self) -> bool:
        """Collect this thread's records into one unit; say whether this call opened it."""
        if getattr(self._units, "unit", None) is not None:
            return False
        self._units.unit = []
        return True

    def commit(self) -> None:
        """Write the collected unit."""
        unit, self._units.unit = self._units.unit, None
        if unit:
            self._write(unit)

    def close(self) -> None:
        """Write no more, and wait for a compaction under way."""
        self._file.close()
        if self._compaction is not None:
            self._compaction.wait()

    def _write(self, unit: list[Record]) -> None:
        line = json.dumps(unit, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            self._file.write(line)
            if self._fsync:
                os.fdatasync(self._file.fileno())
            self._size += len(line)
            if self._size > SEGMENT_BYTES:
                self._file.close()
                self._open(self._number + 1)
                self._compact(self._number - 1)

    def _compact(self, last: int) -> None:
        if self._compaction is None or self._compaction.poll() is not None:
            arguments = ["nice", sys.executable, "-m", __name__, str(self._directory), str(last)]
            environment: dict[str, Any] = {**os.environ, "PYTHONPATH": str(ROOT)}
            self._compaction = subprocess.Popen(arguments, env=environment, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    compact(Path(sys.argv[1]), int(sys.argv[2]))
