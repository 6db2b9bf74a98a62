"""resetApiLimit: let an account call again that has made all its calls."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data import settings
from javelin.data.records.account import Account
from javelin.data.records.call_count import CallCount
from javelin.sync.rates import forget


class ResetApiLimit(Request):
    """Lets the calls that an account has made in the present stretch of time count for nothing."""

    account: Uuid | None = Field(None, description="The account; the caller's own when left out")


@operation(
    ResetApiLimit, roles=ROOT, grants=[settings.READ_SETTINGS, Account.read, CallCount.write], event="API.LIMIT.RESET",
)  # fmt: skip
def handler(request: ResetApiLimit, caller: Caller) -> Success:
    """Counts within a second, wherever the account calls."""
    account = Account.require(request.account or caller.account_id)
    forget(account.id, settings.THROTTLING_SECONDS.value())
    return Success()
