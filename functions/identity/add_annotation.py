"""addAnnotation: write a note on something of the cloud."""

from __future__ import annotations

from pydantic import Field

from functions.identity._annotation import AnnotationResponse, show
from functions.identity._events import tell
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Text
from javelin.contract.responses import Item
from javelin.data import notes
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE


class AddAnnotation(Request):
    """Writes a note on something of the cloud, for its administrators."""

    annotation: Text | None = Field(None, description="What to write")
    entitytype: Text | None = Field(None, description="The kind of what it is about: VM, HOST, ZONE ...")
    entityid: Text | None = Field(None, description="What it is about")
    adminsonly: Flag = Field(False, description="Whether others are not told that there is a note")


@operation(
    AddAnnotation, roles=ROOT, answers=AnnotationResponse, object_name="annotation", event="ANNOTATION.CREATE",
    grants=[*notes.CHANGE_NOTES, Sequence.write, *ANNOUNCE],
)  # fmt: skip
def handler(request: AddAnnotation, caller: Caller) -> Item:
    """It keeps the name that the thing has now."""
    if not (request.annotation or "").strip() or request.entitytype is None or request.entityid is None:
        raise InvalidParameter("A note needs annotation, which says something, and entitytype and entityid: on what.")
    kind = notes.kind_named(request.entitytype)
    entity = notes.ANNOTATED[kind].require(request.entityid)
    note = notes.by(caller, kind, entity, request.annotation or "", admins_only=request.adminsonly)
    transaction = Transaction()
    notes.add(transaction, note)
    transaction.commit()
    tell(caller, "ANNOTATION.CREATE", f"A note was written on {kind} {request.entityid}", "Annotation", note.id)
    return Item("annotation", show(note))
