"""What the tests of the edge start from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chalice.test import Client

from functions.api import app as edge_app
from functions.identity.actions.bootstrap import handler as bootstrap
from javelin.data import login_settings, passwords, settings
from javelin.data.records.user import ROOT_USER, User
from tests import oidc
from tests.cloud import Cloud, Context
from tests.oidc import Provider
from tests.unit.api import edge as in_process
from tests.unit.api.oauth import EMAIL, register

PASSWORD = "correct horse"


@pytest.fixture
def edge(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[in_process.Edge]:
    """The edge of a fresh cloud whose administrator has a password."""
    monkeypatch.setattr(edge_app, "invoke", in_process.invoke)
    monkeypatch.setattr(passwords, "_COST", 4)  # hashing well takes longer than all else in a test
    keys = bootstrap({"password": PASSWORD}, Context())
    with Client(edge_app.app) as client:
        yield in_process.Edge(client, keys["api_key"], keys["secret_key"])


@pytest.fixture(scope="module")
def listening() -> Iterator[Provider]:
    """One for all tests; each begins with an honest one."""
    with oidc.provider() as found:
        yield found


@pytest.fixture
def provider(edge: in_process.Edge, listening: Provider) -> Provider:
    """Honest, registered, and vouching for the administrator."""
    listening.sign, listening.headers = None, {"kid": "k1"}
    for changed in (listening.answers, listening.asked, listening.used):
        changed.clear()
    listening.vouch(EMAIL)
    User.require(ROOT_USER).change(User.email.set(EMAIL))
    settings.change(login_settings.OAUTH, "true")
    settings.change(login_settings.OAUTH_SITES, "127.0.0.0/8")
    assert register(edge, listening).status == 200
    return listening
