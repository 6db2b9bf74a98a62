"""updateWebhook: change what is said about a webhook, or have it rest."""

from __future__ import annotations

from pydantic import Field

from functions.events._webhook import STATES, WebhookResponse, checked_url, one_of, patterns_of, scope_for, show_webhook
from javelin.contract import telling
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, SecretText, Text, TextList, Uuid
from javelin.contract.responses import Item
from javelin.data import settings
from javelin.data.records.account import Account
from javelin.data.records.webhook import Webhook
from javelin.data.transaction import Transaction


class UpdateWebhook(Request):
    """Changes what is given. Deliveries that still wait go to where the webhook is then."""

    id: Uuid = Field(description="The webhook")
    name: Text | None = Field(None, description="A new name")
    description: Text | None = Field(None, description="What people read about it")
    state: Text | None = Field(None, description="Enabled, or Disabled: it is told nothing then")
    payloadurl: Text | None = Field(None, description="Where events are sent: https://host/path, or http")
    secretkey: SecretText | None = Field(None, description="Signs what is sent")
    sslverification: Flag | None = Field(None, description="Whether the certificate of an https address is checked")
    scope: Text | None = Field(None, description="Whose events: Local, or for administrators Domain or Global")
    eventtypes: TextList | None = Field(
        None, description="Only events of these types, in which * stands for anything; * for all events"
    )


@operation(
    UpdateWebhook, roles=EVERYONE, event="WEBHOOK.UPDATE", answers=WebhookResponse, object_name="webhook",
    grants=[Webhook.write, Account.read, settings.READ_SETTINGS],
)  # fmt: skip
def handler(request: UpdateWebhook, caller: Caller) -> Item:
    """Who may not make a webhook of its scope does not send it elsewhere either."""
    webhook = Webhook.visible_to(caller, request.id)
    telling.concerns(webhook)
    webhook.scope = scope_for(caller, request.scope or webhook.scope, Account.require(webhook.account_id))
    if request.name is not None:
        if not request.name.strip():
            raise InvalidParameter("The webhook's name must have a visible character; choose another.")
        webhook.name = request.name.strip()
    if request.description is not None:
        webhook.description = request.description
    if request.state is not None:
        webhook.state = one_of("state", request.state, STATES)
    if request.payloadurl is not None:
        webhook.payload_url = checked_url(request.payloadurl)
    if request.secretkey is not None:
        webhook.secret_key = request.secretkey
    if request.sslverification is not None:
        webhook.ssl_verification = request.sslverification
    if request.eventtypes is not None:
        webhook.event_types = patterns_of(request.eventtypes)
    webhook.audience = webhook.audience_of()
    transaction = Transaction()
    transaction.save(webhook)
    transaction.commit()
    return Item("webhook", show_webhook(webhook))
