"""How an annotation is shown."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from javelin.contract.responses import Response
from javelin.data.records.annotation import Annotation


class AnnotationResponse(Response):
    """A note on something of the cloud."""

    id: str = Field(description="The note's id")
    entitytype: str = Field(description="The kind of what it is about")
    entityid: str = Field(description="What it is about")
    entityname: str | None = Field(None, description="The name that this had when the note was written")
    annotation: str = Field(description="What it says")
    userid: str = Field(description="Who wrote it")
    username: str = Field(description="That user's name")
    adminsonly: bool = Field(description="Whether it is for the cloud's administrators alone")
    created: datetime = Field(description="When it was written")


def show(note: Annotation) -> AnnotationResponse:
    """A note."""
    return AnnotationResponse(
        id=note.id, entitytype=note.entity_type, entityid=note.entity_id, entityname=note.entity_name,
        annotation=note.text, userid=note.user_id, username=note.user_name, adminsonly=note.admins_only,
        created=note.created,
    )  # fmt: skip
