"""Rules of the source that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.generator.declarations import COMPONENTS, ROOT

PACKAGES = ("functions", "layers/javelin/python/javelin", "bridge", "infra")
MOST_LINES = 300
SCANS = {"scan", "parallel_scan"}
CLOCKS = {"now", "utcnow", "today", "time", "monotonic"}
SILENCED = re.compile(r"# (?:noqa|type: ignore)(?P<which>: [A-Z0-9, ]+|\[[a-z, -]+\])?(?P<reason>.*)")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
PARSED = {path: ast.parse(path.read_text()) for path in FILES}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_packages_keep_their_contracts() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout


def test_every_component_is_under_the_contract_of_components() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    held = next(one for one in contracts if one["type"] == "independence")["modules"]
    there = [f"functions.{name}" for name in COMPONENTS if (ROOT / "functions" / name / "__init__.py").exists()]
    assert sorted(held) == sorted(there)
    assert {path.name for path in (ROOT / "functions").iterdir() if (path / "__init__.py").exists()} <= set(COMPONENTS)


def test_files_are_short() -> None:
    tests = list((ROOT / "tests").rglob("*.py"))
    long = {named(path): len(path.read_text().splitlines()) for path in [*FILES, *tests]}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


def test_what_keeps_a_check_silent_says_which_and_why() -> None:
    silenced = [
        (f"{named(path)}:{number}", found)
        for path in [*FILES, *(ROOT / "tests").rglob("*.py")]
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if path != Path(__file__) and (found := SILENCED.search(line))
    ]
    assert len(silenced) > 50, "it finds them"
    assert [at for at, found in silenced if not found["which"] or len(found["reason"].strip(" #-")) < 4] == []


def test_modules_say_what_they_are_for() -> None:
    silent = [named(path) for path, tree in PARSED.items() if tree.body and not ast.get_docstring(tree)]
    assert silent == []


def test_no_shell() -> None:
    shells = [
        f"{named(path)}:{call.lineno}"
        for path, tree in PARSED.items()
        for call in calls(tree)
        if any(key.arg == "shell" for key in call.keywords)
        or (isinstance(call.func, ast.Attribute) and call.func.attr in {"system", "popen", "getoutput"}
            and isinstance(call.func.value, ast.Name) and call.func.value.id in {"os", "subprocess"})
    ]  # fmt: skip
    assert shells == []


def test_no_table_is_scanned() -> None:
    scans = [
        f"{named(path)}:{call.lineno}"
        for path, tree in PARSED.items()
        if named(path).startswith(("functions/", "layers/"))
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr in SCANS
    ]
    assert scans == []


def test_nothing_takes_the_time_when_it_is_imported() -> None:
    """A function lives for hours after its import, and a test runs minutes after that of its file."""
    early = [
        f"{named(path)}:{call.lineno}"
        for path in [*FILES, *(ROOT / "tests").rglob("*.py")]
        for statement in ast.parse(path.read_text()).body
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.If)
        for call in _run_at_once(statement)
        if isinstance(call.func, ast.Attribute) and call.func.attr in CLOCKS
    ]
    assert early == []


def _run_at_once(statement: ast.AST) -> Iterator[ast.Call]:
    """Calls in a statement, but for those in the bodies of its lambdas."""
    if isinstance(statement, ast.Lambda):
        return
    if isinstance(statement, ast.Call):
        yield statement
    for child in ast.iter_child_nodes(statement):
        yield from _run_at_once(child)


@pytest.mark.parametrize("library", ["moto", "cfnlint", "samtranslator", "requests", "libvirt"])
def test_functions_stay_light(library: str) -> None:
    """What every cold start would pay for."""
    code = f"import sys, functions.compute.deploy_virtual_machine; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60).returncode == 0
