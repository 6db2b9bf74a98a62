"""One request to a webhook: signed, to an address that is permitted, within its time; what came of it, in words."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

from javelin.contract.secret import Secret
from javelin.data import settings
from javelin.messaging import outside

MOST_READ = 64 * 1024  # bytes of an answer
MOST_KEPT = 1000  # characters of it
AGENT = "Javelin-Webhook/1.0"


@dataclass(frozen=True)
class Letter:
    """What is sent where. `event_id` is the same in every attempt: whoever got it twice knows it by that."""

    url: str
    event_id: str
    event_type: str
    payload: str
    secret: Secret | None = None
    verified: bool = True

    def headers(self) -> dict[str, str]:
        """As CloudStack's own webhooks have them, so that whoever listens to those listens to these."""
        kind = "application/json" if _is_json(self.payload) else "text/plain"
        headers = {
            "Content-Type": f"{kind}; charset=UTF-8", "User-Agent": AGENT, "X-CS-Event-ID": self.event_id,
            "X-CS-Event": self.event_type,
        }  # fmt: skip
        if self.secret is not None:
            headers["X-CS-Signature"] = signature(self.payload, self.secret)
        return headers


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended."""

    success: bool
    response: str
    headers: str
    started: datetime
    ended: datetime


def signature(payload: str, secret: Secret) -> str:
    """HMAC-SHA256 of the body with the webhook's secret, in base64."""
    return base64.b64encode(hmac.digest(secret.reveal().encode(), payload.encode(), hashlib.sha256)).decode()


def post(letter: Letter) -> Outcome:
    """Send it. Whatever goes wrong is an outcome, never an exception: addresses are of tenants."""
    started, headers = datetime.now(UTC), letter.headers()
    try:
        success, response = _ask(letter, headers)
    except outside.NotPermitted as error:
        success, response = False, f"{error}, where nothing is sent."
    except (OSError, HTTPException, ValueError) as error:
        success, response = False, f"{urlsplit(letter.url).hostname} did not answer: {type(error).__name__}."
    shown = "\n".join(f"{name}: {value}" for name, value in headers.items())
    return Outcome(success, response, shown, started, datetime.now(UTC))


def _ask(letter: Letter, headers: Mapping[str, str]) -> tuple[bool, str]:
    """Redirects are not followed, and no more is read than is kept of the answer's beginning."""
    parts, seconds = outside.parse(letter.url), settings.WEBHOOK_SECONDS.value()
    allowed = settings.networks(settings.WEBHOOK_SITES)
    address = outside.permitted_address(parts.hostname or "", outside.port_of(parts), allowed)
    with outside.connection(parts, seconds, address, verified=letter.verified, whole=seconds) as http:
        http.request("POST", outside.target_of(parts), letter.payload.encode(), dict(headers))
        answer = http.getresponse()
        return 200 <= answer.status < 300, _told(answer)


def _told(answer: HTTPResponse) -> str:
    text = answer.read(MOST_READ).decode(errors="replace")
    legible = "".join(one if one.isprintable() or one == "\n" else " " for one in text[:MOST_KEPT])
    return f"{answer.status} {legible}".strip()


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
