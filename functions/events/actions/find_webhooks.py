"""find_webhooks: for every event, the webhooks that are to be told of it, and a delivery to each, once."""

from __future__ import annotations

from collections.abc import Iterable

from functions.events._delivery import delivery_of
from functions.events._webhook import may_hear
from javelin.contract.errors import ConcurrentOperation
from javelin.data.indexes import related
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.sequence import Sequence
from javelin.data.records.webhook import Webhook, audiences
from javelin.data.records.webhook_delivery import PENDING, WebhookDelivery
from javelin.data.transaction import Transaction
from javelin.messaging.consumers import Queue, consumer
from javelin.messaging.events import read_events
from javelin.messaging.webhooks import SEND_ATTEMPTS, Attempt, order

AT_ONCE = 50  # deliveries that are made in one transaction


def run(bodies: list[str]) -> list[int]:
    """Answers what is no event. A batch that comes again finds its deliveries made, and orders those not tried yet."""
    read, unreadable = read_events(bodies)
    told = {event.id: event for event in read.values()}
    above = {path: _between(path) for path in {event.domain_path for event in told.values()}}
    concerned = {
        event.id: audiences(event.account_id, {event.domain_id, *above[event.domain_path], ROOT_DOMAIN})
        for event in told.values()
    }
    webhooks = _listening({one for each in concerned.values() for one in each})
    wanted = [
        delivery_of(event, webhook)
        for event in told.values() for webhook in webhooks
        if webhook.audience in concerned[event.id] and webhook.hears(event.type)
    ]  # fmt: skip
    for start in range(0, len(wanted), AT_ONCE):
        order([Attempt(delivery=key, number=0) for key in _made(wanted[start : start + AT_ONCE])])
    return unreadable


def _between(path: str) -> list[str]:
    """The domains between the one at this path and ROOT, which are found by their paths."""
    names = path.strip("/").split("/")[:-1]
    paths = ["/" + "".join(f"{name}/" for name in names[: count + 1]) for count in range(len(names))]
    return [key for one in paths if (key := Claim.owner_of(Domain.claim_name(one)))]


def _listening(wanted: Iterable[str]) -> list[Webhook]:
    """The enabled webhooks of these audiences, but for those of whoever administers nothing any more and is told of others."""
    ids = [key for audience in sorted(wanted) for key in related(Webhook.by_audience, audience, None)]
    found = Webhook.load_all(ids)
    owners = {one.id: one for one in Account.load_all(hook.account_id for hook in found if hook.scope != "Local")}
    return [one for one in found if one.scope == "Local" or _hears(owners.get(one.account_id), one.scope)]


def _hears(owner: Account | None, scope: str) -> bool:
    return owner is not None and may_hear(owner, scope)


def _made(wanted: list[WebhookDelivery]) -> list[str]:
    """Make deliveries; answers the ids of those that wait for their first attempt."""
    try:
        _create(wanted)
    except ConcurrentOperation:  # some are there: find out which
        there = {one.id: one for one in WebhookDelivery.load_all(one.id for one in wanted)}
        missing = [one for one in wanted if one.id not in there]
        if len(missing) == len(wanted):
            raise
        _create(missing)
        waiting = [one.id for one in there.values() if one.state == PENDING and not one.attempts]
        return [*(one.id for one in missing), *waiting]
    return [one.id for one in wanted]


def _create(deliveries: list[WebhookDelivery]) -> None:
    transaction = Transaction()
    for delivery in deliveries:
        transaction.create(delivery)
    if deliveries:
        transaction.commit()


SOURCE = Queue(name="webhook-events", events={}, batch=50, window=1, together=True)
handler = consumer(
    run, SOURCE, grants=[Webhook.read, Account.read, WebhookDelivery.write, Claim.read, Sequence.write, SEND_ATTEMPTS]
)  # fmt: skip
