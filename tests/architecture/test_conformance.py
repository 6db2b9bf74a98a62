"""docs/conformance.md says what is so."""

from __future__ import annotations

import pytest

from infra.generator.declarations import command, operations
from tests import conformance


def test_what_is_called_served_is_declared() -> None:
    assert set(conformance.SERVED.read_text().split()) <= {command(function) for function in operations()}


@pytest.mark.skipif(not conformance.CONTRACT.is_dir(), reason="the contract is not beside the project")
def test_the_page_is_current() -> None:
    assert conformance.DOCUMENT.read_text() == conformance.document(), "run make conformance"


@pytest.mark.skipif(not conformance.CONTRACT.is_dir(), reason="the contract is not beside the project")
def test_nothing_is_missing_and_every_envelope_is_right() -> None:
    found = conformance.commands(conformance.contract())
    assert {one.ours.command: one.parameters for one in found if one.parameters[2]} == {}
    assert [one.ours.command for one in found if not one.envelope] == []
