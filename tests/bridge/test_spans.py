"""What the cloud is told of commands that failed: the error's sentence, and how it came to it, within bounds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from bridge import spans
from javelin.flow.jobs import error_of
from javelin.messaging.host_commands import AttachPool, CancelCommand, HostCommand, StartDomain, StopDomain
from javelin.messaging.host_traces import (
    MOST_CAUSE,
    MOST_PARTS,
    MOST_TEXT,
    MOST_TRIES,
    HostTrace,
    tries_of,
)
from tests.bridge.agent_world import POOL, World, settled
from tests.bridge.guests import a_domain, new_id


def an_envelope(**fields: Any) -> HostCommand:
    known = {
        "id": f"{new_id()}/1/StartDomain/do", "kind": "start_domain", "host": new_id(), "resource": new_id(), "fence": 1,
        "token": "a-token", "deadline": datetime.now(UTC), "payload": {"password": "a-secret"},
    }  # fmt: skip
    return HostCommand.model_validate({**known, **fields})


def told(world: World, token: str) -> tuple[str, str, list[dict[str, Any]]]:
    """The name, the sentence that clients see, and the tries of a command that failed."""
    name, cause = world.cloud.wait_for(token)
    failure = {"Error": name, "Cause": cause}
    return name, error_of(failure).text, tries_of(failure)


def test_a_failure_tells_what_was_done_before_it(world: World) -> None:
    domain = a_domain(POOL)
    envelope = world.cloud.send(StartDomain(domain=domain), "t1", resource=domain.id)
    name, text, (one,) = told(world, "t1")
    assert name == "VolumeNotFound"
    assert text.startswith("VolumeNotFound: ")
    assert one["error"] == {"name": name, "text": text.removeprefix("VolumeNotFound: ")}
    assert (one["host"], one["command"], one["id"]) == (world.cloud.host, "start_domain", envelope.id)
    assert one["started"] <= one["ended"]
    assert [part["name"] for part in one["parts"]] == ["connect networks"]
    assert all(part["after"] >= 0 and part["milliseconds"] >= 0 for part in one["parts"])


def test_a_repeat_of_a_failed_command_tells_the_same(world: World) -> None:
    domain = a_domain(POOL)
    envelope = world.cloud.send(StartDomain(domain=domain), "t1", resource=domain.id)
    first = world.cloud.wait_for("t1")
    world.cloud.push(envelope.model_copy(update={"token": "t2"}))
    assert world.cloud.wait_for("t2") == first


def test_what_failed_and_was_asked_again_is_told_with_the_next_answer(world: World) -> None:
    world.hypervisor._fail = {"start": [True, True]}
    domain = world.a_ready_domain()
    envelope = world.cloud.send(StartDomain(domain=domain), "t1", resource=domain.id)
    assert len(told(world, "t1")[2]) == 1
    world.cloud.push(envelope.model_copy(update={"token": "t2"}))
    assert [one["error"]["name"] for one in told(world, "t2")[2]] == ["TransientHostError"] * 2
    world.cloud.push(envelope.model_copy(update={"token": "t3"}))
    kind, answer = world.cloud.wait_for("t3")
    assert kind == "ok"
    trace = HostTrace.read(answer["trace"])
    assert trace is not None
    assert ["error" in one for one in trace.each()] == [True, True, False]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"kind": "format_disks"}, "BadCommand"),
        ({"payload": {"pool": {"id": "../x", "path": "/p"}}}, "BadCommand"),
        ({"deadline": datetime(2026, 1, 1, tzinfo=UTC)}, "DeadlinePassed"),
    ],
)
def test_what_is_refused_is_told_too(world: World, change: dict[str, object], name: str) -> None:
    world.cloud.send(AttachPool(pool=POOL), "t1", **change)
    error, _, (one,) = told(world, "t1")
    assert (error, one["error"]["name"], one["parts"]) == (name, name, [])
    assert "../x" not in json.dumps(one)


def test_an_older_writer_is_told(world: World) -> None:
    domain = world.a_running_domain(fence=5)
    world.cloud.send(StopDomain(domain=domain.id, forced=True), "old", resource=domain.id, fence=4)
    _, _, (one,) = told(world, "old")
    assert (one["command"], one["error"]["name"]) == ("stop_domain", "StaleFence")


def test_what_is_cancelled_before_it_begins_is_told(world: World) -> None:
    domain, late = world.a_ready_domain(), new_id()
    world.cloud.send(CancelCommand(command=late), resource=domain.id)
    settled(lambda: not world.cloud.queue and not world.cloud.held)
    world.cloud.send(StartDomain(domain=domain), "late", resource=domain.id, id=late)
    name, text, (one,) = told(world, "late")
    assert (name, one["id"], one["error"]["name"]) == ("Cancelled", late, "Cancelled")
    assert text == "the job was cancelled before its command was begun"


def test_nothing_of_the_command_s_payload_or_token_is_told() -> None:
    cause = spans.Spans(an_envelope()).failed("HostCommandFailed", "no").cause()
    assert "a-secret" not in cause
    assert "a-token" not in cause


@pytest.mark.parametrize("text", ["x" * 90_000, "\x00" * 90_000, '\u20ac"\\' * 30_000, "\udcff" * 40_000])
def test_a_cause_fits_and_keeps_its_trace(text: str) -> None:
    run, before = spans.Spans(an_envelope()), spans.Tries()
    for number in range(2 * MOST_PARTS):
        with spans.recorded(run.command) as recorded, spans.part(f"{'a part with a long name':x<95} {number}"):
            pass
        run.parts += recorded.parts
    for _ in range(MOST_TRIES + 1):
        run.tries = before.before(run.command.id)
        failure = run.failed("HostCommandFailed", text)
        before.remember(failure.trace)
    cause = failure.cause()
    assert MOST_CAUSE / 2 < len(cause.encode()) <= MOST_CAUSE
    tries = tries_of({"Error": failure.name, "Cause": cause})
    assert len(tries) == MOST_TRIES + 1
    assert all(len(one["error"]["text"]) == MOST_TEXT and len(one["parts"]) == MOST_PARTS for one in tries)
    kept = json.loads(cause)["errorMessage"]
    assert failure.text.startswith(kept)
    assert len(kept) > MOST_TEXT


def test_only_the_newest_failures_are_remembered() -> None:
    tries = spans.Tries()
    commands = [an_envelope() for _ in range(spans.MOST_REMEMBERED + 1)]
    for command in commands:
        tries.remember(spans.Spans(command).told())
    assert tries.before(commands[0].id) == ()
    assert [one.id for one in tries.before(commands[1].id)] == [commands[1].id]


def test_what_is_no_trace_is_not_believed() -> None:
    good = spans.Spans(an_envelope()).told().model_dump(mode="json", exclude_none=True)
    assert HostTrace.read(good) is not None
    for bad in ({"parts": [{}]}, {"host": "x"}, {"more": 1}, {"started": "2026-01-01T00:00:00"}, {"command": "<b>"}):
        assert HostTrace.read({**good, **bad}) is None
    for cause in ("plain words", "[1]", '{"errorMessage": "m", "errorType": "t"}', None):
        assert tries_of({"Error": "E", "Cause": cause}) == []


def test_a_kind_is_a_word() -> None:
    with pytest.raises(ValidationError):
        an_envelope(kind="a kind\n")
