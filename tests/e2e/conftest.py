"""Two local clouds for the whole session, made when the first test wants them and removed with all they made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.local_cloud import LocalCloud
from tests.e2e.real_cloud import RealSite, real_cloud
from tests.e2e.site import Site

LAST = ("test_served.py", "test_drill.py", "test_survival.py", "test_secrets.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is an end-to-end test; some come last."""
    ours = [item for item in items if item.path.parent.name == "e2e"]
    for item in ours:
        item.add_marker(pytest.mark.e2e)
    order = {name: number for number, name in enumerate(LAST, 1)}
    places = [number for number, item in enumerate(items) if item.path.parent.name == "e2e"]
    for place, item in zip(places, sorted(ours, key=lambda item: order.get(item.path.name, 0)), strict=True):
        items[place] = item


@pytest.fixture(scope="session")
def clouds() -> list[LocalCloud]:
    """Those of this session that are up."""
    return []


@pytest.fixture(autouse=True)
def answers_noted(clouds: list[LocalCloud]) -> Iterator[None]:
    """After each test, what was answered in it; logs keep no more than their last lines."""
    yield
    for each in clouds:
        each.note_answers()


@pytest.fixture(scope="session")
def cloud(clouds: list[LocalCloud]) -> Iterator[LocalCloud]:
    """A cloud with two simulated hosts."""
    local = LocalCloud.new("--simulated", "2")
    try:
        local.up()
        local.secrets |= {"password of the administrator": local.password, "secret key": local.keys.secret}
        clouds.append(local)
        yield local
    finally:
        local.remove()


@pytest.fixture(scope="session")
def site(cloud: LocalCloud) -> Site:
    """What the simulated cloud offers."""
    return Site(cloud)


@pytest.fixture(scope="session")
def real(clouds: list[LocalCloud]) -> Iterator[LocalCloud]:
    """A cloud on this machine's libvirt, with its first guest."""
    with real_cloud() as local:
        clouds.append(local)
        yield local


@pytest.fixture(scope="session")
def real_site(real: LocalCloud) -> RealSite:
    """What the real cloud offers."""
    return RealSite(real)


@pytest.fixture(scope="session")
def nano(real_site: RealSite) -> str:
    """The template of a guest that costs nothing."""
    return real_site.import_nano()
