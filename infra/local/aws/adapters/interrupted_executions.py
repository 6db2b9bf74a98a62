"""Executions that a restart interrupted.

AWS: an execution outlives the machine that ran it. ministack forgets executions it had not saved and marks the
others FAILED in silence. Here each one that was under way is FAILED with States.ServiceRestart, and its status event
reaches whoever listens.
"""

import copy
import threading
import time
from typing import Any

from ministack import app
from ministack.core.responses import now_iso, set_request_account_id, set_request_region
from ministack.services import stepfunctions

from infra.local.aws.adapters.durable_tables import journal
from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
KEPT = ("executionArn", "stateMachineArn", "name", "startDate", "input")
Json = dict[str, Any]


def revive(arn: str, kept: Json) -> Json:
    """Enter an interrupted execution, ended, into ministack's table."""
    execution = {
        **kept,
        "status": "FAILED",
        "stopDate": now_iso(),
        "output": None,
        "error": "States.ServiceRestart",
        "cause": "the service restarted while the execution was running",
        "events": [],
    }
    _, _, _, region, account, _ = arn.split(":", 5)
    stepfunctions._executions.set_scoped(account, region, arn, execution)
    return execution


def announce(executions: list[Json]) -> None:
    """Tell listeners about interrupted executions as soon as the server can serve them."""
    while app._MAIN_LOOP is None:
        time.sleep(0.1)
    time.sleep(1)
    for execution in executions:
        _, _, _, region, account, _ = execution["executionArn"].split(":", 5)
        set_request_account_id(account)
        set_request_region(region)
        stepfunctions._emit_execution_status_event(execution)


def apply(settings: Settings) -> None:
    """Journal the start and end of executions; end on start what the last run left."""
    del settings
    emit, load = stepfunctions._emit_execution_status_event, app._load_persisted_state

    def emit_journaled(execution: Json) -> None:
        running = {field: execution[field] for field in KEPT} if execution["status"] == "RUNNING" else None
        journal().record(["E", execution["executionArn"], running])
        emit(execution)

    def state_without_executions() -> Json:
        stored = stepfunctions._executions
        names = ("state_machines", "tags", "activities", "state_machine_versions", "state_machine_aliases", "map_runs")
        kept: Json = {name: copy.deepcopy(getattr(stepfunctions, f"_{name}")) for name in names}
        return {**kept, "executions": type(stored)()}

    def load_and_end() -> None:
        load()
        interrupted = [revive(arn, kept) for arn, kept in journal().replica.executions.items()]
        for execution in interrupted:
            journal().record(["E", execution["executionArn"], None])
        journal().replica.executions.clear()
        if interrupted:
            threading.Thread(target=announce, args=(interrupted,), daemon=True, name="announce-interrupted").start()

    stepfunctions._emit_execution_status_event = emit_journaled
    stepfunctions.get_state = state_without_executions
    app._load_persisted_state = load_and_end
