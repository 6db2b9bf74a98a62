"""updateTemplatePermissions: say who else may make guests from a template."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from javelin.contract import telling
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OneOf, Request, Text, TextList, Uuid
from javelin.contract.responses import Success
from javelin.data.reach import find_account
from javelin.data.record import Change
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.launch_permission import LaunchPermission
from javelin.data.records.template import Template
from javelin.data.transaction import Transaction

MOST = 50  # accounts that a template is shared with


class UpdateTemplatePermissions(Request):
    """Shares a template with everybody, or with accounts of the owner's domain."""

    id: Uuid = Field(description="The template")
    ispublic: Flag | None = Field(None, description="Whether everybody may use it")
    isfeatured: Flag | None = Field(None, description="Whether it is recommended to everybody, for operators")
    isextractable: Flag | None = Field(None, description="Whether it may be downloaded")
    op: Annotated[Text, OneOf(("add", "remove", "reset"))] | None = Field(
        None, description="add or remove the accounts, or reset to none"
    )
    accounts: TextList = Field(default_factory=list, description="Names of accounts in the owner's domain")


@operation(
    UpdateTemplatePermissions, roles=EVERYONE, grants=[Template.write, LaunchPermission.write, Account.read, Claim.read],
    refuses=("projectids",),
    event="TEMPLATE.UPDATE",
)  # fmt: skip
def handler(request: UpdateTemplatePermissions, caller: Caller) -> Success:
    """The template and what the accounts find it by change together."""
    template = Template.visible_to(caller, request.id)
    telling.concerns(template)
    if request.accounts and request.op not in ("add", "remove"):
        raise InvalidParameter("accounts needs op=add or op=remove.")
    if request.ispublic is not None:
        template.public = request.ispublic
    if request.isfeatured is not None and caller.is_root:
        template.featured = request.isfeatured
    if request.isextractable is not None:
        template.extractable = request.isextractable
    before = set(template.shared_with or set())
    after = _shared(request, template, before)
    transaction = Transaction()
    for account_id in after - before:
        transaction.create(LaunchPermission(account_id, template.id))
    for account_id in before - after:
        transaction.delete(LaunchPermission(account_id, template.id))
    unchanged = Template.state == template.state
    unchanged &= Template.shared_with == before if before else Template.shared_with.does_not_exist()
    transaction.update(template, _changes(template, after), unchanged)
    transaction.commit()
    return Success()


def _changes(template: Template, shared_with: set[str]) -> list[Change]:
    shown = template.shown_as if template.state == "Ready" else None
    return [
        Template.public.set(template.public),
        Template.featured.set(template.featured),
        Template.extractable.set(template.extractable),
        Template.shown.set(shown) if shown else Template.shown.remove(),
        Template.shared_with.set(shared_with) if shared_with else Template.shared_with.remove(),
    ]


def _shared(request: UpdateTemplatePermissions, template: Template, before: set[str]) -> set[str]:
    if request.op == "reset":
        return set()
    if request.op is None:
        return before
    if len(request.accounts) > MOST:
        raise InvalidParameter(f"Name at most {MOST} accounts at once.")
    found = {name: find_account(template.domain_id, name) for name in dict.fromkeys(request.accounts)}
    strangers = [name for name, account in found.items() if account is None]
    if strangers:
        raise InvalidParameter(f"There is no account {', '.join(strangers)} in the template's domain; check the names.")
    named = {account.id for account in found.values() if account is not None} - {template.account_id}
    after = before | named if request.op == "add" else before - named
    if len(after) > MOST:
        raise InvalidParameter(f"A template can be shared with {MOST} accounts; make it public to share it with more.")
    return after
