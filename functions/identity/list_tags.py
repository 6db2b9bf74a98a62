"""listTags: the tags that the caller may see."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import OwnedListRequest, Text
from javelin.contract.responses import Listing, Response
from javelin.data.lists import list_owned
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain, name_of, shown_path
from javelin.data.records.sequence import Sequence
from javelin.data.records.tag import Tag


class ListTags(OwnedListRequest):
    """Lists tags, of a resource or of all that an account has."""

    resourceid: Text | None = Field(None, description="Only the tags of this resource")
    resourcetype: Text | None = Field(None, description="Only tags of resources of this type")
    key: Text | None = Field(None, description="Only tags of this key")
    value: Text | None = Field(None, description="Only tags of this value")
    customer: Text | None = Field(None, description="Only tags for this customer")


class TagResponse(Response):
    """A tag."""

    key: str = Field(description="The key")
    value: str = Field(description="The value")
    resourcetype: str = Field(description="What it is on")
    resourceid: str = Field(description="The resource's id")
    account: str = Field(description="The resource's account")
    domainid: str = Field(description="That account's domain")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    customer: str | None = Field(None, description="Whom the tag is for")


@operation(
    ListTags, roles=EVERYONE, grants=[Tag.read, Sequence.read, Account.read, Domain.read], answers=TagResponse,
    object_name="tag",
)  # fmt: skip
def handler(request: ListTags, caller: Caller) -> Listing:
    """Those of one resource are found by an index."""

    def keep(tag: Tag) -> bool:
        return (
            (request.resourcetype is None or request.resourcetype.lower() == tag.resource_type.lower())
            and (request.key is None or tag.key.lower() == request.key.lower())
            and (request.value is None or tag.value == request.value)
            and (request.customer is None or tag.customer == request.customer)
            and (request.keyword is None or request.keyword.lower() in tag.key.lower())
        )

    only = [row.id for row in Tag.by_resource.query(request.resourceid)] if request.resourceid else None
    tags, count = list_owned(Tag, caller, request, keep, only)
    return Listing("tag", [_show(tag) for tag in tags], count)


def _show(tag: Tag) -> TagResponse:
    return TagResponse(
        key=tag.key, value=tag.value, resourcetype=tag.resource_type, resourceid=tag.resource_id, account=tag.account,
        domainid=tag.domain_id, domain=name_of(tag.domain_path), domainpath=shown_path(tag.domain_path),
        customer=tag.customer,
    )  # fmt: skip
