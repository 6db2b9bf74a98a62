"""Programs of the local cloud that go on when the launcher ends, each in a session of its own."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.home import ROOT, Home

_children: dict[int, subprocess.Popen[bytes]] = {}  # those that this process has started
MOST_LOG = 16 * 2**20  # bytes; a longer log is begun anew when its program starts


class ProcessFailed(RuntimeError):
    """A program of the local cloud does not run; the message has the end of its log."""


@dataclass(frozen=True)
class Background:
    """One program: `python -m <module> <arguments>`, started anew when its sources or its settings have changed."""

    home: Home
    name: str
    module: str
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()

    def ensure(self) -> bool:
        """Have it run; say whether it had to be started."""
        if self.running() and self._noted().get("version") == self._version():
            return False
        self.stop()
        self.start()
        return True

    def start(self) -> None:
        """Start it, whatever its last run left."""
        if self.log.exists() and self.log.stat().st_size > MOST_LOG:
            self.log.replace(self.log.with_suffix(".1.log"))
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        path = os.pathsep.join((str(ROOT), str(ROOT / "layers/javelin/python")))
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                (sys.executable, "-m", self.module, *self.arguments), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True, env={**kept, **self.environment, "PYTHONPATH": path},
            )  # fmt: skip
        _children[process.pid] = process
        noted = {"pid": process.pid, "started": _started(process.pid), "version": self._version()}
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(noted))
        new.replace(self._file)

    def stop(self, patience: float = 30) -> bool:
        """End it politely, and after `patience` seconds at once; say whether it ran."""
        if not self.running():
            return False
        pid = int(self._noted()["pid"])
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + patience
        while self.running() and time.monotonic() < deadline:
            time.sleep(0.05)
        if self.running():
            os.kill(pid, signal.SIGKILL)
        if (child := _children.pop(pid, None)) is not None:
            child.wait()
        return True

    def running(self) -> bool:
        """Whether the very process that was noted still runs: its number alone may be another's by now."""
        noted = self._noted()
        if (child := _children.get(int(noted.get("pid", 0)))) is not None:
            child.poll()  # or it stays a zombie as long as we live
        return bool(noted) and noted["started"] is not None and _started(int(noted["pid"])) == noted["started"]

    def check(self) -> None:
        """Raise ProcessFailed if it ended by itself."""
        if not self.running():
            raise ProcessFailed(f"{self.name} ended: {self.tail()}")

    def tail(self) -> str:
        """The end of its log."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return f"see {self.log}\n{text[-1500:].strip()}"

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.home.folder / "log" / f"{self.name}.log"

    @property
    def _file(self) -> Path:
        return self.home.folder / "run" / f"{self.name}.json"

    def _noted(self) -> dict[str, str | int]:
        try:
            noted: dict[str, str | int] = json.loads(self._file.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return noted

    def _version(self) -> str:
        digest = hashlib.sha256(json.dumps([self.arguments, self.environment], sort_keys=True).encode())
        for source in self.sources:
            place = ROOT / source
            for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
                digest.update(path.read_bytes())
        return digest.hexdigest()


def _started(pid: int) -> str | None:
    """When the kernel started a process, in its ticks; None if there is none, or only its exit status."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else fields[19]
