"""How often an account may call; the cloud's own administrators may always, to help while somebody floods it."""

from __future__ import annotations

from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import TooManyRequests
from javelin.data import settings
from javelin.sync.rates import Rates

_rates = Rates()


def require_rate(caller: Caller) -> None:
    """Count the call. Raises TooManyRequests if the account has made all that it may for now."""
    if caller.role_type in ROOT or not settings.THROTTLING.value():
        return
    most, seconds = settings.THROTTLING_MOST.value(), settings.THROTTLING_SECONDS.value()
    wait = _rates.take(caller.account_id, most, seconds)
    if wait:
        raise TooManyRequests(
            f"Your account has made the {most} calls that it may make in {seconds} seconds; call again in {wait} seconds."
        )
