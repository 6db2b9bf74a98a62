"""A crowd in the furnished cloud: of every listed record some more for each tenant, with names, states and tags by chance."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from javelin.data import tags
from javelin.data.record import Owned, Record
from javelin.data.records.account import Account
from javelin.data.records.event import Event
from javelin.data.records.job import Job
from javelin.data.records.project import Project
from javelin.data.records.tag import Tag
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from tests.unit.furnished.cloud import OF_PROJECTS, Furnished
from tests.unit.furnished.samples import owned_kinds, sample, shared_kinds

WORDS = ("alpha", "Beta", "gamma-ray", "alphabet")
STATES = {"VirtualMachine": ("Running", "Stopped"), "Volume": ("Ready", "Allocated"), "Event": ("Completed", "Started")}
COPIES = 3
ALONE = {"Volume": {"vm_id": None}}  # what would name a thing that does not know of them
FIXED = (Job, Tag)  # what they say must fit together


def gather(furnished: Furnished, chance: random.Random) -> None:
    """Bring the crowd in; every call starts from there."""
    for model in shared_kinds():
        for _ in range(COPIES):
            _make(chance, sample(model))
    for tenant, caller in furnished.callers.items():
        account = Account.require(caller.account_id)
        belongs = {
            "account_id": account.id, "account": account.name, "domain_id": account.domain_id,
            "domain_path": account.domain_path,
        }  # fmt: skip
        in_project = {**belongs, "account": Project.account_name(tenant, account.id)}
        for model in owned_kinds():
            if model not in FIXED and issubclass(model, Owned):
                for _ in range(COPIES):
                    _make(chance, sample(model, tenant, in_project if model in OF_PROJECTS else belongs))
    furnished.start_from_here()


def _make(chance: random.Random, record: Record) -> None:
    record.id = str(UUID(int=chance.getrandbits(128), version=4))  # type: ignore[attr-defined]  # what is owned has one
    for name, attribute in type(record).get_attributes().items():
        value = _value(chance, type(record), name, attribute)
        if value is not None:
            setattr(record, name, value)
    for name, value in ALONE.get(type(record).__name__, {}).items():
        setattr(record, name, value)
    transaction = Transaction()
    transaction.create(record)
    transaction.commit()
    kind = next((name for name, model in tags.TAGGABLE.items() if model is type(record)), None)
    if kind is not None and isinstance(record, Owned | Zone) and chance.random() < 0.5:
        transaction = Transaction()
        tags.put(transaction, kind, record, {"colour": chance.choice(("red", "blue"))}, None)
        transaction.commit()


def _value(chance: random.Random, model: type[Record], name: str, attribute: Any) -> Any:
    if name == "state":
        return chance.choice(STATES[model.__name__]) if model.__name__ in STATES else None
    if isinstance(attribute, BooleanAttribute) and model is not Event and attribute.default is not None:
        return chance.random() < 0.5
    if isinstance(attribute, UnicodeAttribute) and name in ("name", "display_name", "display_text", "username"):
        return f"{chance.choice(WORDS)}-{chance.randint(1, 3)}"
    return None
