"""How an image store is shown."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.responses import AnnotatedResponse
from javelin.data.records.image_store import ImageStore


class ImageStoreResponse(AnnotatedResponse):
    """An image store."""

    id: str = Field(description="The store's id")
    name: str = Field(description="The store's name")
    url: str = Field(description="s3://<bucket>")
    protocol: str = Field("s3", description="s3")
    providername: str = Field(description="S3")
    scope: str = Field(description="REGION, or ZONE when it is for one zone")
    zoneid: str | None = Field(None, description="The zone that it is for")
    zonename: str | None = Field(None, description="The zone's name")
    readonly: bool = Field(description="Whether nothing is added")


def show(store: ImageStore) -> ImageStoreResponse:
    """A store."""
    return ImageStoreResponse(
        hasannotations=bool(store.notes),
        id=store.id, name=store.name, url=f"s3://{store.bucket}", providername=store.provider,
        scope="ZONE" if store.zone_id else "REGION", zoneid=store.zone_id, zonename=store.zone_name,
        readonly=store.read_only,
    )  # fmt: skip
