"""Events: what happened, in the past tense, told to whoever subscribes. Messages carry no secrets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict, Field

from javelin.contract import explaining, telling
from javelin.contract.caller import Caller
from javelin.contract.grants import Grant, arn
from javelin.data.ids import new_id
from javelin.data.records.account import ROOT_ACCOUNT
from javelin.data.records.domain import ROOT_DOMAIN
from javelin.discovery import names
from javelin.discovery.clients import client, topic_arn
from javelin.observability.log import logger

ANNOUNCE = (Grant(("sns:Publish",), (arn("sns", names.EVENTS_TOPIC),)),)

Word = Annotated[str, Field(max_length=2000)]  # what a table takes: a message that it would refuse is no event
Key = Annotated[str, Field(min_length=1, max_length=250)]


class Event(BaseModel):
    """Something that happened. `type` is CloudStack's (VM.START); `state` Scheduled, Started, Completed or Created."""

    model_config = ConfigDict(frozen=True)

    id: Key = Field(default_factory=new_id)
    type: Key
    level: Literal["INFO", "WARN", "ERROR"] = "INFO"
    state: Literal["Created", "Scheduled", "Started", "Completed"] = "Completed"
    description: str = Field(max_length=50_000)
    account_id: Key
    account: Word
    domain_id: Word
    domain_path: Word
    user_id: Word = ""
    resource_type: Word = ""
    resource_id: str = Field("", max_length=500)
    job_id: Word = ""
    parent_id: Word | None = None
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))


def of_cloud(
    kind: str, description: str, *, resource_type: str, resource_id: str,
    level: Literal["INFO", "WARN", "ERROR"] = "INFO",
) -> Event:  # fmt: skip
    """An event of the cloud itself, which belongs to the root account's system."""
    return Event(
        type=kind, level=level, description=description, account_id=ROOT_ACCOUNT, account="system",
        domain_id=ROOT_DOMAIN, domain_path="/", resource_type=resource_type, resource_id=resource_id,
    )  # fmt: skip


def of_caller(
    caller: Caller, kind: str, description: str, *, resource_type: str, resource_id: str,
    owner: telling.Owner | None = None,
) -> Event:  # fmt: skip
    """An event of what a caller did to a resource, once it is done: the owner's, or the caller's own."""
    return Event(
        type=kind, description=description, **telling.whose(owner or caller), user_id=caller.user_id,
        resource_type=resource_type, resource_id=resource_id,
    )  # fmt: skip


def told_by(caller: Caller, told: dict[str, Any]) -> Event:
    """The event of a caller's call that an operation leaves to the edge: see javelin.contract.telling."""
    return Event(**telling.whose(caller) | {"user_id": caller.user_id} | told)


def announce(*events: Event) -> None:
    """Publish events, ten to a request. They tell of what has been done, so one that cannot be told is left to the log,
    whole, and does not fail what it tells of."""
    for event in events:
        telling.hear(event.type)
    if would := explaining.picture():
        for event in events:
            would.add("events", event.type)
        return
    for start in range(0, len(events), 10):
        _publish(events[start : start + 10])


def _publish(events: tuple[Event, ...]) -> None:
    entries: list[dict[str, Any]] = [
        {
            "Id": str(place),
            "Message": event.model_dump_json(),
            "MessageAttributes": {
                "type": {"DataType": "String", "StringValue": event.type},
                "level": {"DataType": "String", "StringValue": event.level},
            },
        }
        for place, event in enumerate(events)
    ]
    try:
        answer = client("sns").publish_batch(TopicArn=topic_arn(names.EVENTS_TOPIC), PublishBatchRequestEntries=entries)
    except (BotoCoreError, ClientError) as error:
        reason, untold = type(error).__name__, events
    else:
        failed = answer.get("Failed") or []
        reason, untold = "Failed", tuple(events[int(one["Id"])] for one in failed)
    for event in untold:
        logger("events").error("an event was not told", reason=reason, event=event.model_dump(mode="json"))


def read_events(bodies: Sequence[str]) -> tuple[dict[int, Event], list[int]]:
    """The events of a batch of messages by their places, and the places of messages that are no event."""
    told: dict[int, Event] = {}
    unreadable = []
    for place, body in enumerate(bodies):
        try:
            told[place] = read_event(body)
        except ValueError as error:
            logger("events").error("a message is no event", error=type(error).__name__)
            unreadable.append(place)
    return told, unreadable


def read_event(body: str) -> Event:
    """The event in an SQS message that SNS delivered, raw or in its envelope. Raises ValueError for what is none."""
    try:
        fields = json.loads(body)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if isinstance(fields, dict) and "TopicArn" in fields:
        return Event.model_validate_json(str(fields.get("Message")))
    return Event.model_validate(fields)
