"""The matrix of faults, made from the flows themselves: no line here knows a flow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from functions.orchestration._trace import trace
from javelin.data.records.job import Job, JobStatus
from tests.cloud import Refused
from tests.flows import invariants
from tests.flows.engine import all_flows
from tests.flows.faults import KILLS, REPLIES, SILENT, Fault, Kind
from tests.flows.placements import PLACEMENTS
from tests.flows.scenarios import SCENARIOS, Scenario, covered
from tests.flows.stage import Stage

Json = dict[str, Any]
DONE, UNDONE, STUCK = "done", "undone", "stuck"
CALLBACK = ".waitForTaskToken"
KNOWN = SCENARIOS | PLACEMENTS

injected: Counter[str] = Counter()


@dataclass(frozen=True)
class Case:
    """Faults that meet one run of a flow, and how it may end. The last one lets its state be `passed` so many times."""

    flow: str
    faults: tuple[tuple[str, Kind], ...]
    ends: frozenset[str]
    passed: int = 0

    def __str__(self) -> str:
        later = f" after {self.passed}" if self.passed else ""
        return f"{self.flow}: " + " and ".join(f"{state} {kind.value}" for state, kind in self.faults) + later


@dataclass(frozen=True)
class Shape:
    """The Task states of a flow: those on the way, and for each undo state the last state whose failure leads there, and
    the one that it undoes: the first whose failure leads straight to it."""

    forward: tuple[str, ...]
    backward: tuple[str, ...]
    cause: dict[str, str]
    undone: dict[str, str]
    calls_back: frozenset[str]
    each: frozenset[str]  # those that run for every item of a Map
    marks: str | None  # the state that marks the resource stuck


def shape(flow: str) -> Shape:
    """Of the flow of a scenario, read from the definition."""
    definition = all_flows()[KNOWN[flow].flow].definition
    states = definition["States"]
    forward = list(_along(states, definition["StartAt"]))
    backward: list[str] = []
    cause: dict[str, str] = {}
    undone: dict[str, str] = {}
    for name in forward:
        for catcher in states[name].get("Catch", []):
            undone.setdefault(catcher["Next"], name)
            for undo in _along(states, catcher["Next"]):
                cause[undo] = name
                if undo not in backward:
                    backward.append(undo)
    marks = next((catch["Next"] for name in backward for catch in states[name].get("Catch", [])), None)
    tasks = {name: _task(name, states[name]) for name in (*forward, *backward)}
    calls_back = {inner for inner, state in tasks.values() if CALLBACK in state["Resource"]}
    return Shape(
        tuple(tasks[name][0] for name in forward),
        tuple(tasks[name][0] for name in backward),
        {tasks[undo][0]: tasks[name][0] for undo, name in cause.items()},
        {tasks[undo][0]: tasks[name][0] for undo, name in undone.items()},
        frozenset(calls_back),
        frozenset(inner for name, (inner, _) in tasks.items() if inner != name),
        marks,
    )


def _along(states: Json, name: str | None) -> Iterator[str]:
    """The Task and Map states from one to the end when all goes well."""
    while name:
        if states[name]["Type"] in ("Task", "Map"):
            yield name
        name = states[name].get("Next") or states[name].get("Default")  # a choice's, when nothing is left to do


def _task(name: str, state: Json) -> tuple[str, Json]:
    """The state itself, or the first Task of a Map."""
    if state["Type"] == "Task":
        return name, state
    first = state["ItemProcessor"]["StartAt"]
    return _task(first, state["ItemProcessor"]["States"][first])


HARMLESS = (Kind.TWICE, Kind.OVERTAKEN, Kind.TRANSIENT, Kind.DOUBLED)


def cases(kinds: tuple[Kind, ...], scenarios: Iterable[str] | None = None) -> list[Case]:
    """Every flow, or these scenarios, with every of these faults in every state, on the way forth and on the way back."""
    return [case for flow in sorted(covered() if scenarios is None else scenarios) for case in _of_flow(flow, kinds)]


def _of_flow(flow: str, kinds: tuple[Kind, ...]) -> Iterator[Case]:
    form = shape(flow)
    for kind in kinds:
        for name in (*form.forward, *form.backward):
            if name not in form.calls_back and kind in REPLIES:
                continue
            for passed in (0, 1) if name in form.each else (0,):
                yield _in_state(flow, name, kind, passed)
            if kind is Kind.LOST and form.undone.get(name) in form.calls_back:  # its host is away all the while
                yield Case(flow, ((form.undone[name], kind), (name, kind)), _end_backward(kind))
        if form.marks and form.backward and kind not in REPLIES:
            last = form.backward[-1]
            trigger = (form.cause[last], Kind.BEFORE)
            again = kind is Kind.BEFORE or kind in KILLS
            ends = {DONE, UNDONE, STUCK} if again else {STUCK}
            yield Case(flow, (trigger, (last, Kind.BEFORE), (form.marks, kind)), frozenset(ends))


def _in_state(flow: str, name: str, kind: Kind, passed: int) -> Case:
    form = shape(flow)
    if name in form.forward:
        return Case(flow, ((name, kind),), _end_forward(kind, name == form.forward[-1]), passed)
    return Case(flow, ((form.cause[name], Kind.BEFORE), (name, kind)), _end_backward(kind), passed)


def _end_forward(kind: Kind, last: bool) -> frozenset[str]:
    if kind in HARMLESS:
        return frozenset({DONE})
    if kind in KILLS or (kind is Kind.AFTER and last):
        return frozenset({DONE, UNDONE})
    return frozenset({UNDONE})


def _end_backward(kind: Kind) -> frozenset[str]:
    if kind in HARMLESS:
        return frozenset({UNDONE})
    if kind in KILLS or kind in SILENT:
        return frozenset({DONE, UNDONE})
    if kind is Kind.AFTER:
        return frozenset({UNDONE, STUCK})  # undone if the last undo had ended the job before it was said to fail
    return frozenset({STUCK})


def play(stage: Stage, case: Case) -> str:
    """Run a case and look at everything; answers how it ended."""
    scenario = KNOWN[case.flow]
    before = stage.put(scenario)
    faults = [Fault(state, kind) for state, kind in case.faults]
    faults[-1].passes = case.passed
    stage.world.faults = faults
    scenario.start(stage)
    stage.world.finish()
    injected.update(fault.kind.name for fault in faults if fault.hit)
    missed = [str(fault) for fault in faults if not fault.hit]
    assert not missed or faults[0].idle, f"never came to {missed}; visited {stage.world.visited}"
    end = look(stage, scenario, before)
    ends = {DONE} if faults[0].idle else {UNDONE} if faults[-1].idle else case.ends
    if faults[-1].kind is Kind.REFUSED and faults[-1].asked:
        look_at_trace(stage)
    assert end in ends, f"it ended {end}, not {' or '.join(sorted(ends))}; visited {stage.world.visited}"
    alarms = stage.world.topics.alarms
    assert end == STUCK or not alarms or marked(case), f"it ended {end}, and operators were told of {alarms}"
    if end == UNDONE:
        repeat(stage, scenario)
    return end


def marked(case: Case) -> bool:
    """Whether the fault is in the state that marks the job stuck: it may be said and then turn out well."""
    return case.faults[-1][0] == shape(case.flow).marks


def repeat(stage: Stage, scenario: Scenario) -> None:
    """What was undone can be done: the operation called again."""
    stage.world.faults = []
    try:
        scenario.start(stage)
        stage.world.finish()
        invariants.check(stage.world)
        said = ""
    except Refused as refused:  # right only where it is done already
        said = str(refused)
    wrong = scenario.done(stage)
    assert not wrong, f"undone, and not done by a repeat: {said}\n" + "\n".join(wrong)


def look_at_trace(stage: Stage) -> None:
    """The trace tells which run a host refused, and what the host said of it."""
    newest = max(stage.world.records("Job"), key=lambda one: one["id"])
    shown = trace(Job.require(newest["id"]), stage.world.cloud.root)
    refused = [(run, host) for run in shown["runs"] for host in run["hosts"] if host["outcome"] == "failed"]
    ((run, command),) = refused
    assert (run["outcome"], command["error"]["name"]) == ("failed", "BadCommand")
    assert command["error"] == run["error"]
    step, phase = command["id"].split("/")[2], command["id"].split("/")[-1]
    assert run["state"] in [state["name"] for state in shown["states"] if state.get("step") == step]
    assert run["phase"] == phase


def look(stage: Stage, scenario: Scenario, before: Json) -> str:
    """How the newest job of the flow ended, after everything that must hold then was found to hold."""
    world = stage.world
    job = max((one for one in world.records("Job") if one.get("flow") == scenario.flow), key=lambda one: one["id"])
    invariants.check(world)
    if job["status"] == int(JobStatus.SUCCEEDED):
        wrong, end = scenario.done(stage), DONE
    elif job.get("error") == "Stuck":
        wrong, end = [] if world.topics.alarms else ["nobody was told that the job is stuck"], STUCK
    else:
        wrong, end = scenario.undone(invariants.differences(before, invariants.picture(world))), UNDONE
    told = {event["type"] for event in world.topics.events if event["job_id"] == job["id"]}
    assert len(told) <= 1, f"the job was told of as several things: {told}"
    assert not wrong, f"it ended {end}, and:\n" + "\n".join(wrong)
    return end
