"""Fixtures of the unit tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cloud import Cloud, in_process_cloud
from tests.permissions.plugin import nothing_forbidden, pytest_terminal_summary, watched_functions

__all__ = ["cloud", "nothing_forbidden", "pytest_terminal_summary", "watched_functions"]


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A fresh cloud inside this process."""
    with in_process_cloud(monkeypatch) as started:
        yield started
