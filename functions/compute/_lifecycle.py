"""What the operations that change a virtual machine's state share: who may, from which state, by which flow."""

from __future__ import annotations

from typing import Any, cast

from functions.compute._virtual_machine import show
from javelin.contract.caller import OPERATORS, Caller, RoleType
from javelin.contract.errors import InvalidParameter
from javelin.contract.responses import Accepted
from javelin.data.records.account import Account
from javelin.data.records.lease import Lease
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.sync import lease

GRANTS = (VirtualMachine.write, Lease.read)


def start(
    caller: Caller, machine: VirtualMachine, *, command: str, flow: str, from_states: tuple[str, ...], to: str | None,
    event: str, words: str, request: dict[str, Any] | None = None, changes: tuple[Any, ...] = (),
) -> Accepted:  # fmt: skip
    """Start a flow on a guest in one of `from_states`, moving it to state `to` in the same transaction."""
    require_state(machine, from_states, words)
    transaction = Transaction()
    if to is not None:
        moved = wrong_state(machine, from_states, words)
        transaction.update(
            machine, [VirtualMachine.state.set(to), *changes], VirtualMachine.state.is_in(*from_states), moved
        )
    return jobs.start(
        caller, transaction, command=command, flow=flow, resource_type="VirtualMachine", resource_id=machine.id,
        request=request, items=[nic["networkid"] for nic in machine.nics],
        event=event, description=f"{words} virtual machine {machine.name}", owner=machine,
    )  # fmt: skip


def owner_of(machine: VirtualMachine) -> Caller:
    """The guest's account as a caller without a user: for what the cloud does by itself."""
    account = Account.require(machine.account_id)
    return Caller(
        user_id="", account_id=account.id, account=account.name, domain_id=account.domain_id,
        domain_path=account.domain_path, role_id=account.role_id, role_type=cast(RoleType, account.role_type),
    )  # fmt: skip


def already(caller: Caller, machine: VirtualMachine, *, command: str) -> Accepted:
    """A job that is done, for what a guest is already: clients that make sure of a state need not look first."""
    shown = show(machine, admin=caller.role_type in OPERATORS).body()
    return jobs.done(
        caller, Transaction(), command=command, result={"virtualmachine": shown}, resource_type="VirtualMachine",
        resource_id=machine.id, owner=machine,
    )  # fmt: skip


def require_state(machine: VirtualMachine, states: tuple[str, ...], words: str) -> None:
    """Raise InvalidParameter unless the guest is in one of the states, ConcurrentOperation if a job left it stuck."""
    if machine.state not in states:
        lease.refuse_stuck(machine.id)
        raise wrong_state(machine, states, words)


def wrong_state(machine: VirtualMachine, states: tuple[str, ...], words: str) -> InvalidParameter:
    """The error when the guest's state does not allow it."""
    return InvalidParameter(
        f"{words} virtual machine {machine.name} is not possible while it is {machine.state};"
        f" it must be {' or '.join(states)}. Wait for its job, or look at its state."
    )
