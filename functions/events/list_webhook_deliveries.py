"""listWebhookDeliveries: what webhooks were told, newest first."""

from __future__ import annotations

from pydantic import Field

from functions.events._delivery import WebhookDeliveryResponse, show_delivery
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Moment, OwnedListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_owned, page_of, window
from javelin.data.reach import Reach, reach_of
from javelin.data.records.webhook import Webhook
from javelin.data.records.webhook_delivery import WebhookDelivery


class ListWebhookDeliveries(ListRequest):
    """Lists the deliveries to webhooks that the caller may see: a week's, and so many of each webhook."""

    id: Uuid | None = Field(None, description="Only this delivery")
    webhookid: Uuid | None = Field(None, description="Only deliveries to this webhook")
    startdate: Moment | None = Field(None, description="Only those that were made then or later")
    enddate: Moment | None = Field(None, description="Only those that were made then or earlier")
    eventtype: Text | None = Field(None, description="Only those of events of this type")


@operation(
    ListWebhookDeliveries, roles=EVERYONE, answers=WebhookDeliveryResponse, object_name="webhookdelivery",
    grants=[WebhookDelivery.read, Webhook.read, *READ_LISTS], refuses=("managementserverid",),
)  # fmt: skip
def handler(request: ListWebhookDeliveries, caller: Caller) -> Listing:
    """All that the caller may see, its projects' too, as there is no parameter to ask for less."""
    filters = Filters().related(WebhookDelivery.by_webhook, "webhook_id", request.webhookid)
    filters.word("event_type", request.eventtype).between("created", request.startdate, request.enddate)
    filters.contains(request.keyword, "event_type")
    if request.id is not None:
        within = OwnedListRequest(page=request.page, pagesize=request.pagesize)
        rows, count = list_owned(WebhookDelivery, caller, within, filters, [request.id])
    else:
        wanted = window(request)
        rows, count = page_of(WebhookDelivery, _reach(request, caller), wanted, filters, newest_first=True)
    webhooks = {one.id: one for one in Webhook.load_all(row.webhook_id for row in rows)}
    return Listing("webhookdelivery", [show_delivery(row, webhooks.get(row.webhook_id)) for row in rows], count)


def _reach(request: ListWebhookDeliveries, caller: Caller) -> Reach:
    if request.webhookid is not None:
        return Reach((Webhook.visible_to(caller, request.webhookid).account_id,))
    if caller.role_type == "User":
        return Reach((caller.account_id, *sorted(caller.project_accounts)))
    return reach_of(caller, OwnedListRequest(listall=True))
