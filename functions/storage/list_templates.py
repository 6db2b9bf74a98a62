"""listTemplates: the templates that the caller may make guests from, or that it owns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated

from pydantic import Field

from functions.storage._template import TemplateResponse, show
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.errors import PermissionDenied
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OneOf, OwnedListRequest, Rows, Text, TextList, Uuid, UuidList
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import list_owned, window
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.launch_permission import LaunchPermission
from javelin.data.records.sequence import Sequence
from javelin.data.records.template import Template

FILTERS = ("featured", "self", "selfexecutable", "sharedexecutable", "executable", "community", "all")
SHOWN = {
    "featured": ("featured",),
    "community": ("public",),
    "sharedexecutable": (),
    "executable": ("featured", "public"),
}


class ListTemplates(OwnedListRequest):
    """Lists templates."""

    templatefilter: Annotated[Text, OneOf(FILTERS)] = Field(
        description="featured, community, self, selfexecutable, sharedexecutable, executable, or all for operators"
    )
    id: Uuid | None = Field(None, description="Only this one")
    ids: UuidList | None = Field(None, description="Only these")
    name: Text | None = Field(None, description="Only those of this name")
    zoneid: Uuid | None = Field(None, description="Only those for this zone, or for all zones")
    hypervisor: Text | None = Field(None, description="Only those for this kind of hypervisor")
    templatetype: Text | None = Field(None, description="Only those of this type")
    arch: Text | None = Field(None, description="Only those of this architecture")
    isready: Flag | None = Field(None, description="Only those that are (or are not) ready")
    tags: Rows = Field(default_factory=list, description="Only those with these tags: tags[0].key, tags[0].value")
    details: TextList = Field(default_factory=list, description="Accepted; every detail is always given")
    showunique: Flag = Field(False, description="Accepted; a template is one row whatever its zones are")
    showremoved: Flag = Field(False, description="Accepted; nothing of a deleted template is kept")
    showicon: Flag = Field(False, description="Accepted; there are no icons")
    isvnf: Flag = Field(False, description="Only network appliances, of which there are none")
    forcks: Flag = Field(False, description="Only those for Kubernetes clusters, of which there are none")


@operation(
    ListTemplates, roles=EVERYONE, answers=TemplateResponse, object_name="template",
    grants=[Template.read, LaunchPermission.read, Sequence.read, Account.read, Domain.read],
    refuses=("parenttemplateid", "oscategoryid", "extensionid", "imagestoreid", "storageid"),
)  # fmt: skip
def handler(request: ListTemplates, caller: Caller) -> Listing:
    """What everybody may use is found by index; what is owned is found as every list of owned things."""
    wanted = request.templatefilter
    if wanted == "all":
        if not caller.is_root:
            raise PermissionDenied("Filter all is for operators; use executable for what you may make guests from.")
        request = request.model_copy(update={"listall": True})
    keep = _keep(request)
    if request.id or request.ids:
        rows = Template.load_all([request.id] if request.id else request.ids or [])
        return _cut(request, caller, (row for row in rows if _passes(wanted, row, caller)), keep)
    if wanted in ("self", "selfexecutable", "all"):
        templates, count = list_owned(Template, caller, request, keep)
        return Listing("template", [_show(row, caller) for row in templates], count)
    ids = [row.id for shown in SHOWN[wanted] for row in Template.by_shown.query(shown)]
    if wanted in ("sharedexecutable", "executable"):
        ids += [row.template_id for row in LaunchPermission.query(caller.account_id)]
    rows = Template.load_all(ids)
    if wanted == "executable":
        everything = request.model_copy(update={"page": None, "pagesize": -1})
        owned, _ = list_owned(Template, caller, everything, lambda row: bool(row.state == "Ready"))
        rows = list({row.id: row for row in [*rows, *owned]}.values())
    return _cut(request, caller, (row for row in rows if _passes(wanted, row, caller)), keep)


def _passes(wanted: str, row: Template, caller: Caller) -> bool:
    """Whether a template is one of those that the filter names, for this caller."""
    owned = caller.sees(row.account_id, row.domain_path)
    shared = caller.account_id in (row.shared_with or set())
    match wanted:
        case "featured" | "community":
            return bool(row.shown_as == SHOWN[wanted][0] and (row.state == "Ready" or owned))
        case "self" | "all":
            return owned
        case "selfexecutable":
            return bool(owned and row.state == "Ready")
        case "sharedexecutable":
            return bool(shared and row.state == "Ready")
        case _:
            return bool(row.usable_by(caller) and row.state == "Ready")


def _keep(request: ListTemplates) -> Callable[[Template], bool] | None:
    filters = Filters().equal("name", request.name).contains(request.keyword, "name", "display_text")
    filters.word("hypervisor", request.hypervisor).word("template_type", request.templatetype)
    filters.word("arch", request.arch).tagged(request.tags)
    if request.zoneid and request.zoneid != "-1":
        filters.add(lambda row: row.zone_id in (None, request.zoneid))
    if request.isready is not None or request.templatefilter == "selfexecutable":
        ready = request.templatefilter == "selfexecutable" or request.isready
        filters.add(lambda row: (row.state == "Ready") == ready)
    if request.isvnf or request.forcks:
        filters.add(lambda _: False)
    return filters.keep


def _cut(
    request: ListTemplates, caller: Caller, rows: Iterable[Template], keep: Callable[[Template], bool] | None
) -> Listing:
    kept = sorted((row for row in rows if keep is None or keep(row)), key=lambda row: str(row.id))
    page = window(request)
    return Listing("template", [_show(row, caller) for row in kept[page.start : page.start + page.size]], len(kept))


def _show(row: Template, caller: Caller) -> TemplateResponse:
    return show(row, owner=caller.role_type in OPERATORS or row.account_id == caller.account_id)
