"""Annotations: what they can be written on, and how the record of that tells that there are some."""

from __future__ import annotations

from typing import Any

from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant
from javelin.data.ids import new_id
from javelin.data.record import Change, Record
from javelin.data.records.annotation import Annotation
from javelin.data.records.cluster import Cluster
from javelin.data.records.disk_offering import DiskOffering
from javelin.data.records.domain import Domain
from javelin.data.records.host import Host
from javelin.data.records.image_store import ImageStore
from javelin.data.records.instance_group import InstanceGroup
from javelin.data.records.network import Network
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.records.pod import Pod
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.service_offering import ServiceOffering
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.template import Template
from javelin.data.records.user_data import UserData
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction

ANNOTATED: dict[str, type[Record]] = {
    "VM": VirtualMachine, "VOLUME": Volume, "INSTANCE_GROUP": InstanceGroup, "SSH_KEYPAIR": SshKeyPair,
    "USER_DATA": UserData, "NETWORK": Network, "PUBLIC_IP_ADDRESS": PublicAddress, "TEMPLATE": Template,
    "SERVICE_OFFERING": ServiceOffering, "DISK_OFFERING": DiskOffering, "NETWORK_OFFERING": NetworkOffering,
    "ZONE": Zone, "POD": Pod, "CLUSTER": Cluster, "HOST": Host, "DOMAIN": Domain, "PRIMARY_STORAGE": StoragePool,
    "SECONDARY_STORAGE": ImageStore,
}  # fmt: skip
OF_OPERATORS = frozenset({"POD", "CLUSTER", "HOST", "PRIMARY_STORAGE", "SECONDARY_STORAGE"})  # tenants see none of them
CHANGE_NOTES: tuple[Grant, ...] = (Annotation.write, *(record.write for record in ANNOTATED.values()))


def kind_named(name: str) -> str:
    """The type of entity as it is written. Raises InvalidParameter for one that has no annotations."""
    if name.upper() not in ANNOTATED:
        raise InvalidParameter(f"entitytype {name} has no annotations; those that have are {', '.join(ANNOTATED)}.")
    return name.upper()


def by(caller: Caller, kind: str, entity: Any, text: str, *, admins_only: bool) -> Annotation:
    """A note of the caller's on something, which keeps the name that this has now."""
    return Annotation(
        new_id(), entity_type=kind, entity_id=entity.id, text=text, account_id=caller.account_id,
        entity_name=getattr(entity, "name", None), user_id=caller.user_id, user_name=caller.username,
        admins_only=admins_only,
    )  # fmt: skip


def add_along(transaction: Transaction, note: Annotation) -> Change:
    """Write a note with a transaction that changes what it is about in other ways too; answers what is to change for it."""
    transaction.create(note)
    model: Any = ANNOTATED[note.entity_type]
    change: Change = model.notes.add(1 if _told(note) else 0)
    return change


def add(transaction: Transaction, note: Annotation) -> None:
    """Write a note with the transaction, which fails if what it is about is gone."""
    transaction.create(note)
    _count(transaction, note, 1 if _told(note) else 0)


def take(transaction: Transaction, note: Annotation) -> None:
    """Take a note away with the transaction; its entity may be gone."""
    transaction.delete(note, Annotation.admins_only == note.admins_only)
    if _told(note) and ANNOTATED[note.entity_type].find(note.entity_id) is not None:
        _count(transaction, note, -1)


def show_to(transaction: Transaction, note: Annotation, *, admins_only: bool) -> None:
    """Say with the transaction who may know of the note."""
    before = _told(note)
    same = Annotation.admins_only == note.admins_only
    transaction.update(note, [Annotation.admins_only.set(admins_only)], same)
    note.admins_only = admins_only
    if change := int(_told(note)) - int(before):
        _count(transaction, note, change)


def _told(note: Annotation) -> bool:
    """Whether the entity tells everybody who sees it of the note."""
    return not note.admins_only or note.entity_type in OF_OPERATORS


def _count(transaction: Transaction, note: Annotation, change: int) -> None:
    model: Any = ANNOTATED[note.entity_type]
    gone = model.unknown(note.entity_id)
    if change:
        transaction.update(model(note.entity_id), [model.notes.add(change)], model.id.exists(), gone)
    else:
        transaction.check(model, note.entity_id, model.id.exists(), gone)


def forget_gone(entity_id: str) -> None:
    """Delete the notes on what is gone; called by the streams' consumer, which sees every deletion."""
    rows = list(Annotation.by_entity.query(entity_id))
    with Annotation.batch_write() as batch:
        for row in rows:
            batch.delete(Annotation(row.id))
