"""Fails every test in which a function asked for what AWS would refuse it. Conftests take the fixtures from here."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.permissions import unused, watch


@pytest.fixture(scope="session", autouse=True)
def watched_functions() -> Iterator[None]:
    """Functions are known while they run."""
    with watch.watching():
        yield


@pytest.fixture(autouse=True)
def nothing_forbidden(watched_functions: None) -> Iterator[None]:
    """The test fails if AWS would have refused a request, or something was made where its account may not be any more."""
    watch.log.refused.clear()
    watch.log.unplaced.clear()
    yield
    unplaced = sorted(set(watch.log.unplaced))
    assert not unplaced, "what is made must require that its account is as it was read (limits.use or" + (
        f" limits.require_as_read), as it may be moved meanwhile: {'; '.join(unplaced)}"
    )
    refused = sorted(set(watch.log.refused))
    assert not refused, "AWS would refuse (what is not allowed needs a grant in the declaration): " + "; ".join(refused)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """With SHOW_UNUSED_GRANTS=1: what functions may do and no test of this run saw them do."""
    if os.environ.get("SHOW_UNUSED_GRANTS"):
        terminalreporter.write_line("\n".join(["grants that no test used:", *unused.unused(watch.log.used)]))
