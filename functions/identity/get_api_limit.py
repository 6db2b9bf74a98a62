"""getApiLimit: how many calls the caller's account has made, and may make."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request
from javelin.contract.responses import Item, Response
from javelin.data import settings
from javelin.data.records.call_count import CallCount
from javelin.sync.rates import standing


class GetApiLimit(Request):
    """Shows how many calls the caller's account has made in the present stretch of time, and may make in all."""


class ApiLimitResponse(Response):
    """Calls of an account; they are told of in fiftieths of the limit, so that some may not be counted yet."""

    accountid: str = Field(description="The account")
    account: str = Field(description="The account's name")
    apiIssued: int = Field(description="Calls that it has made")  # noqa: N815 - the contract's name
    apiAllowed: int = Field(description="Calls that it may make")  # noqa: N815 - the contract's name
    expireAfter: int = Field(description="Seconds until counting starts anew")  # noqa: N815 - the contract's name


@operation(
    GetApiLimit, roles=EVERYONE, grants=[settings.READ_SETTINGS, CallCount.read], answers=ApiLimitResponse,
    object_name="apilimit",
)  # fmt: skip
def handler(request: GetApiLimit, caller: Caller) -> Item:
    """The cloud's own administrators are not counted: theirs are none."""
    issued, left = standing(caller.account_id, settings.THROTTLING_SECONDS.value())
    shown = ApiLimitResponse(
        accountid=caller.account_id, account=caller.account, apiIssued=issued,
        apiAllowed=settings.THROTTLING_MOST.value(), expireAfter=left,
    )  # fmt: skip
    return Item("apilimit", shown)
