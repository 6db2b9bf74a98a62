"""createWebhook: have an address told of events as they happen."""

from __future__ import annotations

from pydantic import Field

from functions.events._webhook import STATES, WebhookResponse, checked_url, one_of, patterns_of, scope_for, show_webhook
from javelin.contract import telling
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter, ResourceLimitExceeded
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, SecretText, Text, TextList, Uuid
from javelin.contract.responses import Item
from javelin.data import limits, settings
from javelin.data.ids import new_id
from javelin.data.reach import account_named
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.sequence import Sequence
from javelin.data.records.webhook import MOST, Webhook
from javelin.data.transaction import Transaction


class CreateWebhook(Request):
    """Has an address told of the events of an account, of a domain, or of the whole cloud, by a POST for each."""

    name: Text = Field(description="What it is called")
    payloadurl: Text = Field(description="Where events are sent: https://host/path, or http")
    description: Text = Field("", description="What people read about it")
    state: Text = Field("Enabled", description="Enabled or Disabled")
    secretkey: SecretText | None = Field(
        None, description="Signs what is sent, so that the other side knows who sent it"
    )
    sslverification: Flag = Field(True, description="Whether the certificate of an https address is checked")
    scope: Text = Field(
        "Local", description="Whose events: Local (the account's), or for administrators Domain or Global"
    )
    eventtypes: TextList | None = Field(
        None, description="Only events of these types: names as of listEventTypes, in which * stands for anything"
    )
    account: Text | None = Field(None, description="The account to own it; needs domainid")
    domainid: Uuid | None = Field(None, description="The account's domain")
    projectid: Uuid | None = Field(None, description="The project to own it, instead of account and domainid")


@operation(
    CreateWebhook, roles=EVERYONE, event="WEBHOOK.CREATE", answers=WebhookResponse, object_name="webhook",
    grants=[Webhook.write, Claim.write, Sequence.write, Account.read, Account.check, settings.READ_SETTINGS],
)  # fmt: skip
def handler(request: CreateWebhook, caller: Caller) -> Item:
    """It hears what happens from now on."""
    account = account_named(caller, request.account, request.domainid, request.projectid)
    telling.concerns(account)
    if not request.name.strip():
        raise InvalidParameter("The webhook's name must have a visible character; choose another.")
    webhook = Webhook(
        new_id(), account_id=account.id, account=account.name, domain_id=account.domain_id,
        domain_path=account.domain_path, name=request.name.strip(), description=request.description,
        state=one_of("state", request.state, STATES), payload_url=checked_url(request.payloadurl),
        secret_key=request.secretkey, ssl_verification=request.sslverification,
        scope=scope_for(caller, request.scope, account), slot=_free_slot(account),
        event_types=patterns_of(request.eventtypes),
    )  # fmt: skip
    webhook.audience = webhook.audience_of()
    transaction = Transaction()
    transaction.claim(Webhook.slot_name(account.id, int(webhook.slot)), webhook.id, _meanwhile())
    transaction.create(webhook)
    limits.require_as_read(transaction, account)
    transaction.commit()
    return Item("webhook", show_webhook(webhook))


def _free_slot(account: Account) -> int:
    """The first number that none of the account's webhooks has. Raises ResourceLimitExceeded."""
    index = Webhook.by_owner
    taken = {int(row.slot) for row in index.query(account.id)}
    free = [slot for slot in range(MOST) if slot not in taken]
    if not free:
        raise ResourceLimitExceeded(f"Account {account.name} has {MOST} webhooks already; delete one first.")
    return free[0]


def _meanwhile() -> InvalidParameter:
    return InvalidParameter("Another webhook of the account was made at the same moment; repeat the call.")
