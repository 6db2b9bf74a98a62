"""Runs of steps: what the notes of a job say, one run per note, with how it ended as far as the notes tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from javelin.data.records.job import Job, JobStatus

Json = dict[str, Any]


@dataclass
class Run:
    """One run of a step: `outcome` is done, undone, failed, repeated, interrupted, running or cancelled.

    `ended` is when the next state began: a flow goes on as soon as it can. `hosts` is what hosts did for it, and tried.
    """

    step: str
    phase: str
    item: str | None
    started: datetime
    ended: datetime | None = None
    outcome: str = "running"
    attempt: int = 1
    error: Json | None = None
    hosts: list[Json] = field(default_factory=list)

    @property
    def milliseconds(self) -> int | None:
        """How long it took; None while it runs."""
        return max(0, round((self.ended - self.started).total_seconds() * 1000)) if self.ended else None

    @property
    def state(self) -> tuple[str, str]:
        """What tells its state from others."""
        return self.step, self.phase

    @property
    def key(self) -> tuple[str, str, str | None]:
        """What a repeat has in common with it."""
        return self.step, self.phase, self.item

    @property
    def asks(self) -> str:
        """How the ids of commands end that it sends."""
        return "/".join(part for part in (self.step, self.item, self.phase) if part is not None)


def runs_of(job: Job, states: list[Json]) -> list[Run]:
    """The job's runs, oldest first; `states` are those of its flow's map."""
    notes = [note for note in job.steps if {"step", "phase", "at"} <= note.keys()]
    found = [_begun(note) for note in notes]
    by_key = {(state["step"], state["phase"]): place for place, state in enumerate(states) if "step" in state}
    _give(found, notes)
    for place, run in enumerate(found):
        run.attempt += sum(1 for earlier in found[:place] if earlier.key == run.key)
        if place + 1 == len(found):
            _end_last(run, job)
            break
        after = found[place + 1]
        run.ended = max(run.started, after.started)
        run.outcome = _outcome(run, after, states, by_key)
        if run.outcome == "failed":
            run.error = _hosts_error(run) or next(
                (note["error"] for note in notes[place + 1 :] if "error" in note), None
            )
            if run.phase == "do" and int(job.status) == JobStatus.CANCELLED:
                run.outcome = "cancelled"
        elif run.outcome == "repeated":
            run.error = _hosts_error(run)
    return found


def _hosts_error(run: Run) -> Json | None:
    """Why the host failed that the run asked, if it did."""
    return next((host["error"] for host in reversed(run.hosts) if "error" in host), None)


def _begun(note: Json) -> Run:
    item = note.get("item")
    return Run(str(note["step"]), str(note["phase"]), None if item is None else str(item), moment(note["at"]))


def _outcome(run: Run, after: Run, states: list[Json], places: dict[tuple[str, str], int]) -> str:
    """How a run ended that another one followed."""
    good = "done" if run.phase == "do" else "undone"
    if run.step == "MarkStuck":
        return good  # the job waited, and goes on
    if after.key == run.key:
        return "repeated"
    if run.phase == "undo":
        return "failed" if after.step == "MarkStuck" else good
    ours, next_one = places.get(run.state), places.get(after.state)
    if after.phase == "undo":
        # A function may fail before it writes a note: the undo that follows is then not the one this state leads to.
        known = ours is not None and next_one is not None
        return "failed" if not known or states[ours or 0].get("catch") == states[next_one or 0]["name"] else good
    anew = ours is not None and next_one is not None and next_one < ours
    return "interrupted" if anew else good  # the reconciler runs a flow again that the platform lost


def _end_last(run: Run, job: Job) -> None:
    if not job.ended:
        run.outcome = "done" if job.waits else run.outcome  # by MarkStuck, until the job goes on
        return
    run.ended = job.completed
    status = int(job.status)
    undone = run.phase == "undo" and job.error != "Stuck"
    if status == JobStatus.SUCCEEDED or undone or run.step == "MarkStuck":
        run.outcome = "undone" if run.phase == "undo" else "done"
        return
    run.outcome = "cancelled" if status == JobStatus.CANCELLED else "failed"
    run.error = {"name": str(job.error or "Failed"), "text": str((job.result or {}).get("errortext", ""))}


def _give(runs: list[Run], notes: list[Json]) -> None:
    """What hosts did belongs to the runs that asked for it: the last try to the last attempt before the note that tells.

    An error is told in several notes, and a note is written for every attempt; what was told already counts once.
    """
    told: set[tuple[str, str]] = set()
    for place, note in enumerate(notes):
        tries: dict[str, list[Json]] = {}
        for one in note.get("host", []):
            if (one["id"], one["started"]) not in told:
                told.add((one["id"], one["started"]))
                tries.setdefault(_asked_by(one["id"]), []).append(one)
        for asked_by, of_run in tries.items():
            attempts = [run for run in runs[:place] if run.asks == asked_by] or runs[max(0, place - 1) : max(1, place)]
            for number, one in enumerate(reversed(of_run), start=1):
                attempts[-min(number, len(attempts))].hosts.insert(0, one)


def _asked_by(command: str) -> str:
    """Which runs sent a command: its id is <job>/<attempt of the flow>/<step>[/<item>]/<phase>."""
    return command.split("/", 2)[-1]


def moment(text: str) -> datetime:
    """An instant of a note."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
