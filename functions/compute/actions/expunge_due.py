"""Expunge the guests that were destroyed a day ago, as their owners would, and those whose expunge failed."""

from __future__ import annotations

import time
from typing import Any

from functions.compute import _lifecycle
from javelin.contract.errors import ApiError
from javelin.data.records.account import Account
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.flow.jobs import START_JOB, may_start
from javelin.messaging.consumers import Schedule, consumer
from javelin.observability.log import logger

FLOW = "compute/expunge_virtual_machine"
DUE = ("Destroyed", "Expunging")
MOST = 100  # guests at a time, for each of the 16 shards


def run(event: dict[str, Any]) -> int:
    """How many expunges were started."""
    started = 0
    for shard in "0123456789abcdef":
        due: Any = VirtualMachine.expunge_at <= int((event or {}).get("now") or time.time())
        for row in VirtualMachine.by_expunge.query(shard, due, limit=MOST):
            machine = VirtualMachine.find(row.id)
            if machine is None or machine.state not in DUE:
                continue
            try:
                _lifecycle.start(
                    _lifecycle.owner_of(machine), machine, command="expungeVirtualMachine", flow=FLOW, from_states=DUE,
                    to="Expunging", event="VM.EXPUNGE", words="Expunging",
                    request={"before": machine.state, "expunge": True},
                )  # fmt: skip
            except ApiError as error:  # somebody recovers it, or a job is at it: the next round sees
                logger("compute").info("not expunged", vm=machine.id, reason=error.text)
                continue
            started += 1
    return started


handler = consumer(
    run, Schedule("rate(5 minutes)"), timeout=300,
    grants=[*_lifecycle.GRANTS, Account.read, *START_JOB, may_start(FLOW)],
)  # fmt: skip
