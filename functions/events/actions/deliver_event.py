"""deliver_event: one attempt to bring an event to a webhook, and the order for the next one if it fails.

The pauses between attempts grow fourfold. What is never taken is Failed in the webhook's deliveries, from where its owner may
have it sent again; the queue's dead letters are for what this function itself could not do.
"""

from __future__ import annotations

from datetime import UTC, datetime

from functions.events._delivery import REMOVE_MANY, forget_old, letter_of, record
from functions.events._sending import Outcome, post
from javelin.data import settings
from javelin.data.records.webhook import Webhook
from javelin.data.records.webhook_delivery import PENDING, WebhookDelivery
from javelin.messaging.consumers import Queue, consumer
from javelin.messaging.webhooks import LONGEST, QUEUE, SEND_ATTEMPTS, Attempt, order

PAUSE, GROWTH = 10, 4  # seconds before the second attempt, and how much longer each further one waits
MOST_AT_ONCE = 20  # of these functions, so that slow webhooks leave the other functions room


def run(body: str) -> None:
    """A message that comes again, or late, has another number than the attempt that is due, and does nothing."""
    attempt = Attempt.model_validate_json(body)
    delivery = WebhookDelivery.find(attempt.delivery)
    if delivery is None or delivery.state != PENDING or delivery.attempts != attempt.number:
        return
    webhook = Webhook.find(delivery.webhook_id)
    if webhook is None or webhook.audience is None:
        record(delivery, _no_more(), attempt=attempt.number, last=True)
        return
    outcome = post(letter_of(delivery, webhook))
    last = attempt.number + 1 >= settings.WEBHOOK_TRIES.value()
    if not outcome.success and not last:
        order([Attempt(delivery=delivery.id, number=attempt.number + 1)], pause_after(attempt.number))
    if record(delivery, outcome, attempt=attempt.number, last=last) and (outcome.success or last):
        forget_old(webhook.id)


def pause_after(number: int) -> int:
    """Seconds between an attempt and the next."""
    return int(min(PAUSE * GROWTH**number, LONGEST))


def _no_more() -> Outcome:
    now = datetime.now(UTC)
    return Outcome(False, "The webhook was disabled or deleted before this was sent.", "", now, now)


handler = consumer(
    run, Queue(name=QUEUE, batch=1, at_once=MOST_AT_ONCE), timeout=60,
    grants=[Webhook.read, WebhookDelivery.write, REMOVE_MANY, settings.READ_SETTINGS, SEND_ATTEMPTS],
)  # fmt: skip
