"""Fixtures of network's tests."""

from __future__ import annotations

import pytest

from functions.network.actions import seed_offerings
from tests.cloud import Cloud
from tests.unit.site import Site, build, open_flows


@pytest.fixture
def site(cloud: Cloud) -> Site:
    """A zone with the first network offerings, and the flows of network."""
    open_flows("network/shut_down_network", "network/restart_network")
    seed_offerings.handler({}, None)
    return build(cloud)
