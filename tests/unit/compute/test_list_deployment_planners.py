"""listDeploymentPlanners: what service offerings may name."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud, Refused

OFFERING = {"name": "o", "cpunumber": "1", "cpuspeed": "500", "memory": "256"}


def test_offerings_may_name_what_is_listed_and_nothing_else(cloud: Cloud) -> None:
    (planner,) = cloud.call("listDeploymentPlanners")["deploymentPlanner"]
    made = cloud.call("createServiceOffering", deploymentplanner=planner["name"], **OFFERING)["serviceoffering"]
    assert made["deploymentplanner"] == "FirstFitPlanner"
    with pytest.raises(Refused) as refusal:  # whoever asks for this wants hosts of its own, and would not get them
        cloud.call("createServiceOffering", deploymentplanner="ImplicitDedicationPlanner", **OFFERING)
    assert refusal.value.code == 431


def test_it_is_found_by_keyword(cloud: Cloud) -> None:
    assert cloud.call("listDeploymentPlanners", keyword="first")["count"] == 1
    assert cloud.call("listDeploymentPlanners", keyword="last") == {}
