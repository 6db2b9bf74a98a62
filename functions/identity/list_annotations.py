"""listAnnotations: the notes that were written."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.identity._annotation import AnnotationResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, OneOf, Text
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_shared
from javelin.data.records.annotation import Annotation


class ListAnnotations(ListRequest):
    """Lists notes on things of the cloud."""

    id: Text | None = Field(None, description="Only this note")
    entitytype: Text | None = Field(None, description="Only notes on things of this kind")
    entityid: Text | None = Field(None, description="Only notes on this")
    userid: Text | None = Field(None, description="Only notes that this user wrote")
    annotationfilter: Annotated[Text, OneOf(("all", "self"))] = Field("all", description="self for the caller's own")


@operation(
    ListAnnotations, roles=ROOT, answers=AnnotationResponse, object_name="annotation",
    grants=[Annotation.read, *READ_LISTS],
)  # fmt: skip
def handler(request: ListAnnotations, caller: Caller) -> Listing:
    """In order of writing."""
    filters = Filters().word("entity_type", request.entitytype).equal("user_id", request.userid)
    filters.related(Annotation.by_entity, "entity_id", request.entityid).contains(request.keyword, "text")
    if request.annotationfilter == "self":
        filters.equal("user_id", caller.user_id)
    notes, count = list_shared(Annotation, request, filters, [request.id] if request.id else None)
    return Listing("annotation", [show(note) for note in notes], count)
