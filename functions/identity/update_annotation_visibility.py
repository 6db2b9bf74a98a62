"""updateAnnotationVisibility: say whether others are told that there is a note."""

from __future__ import annotations

from pydantic import Field

from functions.identity._annotation import AnnotationResponse, show
from functions.identity._events import tell
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Text
from javelin.contract.responses import Item
from javelin.data import notes
from javelin.data.records.annotation import Annotation
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE


class UpdateAnnotationVisibility(Request):
    """Says whether a note is for administrators alone, or others are told that there is one."""

    id: Text = Field(description="The note")
    adminsonly: Flag = Field(description="Whether others are not told that there is a note")


@operation(
    UpdateAnnotationVisibility, roles=ROOT, answers=AnnotationResponse, object_name="annotation",
    grants=[*notes.CHANGE_NOTES, *ANNOUNCE], event="ANNOTATION.UPDATE",
)  # fmt: skip
def handler(request: UpdateAnnotationVisibility, caller: Caller) -> Item:
    """So already is success."""
    note = Annotation.require(request.id)
    if note.admins_only != request.adminsonly:
        transaction = Transaction()
        notes.show_to(transaction, note, admins_only=request.adminsonly)
        transaction.commit()
        whom = "administrators alone" if request.adminsonly else "everybody who sees it"
        said = f"A note on {note.entity_type} {note.entity_id} is for {whom}"
        tell(caller, "ANNOTATION.UPDATE", said, "Annotation", note.id)
    return Item("annotation", show(note))
