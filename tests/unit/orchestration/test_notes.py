"""What a job writes down when a step starts."""

from __future__ import annotations

import json

from javelin.flow import notes
from javelin.messaging.host_traces import MOST_TEXT

AT = "2026-01-02T03:04:05Z"
SPANS = {
    "host": "11111111-1111-4111-8111-111111111111", "command": "start_domain", "id": "j/1/StartDomain/do",
    "started": AT, "ended": AT, "parts": [],
}  # fmt: skip
FAILED = {**SPANS, "error": {"name": "NoSpace", "text": "full"}}
EVENT = {"job": "j", "step": "Place", "phase": "do"}


def test_a_note_says_what_starts() -> None:
    note = notes.note({**EVENT, "item": "net-1", "previous": {"state": "Running"}})
    assert (note["step"], note["phase"], note["item"]) == ("Place", "do", "net-1")
    assert not {"host", "error"} & note.keys()


def test_what_hosts_did_is_noted_and_hidden_from_the_step() -> None:
    one, many = {"state": "Running", "trace": SPANS}, [{"trace": SPANS}, None]
    assert notes.note({**EVENT, "previous": one})["host"] == [SPANS]
    assert notes.note({**EVENT, "previous": many})["host"] == [SPANS]
    assert notes.answer(one) == {"state": "Running"}
    assert notes.answer(many) == [{}, None]
    assert notes.answer("text") == "text"


def test_the_first_undo_notes_why() -> None:
    cause = json.dumps({"errorMessage": "no room", "errorType": "InsufficientCapacity"})
    failure = {"Error": "InsufficientCapacity", "Cause": cause}
    for event in ({"previous": failure}, {"failure": failure}):
        note = notes.note({**EVENT, "phase": "undo", **event})
        assert note["error"] == {"name": "InsufficientCapacity", "text": "no room"}


def test_what_a_host_did_before_it_failed_is_noted() -> None:
    told = {"errorType": "NoSpace", "errorMessage": "full", "trace": {**FAILED, "tries": [FAILED]}}
    failure = {"Error": "NoSpace", "Cause": json.dumps(told)}
    for event in ({"previous": failure}, {"failure": failure}, {"previous": [{}], "failure": failure}):
        note = notes.note({**EVENT, "phase": "undo", **event})
        assert note["host"] == [FAILED, FAILED]
        assert note["error"] == {"name": "NoSpace", "text": "NoSpace: full"}
    stuck = notes.note({**EVENT, "previous": {**failure, "Error": "Other"}, "failure": failure})
    assert len(stuck["host"]) == 4
    assert stuck["error"]["name"] == "Other"


def test_what_no_host_of_ours_would_tell_is_not_noted() -> None:
    many = [{"name": "a", "after": 0, "milliseconds": 1}] * 1000
    for trace in ({**SPANS, "parts": many}, {**SPANS, "host": "h"}, "text", None):
        event = {**EVENT, "previous": {"state": "Running", "trace": trace}}
        assert "host" not in notes.note(event)
        assert notes.answer(event["previous"]) == {"state": "Running"}


def test_long_errors_are_cut() -> None:
    note = notes.note({**EVENT, "previous": {"Error": "HostCommandFailed", "Cause": "x" * 9000}})
    assert len(note["error"]["text"]) == MOST_TEXT
