"""listHostTags: the tags of hosts that offerings may ask for."""

from __future__ import annotations

from uuid import NAMESPACE_OID, uuid5

from pydantic import Field

from javelin.contract.caller import ADMINS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest
from javelin.contract.responses import Listing, Response
from javelin.data.lists import window
from javelin.data.records.host import Host
from javelin.data.records.sequence import Sequence
from javelin.data.walk import ids_of


class ListHostTags(ListRequest):
    """Lists the tags that hosts have, each once."""


class HostTagResponse(Response):
    """A tag of hosts."""

    id: str = Field(description="The tag's id, which is the same wherever the tag is")
    name: str = Field(description="The tag")
    isimplicit: bool = Field(False, description="Whether hosts have it by themselves")


@operation(
    ListHostTags, roles=ADMINS, grants=[Host.read, Sequence.read], answers=HostTagResponse, object_name="hosttag",
)  # fmt: skip
def handler(request: ListHostTags, caller: Caller) -> Listing:
    """In alphabetical order; which hosts have a tag, listHosts and listCapacity say."""
    hosts = (host for ids in ids_of(Host) for host in Host.load_all(ids))
    keyword = (request.keyword or "").lower()
    names = sorted({str(tag) for host in hosts for tag in host.tags if keyword in str(tag).lower()})
    rows = [HostTagResponse(id=str(uuid5(NAMESPACE_OID, f"host tag {name}")), name=name) for name in names]
    return Listing("hosttag", window(request).of(rows), len(rows))
