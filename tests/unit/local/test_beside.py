"""Runs beside each other: what is seen of them, how they end, and that an interruption comes to each."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.beside import INTERRUPTED

WAITING = """
import pathlib, sys, time
try:
    print("begun", flush=True)
    while True:
        time.sleep(0.1)
except KeyboardInterrupt:
    pathlib.Path(sys.argv[1]).touch()
"""


def beside(*scripts: tuple[str, ...]) -> subprocess.Popen[str]:
    """A program that runs Python scripts, each with its arguments and from a shell; they are called a, b, …"""
    shell = ("sh", "-c", '"$@"; exit $?', "sh")
    parts = ", ".join(
        f"Part({name!r}, {(*shell, sys.executable, '-c', *script)!r})"
        for name, script in zip("abc", scripts, strict=False)
    )
    program = f"import asyncio, sys; from tests.beside import Part, run; sys.exit(asyncio.run(run([{parts}])))"
    return subprocess.Popen((sys.executable, "-c", program), stdout=subprocess.PIPE, text=True)


def test_reports_are_in_one_piece_after_the_progress() -> None:
    first = ("print('..F [50%]'); print('=== FAILURES ==='); print('of a')",)
    running = beside(first, ("print('...')",))
    lines = running.communicate(timeout=60)[0].splitlines()
    assert {"a | ..F [50%]", "b | ..."} <= set(lines)
    report = lines.index("=== FAILURES ===")
    assert lines[report + 1] == "of a"
    assert lines[report + 2].startswith("a: passed after")
    assert running.returncode == 0


@pytest.mark.parametrize(("codes", "together"), [((0, 0), 0), ((0, 2), 2), ((1, 0), 1), ((3, 1), 3)])
def test_all_go_to_their_end_and_any_failure_is_one(codes: tuple[int, int], together: int) -> None:
    running = beside(*((f"raise SystemExit({code})",) for code in codes))
    said = running.communicate(timeout=60)[0]
    assert running.returncode == together
    for name, code in zip("ab", codes, strict=True):
        assert f"{name}: {f'failed with exit code {code}' if code else 'passed'} after" in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_lets_each_clean_up(number: signal.Signals, tmp_path: Path) -> None:
    cleaned = [tmp_path / name for name in "ab"]
    running = beside(*((WAITING, str(path)) for path in cleaned))
    assert running.stdout is not None
    assert {running.stdout.readline() for _ in cleaned} == {"a | begun\n", "b | begun\n"}
    running.send_signal(number)
    running.communicate(timeout=60)
    assert running.returncode == INTERRUPTED
    assert all(path.exists() for path in cleaned)
