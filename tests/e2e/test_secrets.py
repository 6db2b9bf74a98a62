"""No password, key or token that the other tests used is in a log, a job, an event, a flow's history or a queue."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.e2e.local_cloud import LocalCloud
from tests.e2e.real_cloud import HOST, RealSite
from tests.e2e.site import Site

SHORT = 6  # characters; what is shorter is found anywhere


def said(cloud: LocalCloud) -> Iterator[tuple[str, str]]:
    """Everything that the cloud wrote where people or other programs read it: where, and what."""
    for file in sorted((cloud.home.folder / "log").glob("*.log")):
        yield f"log {file.name}", file.read_text(errors="replace")
    logs = cloud.aws("logs")
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            events = logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
            yield f"logs of {group['logGroupName']}", "\n".join(event["message"] for event in events)
    flows = cloud.aws("stepfunctions")
    for machine in flows.list_state_machines(maxResults=1000)["stateMachines"]:
        for run in flows.list_executions(stateMachineArn=machine["stateMachineArn"], maxResults=20)["executions"]:
            history = flows.get_execution_history(executionArn=run["executionArn"], maxResults=1000)["events"]
            yield f"history of {machine['name']}", json.dumps(history, default=str)
    queues = cloud.aws("sqs")
    for url in queues.list_queues().get("QueueUrls", []):
        waiting = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        yield f"queue {url}", json.dumps(waiting.get("Messages", []))


def kept(cloud: LocalCloud, *names: str) -> Iterator[tuple[str, str]]:
    """The items of tables."""
    tables = cloud.aws("dynamodb")
    for name in tables.list_tables()["TableNames"]:
        if name in names or not names:
            yield f"table {name}", json.dumps(list(_items(tables, name)), default=str)


def _items(tables: Any, name: str) -> Iterator[dict[str, Any]]:
    for page in tables.get_paginator("scan").paginate(TableName=name):
        yield from page["Items"]


def assert_secret(cloud: LocalCloud, secrets: dict[str, str]) -> None:
    assert secrets
    places = [*said(cloud), *((where, text) for where, text in kept(cloud) if _is_told(where))]
    assert any("log" in where for where, _ in places)
    assert any("job" in where.lower() for where, _ in places)
    for what, secret in secrets.items():
        assert len(secret) >= SHORT, what
        for where, text in places:
            assert not holds(text, secret), f"{what} is in {where}"


def holds(text: str, secret: str) -> bool:
    """Whether it is there in any case: some attributes are kept in small letters, with marks that restore them."""
    return secret.lower() in text.lower()


def _is_told(where: str) -> bool:
    """Tables that administrators list or that other parts read; keys and sessions have tables of their own."""
    return any(name in where.lower() for name in ("job", "event", "virtualmachine", "user", "account"))


def test_what_the_tests_knew_is_nowhere(site: Site) -> None:
    tenant = site.tenant("secretive")
    new = "another-Password-9"
    site.api.call("updateUser", id=tenant.user, password=new)
    site.cloud.secrets["changed password"] = new
    assert_secret(site.cloud, site.cloud.secrets)


def test_no_token_of_the_cloud_is_kept_as_it_is(site: Site) -> None:
    """Passwords, sessions and tokens are kept as digests only; secret keys have to be kept, to check signatures."""
    digested = {
        what: secret for what, secret in site.cloud.secrets.items() if "key" not in what and "credentials" not in what
    }
    for where, text in kept(site.cloud):
        for what, secret in digested.items():
            assert not holds(text, secret), f"{what} is in {where}"


@pytest.mark.host
def test_screens_passwords_and_tokens_are_nowhere(real_site: RealSite) -> None:
    machine = real_site.hello
    if machine["state"] != "Running":
        real_site.api.call("startVirtualMachine", id=machine["id"])
    command = ("virsh", "--connect", "qemu:///system", "dumpxml", "--security-info", machine["id"])
    xml = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    password = xml.partition("passwd='")[2].partition("'")[0]
    assert password, "the display has no password"
    console = real_site.api.call("createConsoleEndpoint", virtualmachineid=machine["id"])["consoleendpoint"]
    query = parse_qs(urlsplit(console["url"]).query)
    token = next(
        (values[0] for name, values in query.items() if "token" in name), console.get("websocket", {}).get("token")
    )
    secrets = {"VNC password": password} | ({"console token": token} if token else {})
    assert_secret(real_site.cloud, real_site.cloud.secrets | secrets)
    for file in (real_site.cloud.home.hosts / HOST / "serial").glob("*.log"):
        assert password not in file.read_text(errors="replace")
