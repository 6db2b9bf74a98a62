"""`python -m tests.conformance`: docs/conformance.md, what of the CloudStack API is served, and since when it is there.

Computed from the declarations, from the contract in ../shared/api and from tests/e2e/served.txt: a command counts as
served only if the end-to-end tests have called it with success.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.generator.declarations import ROOT, operations
from javelin.contract.operation import Operation
from tests.architecture.responses import answers

CONTRACT = ROOT.parent / "shared" / "api"
DOCUMENT = ROOT / "docs" / "conformance.md"
SINCE = ROOT / "functions" / "api" / "since.json"  # what listApis tells
SERVED = ROOT / "tests" / "e2e" / "served.txt"
PAGING = {"page", "pagesize", "keyword"}
Json = dict[str, Any]

HEAD = """# Conformance

What of the CloudStack API is served, from the declarations of the operations and the contract. `make conformance` writes this
page. A command counts as served when the end-to-end tests have called it with success (`tests/e2e/served.txt`). What keeps the
declarations true is `tests/architecture/test_contract.py` (parameters, roles, response keys) and
`tests/architecture/test_response_fields.py` (fields).
"""


@dataclass(frozen=True)
class Command:
    """A command of ours, and what the contract says of it."""

    component: str
    ours: Operation[Any]
    wanted: Json
    called: bool

    @property
    def parameters(self) -> tuple[int, int, int]:
        """How many of the contract's parameters are served, refused by name, missing."""
        names = {one["name"].lower() for one in self.wanted["params"]} - PAGING
        served = names & set(self.ours.request.model_fields) - self.ours.refuses
        refused = names & self.ours.refuses
        return len(served), len(refused), len(names - served - refused)

    @property
    def fields(self) -> tuple[int, int]:
        """How many of the contract's fields of the answer are filled, of how many."""
        wanted = answers().get(self.ours.command)
        if wanted is None or self.ours.answers is None:
            return 0, 0
        return len(wanted.fields.keys() & self.ours.answers.model_fields.keys()), len(wanted.fields)

    @property
    def envelope(self) -> bool:
        """Whether it answers by the contract's key, in its way, to its roles."""
        return self.ours.response_name == self.wanted["responseName"] and self.ours.asynchronous == self.wanted["async"]


def contract() -> dict[str, Json]:
    """Every command of the contract by its name."""
    listed: list[Json] = json.loads((CONTRACT / "commands.json").read_text())["commands"]
    return {one["name"]: one for one in listed}


def commands(wanted: dict[str, Json]) -> list[Command]:
    """Those of ours that the contract has."""
    called = set(SERVED.read_text().split())
    found = []
    for function in operations():
        ours = function.declaration
        assert isinstance(ours, Operation)
        if ours.command in wanted:
            found.append(Command(function.component, ours, wanted[ours.command], ours.command in called))
    return found


def since() -> str:
    """The version that each command of ours came with, at "", and those of its parameters."""
    versions: dict[str, dict[str, str]] = {}
    for one in commands(contract()):
        taken = set(one.ours.request.model_fields)
        came = {"": one.wanted.get("since"), **{row["name"].lower(): row.get("since") for row in one.wanted["params"]}}
        told = {name: came[name] for name in sorted(came) if came[name] and (not name or name in taken)}
        if told:
            versions[one.ours.command] = told
    return json.dumps(versions, indent=1, sort_keys=True) + "\n"


def document() -> str:
    """The page."""
    wanted = contract()
    ours = commands(wanted)
    return "\n".join([HEAD, *_components(ours), "", *_groups(ours, wanted), "", *_left(ours, wanted), ""])


def _components(ours: list[Command]) -> Iterable[str]:
    parts: dict[str, list[Command]] = defaultdict(list)
    for one in ours:
        parts[one.component].append(one)
    yield "## By component"
    yield ""
    yield "| component | commands | served | parameters served | refused by name | missing | fields filled | envelopes right |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for name, rows in [*sorted(parts.items()), ("**all**", ours)]:
        served, refused, missing = (sum(row.parameters[place] for row in rows) for place in range(3))
        filled, fields = (sum(row.fields[place] for row in rows) for place in range(2))
        yield (
            f"| {name} | {len(rows)} | {sum(row.called for row in rows)} | {served} | {refused} | {missing} |"
            f" {filled} of {fields} | {sum(row.envelope for row in rows)} |"
        )


def _groups(ours: list[Command], wanted: dict[str, Json]) -> Iterable[str]:
    called = {one.ours.command for one in ours if one.called}
    parts: dict[str, list[Json]] = defaultdict(list)
    for one in wanted.values():
        parts[one["group"]].append(one)
    yield "## By the contract's groups"
    yield ""
    yield "Commands that tools call are those that at least one of seven client families besides the web interface calls."
    yield ""
    yield "| group | commands | served | called by tools | of these served |"
    yield "|---|--:|--:|--:|--:|"
    for name, rows in sorted(parts.items()):
        served = sum(row["name"] in called for row in rows)
        tools = [row for row in rows if row["tools"] >= 1]
        if served or tools:
            by_tools = sum(row["name"] in called for row in tools)
            yield f"| {name} | {len(rows)} | {served} | {len(tools)} | {by_tools} |"


def _left(ours: list[Command], wanted: dict[str, Json]) -> Iterable[str]:
    declared = {one.ours.command for one in ours}
    silent = sorted(one.ours.command for one in ours if not one.called)
    yield "## Declared, and not called end to end by a test"
    yield ""
    yield ", ".join(silent) if silent else "None."
    yield ""
    yield "## Called by tools, and not served yet"
    yield ""
    parts: dict[str, list[str]] = defaultdict(list)
    for name, one in sorted(wanted.items()):
        if one["tools"] >= 1 and name not in declared:
            parts[one["group"]].append(name)
    for group, names in sorted(parts.items()):
        yield f"- {group}: {', '.join(names)}"


def main() -> int:
    """Write the page, or say why not."""
    if not CONTRACT.is_dir():
        print(f"The contract is not at {CONTRACT}: put it there, then repeat.", file=sys.stderr)
        return 1
    DOCUMENT.write_text(document())
    SINCE.write_text(since())
    print(f"{DOCUMENT.relative_to(Path.cwd()) if DOCUMENT.is_relative_to(Path.cwd()) else DOCUMENT} is written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
