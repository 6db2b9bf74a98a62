"""How a tag is shown on the resource that has it."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.responses import OwnedResponse


class TagResponse(OwnedResponse):
    """A tag of a resource."""

    key: str = Field(description="The tag's key")
    value: str = Field(description="The tag's value")
    resourceid: str = Field(description="What bears it")
    resourcetype: str = Field(description="The kind of what bears it")
    domainid: str = Field(description="The domain of its owner")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    customer: str | None = Field(None, description="Whom the tag is for")
