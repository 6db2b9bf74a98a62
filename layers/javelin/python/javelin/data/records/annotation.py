"""Annotation: a note that an operator wrote on something of the cloud."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import cloud_directory, relation
from javelin.data.record import ByCloud, Shared, table_name


class Annotation(Shared):
    """`entity_type` is one of javelin.data.notes.ANNOTATED; `account_id` is the writer's account."""

    noun = "annotation"

    class Meta:
        table_name = table_name("Annotation")

    entity_type = FoldedAttribute()
    entity_id = UnicodeAttribute()
    entity_name = UnicodeAttribute(null=True)
    text = FoldedAttribute()
    account_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    user_name = UnicodeAttribute()
    admins_only = BooleanAttribute(default=False)

    by_cloud = ByCloud()
    by_shelf = cloud_directory("entity_type", "entity_id", "text", "user_id")
    by_entity = relation("entity_id")
