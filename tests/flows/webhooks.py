"""Webhooks of a tenant, for the functions that find them and that deliver events to them. Nobody is where they lead to."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from functions.events._delivery import delivery_of
from javelin.data.ids import new_id
from javelin.data.records.webhook import Webhook
from javelin.data.records.webhook_delivery import WebhookDelivery
from javelin.data.transaction import Transaction
from javelin.messaging.events import Event
from javelin.messaging.webhooks import Attempt
from tests.flows.arranging import Act, invoked
from tests.flows.faults import Injected
from tests.flows.stage import Stage

Json = dict[str, Any]
INSIDE = "https://10.0.0.1/hook"  # where nothing is sent, so that attempts fail at once
LAST = 4  # the number of the last attempt


def event(stage: Stage, number: int) -> Event:
    """Something that happened to the tenant."""
    tenant = stage.ground.tenant
    return Event(
        type="VM.START", description=f"number {number}", account_id=tenant.account_id, account=tenant.account,
        domain_id=tenant.domain_id, domain_path=tenant.domain_path, at=datetime.fromtimestamp(int(time.time()), UTC),
    )  # fmt: skip


def listening(stage: Stage, number: int = 2) -> None:
    """The tenant has webhooks."""
    tenant = stage.ground.tenant
    for slot in range(number):
        webhook = Webhook(
            new_id(), account_id=tenant.account_id, account=tenant.account, domain_id=tenant.domain_id,
            domain_path=tenant.domain_path, name=f"hook {slot}", payload_url=INSIDE, state="Enabled", scope="Local",
            slot=slot,
        )  # fmt: skip
        webhook.audience = webhook.audience_of()
        _create(webhook)


def waiting(stage: Stage) -> None:
    """Two deliveries wait: one for its first attempt, one for its last."""
    listening(stage, 1)
    (webhook,) = Webhook.load_all(row["id"] for row in stage.world.records("Webhook"))
    for number, attempts in enumerate((0, LAST)):
        delivery = delivery_of(event(stage, number), webhook)
        delivery.attempts = attempts
        _create(delivery)


def announced(stage: Stage) -> list[Act]:
    """Two batches of messages, of which one event is in both."""
    told = [event(stage, number).model_dump_json() for number in range(3)]
    return invoked("events-find-webhooks", *(of_queue(*batch) for batch in (told[:2], told[1:])))


def tried(stage: Stage) -> list[Act]:
    """The attempt that is due of each delivery."""
    due = [Attempt(delivery=row["id"], number=row["attempts"]) for row in stage.world.records("WebhookDelivery")]
    acts = invoked("events-deliver-event", *(of_queue(one.model_dump_json()) for one in due))
    return [lambda act=act: _whole(act()) for act in acts]


def _whole(answer: Any) -> None:
    """Messages that failed come again."""
    if answer["batchItemFailures"]:
        raise Injected("a message failed")


def of_queue(*bodies: str) -> Json:
    """What Lambda gives a function of messages."""
    return {"Records": [
        {"messageId": str(place), "body": body, "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:x:1:q",
         "receiptHandle": "r", "attributes": {}, "messageAttributes": {}, "md5OfBody": "", "awsRegion": "x"}
        for place, body in enumerate(bodies)
    ]}  # fmt: skip


def each_event_is_to_be_told_once(stage: Stage) -> list[str]:
    """Three events, two webhooks, and an attempt ordered for each."""
    made = stage.world.records("WebhookDelivery")
    ordered = {Attempt.model_validate_json(body).delivery for body in stage.world.queues.ordered}
    wrong = [] if len(made) == 6 else [f"there are {len(made)} deliveries"]
    return wrong + [f"no attempt at {row['id']} is ordered" for row in made if row["id"] not in ordered]


def one_is_given_up(stage: Stage) -> list[str]:
    """The other one is tried again."""
    states = {(row["state"], row["attempts"]) for row in stage.world.records("WebhookDelivery")}
    ordered = {Attempt.model_validate_json(body).number for body in stage.world.queues.ordered}
    wrong = [] if states == {("Pending", 1), ("Failed", LAST + 1)} else [f"deliveries are {states}"]
    return wrong if ordered == {1} else [*wrong, f"ordered are attempts {ordered}"]


def _create(record: Webhook | WebhookDelivery) -> None:
    transaction = Transaction()
    transaction.create(record)
    transaction.commit()
