"""How tags are shown on the resources that have them."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from javelin.contract.responses import Response


class TagResponse(Response):
    """A tag of a resource."""

    key: str = Field(description="The tag's key")
    value: str = Field(description="The tag's value")
    resourceid: str | None = Field(None, description="What bears it")
    resourcetype: str | None = Field(None, description="The kind of what bears it")
    account: str | None = Field(None, description="The account that it belongs to")


def show_tags(tags: Iterable[dict[str, str]] | None) -> list[TagResponse]:
    """The tags as a resource's record keeps them."""
    return [TagResponse(key=tag["key"], value=tag["value"]) for tag in tags or []]
