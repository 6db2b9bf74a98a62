"""ImageStore: where images of templates are kept: the cloud's own bucket, under the name that an operator gave it."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from javelin.data.record import ByCloud, Shared, table_name


class ImageStore(Shared):
    """`zone_id` is absent for the whole region."""

    noun = "image store"

    class Meta:
        table_name = table_name("ImageStore")

    name = UnicodeAttribute()
    bucket = UnicodeAttribute()
    provider = UnicodeAttribute(default="S3")
    zone_id = UnicodeAttribute(null=True)
    zone_name = UnicodeAttribute(null=True)
    read_only = BooleanAttribute(default=False)

    by_cloud = ByCloud()

    @staticmethod
    def claim_of(zone_id: str | None) -> str:
        """What makes it the only one of its zone, or of the region."""
        return f"image_store/{zone_id or 'region'}"
