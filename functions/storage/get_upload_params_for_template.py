"""getUploadParamsForTemplate: where to put an image from one's own disk, to make guests from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from pydantic import Field

from functions.storage import _new_template
from functions.storage._new_template import NewTemplate
from functions.storage._uploads import SHARD
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Uuid
from javelin.contract.responses import Item, Response, cloudstack_date
from javelin.contract.secret import Secret
from javelin.data.transaction import Transaction
from javelin.messaging import objects
from javelin.messaging.events import ANNOUNCE, announce, of_caller


class GetUploadParamsForTemplate(NewTemplate):
    """Prepares the upload of a template. Send the image by HTTP PUT to the postURL of the answer, with nothing else
    (curl -T image.qcow2 "$postURL"), before it expires. It is then checked and converted as registerTemplate does.
    """

    zoneid: Uuid = Field(description="The zone it is for; -1 for all")


class GetUploadParamsResponse(Response):
    """Where to upload to."""

    id: str = Field(description="The template's id")
    postURL: Secret = Field(description="The address that takes the image by HTTP PUT")  # noqa: N815 - the contract's name
    metadata: str = Field(description="How to send it: PUT")
    expires: str = Field(description="Until when the address is good")
    signature: Secret = Field(description="The signature that is in the address")


@operation(
    GetUploadParamsForTemplate, roles=EVERYONE, answers=GetUploadParamsResponse, object_name="getuploadparams",
    response_name="postuploadtemplateresponse", environment=[objects.BUCKET],
    grants=[*_new_template.GRANTS, *ANNOUNCE, objects.may("Put", "uploads/")],
    secret_answer=True,
    event="TEMPLATE.CREATE",
)  # fmt: skip
def handler(request: GetUploadParamsForTemplate, caller: Caller) -> Item:
    """A template that waits for its image; a scheduled look finds it (actions/find_uploads.py)."""
    transaction = Transaction()
    template = _new_template.make(transaction, request, caller, None if request.zoneid == "-1" else request.zoneid)
    template.state, template.status, template.upload_shard = "Uploading", "Waiting for the upload", SHARD
    address = objects.address(template.upload_key, upload=True)
    transaction.commit()
    announce(
        of_caller(
            caller, "TEMPLATE.CREATE", f"Template {template.name} waits for its image", resource_type="Template",
            resource_id=template.id, owner=template,
        )
    )  # fmt: skip
    query = parse_qs(urlsplit(address).query)
    signature = (query.get("X-Amz-Signature") or query.get("Signature") or [""])[0]
    until = datetime.now(UTC) + timedelta(seconds=objects.LIFETIME)
    answer = GetUploadParamsResponse(
        id=template.id,
        postURL=Secret(address),
        metadata="PUT",
        expires=cloudstack_date(until),
        signature=Secret(signature),
    )
    return Item("getuploadparams", answer)
