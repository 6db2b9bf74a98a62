"""Functions that no call starts, cut off between any two of their side effects, run twice, beside a copy of their own, and
given what they are given late and in every order: the cloud ends as after one clean run."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.fabric_monitoring._guests import Busy
from functions.orchestration._audit_pages import LISTED
from javelin.contract.errors import ApiError
from tests.flows import invariants
from tests.flows.arranging import Act
from tests.flows.cutting import before_effect
from tests.flows.faults import Injected
from tests.flows.matrix import injected
from tests.flows.rounds import CONSUMERS, ROUNDS, Round
from tests.flows.scenarios import Scenario
from tests.flows.stage import Stage

Json = dict[str, Any]
PASSING = (Injected, ApiError, ClientError, Busy)  # what the platform invokes a function again for
TIMES = (
    "/disconnected",
    "/seen",
    "/told",
    "/expires",
    "/started",
    "/ended",
)  # what differs because it was at another time


class Play:
    """One round, which can be played over and over; `clean` is how the cloud looks after it."""

    def __init__(self, stage: Stage, wanted: Round) -> None:
        self.world, self._stage, self._round = stage.world, stage, wanted
        stage.put(Scenario("", wanted.before, lambda stage: {}, lambda stage: []))
        self.acts = wanted.arrange(stage)
        self._away, self.world.away = self.world.away, False
        self._saved, self._executions = self.world.save(), self.world.engine.save()
        self._now: Act = lambda: None
        self.run(self.acts)
        self.clean = self._look()

    def run(self, acts: Iterable[Act]) -> None:
        """Invoke these where the round begins, each again if it failed."""
        self.world.put_back(self._saved)
        self.world.engine.put_back(self._executions)
        self.world.away = self._away
        for self._now in acts:
            try:
                self._now()
            except PASSING:
                self._now()

    def interrupted(self, happens: Callable[[], object]) -> Iterable[int]:
        """Run it once for each of its side effects, before which something happens; answers the effect's number."""
        for number in itertools.count():
            came: list[int] = []

            def comes(came: list[int] = came) -> None:
                came.append(1)
                happens()

            with before_effect(number, comes, self.world.seams()):
                self.run(self.acts)
            if not came:
                assert number, "it does nothing"
                return
            yield number

    def copy(self) -> None:
        """The invocation that is under way once more, as a whole."""
        with suppress(*PASSING):
            self._now()

    def ends_the_same(self, how: str) -> None:
        """When all is over, the cloud is as after one clean run."""
        lines = invariants.differences(self.clean, self._look())
        wrong = [line for line in lines if not any(time in line for time in TIMES)]
        assert not wrong, f"{how}, and:\n" + "\n".join(wrong)

    def _look(self) -> Json:
        for _ in range(2):
            self.world.finish()
            self.world.reconcile(60)
        self._round.then(self._stage)
        self.world.finish()
        invariants.check(self.world)
        assert not (wrong := self._round.done(self._stage)), "\n".join(wrong)
        jobs = sorted(
            (job["command"], job["status"], job.get("error") or "", job["attempt"]) for job in self.world.records("Job")
        )
        counts = {
            row["name"]: row["counts"]
            for row in self.world.records("Sequence")
            if row["name"].partition("#")[0] in LISTED and "counts" in row
        }
        return {"jobs": jobs, "counts": counts, **invariants.picture(self.world)}


@pytest.fixture(params=ROUNDS, ids=str)
def play(stage: Stage, request: pytest.FixtureRequest) -> Play:
    """Every round there is."""
    return Play(stage, request.param)


def test_every_function_that_no_call_starts_has_something_to_do() -> None:
    assert {one.function for one in ROUNDS} == set(CONSUMERS), "what may it find to do? A line in ROUNDS"


def test_cut_off_before_each_of_its_side_effects_and_invoked_again(play: Play) -> None:
    def dies() -> None:
        raise Injected("cut off")

    for number in play.interrupted(dies):
        play.ends_the_same(f"cut off before side effect {number}")
        injected["ROUND_CUT"] += 1


def test_a_copy_runs_before_each_of_its_side_effects(play: Play) -> None:
    for number in play.interrupted(play.copy):
        play.ends_the_same(f"overtaken before side effect {number}")
        injected["ROUND_OVERTAKEN"] += 1


def orders(acts: list[Act]) -> Iterator[list[Act]]:
    """Backwards, and with each in turn before and behind all others."""
    yield acts[::-1]
    for act in acts:
        others = [other for other in acts if other is not act]
        yield [act, *others]
        yield [*others, act]


def test_doubled_late_and_in_every_order(play: Play) -> None:
    doubled = [act for act in play.acts for _ in range(2)]
    for acts in (doubled, play.acts * 2, *orders(play.acts)):
        play.run(acts)
        play.ends_the_same(f"invoked in the order {[play.acts.index(act) for act in acts]}")
        injected["ROUND_DISORDERED"] += 1
