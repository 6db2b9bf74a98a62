"""Consumers: functions that queues, streams and schedules invoke, declared beside their code as operations are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from javelin.contract.grants import Grant


@dataclass(frozen=True)
class Queue:
    """An SQS queue with a dead-letter queue; messages come in batches, failed ones alone come again.

    `events` subscribes it to the events topic: a filter policy on the attributes `type` and `level`, {} for all; `alarms` to
    the topic of alarms, each in the envelope of SNS, which has its subject.
    `window` is how many seconds a batch may gather, `visibility` how many a function may take for one.
    `at_once` is how many copies of the function may take from it at the same time, if there is a bound.
    With `together` the function gets the bodies of a batch in one list, and answers the places of those that failed.
    """

    name: str
    batch: int = 10
    window: int = 0
    events: dict[str, list[Any]] | None = None
    alarms: bool = False
    visibility: int = 180
    together: bool = False
    at_once: int | None = None


@dataclass(frozen=True)
class Streams:
    """What becomes of every listed record, from the tables' streams. Only the data component reads them."""

    batch: int = 100
    window: int = 1


@dataclass(frozen=True)
class Schedule:
    """A rate, as EventBridge writes it: rate(1 minute)."""

    rate: str


@dataclass(frozen=True)
class Rule:
    """An EventBridge pattern on the default bus."""

    pattern: dict[str, Any]


@dataclass(frozen=True)
class Call:
    """Invoked by name by other components: a service."""


Source = Queue | Streams | Schedule | Rule | Call


@dataclass(frozen=True)
class Consumer:
    """The declaration; calling it is what Lambda does.

    For a Queue `run` gets one message's body (or all, see `together`), else the event.
    """

    run: Callable[[Any], Any]
    source: Source
    grants: tuple[Grant, ...]
    timeout: int
    memory: int
    environment: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """The module that declares the consumer."""
        return self.run.__module__

    def __call__(self, event: dict[str, Any], context: Any) -> Any:
        """Run on the event; messages of a queue fail one by one."""
        if not isinstance(self.source, Queue):
            return self.run(event)
        if self.source.together:
            failed = self.run([record["body"] for record in event["Records"]]) or []
            return {"batchItemFailures": [{"itemIdentifier": event["Records"][place]["messageId"]} for place in failed]}
        return process_partial_response(
            event=event,
            record_handler=lambda record: self.run(record.body),
            processor=BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False),
            context=context,
        )


def consumer(
    run: Callable[[Any], Any], source: Source, *, grants: Sequence[Grant] = (), timeout: int = 29, memory: int = 256,
    environment: Sequence[str] = (),
) -> Consumer:  # fmt: skip
    """Declare a consumer or service; the module's `handler` is the result. `timeout` is seconds, `memory` MiB."""
    return Consumer(run, source, tuple(grants), timeout, memory, tuple(environment))
