"""Idempotency keys over the wire: what Powertools asks of DynamoDB, the embedded AWS answers as AWS does."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from infra.generator.tables import tables_stack
from javelin.contract.errors import InvalidParameter
from javelin.data.records.idempotency import Idempotency
from javelin.sync import idempotency
from tests.embedded_aws.conftest import Server

CALLERS = 8


@pytest.fixture
def table(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of the keys, and code under test that finds it."""
    dynamodb = server.client("dynamodb")
    wanted = tables_stack([Idempotency])["Resources"]["Idempotency"]["Properties"]
    fields = ("TableName", "BillingMode", "AttributeDefinitions", "KeySchema")
    dynamodb.create_table(**{name: wanted[name] for name in fields})
    monkeypatch.setattr(idempotency, "client", lambda service: dynamodb)


def test_parallel_calls_run_once_and_others_are_refused(table: None) -> None:
    together, runs = Barrier(CALLERS), []

    def run() -> idempotency.Wire:
        runs.append(1)
        return {"body": {"zulu": 1, "alpha": {"id": "x"}}}

    def call(_: int) -> idempotency.Wire:
        together.wait(60)
        return idempotency.once("account", "key", {"command": "c"}, run, secret=False)

    with ThreadPoolExecutor(CALLERS) as pool:
        answers = list(pool.map(call, range(CALLERS)))
    assert len(runs) == 1
    assert [str(answer) for answer in answers] == [str({"body": {"zulu": 1, "alpha": {"id": "x"}}})] * CALLERS
    with pytest.raises(InvalidParameter, match="new key"):
        idempotency.once("account", "key", {"command": "d"}, run, secret=False)
    refusal: idempotency.Wire = {"error": {"code": 431, "name": "InvalidParameter", "text": "no"}}
    assert idempotency.once("account", "other", {"command": "c"}, lambda: refusal, secret=False) == refusal
    assert idempotency.once("account", "other", {"command": "c"}, run, secret=False)["body"]["zulu"] == 1
