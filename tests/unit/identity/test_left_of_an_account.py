"""What is left of a deleted account: over all kinds of records, so that none can be forgotten."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pynamodb.attributes import Attribute, UTCDateTimeAttribute

from functions.identity import _belongings, _dedications, _leaving
from infra.generator.declarations import records
from javelin.contract.secret import Secret
from javelin.data.owned_records import owned_records
from javelin.data.record import Owned, Shared, Table
from javelin.data.records.account import Account
from javelin.data.records.dedication import Dedication
from javelin.data.records.user import User
from javelin.data.secret_attribute import SecretAttribute
from tests.cloud import Cloud
from tests.unit.identity.conftest import People
from tests.unit.site import build, create

STAYS = {  # what names an account, or a user of it, after they are gone, and why
    "Address": "goes with its virtual machine",
    "Annotation": "what operators noted stays said, with who said it",
    "ArchivedEvent": "what happened is known until it expires",
    "AuditHead": "the chain of what happened is whole with its end alone",
    "AuditRecord": "what happened is known, and proved, until it expires",
    "Event": "what happened is known until it expires",
    "FormerAccount": "what it did and used is still told to whoever governs its domain",
    "Job": "jobs are known until they expire",
    "Lease": "fences never begin anew",
    "ProjectMember": "goes with the project, and is taken off the account that is in it",
    "ProjectRole": "goes with its project",
    "PublicAddress": "is released with its network",
    "Sequence": "numbers in lists are given once",
    "Session": "the edge takes none whose user is gone, and they expire",
    "UsageRecord": "what was used is told until it expires",
    "Volume": "goes with its virtual machine",
}
WHOSE = {"account_id", "user_id", "member_id", "owner_id"}
BESIDE = ("Account", "User", "Project", "FormerAccount")  # which the API made, or its end makes


def of_leaver(model: type[Table], account: Account, user: str) -> Table:
    """A record of this kind that says everywhere that it is the account's, or its user's."""
    said = {
        "account_id": account.id, "account": account.name, "domain_id": account.domain_id, "user_id": user,
        "domain_path": account.domain_path, "member_id": account.id, "owner_id": account.id,
    }  # fmt: skip
    made = model()
    for name, attribute in model.get_attributes().items():
        key = attribute.is_hash_key or attribute.is_range_key
        if name not in said and not key and (attribute.null or attribute.default is not None):
            continue
        setattr(made, name, said.get(name) or _like(attribute, f"{model.__name__}-{name}"))
    return made


def _like(attribute: Attribute[Any], text: str) -> Any:
    if isinstance(attribute, UTCDateTimeAttribute):
        return datetime.now(UTC)
    if isinstance(attribute, SecretAttribute):
        return Secret(text)
    return 1 if attribute.attr_type == "N" else text


def gone(component: str, operation: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Stands for operations that have tests of their own: what they are called with goes."""
    wanted = {*payload["parameters"].values()}
    for model in (*owned_records().values(), Dedication):
        for row in model.scan():
            if wanted & {row.id, getattr(row, "name", None)}:
                row.delete(add_version_condition=False)
    return {"body": {}}


def test_only_what_must_be_known_of_it_is_left(cloud: Cloud, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    site = build(cloud)
    account = Account.require(people.account("leaver", domain=people.domain("home")["id"])["id"])
    (user,) = account.user_ids
    User.require(user).change(User.api_key.set("ApiKey-api_key"))
    for model in records():
        if {*model.get_attributes()} & WHOSE and model.__name__ not in BESIDE:
            made = of_leaver(model, account, user)
            create(made) if issubclass(model, Owned | Shared) else made.save()
    monkeypatch.setattr(_belongings, "call", gone)
    monkeypatch.setattr(_dedications, "call", gone)
    job = site.job("Account", account.id)
    for _ in range(3):
        if now := Account.find(account.id):
            steps = (_leaving.leave_projects, _belongings.clear, _leaving.remove_some_users)
            if not any(step(now) for step in steps):
                _leaving.end_account(job, Account.require(now.id))
    assert Account.find(account.id) is None
    left = {model.__name__ for model in records() for row in model.scan() if {account.id, user} & {*said_by(row)}}
    assert left == {*STAYS}


def said_by(row: Table) -> list[str]:
    """All that is said in words by a record."""
    return [value for name in row.get_attributes() if isinstance(value := getattr(row, name), str)]
