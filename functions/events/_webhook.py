"""Webhooks: what may be said of one, and how one is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address

from pydantic import Field

from functions.events._types import event_types
from javelin.contract.caller import ADMINS, OPERATORS, Caller
from javelin.contract.errors import InvalidParameter, PermissionDenied
from javelin.contract.responses import OwnedResponse
from javelin.contract.rules import fits
from javelin.data import settings
from javelin.data.owners import owner
from javelin.data.records.account import Account
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.webhook import Webhook
from javelin.messaging import outside

EVERY_TYPE = "*"
MOST_PATTERNS = 50
SCOPES = ("Local", "Domain", "Global")
STATES = ("Enabled", "Disabled")
LOWEST_PORT = 1024  # of those that a webhook may have besides the two of the web: services of machines are below


class WebhookResponse(OwnedResponse):
    """An address that is told of events."""

    id: str = Field(description="The webhook's id")
    name: str = Field(description="The webhook's name")
    description: str = Field(description="What people read about it")
    state: str = Field(description="Enabled or Disabled")
    domainid: str = Field(description="The domain of its owner")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    payloadurl: str = Field(description="Where events are sent")
    sslverification: bool = Field(description="Whether the certificate of an https address is checked")
    scope: str = Field(description="Whose events are sent: Local (the account's), Domain or Global")
    eventtypes: str = Field(description="The types of the events that are sent, in which * stands for anything")
    created: datetime = Field(description="When it was made")


def show_webhook(webhook: Webhook) -> WebhookResponse:
    """A webhook without its secret, which is shown to nobody."""
    return WebhookResponse(
        id=webhook.id, name=webhook.name, description=webhook.description, state=webhook.state, **owner(webhook),
        domainid=webhook.domain_id, domain=name_of(webhook.domain_path), domainpath=shown_path(webhook.domain_path),
        payloadurl=webhook.payload_url, sslverification=webhook.ssl_verification, scope=webhook.scope,
        eventtypes=",".join(webhook.event_types or [EVERY_TYPE]), created=webhook.created,
    )  # fmt: skip


def patterns_of(wanted: Sequence[str] | None) -> list[str] | None:
    """The types of events that a webhook is told of; None for all. Raises InvalidParameter for a pattern that fits none."""
    if wanted is None or EVERY_TYPE in wanted:
        return None
    if len(wanted) > MOST_PATTERNS:
        raise InvalidParameter(f"eventtypes may be {MOST_PATTERNS} at most; use * in some.")
    for pattern in wanted:
        if not any(fits(pattern, kind) for kind in event_types()):
            raise InvalidParameter(
                f"No event has the type {pattern}; listEventTypes shows which there are, * is for anything."
            )
    return [pattern.upper() for pattern in wanted] or None


def one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    """The choice that a value means, whatever its case. Raises InvalidParameter."""
    for choice in choices:
        if choice.lower() == value.lower():
            return choice
    raise InvalidParameter(f"Parameter {name} must be one of {', '.join(choices)}.")


def scope_for(caller: Caller, wanted: str, account: Account) -> str:
    """The scope, if the caller sees whatever it tells of, and so does the account that is to have the webhook.

    Raises PermissionDenied, or InvalidParameter for no scope.
    """
    scope = one_of("scope", wanted, SCOPES)
    if scope == "Global" and not caller.is_root:
        raise PermissionDenied(
            "A webhook of scope Global is told of everybody's events: only ROOT's administrators make one."
        )
    if scope == "Domain" and not caller.sees_domain(account.domain_path):
        raise PermissionDenied(
            "A webhook of scope Domain is told of the whole domain's events: its administrators make one."
        )
    if not may_hear(account, scope):
        raise InvalidParameter(
            f"Account {account.name} does not see whatever a webhook of scope {scope} is told; give it to an administrator's."
        )
    return scope


def may_hear(account: Account, scope: str) -> bool:
    """Whether an account sees what a webhook of this scope is told of."""
    if scope == "Global":
        return account.role_type in OPERATORS and account.domain_path == "/"
    return scope == "Local" or account.role_type in ADMINS


def checked_url(url: str) -> str:
    """The address, if events may be sent there as far as can be seen without asking for its name. Raises InvalidParameter."""
    try:
        parts = outside.parse(url)
    except ValueError as error:
        raise InvalidParameter(f"payloadurl cannot be used: {error}; write https://host/path.") from None
    port = outside.port_of(parts)
    if port not in outside.PORTS.values() and port < LOWEST_PORT:
        raise InvalidParameter(f"payloadurl has port {port}; use 80, 443, or one of {LOWEST_PORT} and above.")
    try:
        ip_address(parts.hostname or "")
    except ValueError:
        return url  # a name: it is looked at when something is sent there
    if not outside.is_permitted(parts.hostname or "", settings.networks(settings.WEBHOOK_SITES)):
        raise InvalidParameter(f"payloadurl leads to {parts.hostname}, where nothing is sent; use a public address.")
    return url
