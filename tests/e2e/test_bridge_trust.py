"""Bridges that are not who they say: refused, and the operator is told."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bridge.identity import Identity
from infra.local.api import Row
from javelin.messaging.host_commands import DomainState
from javelin.messaging.reports import DomainChanges, Report
from tests.e2e.local_cloud import LocalCloud, eventually
from tests.e2e.signed import Answer
from tests.e2e.site import Site, remove

Sign = Callable[[bytes], str]


@pytest.fixture
def hosts(cloud: LocalCloud) -> tuple[Identity, Identity]:
    """The identities of the two simulated hosts."""
    first, second = (Identity.load(cloud.home.hosts / f"simulated-000{number}") for number in (1, 2))
    return first, second


def send(cloud: LocalCloud, route: str, body: dict[str, Any]) -> Answer:
    """What a bridge posts."""
    headers = {"Content-Type": "application/json"}
    return cloud.raw.send("POST", f"{cloud.home.url}/client/bridge/{route}", json.dumps(body).encode(), headers)


def enrolment(token: str) -> dict[str, Any]:
    """Of a host that is too small for any guest: nobody serves it."""
    key = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {
        "token": token, "public_key": base64.b64encode(key).decode(), "driver": "simulated", "hypervisor": "Simulated",
        "accelerated": False, "cpus": 1, "mhz": 1, "memory_mib": 1, "address": "127.0.0.1",
    }  # fmt: skip


def proof(host: str, sign: Sign, **changes: str) -> dict[str, Any]:
    """A request for credentials."""
    fields = {"host": host, "at": datetime.now(UTC).isoformat(), "nonce": secrets.token_urlsafe(16), **changes}
    return {**fields, "signature": sign(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode())}


def told(site: Site, kind: str, about: str) -> list[Row]:
    """The events of a kind about a host."""
    return [row for row in site.api.rows("listEvents", "event", type=kind) if about in row["description"]]


def assert_told(site: Site, kind: str, about: str, more_than: int = 0) -> None:
    rows = eventually(
        lambda: rows if len(rows := told(site, kind, about)) > more_than else [], f"an event {kind} about {about}"
    )
    assert rows[0]["level"] == "ERROR"


def test_a_token_is_good_for_one_bridge(site: Site) -> None:
    cloud = site.cloud
    cluster = site.api.rows("listClusters", "cluster")[0]
    host = site.api.call(
        "addHost", zoneid=site.zone, podid=cluster["podid"], clusterid=cluster["id"], hypervisor="Simulator",
        url="http://latecomer",
    )["host"][0]  # fmt: skip
    token = host["details"]["enrolment.token"]
    cloud.secrets["enrolment token"] = token
    first, second = send(cloud, "enrol", enrolment(token)), send(cloud, "enrol", enrolment(token))
    assert (first.status, first.json["host"]) == (200, host["id"])
    assert (second.status, "command_key" in second.text) == (401, False)
    cloud.secrets["command key"] = first.json["command_key"]
    for other in (f"{host['id']}.{'x' * 43}", f"{'0' * 36}.{'x' * 43}"):
        assert (send(cloud, "enrol", enrolment(other)).status, send(cloud, "enrol", enrolment(other)).text) == (
            401, second.text,
        )  # fmt: skip
    assert_told(site, "HOST.ENROLMENT.REFUSED", "unknown")
    assert "enrolment.token" not in json.dumps(site.api.rows("listHosts", "host", id=host["id"]))
    assert send(cloud, "enrol", {"token": token}).status == 400
    site.api.call("deleteHost", id=host["id"], forced="true")


def test_credentials_are_for_the_host_that_signs(site: Site, hosts: tuple[Identity, Identity]) -> None:
    cloud, (mine, other) = site.cloud, hosts
    good = proof(mine.host, mine.sign)
    granted = send(cloud, "credentials", good)
    assert granted.status == 200
    cloud.secrets["bridge credentials"] = granted.json["secret_access_key"]
    bad = [
        proof(other.host, mine.sign),  # another's name with one's own key
        good,  # once more
        proof(mine.host, mine.sign, at="2020-01-01T00:00:00+00:00"),
        {**proof(mine.host, mine.sign), "nonce": secrets.token_urlsafe(16)},  # changed after it was signed
        {**proof(mine.host, mine.sign), "signature": "AAAA"},
        proof("00000000-0000-4000-8000-00000000dead", mine.sign),
    ]
    answers = [send(cloud, "credentials", body) for body in bad]
    assert [answer.status for answer in answers] == [401] * len(bad)
    assert len({answer.text for answer in answers}) == 1
    assert_told(site, "HOST.CREDENTIALS.REFUSED", other.host)
    assert_told(site, "HOST.CREDENTIALS.REFUSED", mine.host)


def test_nobody_reports_for_another_host(site: Site, hosts: tuple[Identity, Identity]) -> None:
    machine = site.deploy(name="slandered")
    victim, forger = sorted(hosts, key=lambda one: one.host != machine["hostid"])
    assert victim.host == machine["hostid"]
    lie = DomainChanges(domains=(DomainState(id=machine["id"], state="Stopped", reason="shutdown", fence=99),))
    report = Report(
        host=victim.host, sequence=1, at=datetime.now(UTC), kind="domains", body=lie.model_dump(mode="json")
    )
    queue = site.cloud.aws("sqs")
    for signature in (forger.sign(report.signed_bytes()), "", base64.b64encode(bytes(64)).decode()):
        before = len(told(site, "HOST.REPORT.REFUSED", victim.host))
        forged = report.model_copy(update={"signature": signature})
        queue.send_message(QueueUrl=victim.reports_queue, MessageBody=forged.model_dump_json())
        assert_told(site, "HOST.REPORT.REFUSED", victim.host, more_than=before)
    still = site.machine(machine["id"])
    assert still is not None
    assert still["state"] == "Running"
    remove(site, machine)


def test_a_bridge_keeps_its_key_to_itself(cloud: LocalCloud) -> None:
    for path in (cloud.home.hosts / "simulated-0001").iterdir():
        assert path.stat().st_mode & 0o077 == 0 or path.parent.stat().st_mode & 0o077 == 0, path
    assert Path(cloud.home.hosts).stat().st_mode & 0o077 == 0
