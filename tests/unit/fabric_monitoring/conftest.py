"""Fixtures of the monitoring's tests."""

from __future__ import annotations

import pytest

from functions.fabric_monitoring import _sender
from tests.cloud import Cloud
from tests.unit.fabric_admin.fabric import build
from tests.unit.fabric_monitoring.world import World


@pytest.fixture
def world(cloud: Cloud) -> World:
    """Two hosts whose bridges report."""
    _sender._known_key.cache_clear()
    return World(build(cloud))
