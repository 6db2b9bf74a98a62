"""What a job writes down when a step starts."""

from __future__ import annotations

import json

from javelin.flow import notes

SPANS = {"host": "h", "command": "start_domain", "started": "a", "ended": "b", "parts": []}
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


def test_long_errors_are_cut() -> None:
    note = notes.note({**EVENT, "previous": {"Error": "HostCommandFailed", "Cause": "x" * 9000}})
    assert len(note["error"]["text"]) == notes.MOST_ERROR
