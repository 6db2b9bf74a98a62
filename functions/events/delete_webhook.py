"""deleteWebhook: tell an address nothing any more, and forget what it was told."""

from __future__ import annotations

from pydantic import Field

from functions.events._delivery import REMOVE_MANY, forget
from javelin.contract import telling
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.indexes import related
from javelin.data.records.claim import Claim
from javelin.data.records.webhook import Webhook
from javelin.data.records.webhook_delivery import WebhookDelivery
from javelin.data.transaction import Transaction


class DeleteWebhook(Request):
    """Deletes a webhook and its deliveries; those that still wait are not sent."""

    id: Uuid = Field(description="The webhook")


@operation(
    DeleteWebhook, roles=EVERYONE, event="WEBHOOK.DELETE",
    grants=[Webhook.write, Claim.write, WebhookDelivery.write, REMOVE_MANY],
)  # fmt: skip
def handler(request: DeleteWebhook, caller: Caller) -> Success:
    """Deliveries that are left when this is cut off expire by themselves."""
    webhook = Webhook.visible_to(caller, request.id)
    telling.concerns(webhook)
    transaction = Transaction()
    transaction.delete(webhook, Webhook.id.exists(), Webhook.unknown(webhook.id))
    transaction.release(Webhook.slot_name(webhook.account_id, int(webhook.slot)))
    transaction.commit()
    forget(related(WebhookDelivery.by_webhook, webhook.id, None))
    return Success()
