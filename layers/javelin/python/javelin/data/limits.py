"""Limits: an account's use, changed by conditional counters in the transaction that creates or deletes."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute

from javelin.contract.errors import ResourceLimitExceeded
from javelin.contract.explaining import Picture
from javelin.data.records.account import Account
from javelin.data.transaction import Transaction

GIB = 2**30
DEFAULT_LIMITS = {
    "user_vm": 20_000_000, "volume": 20_000_000, "network": 2_000_000, "template": 2_000_000, "public_ip": 2_000_000,
    "cpu": 80_000_000, "memory": 2**50, "primary_storage": 2**62,
}  # fmt: skip
_WORDS = {"user_vm": "virtual machines", "volume": "volumes", "network": "networks", "template": "templates",
          "public_ip": "public IP addresses", "cpu": "CPU cores", "memory": "MiB of memory",
          "primary_storage": "bytes of primary storage"}  # fmt: skip


def _used(resource: str) -> NumberAttribute:
    attribute = getattr(Account, f"used_{resource}")
    assert isinstance(attribute, NumberAttribute)
    return attribute


def use(transaction: Transaction, account_id: str, **amounts: int) -> None:
    """Count resources as used; the transaction fails with ResourceLimitExceeded beyond the account's limit."""
    condition = None
    for resource, amount in amounts.items():
        room = _used(resource) <= DEFAULT_LIMITS[resource] - amount
        condition = room if condition is None else condition & room
    actions = [_used(resource).add(amount) for resource, amount in amounts.items()]
    names = ", ".join(f"{amount} more {_WORDS[resource]}" for resource, amount in amounts.items())
    error = ResourceLimitExceeded(
        f"The account's limits do not allow {names}; delete something or ask for higher limits."
    )
    transaction.update(Account(account_id), actions, condition, error)
    _explain(transaction, account_id, amounts)


def give_back(transaction: Transaction, account_id: str, **amounts: int) -> None:
    """Count resources as no longer used."""
    transaction.update(Account(account_id), [_used(name).add(-amount) for name, amount in amounts.items()])
    _explain(transaction, account_id, {name: -amount for name, amount in amounts.items()})


def _explain(transaction: Transaction, account_id: str, changes: dict[str, int]) -> None:
    def tell(would: Picture) -> None:
        account = Account.require(account_id)
        for resource, change in changes.items():
            used, limit = int(getattr(account, f"used_{resource}")), DEFAULT_LIMITS[resource]
            row = {"account": account.name, "resource": resource, "change": change, "used": used, "limit": limit}
            would.count(row)

    transaction.explain(tell)
