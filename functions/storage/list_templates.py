"""listTemplates: the templates that the caller may make guests from, or that it owns."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.storage._template import TemplateResponse, show
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.errors import PermissionDenied
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OneOf, OwnedListRequest, Rows, Text, TextList, Uuid, UuidList
from javelin.contract.parts import Parts, chosen
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, asked_ids, list_owned, matching, page_of, window
from javelin.data.reach import Reach, reach_of
from javelin.data.records.launch_permission import LaunchPermission
from javelin.data.records.lease import Lease
from javelin.data.records.tag import Tag
from javelin.data.records.template import Template
from javelin.sync import lease

FILTERS = ("featured", "self", "selfexecutable", "sharedexecutable", "executable", "community", "all")
PASSING = ("Registering", "Deleting")  # states that a job is changing
PARTS: Parts = {"details": ("details", "downloaddetails")}
OWNED = ("self", "selfexecutable", "all")
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
    details: TextList = Field(default_factory=list, description="Parts to show: all, or min for none")
    showunique: Flag = Field(False, description="Accepted; a template is one row whatever its zones are")
    showremoved: Flag = Field(False, description="Accepted; nothing of a deleted template is kept")
    showicon: Flag = Field(False, description="Accepted; there are no icons")
    isvnf: Flag = Field(False, description="Only network appliances, of which there are none")
    forcks: Flag = Field(False, description="Only those for Kubernetes clusters, of which there are none")


@operation(
    ListTemplates, roles=EVERYONE, answers=TemplateResponse, object_name="template",
    grants=[Template.read, LaunchPermission.read, Lease.read, Tag.read, *READ_LISTS],
    refuses=("parenttemplateid", "oscategoryid", "extensionid", "imagestoreid", "storageid"),
)  # fmt: skip
def handler(request: ListTemplates, caller: Caller) -> Listing:
    """What everybody may use is found by index; what is owned is found as every list of owned things."""
    wanted = request.templatefilter
    if wanted == "all":
        if not caller.is_root:
            raise PermissionDenied("Filter all is for operators; use executable for what you may make guests from.")
        request = request.model_copy(update={"listall": True})
    filters = _filters(request)
    only = asked_ids(request.id, request.ids)
    if wanted in OWNED and only is None:
        templates, count = list_owned(Template, caller, request, filters)
    else:
        ids = _usable(request, caller) if only is None else only
        filters.found(lambda _: sorted(set(ids)), lambda row: _passes(wanted, row, caller), exact=False)
        templates, count = page_of(Template, Reach(), window(request), filters)
    busy = lease.holders(row.id for row in templates if row.state in PASSING)
    rows = [_show(row, caller, busy.get(row.id)) for row in templates]
    return Listing("template", chosen(rows, PARTS, request.details), count)


def _usable(request: ListTemplates, caller: Caller) -> list[str]:
    """What may be used through somebody's word, or, for those that are executable, for being owned."""
    wanted = request.templatefilter
    ids = [row.id for shown in SHOWN[wanted] for row in Template.by_shown.query(shown)]
    if wanted in ("sharedexecutable", "executable"):
        ids += [row.template_id for row in LaunchPermission.query(caller.account_id)]
    if wanted == "executable":
        ids += matching(Template, Filters().equal("state", "Ready"), reach_of(caller, request))
    return ids


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


def _filters(request: ListTemplates) -> Filters:
    filters = Filters().nothing(request.isvnf or request.forcks)
    filters.equal("name", request.name).contains(request.keyword, "name", "display_text")
    filters.word("hypervisor", request.hypervisor).word("template_type", request.templatetype)
    filters.word("arch", request.arch).tagged(Template, request.tags)
    if request.zoneid != "-1":
        filters.equal("zone_id", request.zoneid, absent=True)
    if request.templatefilter == "selfexecutable" or request.isready:
        filters.equal("state", "Ready")
    elif request.isready is False:
        filters.outside("state", ("Ready",))
    return filters


def _show(row: Template, caller: Caller, job_id: str | None) -> TemplateResponse:
    return show(row, owner=caller.role_type in OPERATORS or caller.acts_for(row.account_id), job_id=job_id)
