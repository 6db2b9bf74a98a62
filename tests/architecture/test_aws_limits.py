"""AWS's limits that a template can break and that neither cfn-lint nor the tests' AWS knows.

The numbers are AWS's own quotas; those that cannot be raised are held here, each where it is first broken.
"""

from __future__ import annotations

import json
import re
from itertools import product
from typing import Any

import pytest

from infra.generator.declarations import COMPONENTS, ROOT, Flow, Function, flows, functions
from infra.generator.flows import states
from javelin.discovery import names
from javelin.messaging.consumers import Consumer, Schedule
from tests.permissions.policies import stacks, template

Json = dict[str, Any]
FUNCTIONS = [one for part in COMPONENTS for one in functions(part)]
FLOWS = [one for part in COMPONENTS for one in flows(part)]
LONGEST = {"AWS::Partition": "aws-us-gov", "AWS::Region": "ap-northeast-1", "AWS::AccountId": "123456789012"}
GATEWAY_SECONDS = 30  # that an HTTP API waits for a function
FUNCTION_SECONDS = 900
ROLE_CHARACTERS = 10_240  # of all inline policies of a role, blanks left out
ENVIRONMENT_BYTES = 4096
DEFINITION_CHARACTERS = 1_048_576
TEMPLATE_BYTES = 1_048_576  # of one that is in a bucket; see test_templates_go_by_their_address
RESOURCES = 500


def _named(one: Function | Flow) -> str:
    return f"{one.component}/{one.name}"


@pytest.mark.parametrize("function", FUNCTIONS, ids=_named)
def test_functions(function: Function) -> None:
    declared = function.declaration
    assert re.fullmatch(r"[A-Za-z0-9-]{1,64}", function.function_name)
    assert 0 < declared.timeout <= FUNCTION_SECONDS
    assert 128 <= declared.memory <= 10_240


def test_the_edge_answers_before_its_gateway_gives_up() -> None:
    globals_ = template("template.yaml")["Globals"]["Function"]
    assert globals_["Timeout"] < GATEWAY_SECONDS


@pytest.mark.parametrize("flow", FLOWS, ids=_named)
def test_flows(flow: Flow) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,80}", names.flow(flow.path))
    assert len(json.dumps(flow.definition)) <= DEFINITION_CHARACTERS
    assert all(len(name) <= 80 for name, _ in states(flow.definition))
    assert len(f"{'0' * 36}-99999") <= 80  # the name of an execution: a job and an attempt


@pytest.mark.parametrize("stack", sorted(stacks()))
def test_stacks(stack: str) -> None:
    assert len((ROOT / f"infra/stacks/{stack}.yaml").read_bytes()) <= TEMPLATE_BYTES
    assert len(stacks()[stack]) <= RESOURCES


@pytest.mark.parametrize("stack", sorted(stacks()))
def test_roles(stack: str) -> None:
    for name, role in _of_type(stack, "AWS::IAM::Role"):
        policies = [policy["PolicyDocument"] for policy in role["Policies"]]
        written = sum(len(re.sub(r"\s", "", _spelled_out(policy))) for policy in policies)
        assert written <= ROLE_CHARACTERS, f"{name} has {written} characters; merge its grants, or split the function"


@pytest.mark.parametrize("stack", sorted(stacks()))
def test_environments(stack: str) -> None:
    for name, function in _of_type(stack, "AWS::Lambda::Function"):
        room = 600  # what addresses and names become
        assert len(json.dumps(function["Environment"]["Variables"])) + room <= ENVIRONMENT_BYTES, name


@pytest.mark.parametrize("stack", sorted(stacks()))
def test_what_functions_take_from_queues_comes_again_only_when_they_are_done(stack: str) -> None:
    """AWS refuses the mapping otherwise; six times the function's time is what it recommends."""
    for name, mapping in _of_type(stack, "AWS::Lambda::EventSourceMapping"):
        batch, window = mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]
        assert batch <= 10_000, name
        assert window <= 300, name
        assert batch <= 10 or window >= 1, f"{name} may not take more than 10 without a window"
        if "StartingPosition" in mapping:
            assert mapping["StartingPosition"] in ("TRIM_HORIZON", "LATEST")
            patterns = [json.loads(one["Pattern"]) for one in mapping["FilterCriteria"]["Filters"]]
            assert all(isinstance(values, list) for pattern in patterns for values in pattern.values())
            continue
        queue = stacks()[stack][mapping["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]
        function = stacks()[stack][mapping["FunctionName"]["Ref"]]["Properties"]
        assert queue["VisibilityTimeout"] >= function["Timeout"] + window, name
        assert len(queue["QueueName"]) <= 80


@pytest.mark.parametrize("stack", sorted(stacks()))
def test_filters_of_subscriptions(stack: str) -> None:
    for name, subscription in _of_type(stack, "AWS::SNS::Subscription"):
        wanted: dict[str, list[Any]] = subscription.get("FilterPolicy", {})
        assert len(wanted) <= 5, name
        assert len(list(product(*wanted.values()))) <= 150, name
        assert wanted.keys() <= {"type", "level"}, f"{name} filters by what events do not say"


@pytest.mark.parametrize(
    "function",
    [
        one
        for one in FUNCTIONS
        if isinstance(one.declaration, Consumer) and isinstance(one.declaration.source, Schedule)
    ],
    ids=_named,
)
def test_rates(function: Function) -> None:
    assert isinstance(function.declaration, Consumer)
    assert isinstance(function.declaration.source, Schedule)
    assert re.fullmatch(
        r"rate\((1 (minute|hour|day)|([2-9]|\d\d+) (minutes|hours|days))\)", function.declaration.source.rate
    )


def test_tables() -> None:
    for name, table in _of_type("tables", "AWS::DynamoDB::Table"):
        indexes = table.get("GlobalSecondaryIndexes", [])
        keys = {key["AttributeName"] for one in (table, *indexes) for key in one["KeySchema"]}
        described = [one["AttributeName"] for one in table["AttributeDefinitions"]]
        assert sorted(described) == sorted(keys), f"{name}: DynamoDB refuses attributes that are no keys"
        assert len(indexes) <= 20, name
        assert re.fullmatch(r"[A-Za-z0-9_.-]{3,255}", table["TableName"])


def test_what_holds_data_is_kept_but_not_in_the_way_of_a_second_try() -> None:
    """Names are fixed: what a failed creation left would make the next one fail."""
    everything = [*stacks().values(), template("template.yaml")["Resources"]]
    holding = [one for resources in everything for one in resources.values()
               if one["Type"] in ("AWS::DynamoDB::Table", "AWS::S3::Bucket")]  # fmt: skip
    assert holding
    for one in holding:
        assert (one["DeletionPolicy"], one["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_templates_go_by_their_address() -> None:
    """A template in a request may have 51,200 bytes; the root is deployed from a bucket, and nested ones always are."""
    root = template("template.yaml")["Resources"]
    nested = [one for one in root.values() if one["Type"] == "AWS::CloudFormation::Stack"]
    assert len(nested) == len(stacks())
    assert all("StacksUrl" in one["Properties"]["TemplateURL"]["Fn::Sub"] for one in nested)


def _of_type(stack: str, kind: str) -> list[tuple[str, Json]]:
    return [(name, one["Properties"]) for name, one in stacks()[stack].items() if one["Type"] == kind]


def _spelled_out(value: Any) -> str:
    """JSON with the longest partition and region in place of what CloudFormation fills in."""
    text = re.sub(r"\$\{([\w:]+)\}", lambda found: LONGEST[found[1]], json.dumps(value))
    return re.sub(r'\{"Fn::Sub": ("[^"]*")\}', r"\1", text)
