"""deleteWebhookDelivery: forget what a webhook was told."""

from __future__ import annotations

from pydantic import Field

from functions.events._delivery import REMOVE_MANY, forget
from javelin.contract import telling
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Moment, Request, Uuid
from javelin.contract.responses import Success
from javelin.data.filters import Filters
from javelin.data.indexes import related
from javelin.data.records.webhook import Webhook
from javelin.data.records.webhook_delivery import WebhookDelivery


class DeleteWebhookDelivery(Request):
    """Deletes one delivery, or those to a webhook; what still waits is not sent."""

    id: Uuid | None = Field(None, description="The delivery")
    webhookid: Uuid | None = Field(None, description="All deliveries to this webhook")
    startdate: Moment | None = Field(None, description="With webhookid: only those that were made then or later")
    enddate: Moment | None = Field(None, description="With webhookid: only those that were made then or earlier")


@operation(
    DeleteWebhookDelivery, roles=EVERYONE, event="WEBHOOK.DELIVERY.DELETE", refuses=("managementserverid",),
    grants=[Webhook.read, WebhookDelivery.write, REMOVE_MANY],
)  # fmt: skip
def handler(request: DeleteWebhookDelivery, caller: Caller) -> Success:
    """One of both is needed: nobody means all."""
    if (request.id is None) == (request.webhookid is None):
        raise InvalidParameter("Give id for one delivery, or webhookid for those of a webhook.")
    if request.id is not None:
        if request.startdate or request.enddate:
            raise InvalidParameter(
                "startdate and enddate choose among a webhook's deliveries: give webhookid instead of id."
            )
        delivery = WebhookDelivery.visible_to(caller, request.id)
        telling.concerns(delivery)
        forget([delivery.id])
        return Success()
    webhook = Webhook.visible_to(caller, str(request.webhookid))
    telling.concerns(webhook)
    ids = related(WebhookDelivery.by_webhook, webhook.id, None)
    if request.startdate or request.enddate:
        within = Filters().between("created", request.startdate, request.enddate)
        ids = [row.id for row in WebhookDelivery.load_all(ids) if within.passes(row)]
    forget(ids)
    return Success()
