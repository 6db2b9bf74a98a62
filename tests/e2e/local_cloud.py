"""One local cloud for tests, started and stopped as a user would: by the launcher's command line."""

from __future__ import annotations

import configparser
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from botocore.exceptions import BotoCoreError

from infra.local.api import Api
from infra.local.home import ROOT, Home
from tests.e2e.signed import Client, Key

T = TypeVar("T")
PROGRAMS = ("front", "console", "bridge", "aws")
EDGE_LOG = "/javelin/edge"
LOG_EVENTS = 8000  # lines of a function's log that are kept: more than any test makes
OVERLAP = 60_000  # milliseconds by which a line may come late


def eventually(look: Callable[[], T], wanted: str, patience: float = 90) -> T:
    """What `look` answers once it is true; AssertionError with the last answer if that takes too long.

    The patience is for machines that are slow, not a claim about this one.
    """
    deadline = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited in vain for {wanted}; the last answer was {found!r}"
        time.sleep(0.1)
    return found


class HeardApi(Api):
    """Calls whose success is remembered: of one in a long test on a busy machine the log had no line any more."""

    def __init__(self, endpoint: str, key: Key, heard: set[str]) -> None:
        super().__init__(endpoint, key.key, key.secret)
        self._heard = heard

    def call(self, command: str, **parameters: Any) -> Any:
        """See Api; what fails raises, and is not remembered."""
        answer = super().call(command, **parameters)
        self._heard.add(command)
        return answer


@dataclass
class LocalCloud:
    """A cloud in a folder of its own on ports of its own; `options` go to `up`."""

    home: Home
    console_port: int
    options: tuple[str, ...]
    said: str = ""
    secrets: dict[str, str] = field(default_factory=dict, repr=False)  # what may appear in no log, by what it is
    answered: set[str] = field(default_factory=set, repr=False)  # commands that were answered with success
    _noted: int = 0  # until when it was looked for them, in milliseconds

    @classmethod
    def new(cls, *options: str) -> Self:
        """A cloud that has not been started."""
        front, aws, console = _free_ports(3)
        folder = Path(tempfile.mkdtemp(prefix="javelin-e2e-"))
        folder.chmod(0o755)
        return cls(Home(folder, front, aws), console, options)

    def up(self) -> None:
        """`python -m infra.local up`."""
        self.said = self._launch("up", *self.options)

    def down(self) -> None:
        """`python -m infra.local down`."""
        self.said = self._launch("down")

    def status(self) -> int:
        """The exit code of `python -m infra.local status`."""
        return self._launcher("status").returncode

    def kill(self) -> None:
        """SIGKILL to every process of the cloud at once, as when the power goes; guests are not among them."""
        running = self.processes()
        for process in running:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue  # it ended with its parent
        eventually(lambda: not alive(running), "the end of the killed processes")

    def processes(self, *programs: str) -> list[int]:
        """Every process of these programs, by default of all that the launcher starts, and whatever they started."""
        found = {self._pid(name) for name in programs or PROGRAMS} & _parents().keys()
        while more := {process for process, parent in _parents().items() if parent in found} - found:
            found |= more
        return sorted(found)

    def remove(self) -> None:
        """`python -m infra.local forget`; its logs are kept if JAVELIN_E2E_LOGS names a folder for them."""
        if kept := os.environ.get("JAVELIN_E2E_LOGS"):
            shutil.copytree(self.home.folder / "log", Path(kept) / self.home.folder.name, dirs_exist_ok=True)
        try:
            self._launch("forget")
        finally:
            self.kill()
            shutil.rmtree(self.home.folder, ignore_errors=True)

    @property
    def keys(self) -> Key:
        """The administrator's, from the file that the launcher wrote."""
        config = configparser.ConfigParser()
        config.read(self.home.keys)
        return Key(config["cloudstack"]["key"], config["cloudstack"]["secret"])

    @property
    def password(self) -> str:
        """The administrator's."""
        return (self.home.folder / "admin.password").read_text().strip()

    @property
    def raw(self) -> Client:
        """Requests signed as the administrator, answers as they come."""
        return Client(self.home.endpoint, self.keys)

    @property
    def api(self) -> Api:
        """The administrator, waiting for jobs."""
        return self.api_of(self.keys)

    def api_of(self, key: Key) -> Api:
        """Another user, waiting for jobs."""
        return HeardApi(self.home.endpoint, key, self.answered)

    def aws(self, service: str) -> Any:
        """A client of the cloud's AWS, as its operator has."""
        return self.home.aws.client(service)

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """The answer of a function of the cloud."""
        answer = self.aws("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
        content = json.loads(answer["Payload"].read() or b"null")
        assert "FunctionError" not in answer, content
        return content

    def logs(self) -> str:
        """The end of what its programs said, and the last errors of its functions, for a failing test."""
        files = sorted((self.home.folder / "log").glob("*.log"))
        said = [f"--- {file.name}\n{file.read_text(errors='replace')[-3000:]}" for file in files]
        try:
            return "\n".join([*said, "--- functions", *self.errors()[-5:]])
        except BotoCoreError as unreachable:
            return "\n".join([*said, f"--- functions: {unreachable}"])

    def errors(self) -> list[str]:
        """What functions logged as errors, oldest first."""
        return self._logged('"level":"ERROR"')

    def note_answers(self) -> None:
        """Remember what the edge answered with success since the last time, while its log still has it."""
        now, since = int(time.time() * 1000), max(self._noted - OVERLAP, 0)
        asked = {"logGroupName": EDGE_LOG, "filterPattern": "answered", "startTime": since}
        events = self.aws("logs").filter_log_events(**asked)["events"]
        self._noted = now
        lines = [json.loads(event["message"]) for event in events if '"message":"answered"' in event["message"]]
        self.answered |= {line["command"] for line in lines if line["status"] == 200}

    def _logged(self, text: str) -> list[str]:
        """The messages of functions that have this in them, oldest first."""
        logs = self.aws("logs")
        groups = [
            group["logGroupName"]
            for page in logs.get_paginator("describe_log_groups").paginate() for group in page["logGroups"]
        ]  # fmt: skip
        events = [
            event
            for group in groups
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            for event in page["events"] if text in event["message"]
        ]  # fmt: skip
        return [event["message"] for event in sorted(events, key=lambda event: event["timestamp"])]

    def _launch(self, *arguments: str) -> str:
        done = self._launcher(*arguments)
        assert done.returncode == 0, f"{arguments} failed:\n{done.stdout}{done.stderr}\n{self.logs()}"
        return done.stdout

    def _launcher(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'layers/javelin/python'}",
            "JAVELIN_HOME": str(self.home.folder), "JAVELIN_PORT": str(self.home.port),
            "JAVELIN_AWS_PORT": str(self.home.aws_port), "JAVELIN_CONSOLE_PORT": str(self.console_port),
            "JAVELIN_AWS_LOG_EVENTS": str(LOG_EVENTS),
        }  # fmt: skip
        command = (sys.executable, "-m", "infra.local", "--verbose", *arguments)
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=600
        )

    def _pid(self, name: str) -> int:
        try:
            return int(json.loads((self.home.folder / "run" / f"{name}.json").read_text())["pid"])
        except FileNotFoundError:
            return 0


def _free_ports(count: int) -> list[int]:
    """Ports that nothing listens on; held together, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def alive(processes: list[int]) -> list[int]:
    """Those that have not ended."""
    return [process for process in processes if process in _parents()]


def _parents() -> dict[int, int]:
    """Who started each process of this machine that runs; those that only wait to be buried are left out."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[0] != "Z":
            found[int(path.name)] = int(fields[1])
    return found
