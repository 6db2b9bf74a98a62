"""Deliveries of events to webhooks: made of events, recorded, shown, and not kept for ever."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime

from pydantic import Field

from functions.events._sending import Letter, Outcome
from javelin.contract.grants import Grant
from javelin.contract.responses import Response, cloudstack_date
from javelin.data import settings
from javelin.data.records.domain import shown_path
from javelin.data.records.webhook import Webhook
from javelin.data.records.webhook_delivery import FAILED, KEEP, PENDING, SUCCEEDED, WebhookDelivery
from javelin.messaging.events import Event

REMOVE_MANY = Grant(("dynamodb:BatchWriteItem",), WebhookDelivery.write.resources)


class WebhookDeliveryResponse(Response):
    """An event that was sent to a webhook, or will be."""

    id: str = Field(description="The delivery's id")
    eventid: str = Field(description="The event that was sent")
    eventtype: str = Field(description="That event's type")
    webhookid: str | None = Field(None, description="The webhook that it was sent to")
    webhookname: str | None = Field(None, description="That webhook's name")
    headers: str | None = Field(None, description="The headers that were sent, one on a line")
    payload: str = Field(description="The body that was sent")
    success: bool = Field(description="Whether the other side took it")
    response: str | None = Field(None, description="What the other side said to the last attempt")
    startdate: datetime | None = Field(None, description="When the last attempt began")
    enddate: datetime | None = Field(None, description="When the last attempt was over")


def show_delivery(delivery: WebhookDelivery, webhook: Webhook | None) -> WebhookDeliveryResponse:
    """A delivery that is kept."""
    return WebhookDeliveryResponse(
        id=delivery.id, eventid=delivery.event_id, eventtype=delivery.event_type, webhookid=delivery.webhook_id,
        webhookname=webhook.name if webhook else None, headers=delivery.headers, payload=delivery.payload,
        success=delivery.state == SUCCEEDED, response=delivery.response, startdate=delivery.started,
        enddate=delivery.ended,
    )  # fmt: skip


def delivery_of(event: Event, webhook: Webhook) -> WebhookDelivery:
    """The one delivery of an event to a webhook."""
    return WebhookDelivery(
        WebhookDelivery.id_of(event.id, webhook.id, event.at), account_id=webhook.account_id, account=webhook.account,
        domain_id=webhook.domain_id, domain_path=webhook.domain_path, webhook_id=webhook.id, event_id=event.id,
        event_type=event.type, payload=payload_of(event), created=event.at, expires=int(time.time()) + KEEP,
    )  # fmt: skip


def payload_of(event: Event) -> str:
    """The event as listEvents tells of it."""
    return _Told(
        id=event.id, type=event.type, level=event.level, state=event.state, description=event.description,
        account=event.account, accountid=event.account_id, domainid=event.domain_id,
        domainpath=shown_path(event.domain_path), userid=event.user_id or None, resourceid=event.resource_id or None,
        resourcetype=event.resource_type or None, jobid=event.job_id or None, parentid=event.parent_id,
        created=cloudstack_date(event.at),
    ).model_dump_json(exclude_none=True)  # fmt: skip


class _Told(Response):
    """The body of a request to a webhook."""

    id: str
    type: str
    level: str
    state: str
    description: str
    account: str
    accountid: str
    domainid: str
    domainpath: str
    userid: str | None
    resourceid: str | None
    resourcetype: str | None
    jobid: str | None
    parentid: str | None
    created: str


def letter_of(delivery: WebhookDelivery, webhook: Webhook) -> Letter:
    """What is sent for a delivery."""
    return Letter(
        webhook.payload_url, delivery.event_id, delivery.event_type, delivery.payload, webhook.secret_key,
        webhook.ssl_verification,
    )  # fmt: skip


def record(delivery: WebhookDelivery, outcome: Outcome, *, attempt: int | None, last: bool) -> bool:
    """Keep what came of an attempt, unless another one did meanwhile (answers False).

    One of the queue's has its number; one that somebody asks for has none, and does not stop those that are to come.
    """
    changes = [
        WebhookDelivery.headers.set(outcome.headers), WebhookDelivery.response.set(outcome.response),
        WebhookDelivery.started.set(outcome.started), WebhookDelivery.ended.set(outcome.ended),
    ]  # fmt: skip
    when = WebhookDelivery.id.exists()
    if outcome.success or last:
        changes.append(WebhookDelivery.state.set(SUCCEEDED if outcome.success else FAILED))
    if attempt is not None:
        changes.append(WebhookDelivery.attempts.set(attempt + 1))
        when &= (WebhookDelivery.attempts == attempt) & (WebhookDelivery.state == PENDING)
    return delivery.change(*changes, when=when)


def forget_old(webhook_id: str) -> None:
    """Delete what a webhook has more than is kept of what is over."""
    index = WebhookDelivery.by_webhook
    over = sorted(row.id for row in index.query(webhook_id) if row.state != PENDING)
    forget(over[: -settings.WEBHOOK_KEPT.value()])


def forget(ids: Iterable[str]) -> None:
    """Delete deliveries; those that are gone already are no matter."""
    with WebhookDelivery.batch_write() as batch:
        for key in ids:
            batch.delete(WebhookDelivery(key))
