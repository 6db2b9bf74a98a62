"""Who asks AWS for what: every request of a running function is held against its role and AWS's limits.

The clients of the tests' clouds say here what they are asked (`asked`); what runs outside a function, such as a test that
looks, needs no permission.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import boto3
from chalice.app import Chalice

from infra.generator.declarations import COMPONENTS, functions
from javelin.contract.operation import Operation
from javelin.discovery import clients
from javelin.flow.steps import Step
from javelin.messaging.consumers import Consumer
from tests.permissions import limits, places
from tests.permissions.needs import Need, needs
from tests.permissions.policies import EDGE, function_roles

Json = dict[str, Any]
_running: ContextVar[str | None] = ContextVar("running", default=None)


@dataclass
class Log:
    """`used` is what functions were allowed and did; `refused` what AWS would have refused since somebody looked, and
    `unplaced` what was made meanwhile without a look at where its account is."""

    used: set[tuple[str, Need]] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)


log = Log()


def asked(service: str, operation: str, given: Json) -> None:
    """A request is made of AWS, maybe by a function."""
    function = _running.get()
    if function is None:
        return
    log.refused += [f"{service} {operation} by {function}: {why}" for why in limits.broken(service, operation, given)]
    log.unplaced += [f"{function} makes one in {table}" for table in places.unplaced(service, operation, given)]
    for need in needs(service, operation, given):
        if (function, need) in log.used:
            continue
        if function_roles()[function].allows(*need):
            log.used.add((function, need))
        else:
            log.refused.append(f"{function} may not {need[0]} on {need[1]}")


@contextmanager
def running(function: str | None) -> Iterator[None]:
    """What is asked inside is asked by this function."""
    token = _running.set(function)
    try:
        yield
    finally:
        _running.reset(token)


@contextmanager
def watching() -> Iterator[None]:
    """From here on functions are known while they run, and what they open of boto3 is heard."""
    with ExitStack() as patches:
        patches.enter_context(patch.object(clients, "boto3", HeardBoto(boto3.client)))
        for kind in (Operation, Step, Consumer, Chalice):
            patches.enter_context(patch.object(kind, "__call__", _named(kind.__call__)))
        yield


class Heard:
    """A client whose requests are told to `asked`."""

    def __init__(self, service: str, client: Any) -> None:
        self._service, self._client = service, client

    def __getattr__(self, name: str) -> Any:
        does = getattr(self._client, name)
        if name == "_make_api_call":  # PynamoDB's way
            return self._telling(does, lambda operation, given: (operation, given))
        if name == "generate_presigned_url":  # whoever uses the address acts as the one who signed it
            return self._telling(does, lambda method, **given: (f"Presigned{_camel(method)}", given["Params"]))
        if name in ("exceptions", "meta") or not callable(does):
            return does
        return self._telling(does, lambda **given: (_camel(name), given))

    def _telling(self, does: Callable[..., Any], reads: Callable[..., tuple[str, Json]]) -> Callable[..., Any]:
        def call(*named: Any, **given: Any) -> Any:
            asked(self._service, *reads(*named, **given))
            return does(*named, **given)

        return call


@dataclass(frozen=True)
class HeardBoto:
    """Stands where the clients' module has boto3: what it opens is heard."""

    open: Callable[..., Any]

    def client(self, service: str, **options: Any) -> Heard:
        """A client."""
        return Heard(service, self.open(service, **options))


def _named(call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def named(self: Any, *given: Any, **more: Any) -> Any:
        with running(EDGE if isinstance(self, Chalice) else names_by_declaration().get(id(self))):
            return call(self, *given, **more)

    return named


@functools.cache
def names_by_declaration() -> dict[int, str]:
    """The name of every declared function by its declaration's identity; what a test declares itself is not here."""
    return {id(one.declaration): one.function_name for part in COMPONENTS for one in functions(part)}


def _camel(action: str) -> str:
    """start_execution -> StartExecution; list_objects_v2 -> ListObjectsV2."""
    return "".join(word.capitalize() for word in action.split("_"))
