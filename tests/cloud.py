"""An AWS inside the test process: the tables, topics and bucket of the templates, and a way to call operations."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from moto import mock_aws
from moto.backends import get_backend
from moto.core.models import botocore_stubber, responses_mock

from infra.generator.declarations import operations, records
from javelin.contract.caller import Caller
from javelin.data import settings
from javelin.data.ids import new_id
from javelin.data.record import Owned, Shared, Table
from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.role import BUILT_IN
from javelin.data.transaction import Transaction
from javelin.discovery import clients, names
from tests.account import ACCOUNT, REGION, make_flows
from tests.flows.tables import TablesClient, fast_tables
from tests.permissions.watch import Heard

BUCKET = names.images_bucket(ACCOUNT, REGION)
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
    "JAVELIN_ACCOUNT_ID": ACCOUNT, "JAVELIN_ENDPOINT": "http://127.0.0.1:8080", "JAVELIN_IMAGES_BUCKET": BUCKET,
    "POWERTOOLS_TRACE_DISABLED": "1",
}  # fmt: skip


class Context:
    """What Lambda tells a function about its run."""

    aws_request_id = "test-request"


class Refused(Exception):
    """An operation answered with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']} {error['text']}")
        self.code: int = error["code"]
        self.text: str = error["text"]


@functools.cache
def handlers() -> dict[str, Any]:
    """Every operation by its command."""
    return {function.declaration.command: function.declaration for function in operations()}


@dataclass
class Cloud:
    """The in-process cloud; `root` is the first administrator."""

    root: Caller

    def call(self, command: str, caller: Caller | None = None, **parameters: Any) -> dict[str, Any]:
        """Call an operation as the edge would; answers the inside of the envelope. Raises Refused.

        Parameter names take `__` for map brackets: details__0__cpu="1" is details[0].cpu=1.
        """
        raw = {_wire_name(name): str(value) for name, value in parameters.items()}
        event = {"parameters": raw, "caller": (caller or self.root).model_dump()}
        answer = handlers()[command](event, Context())
        if "error" in answer:
            raise Refused(answer["error"])
        body: dict[str, Any] = answer["body"]
        return body

    def domain(self, name: str, parent: Domain | None = None) -> Domain:
        """A new domain under ROOT or the parent."""
        above = parent or Domain.require(ROOT_DOMAIN)
        made = Domain(new_id(), name=name, path=f"{above.path}{name}/", parent_id=above.id)
        _create(made, Domain.claim_name(made.path))
        return made

    def caller(self, name: str, domain: Domain | None = None, role: str = "User") -> Caller:
        """A new account in the domain (ROOT by default) and the caller that acts for it."""
        home = domain or Domain.require(ROOT_DOMAIN)
        account = _account(new_id(), name, home, role)
        return caller_of(account)


def _account(key: str, name: str, home: Domain, role: str) -> Account:
    account = Account(
        key, name=name, domain_id=home.id, domain_path=home.path, role_id=BUILT_IN[role][0], role_type=role
    )
    _create(account, Account.claim_name(home.id, name))
    return account


def caller_of(account: Account) -> Caller:
    """Who acts for an account that is there."""
    return Caller(
        user_id=new_id(), username=account.name, account_id=account.id, account=account.name,
        domain_id=account.domain_id, domain_path=account.domain_path, role_id=account.role_id,
        role_type=account.role_type,
    )  # fmt: skip


def _create(record: Owned | Shared, name: str) -> None:
    transaction = Transaction()
    transaction.create(record)
    transaction.claim(name, record.id, record.unknown(record.id))
    transaction.commit()


def _wire_name(name: str) -> str:
    parts = name.split("__")
    return parts[0] if len(parts) == 1 else f"{parts[0]}[{parts[1]}]" + (f".{parts[2]}" if len(parts) > 2 else "")


@contextmanager
def in_process_cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A cloud in tables of its own, with the root domain, account and caller in it."""
    with fast_tables(), patch.object(clients, "boto3", _Opened()):
        clients.client.cache_clear()
        with _empty_aws(monkeypatch):
            yield begun()
        clients.client.cache_clear()


@contextmanager
def _empty_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything but tables that the templates would make (moto): made once per process and emptied for every test."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    _moto()
    before, botocore_stubber.enabled = botocore_stubber.enabled, True
    try:
        for machine in get_backend("stepfunctions")[ACCOUNT][REGION].state_machines:
            machine.executions.clear()
        for service, region in (("s3", "aws"), ("sns", REGION), ("sqs", REGION)):
            get_backend(service)[ACCOUNT][region].reset()
        settings.forget()
        for topic in (names.EVENTS_TOPIC, names.ALARM_TOPIC, names.MAIL_TOPIC):
            get_backend("sns")[ACCOUNT][REGION].create_topic(topic)
        get_backend("s3")[ACCOUNT]["aws"].create_bucket(BUCKET, REGION)
        get_backend("sqs")[ACCOUNT][REGION].create_queue(names.REPORTS_QUEUE)
        yield
    finally:
        botocore_stubber.enabled = before


@functools.cache
def _moto() -> None:
    """Begin it, once: it takes as long as a test. Only botocore has to meet it."""
    mock_aws(config={"core": {"reset_boto3_session": False}}).start()
    responses_mock.stop(allow_assert=False)
    forget_connections()
    make_flows(boto3.client("stepfunctions"))
    botocore_stubber.enabled = False


class _Opened:
    """Stands where the clients' module has boto3: the tables, and clients that were opened once."""

    def client(self, service: str, **options: Any) -> Any:
        """A client."""
        return TablesClient() if service == "dynamodb" else _opened(service, **options)


@functools.cache
def _opened(service: str, **options: Any) -> Heard:
    return Heard(service, boto3.client(service, **options))  # type: ignore[call-overload]  # the stubs list names, we take any


def begun() -> Cloud:
    """Root domain, account and caller in the tables of an empty cloud."""
    root = Domain(ROOT_DOMAIN, name="ROOT", path="/")
    _create(root, Domain.claim_name(root.path))
    return Cloud(caller_of(_account(ROOT_ACCOUNT, "admin", root, "Admin")))


def forget_connections() -> None:
    """Drop clients that belong to another AWS."""
    from javelin.data import record

    clients.client.cache_clear()
    clients.account_id.cache_clear()
    clients.queue_url.cache_clear()
    record._shared = None
    for model in records():
        model._connection = None
    Table._connection = None
