"""listApis: the commands that the caller may call, with their parameters and answers."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from functions.api._catalog import Entry, catalog, since
from functions.api._related import related
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text
from javelin.contract.responses import Listing, Response
from javelin.data.records.role import BUILT_IN_IDS, Role


class ListApis(Request):
    """Lists the commands that the caller may call."""

    name: Text | None = Field(None, description="Only this command")


class ApiParameterResponse(Response):
    """A parameter of a command."""

    name: str = Field(description="The parameter's name")
    description: str = Field(description="What it means")
    type: str = Field(description="Its type")
    length: int = Field(description="How many characters a string may have")
    required: bool = Field(description="Whether it must be given")
    related: str | None = Field(None, description="Commands that answer with what its ids name, those that list first")
    since: str | None = Field(None, description="The version of CloudStack that it came with")


class ApiInnerFieldResponse(Response):
    """A field of an object in a command's answer."""

    name: str = Field(description="The field's name")
    description: str = Field(description="What it means")
    type: str = Field(description="Its type")


class ApiFieldResponse(Response):
    """A field of a command's answer."""

    name: str = Field(description="The field's name")
    description: str = Field(description="What it means")
    type: str = Field(description="Its type")
    response: list[ApiInnerFieldResponse] | None = Field(None, description="The fields of the objects in it")


class ApiResponse(Response):
    """A command."""

    name: str = Field(description="The command")
    description: str = Field(description="What it does")
    isasync: bool = Field(description="Whether it answers with a job")
    related: str = Field("", description="Commands that answer with the same kind of object, those that list first")
    since: str | None = Field(None, description="The version of CloudStack that it came with")
    params: list[ApiParameterResponse] = Field(description="Its parameters")
    response: list[ApiFieldResponse] = Field(description="The fields of its answer")


@operation(ListApis, roles=EVERYONE, answers=ApiResponse, object_name="api", grants=[Role.read])
def handler(request: ListApis, caller: Caller) -> Listing:
    """Commands outside the caller's role are as if they were not."""
    role = None if caller.role_id in BUILT_IN_IDS else Role.require(caller.role_id)
    allowed = {
        name: entry
        for name, entry in catalog().items()
        if caller.role_type in entry["roles"] and (role is None or role.allows(name))
    }
    if request.name is not None and request.name not in allowed:
        raise InvalidParameter(f"There is no command {request.name} for you; list all to see which there are.")
    wanted = [request.name] if request.name is not None else sorted(allowed)
    rows = [_show(name, allowed[name], allowed) for name in wanted]
    return Listing("api", rows, len(rows))


def _show(command: str, entry: Entry, commands: Mapping[str, Entry]) -> ApiResponse:
    came = since().get(command, {})
    params = [
        ApiParameterResponse(
            **{name: value for name, value in parameter.items() if name != "names"},
            related=related(parameter["names"], commands) if "names" in parameter else None,
            since=came.get(parameter["name"]),
        )
        for parameter in entry["params"]
    ]
    return ApiResponse(
        name=command, description=entry["description"], isasync=entry["isasync"], params=params, since=came.get(""),
        response=[ApiFieldResponse(**_field(field)) for field in entry["response"]],
        related=related(entry["answers"], commands, but=command),
    )  # fmt: skip


def _field(field: Entry) -> Entry:
    inner = [ApiInnerFieldResponse(**{name: row[name] for name in ("name", "description", "type")})
             for row in field.get("response", [])]  # fmt: skip
    return {**field, "response": inner or None}
