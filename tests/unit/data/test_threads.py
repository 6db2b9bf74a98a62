"""Lists ask several partitions at the same time, and may be the first thing that a function does."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from pynamodb.connection.base import MetaTable

from javelin.data import record
from javelin.data.records.host import Host
from javelin.discovery import clients

THREADS = 4


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has asked for nothing yet."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(clients, "client", clients._Clients())
    monkeypatch.setattr(record, "client", clients.client)
    monkeypatch.setattr(record, "_shared", None)
    monkeypatch.setattr(Host, "_connection", None)


def together(ask: Any) -> list[Any]:
    """What threads get that ask at the same moment."""
    ready = threading.Barrier(THREADS, timeout=20)

    def one(_: int) -> Any:
        ready.wait()
        return ask()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


@pytest.mark.usefixtures("cold")
def test_a_client_is_made_once_and_by_one_thread_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, make = threading.Lock(), boto3.client
    made: list[Any] = []

    def watched(*names: Any, **options: Any) -> Any:
        assert inside.acquire(blocking=False), "boto3 makes clients in one thread only"
        try:
            made.append(names)
            return make(*names, **options)
        finally:
            inside.release()

    monkeypatch.setattr(clients, "boto3", SimpleNamespace(client=watched))
    answers = together(lambda: clients.client("dynamodb"))
    assert len(made) == 1
    assert all(answer is answers[0] for answer in answers)


@pytest.mark.usefixtures("cold")
def test_all_threads_ask_over_the_one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    known = record.OneConnection.add_meta_table

    def slowly(connection: record.OneConnection, table: MetaTable) -> None:
        threading.Event().wait(0.1)  # in which the others ask
        known(connection, table)

    monkeypatch.setattr(record.OneConnection, "add_meta_table", slowly)
    connections = {id(one) for one in together(lambda: Host._get_connection().connection)}
    assert connections == {id(record._shared)}
    assert isinstance(record._shared, record.OneConnection)
