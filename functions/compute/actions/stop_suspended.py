"""Stop the virtual machines of suspended projects, as their owners would, until none of them runs."""

from __future__ import annotations

from typing import Any

from functions.compute import _lifecycle
from javelin.contract.errors import ApiError
from javelin.data.indexes import looked_up
from javelin.data.records.account import Account
from javelin.data.records.project import STOPPING, Project
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.flow.jobs import START_JOB, may_start
from javelin.messaging.consumers import Schedule, consumer
from javelin.observability.log import logger

FLOW = "compute/stop_virtual_machine"
MOST = 100  # guests of a project, and projects, in one round
PASSING = ("Starting", "Stopping")  # whose jobs are waited for


def run(event: Any) -> int:
    """How many stops were started. A project is done with when a round finds nothing that runs or will."""
    started = 0
    for row in Project.by_stopping.query(STOPPING, limit=MOST):
        project = Project.find(row.id)
        if project is None:
            continue
        ids = looked_up(VirtualMachine, [project.id], VirtualMachine.state.is_in("Running", *PASSING))
        machines = VirtualMachine.load_all(ids[:MOST])
        if project.state != "Suspended" or all(one.state not in ("Running", *PASSING) for one in machines):
            project.change(Project.stopping.remove(), when=Project.state == project.state)
            continue
        started += sum(_stop(one) for one in machines if one.state == "Running")
    return started


def _stop(machine: VirtualMachine) -> bool:
    try:
        _lifecycle.start(
            _lifecycle.owner_of(machine), machine, command="stopVirtualMachine", flow=FLOW, from_states=("Running",),
            to="Stopping", event="VM.STOP", words="Stopping", request={"forced": False},
        )  # fmt: skip
    except ApiError as error:  # somebody else is at it: the next round sees
        logger("compute").info("not stopped", vm=machine.id, reason=error.text)
        return False
    return True


handler = consumer(
    run, Schedule("rate(1 minute)"), timeout=120,
    grants=[*_lifecycle.GRANTS, Project.write, Account.read, *START_JOB, may_start(FLOW)],
)  # fmt: skip
