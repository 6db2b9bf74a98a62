"""Functions that end in the middle of their work, and functions whose repeat is quicker."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from javelin.contract.errors import ApiError
from javelin.data.transaction import Transaction
from tests.flows import tables
from tests.flows.faults import Fault, Injected

Seam = tuple[object, str]  # a service, and what of it does something
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"})


@contextmanager
def cut_off(fault: Fault, seams: Iterable[Seam]) -> Iterator[None]:
    """Within, what does something to the tables or at the seams fails when it is the fault's turn."""
    done, write = itertools.count(), tables.call

    def counted(act: Callable[..., Any]) -> Callable[..., Any]:
        def acts(*given: Any, **named: Any) -> Any:
            if (act is not write or given[0] in WRITES) and next(done) == fault.number:
                fault.cut = True
                raise Injected(f"{fault.state} was cut off before its side effect {fault.number}")
            return act(*given, **named)

        return acts

    with ExitStack() as patches:
        for service, verb in ((tables, "call"), *seams):
            patches.enter_context(patch.object(service, verb, counted(getattr(service, verb))))
        yield


def overtaken(function: Callable[[], Any]) -> Any:
    """Run it, and when it is about to commit let it run as a whole first; what the repeat answers is heard."""
    commit, answers = Transaction.commit, list[Any]()

    def waits(transaction: Transaction) -> None:
        with patch.object(Transaction, "commit", commit):
            if not answers:
                answers.append(function())
            transaction.commit()

    with patch.object(Transaction, "commit", waits):
        try:
            answer = function()
        except ApiError:  # its execution was lost before the repeat began, so nobody hears it
            if not answers:
                raise
    return answers[0] if answers else answer
