"""The trace of a job: what its notes tell, and to whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.orchestration.actions import trace_job
from javelin.contract.caller import Caller
from javelin.data.records.job import Job, JobStatus
from javelin.flow.maps import flow_map
from tests.cloud import Cloud, Context
from tests.unit.orchestration.test_jobs import job

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DEPLOY = "compute/deploy_virtual_machine"
NO_ROOM = {"name": "InsufficientCapacity", "text": "no room"}
PLAN = {
    "host": None, "pools": {},
    "rejected": {
        "hosts": {
            "rows": [
                {"id": "h1", "name": "secret-host", "reason": "has 3 MHz free"},
                {"id": "h2", "name": "other-host", "reason": "is Down, not Up"},
            ],
            "classes": {"lack CPU": 1, "not up": 1},
        },
        "pools": {"rows": [], "classes": {}},
    },
}  # fmt: skip


def note(second: float, step: str, phase: str = "do", **more: Any) -> dict[str, Any]:
    return {"step": step, "phase": phase, "at": (START + timedelta(seconds=second)).isoformat(), **more}


def span(asked_by: str = "ConnectGuest/net/do", second: float = 1.2, **more: Any) -> dict[str, Any]:
    return {
        "host": "host-1", "command": "apply_network", "id": f"j/1/{asked_by}",
        "started": (START + timedelta(seconds=second)).isoformat(),
        "ended": (START + timedelta(seconds=second + 0.5)).isoformat(),
        "parts": [{"name": "rules", "after": 2.0, "milliseconds": 12.5}], **more,
    }  # fmt: skip


def traced(made: Job, caller: Caller) -> dict[str, Any] | None:
    answer: dict[str, Any] | None = trace_job.handler({"job": made.id, "caller": caller.model_dump()}, Context())
    return answer


def a_deploy(caller: Caller, *notes: dict[str, Any], **fields: Any) -> Job:
    return job(
        caller, "deployVirtualMachine", flow=DEPLOY, resource_id="vm", resource_type="VirtualMachine", created=START,
        steps=list(notes), **fields,
    )  # fmt: skip


def outcomes(shown: dict[str, Any]) -> dict[str, str]:
    return {state["name"]: state["outcome"] for state in shown["states"] if state["outcome"] != "not reached"}


def test_a_job_that_succeeded(cloud: Cloud) -> None:
    made = a_deploy(
        cloud.root, note(0.5, "Place"), note(1, "ConnectGuest", item="net"), note(2, "CreateVolumes", host=[span()]),
        note(3, "StartDomain"), note(4, "Finish"), status=int(JobStatus.SUCCEEDED), result={},
        completed=START + timedelta(seconds=4.5),
    )  # fmt: skip
    shown = traced(made, cloud.root)
    assert shown is not None
    assert set(outcomes(shown).values()) == {"done"}
    assert (shown["job"]["status"], shown["job"]["milliseconds"]) == ("succeeded", 4500)
    connect = shown["runs"][1]
    assert (connect["state"], connect["item"], connect["after"], connect["milliseconds"]) == (
        "Connect",
        "net",
        1000,
        1000,
    )
    (command,) = connect["hosts"]
    assert (command["host"], command["after"], command["milliseconds"]) == ("host-1", 1200, 500)
    assert (command["outcome"], command["error"]) == ("done", None)
    assert command["parts"] == [{"name": "rules", "after": 2.0, "milliseconds": 12.5}]
    assert 0 < shown["cost"]["total"] < 0.0005
    lines = {line["what"]: line["number"] for line in shown["cost"]["lines"]}
    assert (lines["Step Functions transitions"], lines["SQS requests"]) == (6, 9)


def test_a_job_that_was_undone(cloud: Cloud) -> None:
    made = a_deploy(
        cloud.root, note(0, "Place"), note(1, "ConnectGuest", item="a"), note(1.5, "ConnectGuest", item="b"),
        note(2, "ConnectGuest", "undo", item="a"), note(3, "ConnectGuest", "undo", item="b"),
        note(4, "Place", "undo", error=NO_ROOM), status=int(JobStatus.FAILED), result_code=533,
        result={"errorcode": 533, "errortext": "no room"}, completed=START + timedelta(seconds=5),
    )  # fmt: skip
    shown = traced(made, cloud.root)
    assert shown is not None
    wanted = {
        "Place": "done",
        "Connect": "failed",
        "UndoConnect": "undone",
        "UndoPlace": "undone",
        "Unwound": "reached",
    }
    assert outcomes(shown) == wanted
    assert [run["outcome"] for run in shown["runs"]] == ["done", "done", "failed", "undone", "undone", "undone"]
    assert shown["runs"][2]["error"] == NO_ROOM
    assert shown["job"]["error"] == {"code": 533, "text": "no room"}


def test_a_failed_undo_ends_stuck(cloud: Cloud) -> None:
    made = a_deploy(
        cloud.root, note(0, "Place"), note(1, "Place", "undo", error=NO_ROOM), note(2, "Place", "undo"),
        note(3, "MarkStuck", error={"name": "HostCommandFailed", "text": "gone"}), status=int(JobStatus.FAILED),
        error="Stuck", result={"errortext": "both"}, completed=START + timedelta(seconds=4),
    )  # fmt: skip
    shown = traced(made, cloud.root)
    assert shown is not None
    assert outcomes(shown) == {"Place": "failed", "UndoPlace": "failed", "MarkStuck": "done", "Stuck": "reached"}
    assert [run["attempt"] for run in shown["runs"]] == [1, 1, 2, 1]
    assert shown["runs"][1]["outcome"] == "repeated"
    assert shown["runs"][2]["error"]["text"] == "gone"


def test_a_job_that_waits_for_a_host_and_goes_on(cloud: Cloud) -> None:
    silent = {"name": "States.HeartbeatTimeout", "text": "nobody answered"}
    notes = [
        note(0, "Place"), note(1, "StartDomain"), note(2, "StartDomain", "undo", error=silent),
        note(3, "MarkStuck", error=silent),
    ]  # fmt: skip
    waits = traced(a_deploy(cloud.root, *notes, waits={"host": "h", "since": 3}), cloud.root)
    assert waits is not None
    assert [run["outcome"] for run in waits["runs"]] == ["done", "failed", "failed", "done"]
    assert "Stuck" not in [name for name, outcome in outcomes(waits).items() if outcome == "reached"]
    goes_on = traced(a_deploy(cloud.root, *notes, note(9, "Place"), attempt=2), cloud.root)
    assert goes_on is not None
    assert [run["outcome"] for run in goes_on["runs"]] == ["done", "failed", "failed", "done", "running"]


def test_a_command_that_failed_belongs_to_the_run_that_asked(cloud: Cloud) -> None:
    """After a Map the error is told only to the last undo; after a Task to the next state, and to the last undo again."""
    full = {"name": "NoSpace", "text": "full"}
    failed, undone = span("ConnectGuest/b/do", error=full), span("ConnectGuest/b/undo", 2.2)
    made = a_deploy(
        cloud.root, note(0, "Place"), note(1, "ConnectGuest", item="a"),
        note(1.1, "ConnectGuest", item="b", host=[span("ConnectGuest/a/do", 1)]),
        note(2, "ConnectGuest", "undo", item="a"), note(2.1, "ConnectGuest", "undo", item="b"),
        note(4, "Place", "undo", host=[undone, failed], error={"name": "NoSpace", "text": "NoSpace: full"}),
        note(5, "Place", "undo", host=[undone, failed], error={"name": "NoSpace", "text": "NoSpace: full"}),
        status=int(JobStatus.FAILED), result={"errortext": "full"}, completed=START + timedelta(seconds=5),
    )  # fmt: skip
    shown = traced(made, cloud.root)
    assert shown is not None
    runs = shown["runs"]
    assert [[host["outcome"] for host in run["hosts"]] for run in runs] == [
        [], ["done"], ["failed"], [], ["done"], [], [],
    ]  # fmt: skip
    assert runs[2]["hosts"][0]["error"] == runs[2]["error"] == full
    assert runs[5]["outcome"] == "repeated"


def test_tries_that_failed_belong_to_the_attempts_in_their_order(cloud: Cloud) -> None:
    error = {"name": "TransientHostError", "text": "busy"}
    tries = [span("StartDomain/do", 1 + number, **({"error": error} if number < 2 else {})) for number in range(3)]
    made = a_deploy(
        cloud.root, note(0, "StartDomain"), note(1, "StartDomain"), note(2, "StartDomain"), note(3, "Finish", host=tries),
        status=int(JobStatus.SUCCEEDED), result={}, completed=START + timedelta(seconds=5),
    )  # fmt: skip
    shown = traced(made, cloud.root)
    assert shown is not None
    first, second, third, _ = shown["runs"]
    assert [run["outcome"] for run in (first, second, third)] == ["repeated", "repeated", "done"]
    assert [run["error"] for run in (first, second, third)] == [error, error, None]
    assert [host["after"] for run in (first, second, third) for host in run["hosts"]] == [1000, 2000, 3000]


def test_a_job_under_way_and_run_again(cloud: Cloud) -> None:
    made = a_deploy(cloud.root, note(0, "Place"), note(1, "ConnectGuest", item="a"), note(9, "Place"), attempt=2)
    shown = traced(made, cloud.root)
    assert shown is not None
    assert [run["outcome"] for run in shown["runs"]] == ["done", "interrupted", "running"]
    assert outcomes(shown)["StartDomain"] == "waiting"
    assert shown["runs"][2]["milliseconds"] is None


def test_a_job_that_was_cancelled(cloud: Cloud) -> None:
    notes = [note(0, "Place"), note(1, "ConnectGuest", item="a")]
    asked = traced(a_deploy(cloud.root, *notes, cancelled_at=START), cloud.root)
    assert asked is not None
    assert (asked["job"]["status"], asked["job"]["cancelling"]) == ("pending", True)
    assert outcomes(asked)["Finish"] == "waiting"
    assert "MarkStuck" not in outcomes(asked)
    notes += [
        note(2, "ConnectGuest", "undo", item="a"),
        note(3, "Place", "undo", error={"name": "Cancelled", "text": "x"}),
    ]
    ended = a_deploy(
        cloud.root, *notes, cancelled_at=START, status=int(JobStatus.CANCELLED), completed=START + timedelta(seconds=4)
    )
    shown = traced(ended, cloud.root)
    assert shown is not None
    assert [run["outcome"] for run in shown["runs"]] == ["done", "cancelled", "undone", "undone"]
    assert shown["runs"][1]["error"]["name"] == "Cancelled"
    assert (shown["job"]["status"], shown["job"]["cancelling"]) == ("cancelled", False)


def test_a_failure_before_the_note_is_not_laid_on_the_state_before(cloud: Cloud) -> None:
    made = a_deploy(cloud.root, note(0, "Place"), note(1, "ConnectGuest", "undo", item="a"))
    shown = traced(made, cloud.root)
    assert shown is not None
    assert [run["outcome"] for run in shown["runs"]] == ["done", "running"]


def test_a_job_without_a_flow(cloud: Cloud) -> None:
    shown = traced(job(cloud.root, status=int(JobStatus.SUCCEEDED), completed=START), cloud.root)
    assert shown is not None
    assert (shown["states"], shown["runs"], shown["plan"]) == ([], [], None)


def test_foreign_jobs_are_as_absent_ones(cloud: Cloud) -> None:
    domain = cloud.domain("d")
    ada, eve = cloud.caller("ada", domain), cloud.caller("eve", domain)
    made = a_deploy(ada, note(0, "Place"))
    assert traced(made, eve) is None
    assert traced(Job("00000000-0000-0000-0000-000000000000"), eve) is None
    for caller in (ada, cloud.caller("boss", domain, "DomainAdmin"), cloud.root):
        assert traced(made, caller) is not None


@pytest.mark.parametrize(("role", "told"), [("User", False), ("DomainAdmin", False), ("Admin", True)])
def test_names_of_hosts_are_for_operators(cloud: Cloud, role: str, told: bool) -> None:
    caller = cloud.caller("someone", role=role)
    made = a_deploy(
        caller, note(0, "ConnectGuest", item="a"), note(2, "CreateVolumes", host=[span("ConnectGuest/a/do")]), plan=PLAN
    )
    shown = traced(made, caller)
    assert shown is not None
    assert shown["plan"]["rejected_hosts"] == {"lack CPU": 1, "not up": 1}
    assert ("secret-host" in str(shown), "host-1" in str(shown)) == (told, told)


def test_every_flow_is_mapped() -> None:
    states = flow_map(DEPLOY)["states"]
    assert states[0] == {
        "name": "Place", "type": "Task", "step": "Place", "phase": "do", "memory": 256, "host": False,
        "function": "javelin-compute-place-virtual-machine", "next": "Connect", "catch": "UndoPlace",
    }  # fmt: skip
    assert flow_map("gone/away")["states"] == flow_map(None)["states"] == []
