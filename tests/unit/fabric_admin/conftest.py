"""Fixtures of the fabric's tests."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud
from tests.unit.fabric_admin.fabric import Fabric, build


@pytest.fixture
def fabric(cloud: Cloud) -> Fabric:
    """A zone with one pod and one cluster."""
    return build(cloud)
