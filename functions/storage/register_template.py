"""registerTemplate: have an image downloaded, checked and kept, to make guests from."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.storage import _new_template
from functions.storage._new_template import NewTemplate
from functions.storage._template import TemplateResponse, show
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Length, Text, Uuid, UuidList
from javelin.contract.responses import Listing
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class RegisterTemplate(NewTemplate):
    """Registers a template from an address. It is downloaded, checked and converted by a host; see isready and status.

    An image that is not of the declared format, that leans on other files, or that comes from an address which the
    cloud does not trust is refused: the template then says why in its status, and nothing of the image is kept.
    """

    url: Annotated[Text, Length(2048)] = Field(description="Where to download the image from: http or https")
    zoneid: Uuid | None = Field(None, description="The zone it is for; all zones when left out or -1")
    zoneids: UuidList | None = Field(None, description="One zone, or -1 for all")
    directdownload: Flag = Field(False, description="Whether hosts download it themselves; not supported")


@operation(
    RegisterTemplate, roles=EVERYONE, grants=_new_template.GRANTS, answers=TemplateResponse, object_name="template",
    flow="storage/register_template", asynchronous=False, refuses=("extensionid", "externaldetails"),
    event="TEMPLATE.CREATE",
)  # fmt: skip
def handler(request: RegisterTemplate, caller: Caller) -> Listing:
    """The template is answered at once, its job goes on."""
    if request.directdownload:
        raise InvalidParameter(
            "directdownload is not supported: images are checked before hosts use them; leave it out."
        )
    transaction = Transaction()
    template = _new_template.make(transaction, request, caller, _zone(request))
    template.url = _new_template.source(request.url)
    jobs.start(
        caller, transaction, command="registerTemplate", flow="storage/register_template", resource_type="Template",
        resource_id=template.id, new=True, event="TEMPLATE.CREATE", description=f"Registering template {template.name}",
        owner=template,
    )  # fmt: skip
    return Listing("template", [show(template, owner=True)], 1)


def _zone(request: RegisterTemplate) -> str | None:
    wanted = list(dict.fromkeys([*(request.zoneids or []), *([request.zoneid] if request.zoneid else [])]))
    if len(wanted) > 1:
        raise InvalidParameter("A template is for one zone or for all: give one zone, or -1.")
    return wanted[0] if wanted and wanted[0] != "-1" else None
