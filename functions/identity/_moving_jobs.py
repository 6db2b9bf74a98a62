"""The job by which what is in a moved domain follows it."""

from __future__ import annotations

from javelin.contract.caller import Caller
from javelin.data.records.domain import Domain
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.sync import lease

FLOW = "identity/move_domain"
EVENTS = {"moveDomain": "DOMAIN.MOVE", "updateDomain": "DOMAIN.UPDATE"}  # by the command that moved it


def begin(caller: Caller, transaction: Transaction, top: Domain, shown: str, command: str) -> None:
    """Write the transaction, by which the domain is moved, and have what is in it follow."""
    jobs.start(
        caller, transaction, command=command, flow=FLOW, resource_type="Domain", resource_id=top.id,
        event=EVENTS[command], description=f"Moving what is in domain {top.shown_path} to {shown}",
    )  # fmt: skip


def go_on(caller: Caller, top: Domain, command: str) -> None:
    """The same for what the last job left, if none is at it."""
    if top.moved_from and not lease.holders([top.id]):
        begin(caller, Transaction(), top, top.shown_path, command)
