"""listOauthProvider: by whom users may log in; who asks need not have logged in."""

from __future__ import annotations

from pydantic import Field

from functions.api._providers import OauthProviderResponse, show_provider
from javelin.contract.caller import EVERYONE, ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_shared
from javelin.data.records.oauth_provider import OauthProvider


class ListOauthProvider(ListRequest):
    """Lists the providers by whom users may log in."""

    id: Uuid | None = Field(None, description="Only this provider")
    provider: Text | None = Field(None, description="Only the provider of this name")


@operation(
    ListOauthProvider, roles=EVERYONE, answers=OauthProviderResponse, object_name="oauthprovider",
    grants=[OauthProvider.read, *READ_LISTS],
)  # fmt: skip
def handler(request: ListOauthProvider, caller: Caller) -> Listing:
    """Those that are switched off are for the cloud's administrators alone."""
    filters = Filters().equal("name", request.provider).contains(request.keyword, "name")
    if caller.role_type not in ROOT:
        filters.equal("enabled", True)
    rows, count = list_shared(OauthProvider, request, filters, [request.id] if request.id else None)
    return Listing("oauthprovider", [show_provider(row) for row in rows], count)
