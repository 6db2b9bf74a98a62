"""Leases and fences: two jobs want one guest while messages are lost, doubled and late, and jobs and bridges die.

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

Held = tuple[str | None, int] | None  # owner and fence; None if nobody ever had the lease


@dataclass(frozen=True)
class Writer:
    """A job: `state` is new, read (it looked at the lease), holding, ended or refused; `sent` are the phases it asked for."""

    state: str = "new"
    saw: Held = None
    fence: int = 0
    sent: tuple[str, ...] = ()
    killed: bool = False


@dataclass(frozen=True)
class World:
    """`wire` maps messages (job, phase) to how often they may still arrive; `acting` is what the host works on now."""

    held: Held = None
    writers: tuple[Writer, ...] = (Writer(), Writer())
    wire: tuple[tuple[str, str, int], ...] = ()
    seen: int = -1
    acting: tuple[str, str] | None = None


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


def _put(held: Held, resource: str | None = None) -> str:
    name = resource or f"guest-{next(names)}"
    if held is None:
        Lease(name).delete()
    else:
        Lease(name, owner=held[0], fence=held[1]).save()
    return name


def _look(resource: str) -> Held:
    found = Lease.get(resource, consistent_read=True)
    return (found.owner, int(found.fence))


def told(writer: Writer, phase: str) -> int:
    """The fence that a host is told."""
    return fence_of(Job("job", fence=writer.fence, attempt=1), phase)


def moves(world: World, obeys: dict[tuple[int, int], bool], journal: Journal) -> Iterator[tuple[str, World]]:
    """All that may happen next."""
    for place, (job, writer) in enumerate(zip(JOBS, world.writers, strict=True)):
        for label, held, after, message in _job_moves(job, writer, world):
            writers = tuple(after if n == place else one for n, one in enumerate(world.writers))
            wire = _posted(world.wire, message) if message else world.wire
            yield f"{job} {label}", replace(world, held=held, writers=writers, wire=wire)
    for job, phase, copies in world.wire:
        left = tuple(one for one in world.wire if one[:2] != (job, phase))
        fewer = ((job, phase, copies - 1),) if copies > 1 else ()
        less = replace(world, wire=tuple(sorted((*left, *fewer))))
        yield f"the network loses {job}'s {phase}", less
        if world.acting is None:  # a host does the commands of one guest one after the other
            fence = told(world.writers[JOBS.index(job)], phase)
            if _begins(journal, obeys, world.seen, fence):
                begun = replace(less, seen=max(world.seen, fence), acting=(job, phase))
                yield f"the host begins {job}'s {phase}", begun
            else:
                yield f"the host refuses {job}'s {phase}", less
    if world.acting is not None:
        yield "the host is done", replace(world, acting=None)
        yield "the bridge dies", replace(world, acting=None, wire=_posted(world.wire, world.acting, 1))


def _job_moves(job: str, writer: Writer, world: World) -> Iterator[tuple[str, Held, Writer, tuple[str, str] | None]]:
    held = world.held
    match writer.state:
        case "new":
            yield "looks at the lease", held, replace(writer, state="read", saw=held), None
        case "read":
            fence, after = acquired(writer.saw, held, job)
            yield "takes the lease", after, replace(writer, state="holding" if fence else "refused", fence=fence), None
        case "holding":
            yield "ends", released(held, job), replace(writer, state="ended", killed=writer.killed), None
            if not writer.killed:
                yield "is killed", held, replace(writer, killed=True), None
    if writer.fence and len(writer.sent) < len(PHASES) and (writer.state == "holding" or writer.killed):
        phase = PHASES[len(writer.sent)]
        yield f"sends {phase}", held, replace(writer, sent=(*writer.sent, phase)), (job, phase)


def _posted(
    wire: tuple[tuple[str, str, int], ...], message: tuple[str, str], copies: int = COPIES
) -> tuple[tuple[str, str, int], ...]:
    there = next((one[2] for one in wire if one[:2] == message), 0)
    left = tuple(one for one in wire if one[:2] != message)
    return tuple(sorted((*left, (*message, min(COPIES, there + copies)))))


def _begins(journal: Journal, known: dict[tuple[int, int], bool], seen: int, fence: int) -> bool:
    if (seen, fence) not in known:
        guest = f"guest-{next(names)}"
        if seen >= 0:
            journal.begin(f"{guest}-before", "start_domain", guest, seen)
        known[seen, fence] = journal.begin(f"{guest}-now", "start_domain", guest, fence)
    return known[seen, fence]


def wrong(before: World, label: str, after: World) -> str | None:
    """What must never be."""
    holding = [job for job, writer in zip(JOBS, after.writers, strict=True) if writer.state == "holding"]
    if len(holding) > 1:
        return "two jobs hold the lease"
    if holding and (after.held is None or after.held[0] != holding[0]):
        return "the lease is not in the name of the job that holds it"
    if (after.held or (None, 0))[1] < (before.held or (None, 0))[1]:
        return "the fence of the lease fell"
    fences = [writer.fence for writer in after.writers if writer.fence]
    if len(set(fences)) != len(fences):
        return "two jobs have one fence"
    if after.acting and after.acting != before.acting:
        begun = told(after.writers[JOBS.index(after.acting[0])], after.acting[1])
        if begun < before.seen:
            return "an older fence was obeyed after a newer one"
        if before.acting is not None:
            return "two commands act at once"
    return None


def test_no_interleaving_lets_two_writers_act(journal: Journal) -> None:
    obeys: dict[tuple[int, int], bool] = {}
    found = explore(World(), lambda world: moves(world, obeys, journal), wrong)
    assert any(all(writer.state == "ended" for writer in world.writers) for world in found.states)
    assert any(not verdict for verdict in obeys.values()), "no stale command was ever tried: the model is too small"
    assert len(found.states) > 10_000


def test_the_model_sees_a_host_that_does_not_heed_fences(journal: Journal) -> None:
    class Heedless(dict[tuple[int, int], bool]):
        def __contains__(self, key: object) -> bool:
            return True

        def __getitem__(self, key: tuple[int, int]) -> bool:
            return True

    with pytest.raises(AssertionError, match="an older fence was obeyed"):
        explore(World(), lambda world: moves(world, Heedless(), journal), wrong)
