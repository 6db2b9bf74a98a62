"""Deliveries to webhooks on their way: one message for each attempt, which may wait in the queue before it is made."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from javelin.contract.grants import Grant, arn
from javelin.discovery import names
from javelin.discovery.clients import client, queue_url

QUEUE = "webhook-deliveries"
AT_ONCE = 10  # messages that SQS takes together
LONGEST = 900  # seconds that SQS keeps a message back

SEND_ATTEMPTS = Grant(("sqs:SendMessage", "sqs:GetQueueUrl"), (arn("sqs", f"{names.PREFIX}-{QUEUE}"),))


class NotSent(Exception):
    """The queue did not take everything; whoever asked for it comes again."""


class Attempt(BaseModel):
    """The attempt of this number, from 0, to deliver."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    delivery: str = Field(min_length=1, max_length=64)
    number: int = Field(ge=0, le=100)


def order(attempts: Sequence[Attempt], delay: int = 0) -> None:
    """Have attempts made after so many seconds. Raises NotSent."""
    for start in range(0, len(attempts), AT_ONCE):
        entries = [
            {"Id": str(place), "MessageBody": one.model_dump_json(), "DelaySeconds": min(delay, LONGEST)}
            for place, one in enumerate(attempts[start : start + AT_ONCE])
        ]
        answer = client("sqs").send_message_batch(QueueUrl=queue_url(f"{names.PREFIX}-{QUEUE}"), Entries=entries)
        if failed := answer.get("Failed"):
            raise NotSent(f"{len(failed)} attempts were not taken by the queue")
