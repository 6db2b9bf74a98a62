"""listWebhooks: the webhooks that the caller may see."""

from __future__ import annotations

from pydantic import Field

from functions.events._webhook import WebhookResponse, show_webhook
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import OwnedListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_owned
from javelin.data.records.webhook import Webhook


class ListWebhooks(OwnedListRequest):
    """Lists webhooks, without their secrets."""

    id: Uuid | None = Field(None, description="Only this webhook")
    state: Text | None = Field(None, description="Only those that are Enabled, or Disabled")
    name: Text | None = Field(None, description="Only those of this name")
    scope: Text | None = Field(None, description="Only those of scope Local, Domain or Global")


@operation(
    ListWebhooks, roles=EVERYONE, grants=[Webhook.read, *READ_LISTS], answers=WebhookResponse, object_name="webhook",
)  # fmt: skip
def handler(request: ListWebhooks, caller: Caller) -> Listing:
    """In order of creation."""
    filters = Filters().word("state", request.state).equal("name", request.name).word("scope", request.scope)
    filters.contains(request.keyword, "name", "description")
    webhooks, count = list_owned(Webhook, caller, request, filters, [request.id] if request.id else None)
    return Listing("webhook", [show_webhook(one) for one in webhooks], count)
