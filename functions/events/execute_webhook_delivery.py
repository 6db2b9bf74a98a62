"""executeWebhookDelivery: send a delivery again, or try what a webhook makes of a request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from functions.events._delivery import WebhookDeliveryResponse, letter_of, record, show_delivery
from functions.events._sending import Letter, Outcome, post
from functions.events._webhook import checked_url
from javelin.contract import explaining, telling
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Length, Request, SecretText, Text, Uuid
from javelin.contract.responses import Item
from javelin.data import settings
from javelin.data.ids import new_id
from javelin.data.records.webhook import Webhook
from javelin.data.records.webhook_delivery import WebhookDelivery

TEST = "webhook-test"  # instead of the type of an event
LONGEST_PAYLOAD = 4096  # characters


class ExecuteWebhookDelivery(Request):
    """Sends a delivery once more, or a test to a webhook or an address; tests are not kept. It waits for the answer."""

    id: Uuid | None = Field(None, description="The delivery to send again, to where its webhook is now")
    webhookid: Uuid | None = Field(None, description="The webhook to send a test to")
    payloadurl: Text | None = Field(None, description="Where to send a test to, instead of to a webhook")
    secretkey: SecretText | None = Field(None, description="Signs a test to payloadurl")
    sslverification: Flag | None = Field(None, description="Whether a test checks the certificate")
    payload: Annotated[Text, Length(LONGEST_PAYLOAD)] | None = Field(None, description="The body of a test")


@operation(
    ExecuteWebhookDelivery, roles=EVERYONE, event="WEBHOOK.DELIVERY.EXECUTE",
    answers=WebhookDeliveryResponse, object_name="webhookdelivery",
    grants=[Webhook.read, WebhookDelivery.write, settings.READ_SETTINGS], timeout=29,
)  # fmt: skip
def handler(request: ExecuteWebhookDelivery, caller: Caller) -> Item:
    """One attempt; those that the cloud still makes by itself are not stopped by one that fails."""
    shown = _again(request, caller) if request.id else _test(request, caller)
    return Item("webhookdelivery", shown)


def _again(request: ExecuteWebhookDelivery, caller: Caller) -> WebhookDeliveryResponse:
    given = (request.webhookid, request.payloadurl, request.secretkey, request.sslverification, request.payload)
    if any(one is not None for one in given):
        raise InvalidParameter("A delivery is sent again as it was: give id alone, or leave it out for a test.")
    delivery = WebhookDelivery.visible_to(caller, str(request.id))
    webhook = Webhook.visible_to(caller, delivery.webhook_id)
    telling.concerns(webhook)
    outcome = _post(letter_of(delivery, webhook))
    record(delivery, outcome, attempt=None, last=False)
    return show_delivery(WebhookDelivery.find(delivery.id) or delivery, webhook)


def _test(request: ExecuteWebhookDelivery, caller: Caller) -> WebhookDeliveryResponse:
    """To another address a webhook's secret signs nothing."""
    webhook = Webhook.visible_to(caller, request.webhookid) if request.webhookid else None
    if webhook is not None:
        telling.concerns(webhook)
    verified = request.sslverification is not False
    if request.payloadurl is not None:
        url, secret = checked_url(request.payloadurl), request.secretkey
    elif webhook is not None:
        url, secret = webhook.payload_url, request.secretkey or webhook.secret_key
        verified = webhook.ssl_verification if request.sslverification is None else verified
    else:
        raise InvalidParameter("Give id to send a delivery again, or webhookid or payloadurl for a test.")
    letter = Letter(url, new_id(), TEST, request.payload or '{"test":true}', secret, verified)
    outcome = _post(letter)
    return WebhookDeliveryResponse(
        id=new_id(), eventid=letter.event_id, eventtype=TEST, webhookid=webhook.id if webhook else None,
        webhookname=webhook.name if webhook else None, headers=outcome.headers, payload=letter.payload,
        success=outcome.success, response=outcome.response, startdate=outcome.started, enddate=outcome.ended,
    )  # fmt: skip


def _post(letter: Letter) -> Outcome:
    if would := explaining.picture():
        would.add("requests", letter.url)
        now = datetime.now(UTC)
        return Outcome(True, "", "", now, now)
    return post(letter)
