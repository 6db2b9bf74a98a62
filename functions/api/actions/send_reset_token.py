"""Send a user who forgot its password a token to set another; whom it does not know, it sends nothing."""

from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import urlencode

from functions.api._callers import credential_of, digest
from functions.api._login_names import READ_USERS, domain_of, user_named
from javelin.contract.secret import Secret
from javelin.data import login_settings, settings
from javelin.data.records.password_reset import PasswordReset
from javelin.data.records.user import User
from javelin.messaging.consumers import Call, consumer
from javelin.messaging.mail import SEND_MAIL, Letter, send

SUBJECT = "Your password"


def run(event: dict[str, Any]) -> None:
    """The token that was sent before is good no more."""
    found = user_named(domain_of(event["domain"]), event["username"])
    if found is None:
        return
    user, token = found[0], Secret(secrets.token_urlsafe(32))
    minutes = login_settings.PASSWORD_RESET_MINUTES.value()
    PasswordReset(
        user.id, digest=digest(token.reveal()), credential=credential_of(user), expires=int(time.time()) + 60 * minutes
    ).save()
    send(Letter(user.email, SUBJECT, _text(user, event["domain"] or "/", token, minutes)))


def _text(user: User, domain: str, token: Secret, minutes: int) -> Secret:
    lines = [
        f"Somebody, you we hope, forgot the password of user {user.username} in domain {domain}.",
        f"This token sets another within {minutes} minutes, once: {token.reveal()}",
    ]
    if site := login_settings.PASSWORD_RESET_SITE.value().rstrip("/"):
        fields = {"username": user.username, "domain": domain, "token": token.reveal()}
        lines.append(f"Or follow this link: {site}/user/resetPassword?{urlencode(fields)}")
    return Secret("\n\n".join([*lines, "If it was not you, do nothing: your password is as it was."]))


handler = consumer(run, Call(), grants=[settings.READ_SETTINGS, *READ_USERS, PasswordReset.write, SEND_MAIL])
