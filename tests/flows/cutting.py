"""Functions that end in the middle of their work, and functions whose repeat is quicker."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from javelin.contract.errors import ApiError
from javelin.data.transaction import Transaction
from tests.flows import tables
from tests.flows.faults import Fault, Injected

Seam = tuple[object, str]  # a service, and what of it does something
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"})


def cut_off(fault: Fault, seams: Iterable[Seam]) -> AbstractContextManager[None]:
    """Within, what does something to the tables or at the seams fails when it is the fault's turn."""

    def dies() -> None:
        fault.cut = True
        raise Injected(f"{fault.state} was cut off before its side effect {fault.number}")

    return before_effect(fault.number, dies, seams)


@contextmanager
def before_effect(number: int, happens: Callable[[], object], seams: Iterable[Seam]) -> Iterator[None]:
    """Within, this happens before the tables or what is at the seams are changed for the so manyth time, from 0."""
    done, write = itertools.count(), tables.call

    def counted(act: Callable[..., Any]) -> Callable[..., Any]:
        def acts(*given: Any, **named: Any) -> Any:
            if (act is not write or given[0] in WRITES) and next(done) == number:
                happens()
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
