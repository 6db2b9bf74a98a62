"""The trace of a job: its flow with every state's outcome, times, errors, host commands, the plan and the cost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from functions.orchestration._cost import estimate
from functions.orchestration._runs import Run, runs_of
from javelin.contract.caller import OPERATORS, Caller
from javelin.data.records.domain import shown_path
from javelin.data.records.host import Host
from javelin.data.records.job import Job, JobStatus
from javelin.flow import executions
from javelin.flow.maps import flow_map

Json = dict[str, Any]


def trace(job: Job, caller: Caller) -> Json:
    """{job, flow, states, runs, plan, cost}: everything that the job knows of itself, as far as it is the caller's to know."""
    operator = caller.role_type in OPERATORS
    states = [dict(state) for state in flow_map(job.flow)["states"]]
    runs = runs_of(job, states)
    names = {(state["step"], state["phase"]): state["name"] for state in states if "step" in state}
    hosts = _host_names(runs) if operator else None
    for state in states:
        state["outcome"] = _outcome(state, runs, job)
    return {
        "job": _job(job),
        "flow": {"name": job.flow, "about": flow_map(job.flow)["about"], "start": flow_map(job.flow)["start"]},
        "states": [{key: value for key, value in state.items() if key != "memory"} for state in states],
        "runs": [_run(run, names, job.created, hosts) for run in runs],
        "plan": _plan(job.plan, operator=operator),
        "cost": estimate(states, runs),
    }


def _job(job: Job) -> Json:
    result = job.result if job.ended and isinstance(job.result, dict) else {}
    error = {"code": int(job.result_code), "text": str(result.get("errortext", ""))} if int(job.result_code) else None
    ended = job.completed if job.ended else None
    elapsed = (ended or datetime.now(UTC)) - job.created
    return {
        "id": job.id, "command": job.command, "status": JobStatus(int(job.status)).name.lower(),
        "stuck": job.error == "Stuck", "cancelling": job.cancelled_at is not None and not job.ended,
        "account": job.account, "domain": shown_path(job.domain_path),
        "user": job.user_id, "resource_type": job.resource_type, "resource": job.resource_id,
        "execution": executions.name(job) if job.flow else None, "attempt": int(job.attempt), "fence": int(job.fence),
        "started": _shown(job.created), "ended": _shown(ended),
        "milliseconds": max(0, round(elapsed.total_seconds() * 1000)), "error": error,
    }  # fmt: skip


def _outcome(state: Json, runs: list[Run], job: Job) -> str:
    """The last run's; an end is `reached`, what may still come is `waiting`, and the rest `not reached`."""
    if "step" in state:
        of_state = [run for run in runs if run.state == (state["step"], state["phase"])]
        if of_state:
            return of_state[-1].outcome
    elif job.ended and int(job.status) != JobStatus.SUCCEEDED and runs:
        stuck = job.error == "Stuck"
        if state["name"] == ("Stuck" if stuck else "Unwound"):
            return "reached"
    turned = job.ended or any(run.phase == "undo" for run in runs)
    ahead = state.get("phase") == "do" and state["step"] != "MarkStuck"
    return "waiting" if ahead and not turned else "not reached"


def _host_names(runs: list[Run]) -> dict[str, str]:
    """The names of the hosts that worked on it, as far as they are still there."""
    ids = {str(span["host"]) for run in runs for span in run.hosts}
    return {host.id: host.name for host in Host.load_all(sorted(ids))} if ids else {}


def _run(run: Run, names: dict[tuple[str, str], str], since: datetime, hosts: dict[str, str] | None) -> Json:
    return {
        "state": names.get(run.state, f"{run.step} ({run.phase})"), "phase": run.phase, "item": run.item,
        "attempt": run.attempt, "outcome": run.outcome, "started": _shown(run.started), "ended": _shown(run.ended),
        "after": max(0, round((run.started - since).total_seconds() * 1000)), "milliseconds": run.milliseconds,
        "error": run.error, "hosts": [_span(span, since, hosts) for span in run.hosts],
    }  # fmt: skip


def _span(span: Json, since: datetime, hosts: dict[str, str] | None) -> Json:
    """What a host did; which host it was is the operators' to know: `hosts` are names by id, None for others."""
    started, ended = datetime.fromisoformat(span["started"]), datetime.fromisoformat(span["ended"])
    shown = {
        "command": span["command"], "id": span["id"], "outcome": "failed" if span.get("error") else "done",
        "error": span.get("error"), "started": _shown(started), "ended": _shown(ended),
        "after": max(0, round((started - since).total_seconds() * 1000)),
        "milliseconds": max(0, round((ended - started).total_seconds() * 1000)),
        "parts": span["parts"],
    }  # fmt: skip
    host = str(span["host"])
    return shown if hosts is None else {**shown, "host": hosts.get(host, host), "hostid": host}


def _plan(plan: Json | None, *, operator: bool) -> Json | None:
    """The planner's record: names and reasons for operators, numbers for everybody else."""
    if plan is None:
        return None
    hosts, pools = plan["rejected"]["hosts"], plan["rejected"]["pools"]
    shown: Json = {
        "placed": plan.get("host") is not None,
        "rejected_hosts": hosts["classes"], "rejected_pools": pools["classes"],
    }  # fmt: skip
    if operator:
        rows = [
            {"name": row.get("name"), "id": row.get("id"), "reason": row.get("reason")}
            for row in (*hosts["rows"], *pools["rows"])
        ]
        chosen = {volume: pool.get("name") for volume, pool in plan.get("pools", {}).items()}
        shown |= {"host": plan.get("host"), "pools": chosen, "rejected": rows}
    return shown


def _shown(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None
