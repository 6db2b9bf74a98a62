"""updateTemplate: change what is said about a template."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from functions.storage._template import TemplateResponse, show
from javelin.contract import telling
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Details, Flag, Length, OneOf, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.guest_systems import READ_SYSTEMS, name_of
from javelin.data.records.template import Template


class UpdateTemplate(Request):
    """Changes what is said about a template. The image stays as it is."""

    id: Uuid = Field(description="The template")
    name: Text | None = Field(None, description="A new name")
    displaytext: Annotated[Text, Length(4096)] | None = Field(None, description="What people read about it")
    ostypeid: Uuid | None = Field(None, description="The operating system in it")
    forceupdateostype: Flag = Field(False, description="Accepted; the operating system can always be changed")
    passwordenabled: Flag | None = Field(None, description="Whether it takes a password at the first boot")
    sshkeyenabled: Flag | None = Field(None, description="Whether it takes SSH keys at the first boot")
    isdynamicallyscalable: Flag | None = Field(None, description="Whether its guests can be scaled while they run")
    requireshvm: Flag | None = Field(None, description="Whether it needs hardware virtualization")
    bootable: Flag = Field(True, description="True, as guests boot from every template")
    templatetag: Text | None = Field(None, description="A word that operators put on it")
    details: Details = Field(default_factory=dict, description="Details instead of those that it has")
    cleanupdetails: Flag = Field(False, description="Remove all details")
    arch: Annotated[Text, OneOf(("x86_64",))] = Field("x86_64", description="x86_64")


@operation(
    UpdateTemplate, roles=EVERYONE, grants=[Template.write, *READ_SYSTEMS], answers=TemplateResponse, object_name="template",
    refuses=("format", "isrouting", "templatetype", "forcks", "sortkey"),
    event="TEMPLATE.UPDATE",
)  # fmt: skip
def handler(request: UpdateTemplate, caller: Caller) -> Item:
    """Only what is given changes."""
    template = Template.visible_to(caller, request.id)
    telling.concerns(template)
    if request.cleanupdetails and request.details:
        raise InvalidParameter("Give details or cleanupdetails=true, not both.")
    if not request.bootable:
        raise InvalidParameter("Guests boot from every template; say bootable=true or leave it out.")
    wanted: dict[str, Any] = {
        "name": request.name, "display_text": request.displaytext, "os_type_id": request.ostypeid,
        "password_enabled": request.passwordenabled, "ssh_key_enabled": request.sshkeyenabled,
        "dynamically_scalable": request.isdynamicallyscalable, "requires_hvm": request.requireshvm,
        "template_tag": request.templatetag, "details": dict(request.details) or None,
    }  # fmt: skip
    changes = [getattr(Template, name).set(value) for name, value in wanted.items() if value is not None]
    if request.cleanupdetails:
        changes.append(Template.details.remove())
    if request.ostypeid is not None:
        template.os_type_name = name_of(request.ostypeid)
        label = Template.os_type_name
        changes.append(label.set(template.os_type_name) if template.os_type_name else label.remove())
    if changes and not template.change(*changes, when=Template.id.exists()):
        raise Template.unknown(request.id)
    return Item("template", show(template, owner=True))
