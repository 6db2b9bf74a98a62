"""What documents tell to type exists; links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.generator.declarations import ROOT
from tests.documents import TYPED_BY, claim, commands

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_targets_exist(document: Path) -> None:
    told = set(re.findall(r"(?:^|[`$ ])make ([a-z]+)(?=[`\s]|$)", _commands(document), re.MULTILINE))
    assert told <= TARGETS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_modules_exist(document: Path) -> None:
    for module in re.findall(r"python3? -m ((?:infra|bridge)[a-z_.]*)", _commands(document)):
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text())
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []


def test_the_readme_has_the_two_commands_and_ci_runs_one_of_them() -> None:
    readme = (ROOT / "README.md").read_text()
    assert {"make run", "make test"} <= set(re.findall(r"^make [a-z]+$", readme, re.MULTILINE))
    assert (ROOT / ".ci/run").read_text().splitlines()[-1] == "exec make test"


def test_every_command_is_typed_by_one_test_or_says_why_not() -> None:
    told = list(commands())
    assert {document for document, _ in told} >= {"README.md", "bridge.md", "jobs.md", "tour.md", "performance.md"}
    assert [(document, command) for document, command in told if claim(command) is None] == []
    used = {claim(command) for _, command in told}
    assert [one for one in TYPED_BY.values() if one not in used and one.startswith("tests/")] == []


@pytest.mark.parametrize("test", sorted({one for one in TYPED_BY.values() if "::" in one}))
def test_those_who_are_said_to_type_are_there(test: str) -> None:
    file, _, name = test.partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text(), re.MULTILINE)


def _commands(document: Path) -> str:
    """The text in fences and backquotes: what is meant to be typed."""
    text = document.read_text()
    return "\n".join([*re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL), *re.findall(r"`[^`\n]+`", text)])
