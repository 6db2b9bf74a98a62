"""linkUserDataToTemplate: give guests of a template user data that is kept under a name."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.storage._template import TemplateResponse, show
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import ConcurrentOperation, InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import OneOf, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.counting import enter, leave_if_there
from javelin.data.records.template import Template
from javelin.data.records.user_data import OVERRIDE, POLICIES, UserData
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_caller


class LinkUserDataToTemplate(Request):
    """Links user data with a template: its virtual machines get it. Without user data, what was linked is unlinked."""

    templateid: Uuid = Field(description="The template")
    userdataid: Uuid | None = Field(None, description="The user data, of the template's own account; none to unlink")
    userdatapolicy: Annotated[Text, OneOf(POLICIES)] | None = Field(
        None, description="Whether a deployment's own user data replaces it, is appended to it, or is refused"
    )


@operation(
    LinkUserDataToTemplate, roles=EVERYONE, answers=TemplateResponse, object_name="template", refuses=("isoid",),
    grants=[Template.write, UserData.write, *ANNOUNCE],
    event="TEMPLATE.UPDATE",
)  # fmt: skip
def handler(request: LinkUserDataToTemplate, caller: Caller) -> Item:
    """Guests that there are keep what they got."""
    template = Template.visible_to(caller, request.templateid)
    kept, policy = _kept(request, template), request.userdatapolicy or OVERRIDE
    changed = {
        "user_data_id": kept.id if kept else None, "user_data_name": kept.name if kept else None,
        "user_data_policy": policy if kept else None, "user_data_variables": list(kept.variables) if kept else None,
    }  # fmt: skip
    transaction = Transaction()
    attributes = {name: getattr(Template, name) for name in changed}
    changes = [one.remove() if changed[name] is None else one.set(changed[name]) for name, one in attributes.items()]
    before = template.user_data_id
    linked = Template.user_data_id == before if before else Template.user_data_id.does_not_exist()
    otherwise = ConcurrentOperation(f"Template {template.name} is being deleted, or was linked meanwhile; look again.")
    transaction.update(template, changes, linked & Template.id.exists() & (Template.state != "Deleting"), otherwise)
    _count(transaction, before, changed_to=kept.id if kept else None)
    transaction.commit()
    for name, value in changed.items():
        setattr(template, name, value)
    said = (
        f"Template {template.name} gives its guests {f'user data {kept.name} ({policy})' if kept else 'no user data'}"
    )
    announce(
        of_caller(caller, "TEMPLATE.UPDATE", said, resource_type="Template", resource_id=template.id, owner=template)
    )
    return Item("template", show(template, owner=True))


def _count(transaction: Transaction, before: str | None, changed_to: str | None) -> None:
    """User data counts the templates that are linked with it, so that it is not deleted under one."""
    if changed_to == before:
        return
    if changed_to:
        enter(transaction, UserData, changed_to)
    if before:
        leave_if_there(transaction, UserData, before)


def _kept(request: LinkUserDataToTemplate, template: Template) -> UserData | None:
    if request.userdataid is None:
        if request.userdatapolicy is not None:
            raise InvalidParameter("userdatapolicy goes with userdataid; give both, or neither to unlink.")
        return None
    kept = UserData.find(request.userdataid)
    if kept is None or kept.account_id != template.account_id:
        raise UserData.unknown(request.userdataid)
    return kept
