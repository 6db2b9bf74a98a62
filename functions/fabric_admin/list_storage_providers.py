"""listStorageProviders: what may manage storage pools and image stores."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import OPERATORS, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Text
from javelin.contract.responses import Listing, Response
from javelin.data.lists import window

PROVIDERS = {"PRIMARY": "DefaultPrimary", "IMAGE": "S3"}


class ListStorageProviders(ListRequest):
    """Lists what may manage storage pools (primary) or image stores (image): one of each."""

    type: Text = Field(description="primary or image")


class StorageProviderResponse(Response):
    """A provider."""

    name: str = Field(description="What createStoragePool and addImageStore call it")
    type: str = Field(description="PRIMARY or IMAGE")


@operation(
    ListStorageProviders, roles=OPERATORS, answers=StorageProviderResponse, object_name="dataStoreProvider"
)  # fmt: skip
def handler(request: ListStorageProviders, caller: Caller) -> Listing:
    """What a list refuses is refused here too: half a page."""
    kind, page = request.type.upper(), window(request)
    if kind not in PROVIDERS:
        raise InvalidParameter(f"There are no providers of type {request.type[:64]}; ask for primary or image.")
    found = [name for name in (PROVIDERS[kind],) if (request.keyword or "").lower() in name.lower()]
    rows = [StorageProviderResponse(name=name, type=kind) for name in found[page.start : page.start + page.size]]
    return Listing("dataStoreProvider", rows, len(found))
