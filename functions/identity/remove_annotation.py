"""removeAnnotation: take a note away."""

from __future__ import annotations

from pydantic import Field

from functions.identity._annotation import AnnotationResponse, show
from functions.identity._events import tell
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text
from javelin.contract.responses import Item
from javelin.data import notes
from javelin.data.records.annotation import Annotation
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE


class RemoveAnnotation(Request):
    """Removes a note."""

    id: Text = Field(description="The note")


@operation(
    RemoveAnnotation, roles=ROOT, answers=AnnotationResponse, object_name="annotation", event="ANNOTATION.REMOVE",
    grants=[*notes.CHANGE_NOTES, *ANNOUNCE],
)  # fmt: skip
def handler(request: RemoveAnnotation, caller: Caller) -> Item:
    """The answer is the note that was."""
    note = Annotation.require(request.id)
    transaction = Transaction()
    notes.take(transaction, note)
    transaction.commit()
    said = f"A note on {note.entity_type} {note.entity_id} was removed"
    tell(caller, "ANNOTATION.REMOVE", said, "Annotation", note.id)
    return Item("annotation", show(note))
