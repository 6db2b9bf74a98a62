"""What the operator wants of a host, changed with a job that is done at once."""

from __future__ import annotations

from functions.fabric_admin._host import show
from javelin.contract.caller import Caller
from javelin.contract.errors import ApiError
from javelin.contract.grants import Grant
from javelin.contract.responses import Accepted
from javelin.data.record import When
from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import announce, of_cloud

CHANGE_HOST: tuple[Grant, ...] = (Host.write, HostStatus.read, *jobs.START_JOB)


def move(
    caller: Caller, host: Host, to: str, when: When, otherwise: ApiError, *, command: str, event: str, did: str
) -> Accepted:
    """Have the host be `to` if `when` holds; `did` is the event's verb. Raises `otherwise`."""
    transaction = Transaction()
    transaction.update(host, [Host.resource_state.set(to)], when, otherwise)
    host.resource_state = to
    status = next(iter(HostStatus.batch_get([host.id])), None)
    accepted = jobs.done(
        caller, transaction, command=command, result={"host": show(host, status).body()}, resource_type="Host",
        resource_id=host.id,
    )  # fmt: skip
    announce(of_cloud(event, f"{caller.account} {did} host {host.name}", resource_type="Host", resource_id=host.id))
    return accepted
