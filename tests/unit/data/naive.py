"""What a list should answer, told naively from all rows: a filter keeps the rows whose field says so, whatever finds them.

A parameter is judged by the field of its name. What is judged otherwise, or not at all, is declared here.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

from javelin.contract.parameters import kind_of
from tests.cloud import handlers
from tests.unit.furnished.cloud import Furnished

Row = dict[str, Any]
Asked = dict[str, str]

ROWS = {"page", "pagesize", "keyword", "listall", "isrecursive", "account", "domainid", "projectid"}  # judged apart
FORMS = {"details", "showicon", "showcapacities", "retrieveonlyresourcecount", "fetchlatest", "sortby"}  # of the answer
CONTAINED: dict[str, tuple[str, ...]] = {  # parameters that find parts of these fields, as CloudStack's do
    "listVirtualMachines name": ("name", "displayname"), "listTemplates name": ("name",),
}  # fmt: skip
UNJUDGED: dict[str, str] = {  # filters of these names, or of a command, and why no field shows them
    "apikeyaccess": "It is for administrators alone, while everybody sees the field.",
    "listDomainChildren id": "It names the domain above those that are shown.",
    "listNetworkOfferings tags": "It finds one of the tags that the field shows as a text.",
}
KEYWORDS: dict[str, tuple[str, ...]] = {  # where a keyword looks, if not in the name alone
    "listNetworks": ("name", "displaytext"), "listTemplates": ("name", "displaytext"),
    "listProjects": ("name", "displaytext"), "listUsers": ("username", "firstname", "lastname", "email"),
    "listVirtualMachines": ("name", "displayname"),
}  # fmt: skip
NO_LISTS: dict[str, str] = dict.fromkeys(
    ("listCapabilities", "listDetailOptions", "listTemplatePermissions"), "It answers one object."
)
IN_SHORT_LISTS = {"vmrunning", "vmstopped"}  # fields that are counted where few rows are shown


@dataclass(frozen=True)
class Asking:
    """A list, who asks and for what."""

    command: str
    caller: str
    scope: tuple[tuple[str, str], ...] = ()

    def rows(self, furnished: Furnished, **more: str) -> tuple[list[Row], int]:
        """The rows of the answer, and its count."""
        answer = furnished.call(self.command, self.caller, {**dict(self.scope), **more})
        assert "body" in answer, f"{self.command} refuses {more} by {self.caller} in {self.scope}: {answer}"
        body = answer["body"]
        named = [value for name, value in body.items() if name != "count"]
        return (named[0] if named else []), body.get("count", 0)


def judged(command: str) -> dict[str, str]:
    """The filters of a list that its rows can be held against, each with the contract's kind."""
    operation = handlers()[command]
    shown = set(operation.answers.model_fields)
    return {
        name: kind_of(field).name
        for name, field in operation.request.model_fields.items()
        if name in shown - ROWS - FORMS and kind_of(field).name in ("string", "uuid", "boolean", "integer", "long")
        and f"{command} {name}" not in UNJUDGED and name not in UNJUDGED
    }  # fmt: skip


def takes_tags(command: str) -> bool:
    """Whether a list finds rows by the tags of resources."""
    field = handlers()[command].request.model_fields.get("tags")
    return field is not None and kind_of(field).name == "map"


def passes(row: Row, command: str, name: str, wanted: str) -> bool:
    """Whether a row is what the filter asks for."""
    value = row.get(name)
    if isinstance(value, bool) or wanted in ("true", "false"):
        return bool(value) == (wanted == "true")
    if isinstance(value, list):
        return wanted in value
    if fields := CONTAINED.get(f"{command} {name}"):
        return any(wanted.lower() in str(row.get(field) or "").lower() for field in fields)
    return str(value).lower() == wanted.lower()


def holds(row: Row, command: str, keyword: str) -> bool:
    """Whether a row has the keyword where the list looks for it."""
    return any(keyword.lower() in str(row.get(name) or "").lower() for name in KEYWORDS.get(command, ("name",)))


def wish(chance: random.Random, command: str, rows: list[Row]) -> Asked:
    """Some filters with values of a row, or with one that no row has."""
    filters = judged(command)
    example = chance.choice(rows) if rows else {}
    asked: Asked = {}
    for name in chance.sample(sorted(filters), min(len(filters), chance.choice((1, 1, 2, 3)))):
        if filters[name] == "boolean":
            asked[name] = chance.choice(("true", "false"))
        elif (value := example.get(name)) not in (None, "") and not isinstance(value, dict):
            asked[name] = str(chance.choice(value) if isinstance(value, list) and value else value)
    return {name: value for name, value in asked.items() if value and not value.startswith(("[", "{"))}


def same(rows: list[Row]) -> list[str]:
    """Rows in a form that can be compared."""
    return [
        json.dumps({name: row[name] for name in row.keys() - IN_SHORT_LISTS}, sort_keys=True, default=str)
        for row in rows
    ]
