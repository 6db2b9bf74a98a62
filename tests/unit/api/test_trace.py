"""The trace of a job at the edge: who sees it, in which forms, and that what names hold stays text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from functions.api import _trace
from functions.orchestration.actions import trace_job
from javelin.data.ids import new_id
from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.job import Job, JobStatus
from javelin.data.transaction import Transaction
from tests.cloud import Context
from tests.unit.api.conftest import PASSWORD
from tests.unit.api.edge import Answer, Edge

EVIL = "<script>alert(1)</script>\x1b[31m\u202e"
AT = "2026-01-02T03:04:05.000+00:00"


def call(component: str, name: str, payload: dict[str, Any]) -> Any:
    assert (component, name) == ("orchestration", "trace_job")
    return json.loads(json.dumps(trace_job.handler(json.loads(json.dumps(payload)), Context())))


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(_trace, "call", call)
    return


def a_job(**fields: Any) -> Job:
    owner = Account.require(ROOT_ACCOUNT)
    known = {
        "command": "deployVirtualMachine", "flow": "compute/deploy_virtual_machine", "resource_type": "VirtualMachine",
        "resource_id": "vm-1", "account_id": owner.id, "account": owner.name, "domain_id": owner.domain_id,
        "domain_path": "/", "user_id": "u", "steps": [{"step": "Place", "phase": "do", "at": AT}],
    }  # fmt: skip
    made = Job(new_id(), **{**known, **fields})
    transaction = Transaction()
    transaction.create(made)
    transaction.commit()
    return made


def get(edge: Edge, path: str, cookies: dict[str, str] | None = None, **parameters: str) -> Answer:
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
    response = edge.client.http.get(f"/client/trace/{path}?{urlencode(parameters)}", headers=headers)
    found = {name.title(): value for name, value in response.headers.items()}
    return Answer(response.status_code, found, response.body.decode())


def signed(edge: Edge, job: Job, **parameters: str) -> Answer:
    return get(edge, job.id, **edge.signed("traceJob", jobid=job.id, **parameters))


def signed_in(edge: Edge) -> dict[str, str]:
    answer = edge.post({"command": "login", "username": "admin", "password": PASSWORD, "response": "json"})
    return answer.cookies


def test_a_signed_address_names_its_job(edge: Edge) -> None:
    made, other = a_job(), a_job()
    assert signed(edge, made).status == 200
    assert get(edge, other.id, **edge.signed("traceJob", jobid=made.id)).status == 401
    assert get(edge, made.id, **edge.signed("traceJob")).status == 401
    assert get(edge, made.id, **{**edge.signed("traceJob", jobid=made.id), "signature": "x"}).status == 401


def test_a_session_is_enough_and_nothing_is_not(edge: Edge) -> None:
    made = a_job()
    cookies = signed_in(edge)
    assert get(edge, made.id, cookies).status == 200
    for none in (None, {"JSESSIONID": cookies["JSESSIONID"]}, {"sessionkey": cookies["sessionkey"]}):
        refused = get(edge, made.id, none)
        assert refused.status == 401
        assert "sign-in" in refused.text
        assert made.command not in refused.text


def test_a_foreign_job_is_as_an_absent_one(edge: Edge) -> None:
    foreign = a_job(account_id="someone", domain_path="/far/")
    account = Account.require(ROOT_ACCOUNT)
    account.change(Account.role_type.set("User"))
    answers = {signed(edge, job).text for job in (foreign, Job(new_id()))}
    assert len(answers) == 1
    assert signed(edge, foreign).status == 404


@pytest.mark.parametrize("job", ["x", "00000000-0000-0000-0000-00000000000g", "-" * 36])
def test_what_is_no_id_is_no_job(edge: Edge, job: str) -> None:
    assert get(edge, job, signed_in(edge)).status == 404


def test_the_page_is_whole_and_strict(edge: Edge) -> None:
    answer = signed(edge, a_job())
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    for inline in ("style=", "onclick", "onload", "<style", "javascript:", "http://", "https://"):
        assert inline not in answer.text.replace("http://www.w3.org/2000/svg", "")
    for name in ("Place", "UndoStartDomain", "Unwound", "MarkStuck", "deployVirtualMachine", 'data-live="'):
        assert name in answer.text
    picture = answer.text[answer.text.index("<svg") : answer.text.index("</svg>") + 6]
    assert ElementTree.fromstring(picture).get("role") == "img"  # noqa: S314 - ours


def test_an_ended_job_is_not_looked_at_again(edge: Edge) -> None:
    made = a_job(status=int(JobStatus.SUCCEEDED), result={}, completed=None)
    made.change(Job.completed.set(made.created))
    assert "data-live" not in signed(edge, made).text


def test_what_names_hold_stays_text(edge: Edge) -> None:
    steps = [
        {"step": EVIL, "phase": "do", "at": AT, "item": EVIL},
        {"step": "Place", "phase": "undo", "at": AT, "error": {"name": EVIL, "text": EVIL}},
    ]
    rejected = {"hosts": {"rows": [{"name": EVIL, "reason": EVIL}], "classes": {"full": 1}},
                "pools": {"rows": [], "classes": {}}}  # fmt: skip
    plan = {"host": None, "pools": {}, "rejected": rejected}
    made = a_job(steps=steps, plan=plan, account=EVIL, resource_type=EVIL, command=EVIL, result_code=533)
    page = signed(edge, made).text
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;alert" in page
    for text in (page, signed(edge, made, format="text").text):
        assert "\x1b" not in text


def test_text_is_aligned_and_plain_unless_colours_are_asked_for(edge: Edge) -> None:
    made = a_job()
    answer = signed(edge, made, format="text")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "\x1b" not in answer.text
    table = [line for line in answer.text.splitlines() if line.startswith(("state", "Place", "Connect"))]
    assert [line.index(word) for line, word in zip(table, ("outcome", "running", "waiting"), strict=True)] == [15] * 3
    assert "\x1b[36mrunning" in signed(edge, made, format="text", color="yes").text


def test_json_is_what_the_job_knows(edge: Edge) -> None:
    made = a_job()
    answer = signed(edge, made, format="json")
    assert answer.json["job"]["id"] == made.id
    assert answer.json["runs"][0]["outcome"] == "running"
    absent = signed(edge, Job(new_id()), format="json")
    assert (absent.status, list(absent.json)) == (404, ["error"])
    assert signed(edge, made, format="pdf").status == 400


def test_spans_carry_the_job_s_id(edge: Edge) -> None:
    host = {
        "host": "h", "command": "apply_network", "id": "j/1/ConnectGuest/n/do", "started": AT, "ended": AT,
        "parts": [{"name": "rules", "after": 0.5, "milliseconds": 2.0}],
    }  # fmt: skip
    steps = [
        {"step": "ConnectGuest", "phase": "do", "at": AT, "item": "n"},
        {"step": "CreateVolumes", "phase": "do", "at": AT, "host": [host]},
    ]
    made = a_job(steps=steps, status=int(JobStatus.FAILED), result={"errortext": "no"}, result_code=530)
    made.change(Job.completed.set(made.created))
    (scope,) = signed(edge, made, format="otlp").json["resourceSpans"][0]["scopeSpans"]
    spans = scope["spans"]
    names = ["deployVirtualMachine", "Connect", "apply_network", "rules", "CreateVolumes"]
    assert [span["name"] for span in spans] == names
    assert {span["traceId"] for span in spans} == {made.id.replace("-", "")}
    whole, connect, command, part, volumes = spans
    assert connect["parentSpanId"] == volumes["parentSpanId"] == whole["spanId"]
    assert (command["parentSpanId"], part["parentSpanId"]) == (connect["spanId"], command["spanId"])
    assert [span["status"]["code"] for span in spans] == [2, 1, 1, 1, 2]
    assert int(part["endTimeUnixNano"]) - int(part["startTimeUnixNano"]) == 2_000_000
    assert int(part["startTimeUnixNano"]) - int(command["startTimeUnixNano"]) == 500_000
    assert {"key": "javelin.item", "value": {"stringValue": "n"}} in connect["attributes"]
    assert connect["startTimeUnixNano"] == "1767323045000000000"


def test_what_is_exported_is_otlp(edge: Edge) -> None:
    """Every field is one that collectors know. Ids are hexadecimal here, where JSON of protobuf else has base64."""
    error = {"name": "NoSpace", "text": "full"}
    host = {
        "host": "h", "command": "create_volumes", "id": "j/1/CreateVolumes/do", "started": AT, "ended": AT, "error": error,
        "parts": [{"name": "create v", "after": 0.5, "milliseconds": 2.0}],
    }  # fmt: skip
    steps = [
        {"step": "CreateVolumes", "phase": "do", "at": AT},
        {"step": "CreateVolumes", "phase": "undo", "at": AT, "host": [host], "error": error},
    ]
    made = a_job(steps=steps, status=int(JobStatus.FAILED), result={"errortext": "full"}, result_code=530)
    made.change(Job.completed.set(made.created))
    told = signed(edge, made, format="otlp").text
    message = ParseDict(json.loads(told), ExportTraceServiceRequest())  # raises for a field that is not in the schema
    ((scope,),) = [list(one.scope_spans) for one in message.resource_spans]
    assert [span.name for span in scope.spans] == [
        "deployVirtualMachine", "CreateVolumes", "create_volumes", "create v", "UndoCreateVolumes",
    ]  # fmt: skip
    assert message.resource_spans[0].resource.attributes[0].key == "service.name"
    ids = {span["spanId"] for span in json.loads(told)["resourceSpans"][0]["scopeSpans"][0]["spans"]}
    assert len(ids) == len(scope.spans)
    for span in json.loads(told)["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        assert len(bytes.fromhex(span["traceId"])) == 16
        assert len(bytes.fromhex(span["spanId"])) == 8
        assert span.get("parentSpanId") in ids | {None}
    for span in scope.spans:
        assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano
        assert Span.SpanKind.Name(span.kind) in ("SPAN_KIND_INTERNAL", "SPAN_KIND_CLIENT")
        assert (span.status.code == Status.STATUS_CODE_ERROR) == bool(span.status.message)
        assert len({one.key for one in span.attributes}) == len(span.attributes)
    failed = scope.spans[2]
    assert (failed.kind, failed.status.message) == (Span.SPAN_KIND_CLIENT, "full")
    assert {one.key: one.value.string_value for one in failed.attributes}["error.type"] == "NoSpace"


@pytest.mark.parametrize("name", sorted(_trace.FILES))
def test_the_page_s_own_files_are_for_everybody(edge: Edge, name: str) -> None:
    answer = get(edge, f"static/{name}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, f"{_trace.FILES[name]}; charset=utf-8")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("name", ["app.py", "..", "%2e%2e%2fapp.py", "trace.html"])
def test_no_other_file_is_served(edge: Edge, name: str) -> None:
    assert get(edge, f"static/{name}").status in (403, 404)


def test_a_service_that_breaks_says_nothing_of_why(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr(_trace, "call", broken)
    answer = signed(edge, a_job())
    assert answer.status == 530
    assert "secret" not in answer.text
