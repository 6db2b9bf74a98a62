"""Transactions: what DynamoDB would not take together is refused in words."""

from __future__ import annotations

import pytest

from javelin.contract.errors import InvalidParameter
from javelin.data.records.claim import Claim
from javelin.data.transaction import MOST, Transaction


def test_more_than_a_transaction_takes_is_refused() -> None:
    transaction = Transaction()
    for number in range(MOST + 1):
        transaction.delete(Claim(f"name-{number}"))
    with pytest.raises(InvalidParameter, match="in parts"):
        transaction.commit()
