"""Calls with an idempotency key: the first one runs, repeats within a day get its answer.

A call runs at most once. One that was refused changed nothing, so its key is free again; one that broke off may have
taken effect, so its key stays taken and repeats are told to look. Powertools keeps the record and its conditions.
"""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable
from typing import Any, cast

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyValidationError,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

from javelin.contract.errors import ConcurrentOperation, InternalError, InvalidParameter
from javelin.data.records.idempotency import Idempotency
from javelin.discovery.clients import client

KEPT = 24 * 3600  # seconds that a key stands for its first call
PAUSES = (0.1, 0.2, 0.4, 0.8, 1.5)  # seconds between looks at a first call that is under way

Wire = dict[str, Any]  # what an operation returns to the edge: {"body": ...} or {"error": ...}
SECRET: Wire = {"kept": "secret"}
BROKEN_OFF: Wire = {"kept": "broken off"}

OTHER = "This idempotency key was used for another call within the last day; make up a new key for every call."
UNDER_WAY = (
    "The first call with this idempotency key has not been answered. Repeat in a moment; if this stays, it broke off: "
    "look whether it took effect before you call with another key."
)
BROKE_OFF = (
    "The first call with this idempotency key broke off and may have taken effect: look, then call with another key."
)
SHOWN_ONCE = "The first call with this idempotency key was done, and its answer holds a secret that is shown only once."


class _Refused(Exception):
    """The operation refused, which changes nothing: Powertools gives the key back."""

    def __init__(self, answer: Wire) -> None:
        super().__init__()
        self.answer = answer


class _Never:
    """A Lambda context with time enough that a first call which was cut off does not make room for a second."""

    def get_remaining_time_in_millis(self) -> int:
        return KEPT * 1000


def once(account_id: str, key: str, asked: Wire, run: Callable[[], Wire], *, secret: bool) -> Wire:
    """Answer of the first call of the account with the key: from `run` if this is it. `secret` answers are not kept.

    Raises InvalidParameter if the first call asked something else or its answer was secret, ConcurrentOperation if it
    stays under way, InternalError if it broke off. What `run` raises is raised, and counts as broken off.
    """
    call = _Call(run, secret)
    run_once = idempotent_function(
        call.kept, data_keyword_argument="call", persistence_store=_store(client("dynamodb")), config=_config(),
        key_prefix="call",
    )  # fmt: skip
    what = {"key": [account_id, key], "asked": [account_id, key, asked]}
    try:
        kept: Wire = _patiently(lambda: run_once(call=what))
    except _Refused as refused:
        return refused.answer
    except IdempotencyValidationError:
        raise InvalidParameter(OTHER) from None
    if call.error is not None:
        raise call.error
    if call.answer is not None:
        return call.answer
    if kept == SECRET:
        raise InvalidParameter(SHOWN_ONCE)
    if kept == BROKEN_OFF:
        raise InternalError(BROKE_OFF)
    answer: Wire = json.loads(kept["answer"])
    return answer


class _Call:
    """The first call: what it answers, and what of it is kept for repeats."""

    def __init__(self, run: Callable[[], Wire], secret: bool) -> None:
        self._run = run
        self._secret = secret
        self.answer: Wire | None = None
        self.error: Exception | None = None

    def kept(self, call: Wire) -> Wire:  # noqa: ARG002 - what Powertools finds the record by
        try:
            self.answer = self._run()
        except Exception as error:
            self.error = error
            return BROKEN_OFF
        error_name = self.answer.get("error", {}).get("name")
        if error_name == InternalError.__name__:
            return BROKEN_OFF
        if error_name is not None:
            raise _Refused(self.answer)
        return SECRET if self._secret else {"answer": json.dumps(self.answer)}  # as text: fields keep their order


def _patiently(run: Callable[[], Wire]) -> Wire:
    for pause in PAUSES:
        try:
            return run()
        except IdempotencyAlreadyInProgressError:
            time.sleep(pause)
    try:
        return run()
    except IdempotencyAlreadyInProgressError:
        raise ConcurrentOperation(UNDER_WAY) from None


def _config() -> IdempotencyConfig:
    return IdempotencyConfig(
        event_key_jmespath="key", payload_validation_jmespath="asked", expires_after_seconds=KEPT,
        hash_function="sha256", lambda_context=cast(LambdaContext, _Never()),
    )  # fmt: skip


@functools.lru_cache(maxsize=1)
def _store(dynamodb: Any) -> DynamoDBPersistenceLayer:
    return DynamoDBPersistenceLayer(Idempotency.Meta.table_name, expiry_attr="expires", boto3_client=dynamodb,
                                    in_progress_expiry_attr="in_progress_expiration")  # fmt: skip
