"""Fixtures of the unit tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cloud import Cloud, in_process_cloud


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A fresh cloud inside this process."""
    with in_process_cloud(monkeypatch) as started:
        yield started
