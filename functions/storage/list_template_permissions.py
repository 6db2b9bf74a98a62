"""listTemplatePermissions: who else may make guests from a template."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Item, Response
from javelin.data.records.account import Account
from javelin.data.records.template import Template


class ListTemplatePermissions(Request):
    """Shows with whom a template is shared."""

    id: Uuid = Field(description="The template")


class TemplatePermissionsResponse(Response):
    """With whom a template is shared."""

    id: str = Field(description="The template's id")
    ispublic: bool = Field(description="Whether everybody may use it")
    domainid: str = Field(description="The domain of its owner")
    account: list[str] = Field(description="Names of the accounts that it is shared with")


@operation(
    ListTemplatePermissions, roles=EVERYONE, grants=[Template.read, Account.read],
    answers=TemplatePermissionsResponse, object_name="templatepermission",
)  # fmt: skip
def handler(request: ListTemplatePermissions, caller: Caller) -> Item:
    """Only the owner and those who govern it may know."""
    template = Template.visible_to(caller, request.id)
    accounts = Account.load_all(sorted(template.shared_with or set()))
    answer = TemplatePermissionsResponse(
        id=template.id, ispublic=template.public, domainid=template.domain_id,
        account=[account.name for account in accounts],
    )  # fmt: skip
    return Item("templatepermission", answer)
