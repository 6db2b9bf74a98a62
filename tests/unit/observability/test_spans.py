"""Spans reach the X-Ray daemon when the invocation is traced, and only then."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from javelin.data.ids import new_id
from javelin.flow.maps import flow_map
from javelin.observability.spans import HEAD, span
from tests.flows.engine import all_flows

TRACED = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:b"


DATAGRAM = 64 * 1024  # bytes of a document at most
SUBSEGMENT = {  # what AWS documents of a subsegment that is sent by itself
    "type": "object",
    "required": ["type", "id", "trace_id", "parent_id", "name", "start_time", "end_time"],
    "additionalProperties": False,
    "properties": {
        "type": {"const": "subsegment"},
        "id": {"type": "string", "pattern": r"^[0-9a-f]{16}$"},
        "parent_id": {"type": "string", "pattern": r"^[0-9a-f]{16}$"},
        "trace_id": {"type": "string", "pattern": r"^1-[0-9a-f]{8}-[0-9a-f]{24}$"},
        "name": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\w\s.:/%&#=+\\@-]+$"},
        "start_time": {"type": "number", "minimum": 1_000_000_000, "maximum": 10_000_000_000},
        "end_time": {"type": "number", "minimum": 1_000_000_000, "maximum": 10_000_000_000},
        "fault": {"type": "boolean"},
        "annotations": {
            "type": "object",
            "maxProperties": 50,
            "propertyNames": {"pattern": r"^[A-Za-z0-9_]{1,500}$"},
            "additionalProperties": {"type": ["string", "number", "boolean"], "maxLength": 250},
        },
    },
}


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", f"127.0.0.1:{listening.getsockname()[1]}")
        monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACED)
        yield listening


def told(daemon: socket.socket) -> dict[str, Any]:
    datagram = daemon.recv(65536)
    assert datagram.startswith(HEAD)
    document: dict[str, Any] = json.loads(datagram.removeprefix(HEAD))
    return document


def test_a_span_is_a_subsegment_that_names_its_job(daemon: socket.socket) -> None:
    with span("Place do", job="j", step="Place", phase="do"):
        pass
    document = told(daemon)
    assert document["annotations"] == {"job": "j", "step": "Place", "phase": "do"}
    assert (document["type"], document["name"], document["fault"]) == ("subsegment", "Place do", False)
    assert (document["trace_id"], document["parent_id"]) == ("1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8")
    assert len(document["id"]) == 16
    assert document["start_time"] <= document["end_time"]


@pytest.mark.parametrize("flow", sorted(all_flows()))
def test_every_step_of_every_flow_makes_a_subsegment_as_aws_documents_it(daemon: socket.socket, flow: str) -> None:
    """As `javelin.flow.steps` names and annotates them."""
    steps = [(state["step"], state["phase"]) for state in flow_map(flow)["states"] if "step" in state]
    assert steps
    for name, phase in steps:
        with span(f"{name} {phase}", job=new_id(), step=name, phase=phase):
            pass
        datagram = daemon.recv(2 * DATAGRAM)
        assert len(datagram) < DATAGRAM
        head, document = datagram.split(b"\n")
        assert json.loads(head) == {"format": "json", "version": 1}
        jsonschema.validate(json.loads(document), SUBSEGMENT)


def test_a_failure_is_a_fault_and_goes_on(daemon: socket.socket) -> None:
    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError), span("x"):
        fail()
    assert told(daemon)["fault"] is True


@pytest.mark.parametrize("header", ["", "Root=1-a-b", TRACED.replace("Sampled=1", "Sampled=0")])
def test_what_is_not_traced_is_not_told(daemon: socket.socket, header: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
    with span("x"):
        pass
    with pytest.raises(BlockingIOError):
        daemon.recv(1)


def test_without_a_daemon_nothing_happens(daemon: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_XRAY_DAEMON_ADDRESS")
    with span("x"):
        pass
    monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:1")
    with span("x"):
        pass
    with pytest.raises(BlockingIOError):
        daemon.recv(1)
