"""listTags: the tags that the caller may see."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import OwnedListRequest, Text
from javelin.contract.responses import Listing
from javelin.contract.tags import TagResponse
from javelin.data.filters import Filters
from javelin.data.indexes import related
from javelin.data.lists import READ_LISTS, list_owned
from javelin.data.owners import owner
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.tag import Tag


class ListTags(OwnedListRequest):
    """Lists tags, of a resource or of all that an account has."""

    resourceid: Text | None = Field(None, description="Only the tags of this resource")
    resourcetype: Text | None = Field(None, description="Only tags of resources of this type")
    key: Text | None = Field(None, description="Only tags of this key")
    value: Text | None = Field(None, description="Only tags of this value")
    customer: Text | None = Field(None, description="Only tags for this customer")


@operation(ListTags, roles=EVERYONE, grants=[Tag.read, *READ_LISTS], answers=TagResponse, object_name="tag", past=False)
def handler(request: ListTags, caller: Caller) -> Listing:
    """Those of one resource, and those of a key, are found by indexes."""
    filters = Filters().word("resource_type", request.resourcetype).contains(request.keyword, "key")
    filters.equal("value", request.value).equal("customer", request.customer)
    if key := request.key:
        filters.found(lambda accounts: related(Tag.by_word, Tag.word_of(key), accounts),
                      lambda tag: tag.key.lower() == key.lower())  # fmt: skip
    only = [row.id for row in Tag.by_resource.query(request.resourceid)] if request.resourceid else None
    tags, count = list_owned(Tag, caller, request, filters, only)
    return Listing("tag", [_show(tag) for tag in tags], count)


def _show(tag: Tag) -> TagResponse:
    return TagResponse(
        key=tag.key, value=tag.value, resourcetype=tag.resource_type, resourceid=tag.resource_id, **owner(tag),
        domainid=tag.domain_id, domain=name_of(tag.domain_path), domainpath=shown_path(tag.domain_path),
        customer=tag.customer,
    )  # fmt: skip
