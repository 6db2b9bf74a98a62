"""A fresh machine reads its list of packages by itself; whoever installs waits for that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra.local import machine

HOLD = """
import fcntl, sys
file = open(sys.argv[1], "r+")
fcntl.lockf(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that apt-get locks."""
    file = tmp_path / "lock"
    file.touch()
    monkeypatch.setattr(machine, "LISTS_LOCK", file)
    return file


def test_another_apt_get_is_waited_for(lock: Path) -> None:
    told: list[str] = []
    with subprocess.Popen(
        (sys.executable, "-c", HOLD, str(lock)), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"

        def told_so(message: str) -> None:
            told.append(message)
            assert other.stdin is not None
            other.stdin.close()  # it ends now

        machine._wait_for_lists(told_so)
    assert told == ["waiting for another apt-get"]


def test_one_that_does_not_end_is_named(lock: Path) -> None:
    with subprocess.Popen(
        (sys.executable, "-c", HOLD, str(lock)), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(machine.MachineError, match="another apt-get holds"):
            machine._wait_for_lists(print, patience=0)
        assert other.stdin is not None
        other.stdin.close()


def test_without_another_nothing_is_said(lock: Path) -> None:
    told: list[str] = []
    machine._wait_for_lists(told.append)
    lock.unlink()
    machine._wait_for_lists(told.append)
    assert told == []
