"""What accounts own, and how each kind of it goes when its account is deleted: in this order, kind by kind.

What is more than records goes as its owner would have it go, by its own operation, whose job is waited for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.identity._acting import owner
from javelin.contract.errors import ResourceUnavailable
from javelin.contract.grants import Grant
from javelin.data.indexes import looked_up
from javelin.data.owned_records import owned_records
from javelin.data.record import Owned
from javelin.data.records.account import Account
from javelin.data.records.lease import Lease
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.messaging.services import call, may_call
from javelin.sync import lease

MOST = 100  # of a kind, in one pass
FIRST = ("VirtualMachine", "Template")  # what these use cannot go before them


@dataclass(frozen=True)
class Call:
    """It goes by an operation, which is called with its id, or with what it is `named` by."""

    component: str
    operation: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    named: str = "id"


@dataclass(frozen=True)
class Rows:
    """It is nothing but its record."""


@dataclass(frozen=True)
class Stays:
    """It goes otherwise, or stays as long as it would."""

    why: str


Way = Call | Rows | Stays
WAYS: dict[str, Way] = {
    "VirtualMachine": Call("compute", "destroy_virtual_machine", {"expunge": "true"}),
    "Volume": Stays("Volumes go with their virtual machines."),
    "Network": Call("network", "delete_network"),
    "Template": Call("storage", "delete_template"),
    "Webhook": Call("events", "delete_webhook"),
    "WebhookDelivery": Rows(),
    "AffinityGroup": Call("compute", "delete_affinity_group"),
    "InstanceGroup": Call("compute", "delete_instance_group"),
    "UserData": Call("compute", "delete_user_data"),
    "CniConfiguration": Call("compute", "delete_cni_configuration"),
    "SshKeyPair": Call("identity", "delete_ssh_key_pair", named="name"),
    "Tag": Rows(),
    "Project": Stays("A project is owned by its own account, and goes with it."),
    "ProjectMember": Stays("Who is in a project is the project's to know."),
    "ProjectInvitation": Stays("Invitations are the project's, and go with it."),
    "ProjectRole": Stays("Roles of a project go with it."),
    "User": Stays("Users go last, with their names and keys."),
    "Job": Stays("Jobs expire; the one that deletes the account is one of them."),
    "UsageRecord": Stays("What was used is told after its owner has gone, until it expires."),
    "Event": Stays("What happened stays known until it expires."),
    "ArchivedEvent": Stays("What happened stays known until it expires."),
}
GRANTS: tuple[Grant, ...] = (
    Lease.read, VirtualMachine.write,
    *(may_call(way.component, way.operation) for way in WAYS.values() if isinstance(way, Call)),
    *(record.write for name, record in owned_records().items() if isinstance(WAYS.get(name), Rows)),
    *(record.read for name, record in owned_records().items() if isinstance(WAYS.get(name), Call)),
)  # fmt: skip
LOOKED_FOR = tuple(name for name, way in WAYS.items() if not isinstance(way, Stays) and name != "Tag")
LOOK: tuple[Grant, ...] = tuple(record.read for name, record in owned_records().items() if name in LOOKED_FOR)


def clear(account: Account) -> int:
    """Have what the account owns go; answers how much is still there.

    Raises ResourceUnavailable, saying why, for what cannot go.
    """
    left = 0
    for name, way in WAYS.items():
        record = owned_records().get(name)
        if record is None or isinstance(way, Stays):
            continue
        ids = looked_up(record, [account.id], None)
        if isinstance(way, Rows):
            if ids:
                _delete(record, ids[:MOST])
            left += len(ids[MOST:])
        elif ids:
            _begin(account, record, way, ids[:MOST])
            left += len(record.load_all(ids))
        if left and name in FIRST:
            return left
    return left


def first_held(account_id: str) -> type[Owned] | None:
    """A kind of thing that the account owns, of those that go with it; tags go with what they are on."""
    kinds = (record for name, record in owned_records().items() if name in LOOKED_FOR)
    return next((record for record in kinds if looked_up(record, [account_id], None)), None)


def _delete(record: type[Owned], ids: list[str]) -> None:
    transaction = Transaction()
    for id_ in ids:
        transaction.delete(record(id_))
    transaction.commit()


def _begin(account: Account, record: type[Owned], way: Call, ids: list[str]) -> None:
    """Call the operation for each that no job is at. A job that got stuck keeps its thing, and says why."""
    busy = _held(ids)
    for row in record.load_all(id_ for id_ in ids if id_ not in busy):
        if isinstance(row, VirtualMachine) and row.delete_protection:
            row.change(VirtualMachine.delete_protection.set(False), when=VirtualMachine.id.exists())
        parameters = {way.named: getattr(row, way.named), **way.parameters}
        answer = call(way.component, way.operation, {"parameters": parameters, "caller": owner(account).model_dump()})
        if "error" in answer and row.id not in _held([row.id]) and record.find(row.id) is not None:
            raise ResourceUnavailable(
                f"A {record.noun} of account {account.name} cannot be deleted: {answer['error']['text']}"
            )


def _held(ids: list[str]) -> set[str]:
    """Those that a job is at. Raises ResourceUnavailable if it got stuck."""
    held = [*Lease.batch_get(ids, consistent_read=True)]
    for one in held:
        if one.stuck:
            lease.refuse_stuck(one.resource)
    return {one.resource for one in held if one.owner}
