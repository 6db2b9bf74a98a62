"""What the tests of the edge start from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chalice.test import Client

from functions.api import app as edge_app
from functions.identity.actions.bootstrap import handler as bootstrap
from javelin.data import passwords
from tests.cloud import Cloud, Context
from tests.unit.api import edge as in_process

PASSWORD = "correct horse"


@pytest.fixture
def edge(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[in_process.Edge]:
    """The edge of a fresh cloud whose administrator has a password."""
    monkeypatch.setattr(edge_app, "invoke", in_process.invoke)
    monkeypatch.setattr(passwords, "_COST", 4)  # hashing well takes longer than all else in a test
    keys = bootstrap({"password": PASSWORD}, Context())
    with Client(edge_app.app) as client:
        yield in_process.Edge(client, keys["api_key"], keys["secret_key"])
