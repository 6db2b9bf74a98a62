"""Leases and fences: jobs want one guest while messages are lost, doubled and late, and jobs and bridges die.

Two jobs run once, one gets stuck and is undone, or one job runs again after it was killed.

The lease is the library's over real conditional writes, the fence on the wire is the steps', and what a host obeys is
what the bridge's own journal lets begin. A job that was killed may still have its last message on the way, or may even send
it when somebody else has the lease.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bridge.journal import Journal
from javelin.contract.errors import ConcurrentOperation
from javelin.data.records.job import Job
from javelin.data.records.lease import Lease
from javelin.data.transaction import Transaction
from javelin.flow.steps import fence_of
from javelin.sync import lease
from tests.unit.furnished.cloud import furnished_cloud
from tests.unit.models.explore import explore

JOBS = ("A", "B")
PHASES = ("do", "undo")
COPIES = 2  # how often a message may arrive
names = itertools.count()

Held = tuple[str | None, int, bool] | None  # owner, fence, whether stuck; None if nobody ever had the lease
Verdicts = dict[tuple[int, int], tuple[bool, int]]  # by the fence a host knows and that of a command: see _begins
Message = tuple[str, int, str]  # job, attempt, phase


@dataclass(frozen=True)
class Writer:
    """A job: `state` is new, read (it looked at the lease), holding, stuck, ended or refused; `sent` is how many phases of
    this `attempt` it asked for."""

    state: str = "new"
    saw: Held = None
    fence: int = 0
    attempt: int = 1
    sent: int = 0
    killed: bool = False


@dataclass(frozen=True)
class World:
    """`wire` maps messages to how often they may still arrive; `acting` is what the host works on now. `seen` is the fence
    that the host knows, `newest` what it ever began that was asked last, by lease, attempt and phase."""

    held: Held = None
    writers: tuple[Writer, ...] = (Writer(), Writer())
    attempts: int = 1  # how often a job may run
    asks: int = len(PHASES)  # of which phases a job asks a host
    wire: tuple[tuple[Message, int], ...] = ()
    seen: int = -1
    newest: tuple[int, int, int] = (0, 0, 0)
    acting: Message | None = None


@pytest.fixture(scope="module", autouse=True)
def tables() -> Iterator[None]:
    """The tables that leases are in."""
    with furnished_cloud():
        yield


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A bridge's journal."""
    opened = Journal(tmp_path / "journal", durable=False)
    yield opened
    opened.close()


@functools.cache
def acquired(saw: Held, held: Held, job: str) -> tuple[int, Held]:
    """Take the lease after having looked at `saw`, when it is `held`: the fence, or 0 if refused; and the lease then."""
    resource = _put(saw)
    transaction = Transaction()
    try:
        fence = lease.acquire(transaction, resource, job)
        _put(held, resource)
        transaction.commit()
    except ConcurrentOperation:
        return 0, held
    return fence, _look(resource)


@functools.cache
def released(held: Held, job: str) -> Held:
    """Give the lease back."""
    resource, transaction = _put(held), Transaction()
    lease.release(transaction, resource, job)
    try:
        transaction.commit()
    except ConcurrentOperation:
        return held
    return _look(resource)


@functools.cache
def marked(held: Held, job: str) -> Held:
    """Say that the job is stuck."""
    resource = _put(held)
    lease.mark_stuck(resource, job, "why")
    return _look(resource)


def _put(held: Held, resource: str | None = None) -> str:
    name = resource or f"guest-{next(names)}"
    if held is None:
        Lease(name).delete()
    else:
        Lease(name, owner=held[0], fence=held[1], stuck="why" if held[2] else None).save()
    return name


def _look(resource: str) -> Held:
    for found in Lease.batch_get([resource], consistent_read=True):
        return (found.owner, int(found.fence), bool(found.stuck))
    return None


def told(world: World, message: Message) -> int:
    """The fence that a host is told."""
    job, attempt, phase = message
    return fence_of(Job("job", fence=world.writers[JOBS.index(job)].fence, attempt=attempt), phase)


def order(world: World, message: Message) -> tuple[int, int, int]:
    """What was asked later comes later: by lease, attempt and phase."""
    job, attempt, phase = message
    return world.writers[JOBS.index(job)].fence, attempt, PHASES.index(phase)


def moves(world: World, obeys: Verdicts, journal: Journal) -> Iterator[tuple[str, World]]:
    """All that may happen next."""
    for place, (job, writer) in enumerate(zip(JOBS, world.writers, strict=False)):
        for label, held, after, message in _job_moves(job, writer, world):
            writers = tuple(after if n == place else one for n, one in enumerate(world.writers))
            wire = _posted(world.wire, message) if message else world.wire
            yield f"{job} {label}", replace(world, held=held, writers=writers, wire=wire)
    for message, copies in world.wire:
        job, attempt, phase = message
        what = f"{job}'s {phase} of attempt {attempt}"
        left = tuple(one for one in world.wire if one[0] != message)
        fewer = ((message, copies - 1),) if copies > 1 else ()
        less = replace(world, wire=tuple(sorted((*left, *fewer))))
        yield f"the network loses {what}", less
        if world.acting is None:  # a host does the commands of one guest one after the other
            fence = told(world, message)
            begins, seen = _begins(journal, obeys, world.seen, fence)
            if begins:
                newest = max(world.newest, order(world, message))
                yield (
                    f"the host begins {what}",
                    replace(less, seen=seen, acting=message, newest=newest),
                )
            else:
                yield f"the host refuses {what}", less
    if world.acting is not None:
        yield "the host is done", replace(world, acting=None)
        yield "the bridge dies", replace(world, acting=None, wire=_posted(world.wire, world.acting, 1))


def _job_moves(job: str, writer: Writer, world: World) -> Iterator[tuple[str, Held, Writer, Message | None]]:
    held = world.held
    match writer.state:
        case "new":
            yield "looks at the lease", held, replace(writer, state="read", saw=held), None
        case "read":
            fence, after = acquired(writer.saw, held, job)
            yield "takes the lease", after, replace(writer, state="holding" if fence else "refused", fence=fence), None
        case "holding":
            yield "ends", released(held, job), replace(writer, state="ended"), None
            yield "gets stuck", marked(held, job), replace(writer, state="stuck"), None
            if not writer.killed:
                yield "is killed", held, replace(writer, killed=True), None
            elif writer.attempt < world.attempts:
                again = replace(writer, killed=False, attempt=writer.attempt + 1, sent=0)
                yield "runs again", held, again, None
        case "stuck":
            yield "is undone", released(held, job), replace(writer, state="ended"), None
        case "ended":  # its last function is a repeat that comes late
            yield "ends once more", released(held, job), writer, None
            yield "gets stuck once more", marked(held, job), writer, None
    if writer.fence and writer.sent < world.asks and (writer.state == "holding" or writer.killed):
        phase = PHASES[writer.sent]
        yield f"sends {phase}", held, replace(writer, sent=writer.sent + 1), (job, writer.attempt, phase)


def _posted(
    wire: tuple[tuple[Message, int], ...], message: Message, copies: int = COPIES
) -> tuple[tuple[Message, int], ...]:
    there = next((one[1] for one in wire if one[0] == message), 0)
    left = tuple(one for one in wire if one[0] != message)
    return tuple(sorted((*left, (message, min(COPIES, there + copies)))))


def _begins(journal: Journal, known: Verdicts, seen: int, fence: int) -> tuple[bool, int]:
    """Whether a host that knows the fence `seen` begins a command with this one, and which fence it knows then."""
    if (seen, fence) not in known:
        guest = f"guest-{next(names)}"
        if seen >= 0:
            journal.begin(f"{guest}-before", "start_domain", guest, seen)
        begun = journal.begin(f"{guest}-now", "start_domain", guest, fence)
        ((after,),) = journal._rows("SELECT fence FROM fences WHERE resource = ?", guest)
        known[seen, fence] = (begun, int(after))
    return known[seen, fence]


def wrong(before: World, label: str, after: World) -> str | None:
    """What must never be."""
    writers = dict(zip(JOBS, after.writers, strict=False))
    holding = [job for job, writer in writers.items() if writer.state in ("holding", "stuck")]
    owner, fence, stuck = after.held or (None, 0, False)
    if len(holding) > 1:
        return "two jobs hold the lease"
    if owner != (holding[0] if holding else None):
        return "the lease is not in the name of the job that holds it"
    if stuck != any(writer.state == "stuck" for writer in writers.values()):
        return "the lease does not say whether its job is stuck"
    if fence < (before.held or (None, 0, False))[1]:
        return "the fence of the lease fell"
    fences = [writer.fence for writer in after.writers if writer.fence]
    if len(set(fences)) != len(fences):
        return "two jobs have one fence"
    if after.acting and after.acting != before.acting:
        if order(after, after.acting) < before.newest:
            return "what was asked earlier was obeyed after what was asked later"
        if before.acting is not None:
            return "two commands act at once"
    return None


STARTS = {
    "two jobs at what nobody ever held": World(),
    "two jobs at what was held before": World(held=(None, 5, False), asks=1),
    "one job that runs again": World(writers=(Writer(),), attempts=2),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_no_interleaving_lets_two_writers_act(journal: Journal, start: World) -> None:
    obeys: Verdicts = {}
    found = explore(start, lambda world: moves(world, obeys, journal), wrong)
    assert any(all(writer.state == "ended" for writer in world.writers) for world in found.states)
    assert any(not begun for begun, _ in obeys.values()), "no stale command was ever tried: the model is too small"
    assert len(found.states) > 1_000


def test_the_model_sees_a_host_that_does_not_heed_fences(journal: Journal) -> None:
    class Heedless(Verdicts):
        def __contains__(self, key: object) -> bool:
            return True

        def __getitem__(self, key: tuple[int, int]) -> tuple[bool, int]:
            return True, max(key)

    with pytest.raises(AssertionError, match="asked earlier was obeyed"):
        explore(World(), lambda world: moves(world, Heedless(), journal), wrong)
