"""Fixtures of the unit tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.cloud import Cloud, in_process_cloud
from tests.permissions.plugin import nothing_forbidden, pytest_terminal_summary, watched_functions

# How long a machine takes for an example, busy as it may be, is no property of what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

__all__ = ["cloud", "nothing_forbidden", "pytest_terminal_summary", "watched_functions"]


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A fresh cloud inside this process."""
    with in_process_cloud(monkeypatch) as started:
        yield started
