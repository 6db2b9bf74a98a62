"""The catalog that the edge routes by and `listApis` answers from, and the types of events that operations declare."""

from __future__ import annotations

import types
import typing
from datetime import datetime
from typing import Any, get_args, get_origin

from pydantic import Field
from pydantic.fields import FieldInfo

from infra.generator.declarations import ROOT, Function, command, operations
from infra.generator.kinds import kind_of_ids, kinds_of_answers
from javelin.contract.operation import Operation
from javelin.contract.parameters import Moment, Request, kind_of, length_of
from javelin.contract.responses import Response

_NAMES = {str: "string", int: "integer", float: "float", bool: "boolean", datetime: "date"}


class Past(Request):
    """What every command takes that tells of the past."""

    asof: Moment | None = Field(None, description="Show what was at this time, within the last 90 days")


def catalog() -> dict[str, Any]:
    """Every command: its function, roles, parameters and response fields."""
    declared = [function.declaration for function in operations()]
    kinds = kinds_of_answers(one for one in declared if isinstance(one, Operation))
    return {command(function): _entry(function, kinds) for function in operations()}


def commands() -> dict[str, str | None]:
    """The roles that have each command by default, for whoever judges roles; none for those of CloudStack not served."""
    lines = (ROOT / "functions/api/cloudstack_commands.txt").read_text().splitlines()
    known = " ".join(line for line in lines if not line.startswith("#")).split()
    served = {name: " ".join(entry["roles"]) for name, entry in catalog().items()}
    return {name: served.get(name) for name in sorted({*known, *served})}


def event_types() -> list[str]:
    """The types of the events that tell of calls."""
    declared = [function.declaration for function in operations()]
    return sorted({one.event for one in declared if isinstance(one, Operation) and one.event})


def _entry(function: Function, kinds: dict[str, str]) -> dict[str, Any]:
    operation = function.declaration
    assert isinstance(operation, Operation)
    return {
        "function": function.function_name,
        "description": operation.description.split("\n\n")[0].replace("\n", " "),
        "isasync": operation.asynchronous,
        "roles": sorted(operation.roles),
        "responsename": operation.response_name,
        "postonly": operation.post_only,
        "changes": operation.changes,
        "secretanswer": operation.secret_answer,
        "answers": kinds.get(operation.command),
        "params": [
            _parameter(operation.command, name, field, kinds) for name, field in sorted(_parameters(operation).items())
        ],
        "response": _fields(operation.answers) if operation.answers else [],
    }


def _parameter(command: str, name: str, field: FieldInfo, kinds: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": name,
        "description": field.description or "",
        "type": kind_of(field).name,
        "length": length_of(field),
        "required": field.is_required(),
    }
    names_ids = row["type"] == "uuid" or (row["type"] == "list" and name.endswith(("id", "ids")))
    if names_ids and (named := kind_of_ids(command, name, kinds)):
        row["names"] = named
    return row


def _parameters(operation: Operation[Any]) -> dict[str, FieldInfo]:
    """What the request takes, and what every command of its kind takes besides."""
    return {**operation.request.model_fields, **(Past.model_fields if operation.tells_past else {})}


def _fields(model: type[Response]) -> list[dict[str, Any]]:
    rows = []
    for name, field in sorted(model.model_fields.items()):
        kind, inner = _kind(field.annotation)
        row: dict[str, Any] = {"name": name, "type": kind, "description": field.description or name}
        if inner is not None:
            row["response"] = _fields(inner)
        rows.append(row)
    return rows


def _kind(annotation: Any) -> tuple[str, type[Response] | None]:
    origin = get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        return _kind(next(item for item in get_args(annotation) if item is not type(None)))
    if origin in (list, tuple, set):
        return "list", _kind(get_args(annotation)[0])[1]
    if origin is dict:
        return "map", None
    if isinstance(annotation, type) and issubclass(annotation, Response):
        return annotation.__name__.lower(), annotation
    return _NAMES.get(annotation, "string"), None
