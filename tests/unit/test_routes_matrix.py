"""The routes of the edge that are no command: for everybody, every role, and every tenant's things."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from chalice.test import Client

from functions.api import _trace
from functions.api import app as edge_app
from functions.fabric_admin.actions import bridge_credentials, enrol_bridge
from functions.orchestration.actions import trace_job
from infra.generator.declarations import ROOT
from tests.cloud import Context
from tests.unit.api.edge import sign
from tests.unit.furnished.cloud import KIN, TENANTS, Furnished, furnished_cloud
from tests.unit.furnished.samples import absent_id, sample_id

Json = dict[str, Any]
SERVICES = {"trace_job": trace_job, "enrol_bridge": enrol_bridge, "bridge_credentials": bridge_credentials}
SEES = {  # whose job: who sees its trace
    "user": {"user", "domainadmin", "superior", "operator", "root"},
    "domainadmin": {"domainadmin", "superior", "operator", "root"},
    "superior": {"superior", "operator", "root"},
    "sibling": {"sibling", "superior", "operator", "root"},
    "stranger": {"stranger", "operator", "root"},
    "root": {"operator", "root"},
    "commoner": {"commoner", "operator", "root"},
}
ROUTES = {  # every route, and who is let through it
    "ANY /client/api": "whom the operation's declaration says: see test_authorization_matrix",
    "GET /client/health": "everybody: it tells nothing but that the edge is there",
    "POST /client/bridge/enrol": "whoever has the one-time token of a host",
    "POST /client/bridge/credentials": "whoever has the key that a host's bridge enrolled with",
    "GET /client/trace/{job}": "whoever sees the job",
    "GET /client/trace/static/{name}": "everybody: the same files for all",
}


@pytest.fixture(scope="module")
def furnished() -> Iterator[Furnished]:
    """One cloud for all; services are called in this process."""
    with furnished_cloud(TENANTS | KIN) as cloud, pytest.MonkeyPatch.context() as patches:

        def call(_: str, name: str, payload: Json) -> Any:
            return json.loads(json.dumps(SERVICES[name].handler(json.loads(json.dumps(payload)), Context())))

        patches.setattr(_trace, "call", call)
        patches.setattr(edge_app, "call", call)
        yield cloud


@pytest.fixture(scope="module")
def client(furnished: Furnished) -> Iterator[Client]:
    with Client(edge_app.app) as client:
        yield client


def trace(client: Client, job: str, tenant: str | None, wanted: str = "json", **given: str) -> tuple[int, str]:
    """Status and body of a trace, as a tenant's signed address or nobody's."""
    asked = {"format": wanted, "jobid": job, **given}
    if tenant is not None:
        asked["apiKey"] = f"key-of-{tenant}"
        asked["signature"] = sign(asked, f"secret-of-{tenant}")
    answer = client.http.get(f"/client/trace/{job}?{urlencode(asked)}")
    return answer.status_code, answer.body.decode().replace(job, "<job>")


def test_every_route_is_judged() -> None:
    class Loader(yaml.SafeLoader):
        """Reads CloudFormation's short forms as nothing."""

    Loader.add_multi_constructor("!", lambda *_: None)
    template = yaml.load((ROOT / "template.yaml").read_text(), Loader)  # noqa: S506 - a SafeLoader
    routes = [one["Properties"] for one in template["Resources"].values() if one["Type"] == "AWS::ApiGatewayV2::Route"]
    assert {route["RouteKey"] for route in routes} == ROUTES.keys()
    served = {f"{method} {path}" for path, methods in edge_app.app.routes.items() for method in methods}
    expected = {one.replace("ANY ", f"{method} ") for one in ROUTES for method in ("GET", "POST")}
    assert served <= expected


@pytest.mark.parametrize("owner", sorted(SEES))
@pytest.mark.parametrize("caller", sorted(TENANTS | KIN))
def test_traces_are_for_who_sees_the_job(client: Client, caller: str, owner: str) -> None:
    status, body = trace(client, sample_id("Job", owner), caller)
    if caller in SEES[owner]:
        assert status == 200
        assert json.loads(body)["job"]["account"] == f"account-of-{owner}"
    else:
        assert (status, body) == trace(client, absent_id(), caller)
        assert status == 404


@pytest.mark.parametrize("wanted", ["html", "text", "json", "otlp"])
def test_nobody_is_told_nothing(client: Client, wanted: str) -> None:
    job = sample_id("Job", "user")
    for given in ({}, {"apiKey": "key-of-user"}, {"apiKey": "key-of-user", "signature": "AAAA"}, {"signature": "AAAA"}):
        status, body = trace(client, job, None, wanted, **given)
        assert (status, body) == trace(client, absent_id(), None, wanted, **given)
        assert status == 401
        assert "account-of-user" not in body


def test_an_address_is_good_for_the_job_that_it_signs(client: Client) -> None:
    asked = {"format": "json", "jobid": sample_id("Job", "user"), "apiKey": "key-of-user"}
    asked["signature"] = sign(asked, "secret-of-user")
    answer = client.http.get(f"/client/trace/{sample_id('Job', 'root')}?{urlencode(asked)}")
    assert answer.status_code == 401


@pytest.mark.parametrize("route", ["enrol", "credentials"])
@pytest.mark.parametrize("tenant", [None, *sorted(TENANTS)])
def test_no_tenant_is_a_bridge(client: Client, furnished: Furnished, route: str, tenant: str | None) -> None:
    """A key of the API, whoever's, opens neither route."""
    host = sample_id("Host")
    signed = {"command": "listHosts", "apiKey": f"key-of-{tenant}"}
    query = urlencode({**signed, "signature": sign(signed, f"secret-of-{tenant}")}) if tenant else ""
    machine = {"driver": "libvirt", "hypervisor": "QEMU", "accelerated": True, "cpus": 8, "mhz": 2000,
               "memory_mib": 4096, "address": "10.0.0.9", "public_key": "A" * 43 + "="}  # fmt: skip
    proof = {"host": host, "at": "2026-01-01T00:00:00+00:00", "nonce": "n" * 24, "signature": "AAAA"}
    body = {"enrol": {**machine, "token": f"{host}.{'x' * 43}"}, "credentials": proof}[route]
    headers = {"Content-Type": "application/json"}
    answer = client.http.post(f"/client/bridge/{route}?{query}", headers=headers, body=json.dumps(body).encode())
    assert answer.status_code == 401
    assert set(answer.json_body) == {"error"}
    assert furnished.changed() == []


@pytest.mark.parametrize(
    "path", ["/client", "/client/console", "/client/console/x", "/client/trace", "/client/trace/a/b", "/client/bridge",
             "/client/bridge/enrol", "/client/bridge/credentials", "/client/trace/static/app.py",
             "/client/trace/static/../app.py"]
)  # fmt: skip
def test_what_is_no_route_is_not_there(client: Client, path: str) -> None:
    assert client.http.get(path).status_code in (403, 404, 405)
