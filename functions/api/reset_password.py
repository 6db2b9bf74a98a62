"""resetPassword: set another password by the token that forgotPassword sent."""

from __future__ import annotations

import hmac
import time

from pydantic import Field

from functions.api._callers import credential_of, digest
from functions.api._guesses import COUNT_GUESSES, tries_of
from functions.api._login_names import READ_USERS, domain_of, user_named
from javelin.contract.caller import Caller
from javelin.contract.errors import PermissionDenied
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, SecretText, Text
from javelin.contract.responses import Success
from javelin.contract.secret import Secret
from javelin.contract.telling import whose
from javelin.data import settings
from javelin.data.password_policy import require_good
from javelin.data.passwords import hash_password
from javelin.data.records.password_reset import PasswordReset
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.messaging.events import Event, announce
from javelin.sync.attempts import login_of

WRONG = "The token is not good for this user, or not any more; have another sent by forgotPassword."


class ResetPassword(Request):
    """Sets a user's password by a token that was sent to its e-mail address; the user's sessions end."""

    username: Text = Field(description="The user's name")
    domain: Text | None = Field(None, description="The path of the user's domain, /a/b; ROOT when left out")
    token: SecretText = Field(description="The token that was sent")
    password: SecretText = Field(description="The new password")
    sourceaddress: Text | None = Field(None, description="Put here by the edge: the address that the request came from")


@operation(
    ResetPassword, roles=frozenset(), post_only=True, memory=512,
    grants=[*READ_USERS, User.write, PasswordReset.write, *COUNT_GUESSES], event="USER.PASSWORD.RESET",
)  # fmt: skip
def handler(request: ResetPassword, caller: Caller) -> Success:
    """Whatever is wrong, the answer is the same. A password that the domain does not take leaves the token good."""
    of_address = tries_of(f"address/{request.sourceaddress}", settings.LOGIN_ATTEMPTS_SOURCE)
    of_address.take()
    domain_id = domain_of(request.domain)
    found = user_named(domain_id, request.username)
    reset = PasswordReset.of(found[0].id if found else "-")
    wrong = PermissionDenied(WRONG)
    if found is None or reset is None or not _good(reset, request.token, found[0]):
        raise wrong
    user, account = found
    require_good(request.password, user.username, user.domain_id, user.domain_path)
    transaction = Transaction()
    transaction.delete(reset, PasswordReset.digest == reset.digest, wrong)
    user.password = hash_password(request.password)
    transaction.save(user)
    transaction.commit()
    of_address.give_back()
    tries_of(login_of(domain_id, user.username), settings.LOGIN_ATTEMPTS).forget()
    announce(
        Event(
            type="USER.PASSWORD.RESET", description=f"User {user.username} set its password by a token that it was sent",
            **whose(account), user_id=user.id, resource_type="User", resource_id=user.id,
        )
    )  # fmt: skip
    return Success()


def _good(reset: PasswordReset, token: Secret, user: User) -> bool:
    """Whether the token is the one that was sent last, in its time, for the password that the user still has."""
    same = hmac.compare_digest(digest(token.reveal()), reset.digest)
    return same and int(reset.expires) > time.time() and reset.credential == credential_of(user)
