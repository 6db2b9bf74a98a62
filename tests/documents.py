"""The commands that README and docs/ tell to type, and for each the test that types it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from infra.generator.declarations import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(?:sh)?\n(.*?)^```", re.DOTALL | re.MULTILINE)
INDENTED = re.compile(r"^    ((?:make|python3?) .+)\n", re.MULTILINE)
INLINE = re.compile(r"`((?:[A-Z_]+=\S+ )?(?:make|pytest|python3?|cs|aws|curl|systemctl) [^`\n]+)`")

AT_A_CLOUD = "tests/e2e/test_documents.py::test_what_is_told_to_type_works"
BY_HAND = "tests/e2e/test_bridge_documents.py::test_a_bridge_by_hand"
INSTALLED = "tests/e2e/test_bridge_documents.py::test_a_bridge_is_installed_by_the_command_that_is_told"
MADE = "tests/e2e/test_make.py::test_a_cloud_is_looked_at_stopped_and_started_again"
# By the beginning of a command: its test, as `path::name`, or in a sentence why it has none.
TYPED_BY = {
    "make run": MADE,
    "make down": MADE,
    "make status": MADE,
    "make generate": "tests/e2e/test_make.py::test_generating_changes_nothing",
    "make conformance": "tests/architecture/test_conformance.py::test_the_page_is_current",
    "make deploy DRY=1": "tests/e2e/test_make.py::test_a_rehearsed_deployment",
    "make test": "It is what runs the tests; .ci/run does nothing else.",
    "make check": "It is what make test begins with.",
    "make bench": "It measures for minutes, and what it measures is not what it asserts; figures are published by hand.",
    "make drill": "It crashes a cloud for minutes; tests/e2e/test_drill.py does the same in short.",
    "make drill ARGS=--real": "It crashes this machine's libvirt for minutes; it is run by hand, and its figures are told.",
    "make deploy": "It needs an account; see make deploy DRY=1, and tests/embedded_aws/test_aws_deployment.py.",
    "aws lambda invoke": AT_A_CLOUD,
    "cloud=": AT_A_CLOUD,
    "curl ": AT_A_CLOUD,
    "cs deployVirtualMachine ...": "It stands for any deployment; docs/jobs.md has one in full.",
    "cs ": AT_A_CLOUD,
    "export CLOUDSTACK_CONFIG=": AT_A_CLOUD,
    ".venv/bin/cs ": AT_A_CLOUD,
    "python3 -m infra.packaging.bridge": INSTALLED,
    "python3 javelin-bridge.pyz install": INSTALLED,
    "python -m infra.verify_audit": "tests/unit/events/test_audit_chain.py::test_an_auditor_needs_one_file_and_python",
    "python -m bridge enrol": BY_HAND,
    "python -m bridge run": BY_HAND,
    "python -m bridge status": BY_HAND,
    "pytest tests/unit tests/flows": "make test runs them.",
    "UPDATE_BUDGETS=1 pytest": "Without the variable make test runs it; with it, it rewrites what is kept.",
}


def blocks(document: str) -> list[str]:
    """The blocks of a document that are typed."""
    return FENCE.findall((ROOT / document).read_text())


def commands() -> Iterator[tuple[str, str]]:
    """(document, command) for everything that is told to be typed, comments and line ends taken off."""
    for path in DOCUMENTS:
        text = path.read_text()
        for block in FENCE.findall(text):
            lines = block.replace("\\\n", " ").splitlines()
            yield from ((path.name, line) for line in map(_bare, lines) if line)
        rest = FENCE.sub("", text)
        found = [*INDENTED.findall(rest), *INLINE.findall(rest)]
        yield from ((path.name, _bare(line)) for line in found)


def claim(command: str) -> str | None:
    """Who types the command: the claim with the longest beginning in common."""
    fitting = [begin for begin in TYPED_BY if command.startswith(begin)]
    return TYPED_BY[max(fitting, key=len)] if fitting else None


def _bare(line: str) -> str:
    return re.sub(r"\s+# .*", "", line).strip()
