"""Background programs: started once, found again, started anew when they died or changed."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from infra.local.home import Home
from infra.local.processes import Background, ProcessFailed
from tests.unit.local.ports import free_port


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Background]:
    home = Home(tmp_path, 0, 0)
    home.make()
    served = Background(home, "served", "http.server", ("--bind", "127.0.0.1", str(free_port())))
    yield served
    served.stop()


def pid_of(program: Background) -> int:
    noted = json.loads((program.home.folder / "run/served.json").read_text())
    return int(noted["pid"])


def test_it_is_started_once(program: Background) -> None:
    assert program.ensure()
    pid = pid_of(program)
    assert not program.ensure()
    assert pid_of(program) == pid
    assert os.getsid(pid) == pid, "it goes on when the launcher's terminal ends"


def test_it_is_started_again_after_kill_9(program: Background) -> None:
    program.ensure()
    os.kill(pid_of(program), signal.SIGKILL)
    while program.running():
        time.sleep(0.01)
    with pytest.raises(ProcessFailed, match="served ended"):
        program.check()
    assert program.ensure()
    program.check()


def test_it_is_started_again_when_what_it_is_given_changes(program: Background) -> None:
    program.ensure()
    pid = pid_of(program)
    changed = replace(program, environment={"NEW": "1"})
    assert changed.ensure()
    assert pid_of(program) != pid
    assert not Path(f"/proc/{pid}").exists() or program.running()


def test_another_process_of_the_same_number_is_left_alone(program: Background) -> None:
    note = program.home.folder / "run/served.json"
    note.write_text(json.dumps({"pid": os.getpid(), "started": "1", "version": ""}))
    assert not program.running()
    assert not program.stop()


def test_stopping_twice_is_stopping(program: Background) -> None:
    program.ensure()
    assert program.stop()
    assert not program.stop()
    assert not program.running()
