"""diffResource: what became of a resource between two times."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field

from javelin.contract import asof
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import ApiError, InvalidParameter, UnsupportedAction, all_errors
from javelin.contract.operation import operation
from javelin.contract.parameters import Moment, OneOf, Request, Text, Uuid
from javelin.contract.responses import Item, Response, cloudstack_date
from javelin.data import past
from javelin.data.fetch import fetch
from javelin.data.open_projects import open_to
from javelin.data.records.account import Account
from javelin.data.records.project_role import ProjectRole
from javelin.data.records.role import BUILT_IN_IDS, Role
from javelin.data.records.user import User
from javelin.discovery.names import snake
from javelin.messaging import services

LISTED: dict[str, tuple[str, str, str]] = {  # each kind's component and list, and the name of a row in the answer
    "Account": ("identity", "listAccounts", "account"),
    "DiskOffering": ("storage", "listDiskOfferings", "diskoffering"),
    "Domain": ("identity", "listDomains", "domain"),
    "Network": ("network", "listNetworks", "network"),
    "NetworkOffering": ("network", "listNetworkOfferings", "networkoffering"),
    "ServiceOffering": ("compute", "listServiceOfferings", "serviceoffering"),
    "SSHKeyPair": ("identity", "listSSHKeyPairs", "sshkeypair"),
    "Template": ("storage", "listTemplates", "template"),
    "VirtualMachine": ("compute", "listVirtualMachines", "virtualmachine"),
    "Volume": ("storage", "listVolumes", "volume"),
    "Zone": ("fabric_admin", "listZones", "zone"),
}
MORE = {"Template": {"templatefilter": "executable"}}  # what the list wants besides

Json = dict[str, Any]


class DiffResource(Request):
    """Compares a resource at two times: each field of its list that is not the same, and when it changed."""

    resourcetype: Annotated[Text, OneOf(tuple(LISTED))] = Field(
        description="What it is, such as VirtualMachine or Volume"
    )
    resourceid: Uuid = Field(description="The resource")
    startdate: Moment = Field(description="The first time, within the last 90 days")
    enddate: Moment | None = Field(None, description="The second time; now when left out")


class FieldDiffResponse(Response):
    """A field that changed."""

    field: str = Field(description="The field's name")
    before: str | None = Field(None, description="What it was; JSON where it is no text")
    after: str | None = Field(None, description="What it became")


class ResourceDiffResponse(Response):
    """What became of a resource."""

    resourcetype: str = Field(description="What it is")
    resourceid: str = Field(description="Its id")
    startdate: datetime = Field(description="The first time")
    enddate: datetime = Field(description="The second time")
    existedbefore: bool = Field(description="Whether it was there at the first time")
    existsafter: bool = Field(description="Whether it was there at the second time")
    changed: list[datetime] = Field(description="When it changed between them")
    changes: list[FieldDiffResponse] = Field(description="What is not the same")


@operation(
    DiffResource, roles=EVERYONE, answers=ResourceDiffResponse, object_name="resourcediff", past=False,
    grants=[
        asof.GRANT, Role.read, Account.read, User.read, ProjectRole.read,
        *(services.may_call(component, snake(command)) for component, command, _ in LISTED.values()),
    ],
)  # fmt: skip
def handler(request: DiffResource, caller: Caller) -> Item:
    """As the caller's own lists show it, so that nobody sees here what no list shows him."""
    caller = _as_lister(caller, LISTED[request.resourcetype][1])
    end = request.enddate or datetime.now(UTC)
    if request.startdate > end:
        raise InvalidParameter("startdate is after enddate; give the earlier time first.")
    before, after = _row(request, caller, request.startdate), _row(request, caller, request.enddate)
    if before is None and after is None:
        raise InvalidParameter(
            f"Unable to find a {request.resourcetype} with id {request.resourceid} at either time; list them with asof."
        )
    fields = sorted({*(before or {}), *(after or {})})
    changes = [
        FieldDiffResponse(field=name, before=_text(before, name), after=_text(after, name))
        for name in fields
        if (before or {}).get(name) != (after or {}).get(name)
    ]
    response = ResourceDiffResponse(
        resourcetype=request.resourcetype, resourceid=request.resourceid, startdate=request.startdate, enddate=end,
        existedbefore=before is not None, existsafter=after is not None, changes=changes,
        changed=past.versions(request.resourceid, request.startdate, end),
    )  # fmt: skip
    return Item("resourcediff", response)


def _as_lister(caller: Caller, command: str) -> Caller:
    """The caller in those of its projects in which it has the list. Raises UnsupportedAction if its role does not have it."""
    if caller.role_id not in BUILT_IN_IDS and not Role.require(caller.role_id).allows(command):
        raise UnsupportedAction(f"The command {command} is not in your role, so that what it lists cannot be compared.")
    if not caller.project_accounts:
        return caller
    found = fetch([(Account, caller.account_id), (User, caller.user_id)])
    account, user = found.require(Account, caller.account_id), found.require(User, caller.user_id)
    return caller.model_copy(update={"project_accounts": open_to(account, user, command)})


def _row(request: DiffResource, caller: Caller, moment: datetime | None) -> Json | None:
    component, command, rows = LISTED[request.resourcetype]
    asked = {"id": request.resourceid, "listall": "true", **MORE.get(request.resourcetype, {})}
    if moment is not None:
        asked[asof.PARAMETER] = cloudstack_date(moment)
    answer = services.call(component, snake(command), {"parameters": asked, "caller": caller.model_dump(mode="json")})
    if "error" in answer:
        error = answer["error"]
        raise all_errors().get(error["name"], ApiError)(error["text"])
    found: list[Json] = answer["body"].get(rows, [])
    return next(iter(found), None)


def _text(row: Json | None, name: str) -> str | None:
    if row is None or name not in row:
        return None
    value = row[name]
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), sort_keys=True)
