"""Second factors: codes of half a minute, from a secret that the user's device shares with the cloud."""

from __future__ import annotations

import time

import pyotp
from pydantic import Field
from pyotp.utils import strings_equal

from javelin.contract.caller import Caller
from javelin.contract.errors import SecondFactorMissing
from javelin.contract.grants import Grant
from javelin.contract.responses import Response
from javelin.contract.secret import Secret
from javelin.data import settings
from javelin.data.records.second_factor import SecondFactor
from javelin.data.records.session import Session
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.sync.attempts import COUNT_ATTEMPTS, Attempts

PROVIDER = "totp"
PERIOD = 30  # seconds of a code
AROUND = (0, -1, 1)  # codes that are taken: clocks differ, and people type
FRESH = 600  # seconds after a code in which its session may give the factor up
TAKE_CODES: tuple[Grant, ...] = (COUNT_ATTEMPTS, settings.READ_SETTINGS, SecondFactor.write, User.write, Session.write)
WRONG = "The code is not right, or was used before; take the next one that your device shows."


class FactorResponse(Response):
    """A user's second factor; the secret is shown when it is set up, and never again."""

    id: str = Field(description="The user")
    username: str = Field(description="The user's name")
    accountid: str = Field(description="The user's account")
    secretcode: Secret | None = Field(None, description="What the user's device makes codes from; keep it safe")


def take_code(caller: Caller, factor: SecondFactor, code: Secret) -> None:
    """Use a code up: the user's factor counts from then on, and the caller's session is proved.

    Raises SecondFactorMissing for a wrong one, one that was used, and PermissionDenied after too many.
    """
    limits = settings.values(settings.LOGIN_ATTEMPTS, settings.LOGIN_SECONDS)
    attempts = Attempts(f"factor/{factor.user_id}", *limits)
    attempts.take()
    wrong = SecondFactorMissing(WRONG)
    step = _step_of(factor.secret, code)
    if step is None:
        raise wrong
    transaction = Transaction()
    unused = (SecondFactor.last_step < step) & (SecondFactor.secret == factor.secret)
    transaction.update(factor, [SecondFactor.last_step.set(step)], unused, wrong)
    if User.require(factor.user_id).second_factor is None:
        transaction.update(User(factor.user_id), [User.second_factor.set(PROVIDER)], User.id.exists(), wrong)
    if caller.session:
        proved = [Session.unproved.remove(), Session.proved.set(int(time.time()))]
        transaction.update(Session(caller.session), proved, Session.digest.exists(), wrong)
    transaction.commit()
    attempts.forget()


def proved_lately(caller: Caller) -> bool:
    """Whether a code was given in the caller's session just now. Signed requests have no session, and none."""
    session = Session.of(caller.session) if caller.session else None
    return session is not None and int(session.proved or 0) > time.time() - FRESH


def _step_of(secret: Secret, code: Secret) -> int | None:
    """The number of the half minute whose code this is, if it is about now."""
    codes, now = pyotp.TOTP(secret.reveal(), interval=PERIOD), int(time.time()) // PERIOD
    fitting = [now + shift for shift in AROUND if strings_equal(code.reveal().strip(), codes.generate_otp(now + shift))]
    return fitting[0] if fitting else None
