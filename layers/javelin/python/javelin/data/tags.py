"""Tags of resources: which records can have them, and how they change together with the resource's own record."""

from __future__ import annotations

from collections.abc import Mapping

from javelin.contract.errors import ConcurrentOperation, InvalidParameter, ResourceLimitExceeded
from javelin.contract.grants import Grant
from javelin.contract.telling import Owner
from javelin.data.record import Owned, When
from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.network import Network
from javelin.data.records.project import Project
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.records.tag import Tag
from javelin.data.records.template import Template
from javelin.data.records.user import User
from javelin.data.records.user_data import UserData
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction

MOST_TAGS = 50  # of a resource
Taggable = Owned | PublicAddress | Zone
TAGGABLE: dict[str, type[Owned] | type[PublicAddress] | type[Zone]] = {
    "UserVm": VirtualMachine,
    "Volume": Volume,
    "Network": Network,
    "Template": Template,
    "ISO": Template,
    "SSHKeyPair": SshKeyPair,
    "UserData": UserData,
    "User": User,
    "PublicIpAddress": PublicAddress,
    "Project": Project,
    "Zone": Zone,
}
CHANGE_TAGS: tuple[Grant, ...] = (
    Tag.write, Account.read, *(record.write for record in dict.fromkeys(TAGGABLE.values())),
)  # fmt: skip


def kind_named(name: str) -> str:
    """The resource type as it is written. Raises InvalidParameter for one that cannot have tags."""
    for kind in TAGGABLE:
        if kind.lower() == name.lower():
            return kind
    raise InvalidParameter(f"resourcetype {name} cannot have tags; those that can are {', '.join(TAGGABLE)}.")


def owner_of(record: Taggable) -> Owner:
    """Whose the tags of a resource are: its owner's, or the first account's where it is the cloud's."""
    return Account.require(ROOT_ACCOUNT) if isinstance(record, Zone) else record


def put(transaction: Transaction, kind: str, record: Taggable, wanted: Mapping[str, str], customer: str | None) -> None:
    """Give the resource these tags; a key that it has (in any case) gets the new value."""
    present, whose = {row["key"].lower(): row for row in record.tags or []}, owner_of(record)
    for key, value in wanted.items():
        tag = Tag(
            Tag.id_of(record.id, key), account_id=whose.account_id, account=whose.account, domain_id=whose.domain_id,
            domain_path=whose.domain_path, key=key, value=value, resource_id=record.id,
            resource_type=kind, customer=customer, pair=Tag.pair_of(type(record), key, value), word=Tag.word_of(key),
        )  # fmt: skip
        if key.lower() in present:
            whom = Tag.customer.set(customer) if customer else Tag.customer.remove()
            changed = [Tag.key.set(key), Tag.value.set(value), Tag.pair.set(tag.pair), whom]
            transaction.update(Tag(tag.id), changed, Tag.id.exists(), _changed())
        else:
            transaction.create(tag, _changed())
        present[key.lower()] = {"key": key, "value": value} | ({"customer": customer} if customer else {})
    if len(present) > MOST_TAGS:
        raise ResourceLimitExceeded(f"A {kind} may have {MOST_TAGS} tags; remove some first.")
    _write(transaction, record, list(present.values()))


def remove(transaction: Transaction, record: Taggable, unwanted: Mapping[str, str | None] | None) -> int:
    """Take tags off: by key, and value unless it is None; all when `unwanted` is None. Answers how many."""
    named = {key.lower(): value for key, value in (unwanted or {}).items()}
    going: list[dict[str, str]] = []
    staying: list[dict[str, str]] = []
    for row in record.tags or []:
        matches = unwanted is None or (
            row["key"].lower() in named and named[row["key"].lower()] in (None, row["value"])
        )
        (going if matches else staying).append(row)
    for row in going:
        transaction.delete(Tag(Tag.id_of(record.id, row["key"])))
    if going:
        _write(transaction, record, staying)
    return len(going)


def forget(transaction: Transaction, record: Taggable) -> None:
    """Delete the tags of a resource that the transaction deletes; needs the grant Tag.write."""
    for row in record.tags or []:
        transaction.delete(Tag(Tag.id_of(record.id, row["key"])))


def forget_gone(resource_id: str, rows: list[dict[str, str]]) -> None:
    """Delete the tags of a resource that is gone; called by the streams' consumer, which sees every deletion."""
    with Tag.batch_write() as batch:
        for row in rows:
            batch.delete(Tag(Tag.id_of(resource_id, row["key"])))


def _write(transaction: Transaction, record: Taggable, rows: list[dict[str, str]]) -> None:
    model = type(record)
    same = model.tags.does_not_exist() if record.tags is None else model.tags == record.tags
    transaction.update(model(record.id), [model.tags.set(rows)], _whose(record) & same, _changed())


def _whose(record: Taggable) -> When:
    """That its owner has it, where the tags are told that it is."""
    if isinstance(record, Zone):
        there: When = Zone.id.exists()
        return there
    model = type(record)
    same: When = (model.account_id == record.account_id) & (model.domain_path == record.domain_path)
    return same


def _changed() -> ConcurrentOperation:
    return ConcurrentOperation("The resource or its tags changed meanwhile; look again and repeat.")
