"""isAccountAllowedToCreateOfferingsWithTags: whether an account's offerings may ask for certain hosts and pools."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Item, Response
from javelin.data.offerings import MAY_TAG, may_tag
from javelin.data.records.account import Account


class IsAccountAllowedToCreateOfferingsWithTags(Request):
    """Tells whether an account may make offerings with tags: the cloud's admins may, those of domains if a setting says so."""

    id: Uuid = Field(description="The account")


class IsAccountAllowedToCreateOfferingsWithTagsResponse(Response):
    """Whether it may."""

    isallowed: bool = Field(description="Whether the account may make offerings with tags")


@operation(
    IsAccountAllowedToCreateOfferingsWithTags, roles=ROOT, grants=[Account.read, *MAY_TAG],
    answers=IsAccountAllowedToCreateOfferingsWithTagsResponse, object_name="isallowed",
)  # fmt: skip
def handler(request: IsAccountAllowedToCreateOfferingsWithTags, caller: Caller) -> Item:
    """Accounts of plain users make no offerings at all."""
    account = Account.require(request.id)
    match account.role_type:
        case "User":
            allowed = False
        case "DomainAdmin":
            allowed = may_tag(account.id, account.domain_id, account.domain_path)
        case _:
            allowed = account.domain_path == "/" or may_tag(account.id, account.domain_id, account.domain_path)
    return Item("isallowed", IsAccountAllowedToCreateOfferingsWithTagsResponse(isallowed=allowed))
