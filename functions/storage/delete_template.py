"""deleteTemplate: leave nothing of a template."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter, ResourceInUse
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.template import Template
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class DeleteTemplate(Request):
    """Deletes a template that no volume is built on."""

    id: Uuid = Field(description="The template")
    zoneid: Uuid | None = Field(
        None, description="Must be its zone, if it is for one: it goes from all its zones at once"
    )
    forced: Flag = Field(False, description="Accepted; a template that volumes are built on is never deleted")
    issystem: Flag = Field(False, description="Accepted; there are no system templates")


@operation(
    DeleteTemplate, roles=EVERYONE, grants=[Template.write], flow="storage/delete_template", event="TEMPLATE.DELETE"
)
def handler(request: DeleteTemplate, caller: Caller) -> Accepted:
    """From here on no guest can be made from it: a deploy that runs at the same time wins or fails as a whole."""
    template = Template.visible_to(caller, request.id)
    if request.zoneid not in (None, template.zone_id) and template.zone_id:
        raise InvalidParameter(f"Template {template.name} is for zone {template.zone_name}; leave zoneid out.")
    used = ResourceInUse(
        f"Template {template.name} has volumes that are built on it; expunge their virtual machines first."
    )
    if int(template.users):
        raise used
    going = [Template.state.set("Deleting"), Template.shown.remove(), Template.upload_shard.remove()]
    transaction = Transaction()
    transaction.update(template, going, (Template.users == 0) & Template.id.exists(), used)
    return jobs.start(
        caller, transaction, command="deleteTemplate", flow="storage/delete_template", resource_type="Template",
        resource_id=template.id, event="TEMPLATE.DELETE", description=f"Deleting template {template.name}",
        owner=template,
    )  # fmt: skip
