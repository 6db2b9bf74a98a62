"""One stage for all tests of flows: every run starts from a saved state of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.flows.matrix import injected
from tests.flows.opening import a_world
from tests.flows.stage import Stage, set_stage
from tests.permissions.plugin import nothing_forbidden, watched_functions

__all__ = ["nothing_forbidden", "pytest_terminal_summary", "stage", "watched_functions"]


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The cloud in this process, with its hosts."""
    with a_world(tmp_path_factory.mktemp("hosts")) as world:
        yield set_stage(world)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How much went wrong on purpose."""
    if injected:
        kinds = ", ".join(f"{number} {name}" for name, number in sorted(injected.items()))
        terminalreporter.write_line(f"faults injected into flows: {injected.total()} ({kinds})")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process that shares the tests with others hands over what it counted."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["injected"] = dict(injected)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What a process counted that has done its share of the tests."""
    injected.update(getattr(node, "workeroutput", {}).get("injected", {}))
