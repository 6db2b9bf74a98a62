"""The rules of flows find what breaks them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from infra.generator.declarations import flows
from infra.packaging.flow_rules import broken_rules

FLOW = next(flow for flow in flows("compute") if flow.name == "deploy_virtual_machine").definition


@pytest.fixture
def flow() -> dict[str, Any]:
    return copy.deepcopy(FLOW)


def test_a_good_flow_breaks_none(flow: dict[str, Any]) -> None:
    assert broken_rules(flow) == []


def test_a_flow_without_a_timeout(flow: dict[str, Any]) -> None:
    del flow["TimeoutSeconds"]
    assert broken_rules(flow) == ["the flow has no TimeoutSeconds, so its job may never end"]


def test_a_task_that_waits_for_ever(flow: dict[str, Any]) -> None:
    del flow["States"]["CreateVolumes"]["TimeoutSeconds"]
    del flow["States"]["CreateVolumes"]["HeartbeatSeconds"]
    assert broken_rules(flow) == [
        "CreateVolumes has no TimeoutSeconds",
        "CreateVolumes waits for a token without HeartbeatSeconds",
    ]


def test_a_do_that_does_not_catch_to_its_own_undo(flow: dict[str, Any]) -> None:
    flow["States"]["CreateVolumes"]["Catch"][0]["Next"] = "UndoPlace"
    assert "CreateVolumes does not catch every error to its own undo, UndoCreateVolumes" in broken_rules(flow)


def test_an_undo_whose_failure_is_swallowed(flow: dict[str, Any]) -> None:
    flow["States"]["UndoPlace"]["Catch"][0]["Next"] = "Unwound"
    assert "UndoPlace does not catch every error to MarkStuck" in broken_rules(flow)


def test_a_state_that_is_not_there_and_one_that_is_not_reached(flow: dict[str, Any]) -> None:
    flow["States"]["Place"]["Next"] = "Nowhere"
    found = broken_rules(flow)
    assert "the flow leads to Nowhere, which it does not have" in found
    assert "Connect is never reached" in found


def test_another_kind_of_failure(flow: dict[str, Any]) -> None:
    flow["States"]["Broken"] = {"Type": "Fail"}
    assert "Broken fails otherwise than Unwound or Stuck" in broken_rules(flow)
