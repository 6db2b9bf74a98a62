"""bootstrap: give an empty cloud its root domain, its roles and its first administrator; may be repeated."""

from __future__ import annotations

from typing import Any

from functions.identity._keys import new_key
from javelin.contract.errors import ConcurrentOperation
from javelin.contract.secret import Secret
from javelin.data.passwords import hash_password
from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.claim import Claim
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.role import BUILT_IN, Role
from javelin.data.records.sequence import Sequence
from javelin.data.records.user import ROOT_USER, User
from javelin.data.transaction import Transaction
from javelin.messaging.consumers import Call, consumer

ADMIN = "admin"


def run(event: dict[str, Any]) -> dict[str, Any]:
    """Make what is missing and answer the administrator's keys. Only who may invoke the function gets them.

    `event` may hold `password`, which counts only while the administrator has none.
    """
    created, password = User.find(ROOT_USER) is None, _password(event)
    if created:
        try:
            _create(password)
        except ConcurrentOperation:
            created = False  # another run was first; what it made is what this one would have made
    user = User.require(ROOT_USER)
    if password is not None and user.password is None:
        user.password = hash_password(password)
        user.save()
    key = ApiKey.get(user.api_key, consistent_read=True)
    return {
        "api_key": key.api_key, "secret_key": key.secret.reveal(), "user_id": user.id, "account_id": user.account_id,
        "domain_id": user.domain_id, "created": created,
    }  # fmt: skip


def _password(event: dict[str, Any]) -> Secret | None:
    return Secret(str(event["password"])) if event.get("password") else None


def _create(password: Secret | None) -> None:
    transaction = Transaction()
    for kind, (role_id, name) in BUILT_IN.items():
        if Role.find(role_id) is None:
            transaction.create(Role(role_id, name=name, type=kind, description=f"What a {name} may call"))
    if Domain.find(ROOT_DOMAIN) is None:
        transaction.create(Domain(ROOT_DOMAIN, name="ROOT", path="/", accounts=1))
    if Account.find(ROOT_ACCOUNT) is None:
        account = Account(
            ROOT_ACCOUNT, name=ADMIN, domain_id=ROOT_DOMAIN, domain_path="/", role_id=BUILT_IN["Admin"][0],
            role_type="Admin", user_ids={ROOT_USER},
        )  # fmt: skip
        transaction.create(account)
        taken = ConcurrentOperation("The administrator's account is being made by another run.")
        transaction.claim(Account.claim_name(ROOT_DOMAIN, ADMIN), ROOT_ACCOUNT, taken)
    user = User(
        ROOT_USER, account_id=ROOT_ACCOUNT, account=ADMIN, domain_id=ROOT_DOMAIN, domain_path="/", username=ADMIN,
        first_name="Admin", last_name="User", email="admin@javelin.invalid",
        password=hash_password(password) if password else None,
    )  # fmt: skip
    key = new_key(user)
    user.api_key = key.api_key
    transaction.create(user)
    transaction.create(key)
    taken = ConcurrentOperation("The administrator is being made by another run.")
    transaction.claim(User.claim_name(ROOT_DOMAIN, ADMIN), ROOT_USER, taken)
    transaction.commit()


handler = consumer(
    run, Call(), timeout=60,
    grants=[Domain.write, Role.write, Account.write, User.write, ApiKey.write, Claim.write, Sequence.write],
)  # fmt: skip
