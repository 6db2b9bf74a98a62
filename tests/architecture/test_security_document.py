"""docs/security.md names places and tests that are there, for every class of attack."""

from __future__ import annotations

import ast
import re

import pytest

from infra.generator.declarations import ROOT

TEXT = (ROOT / "docs/security.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|\n ").split(" | ")] for line in TEXT.splitlines() if line.startswith("| ")
][1:]
CODE = re.compile(r"`([\w./]+)`")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_class_has_a_rule_a_place_and_a_test() -> None:
    assert len(ROWS) == 22
    for name, rule, where, proof in ROWS:
        assert len(rule.split()) > 10, name
        assert CODE.findall(where), name
        assert TEST.findall(proof), name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_it_names_is_there(row: list[str]) -> None:
    missing = [place for place in CODE.findall(row[2]) if not (ROOT / place).is_file()]
    tests = TEST.findall(row[3])
    assert len(tests) == row[3].count("::")
    missing += [f"{file}::{name}" for file, name in tests if name not in _functions(file)]
    assert missing == []


def _functions(file: str) -> set[str]:
    """The tests that a file has."""
    path = ROOT / file
    tree = ast.parse(path.read_text()) if path.is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
