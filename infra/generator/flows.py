"""State machines: the YAML of a flow inlined, with a role that may invoke exactly the functions it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.generator.declarations import Flow
from javelin.discovery import names

# Without these a state machine that is traced runs, and nothing of it is seen in X-Ray. They take no resource.
TRACE = ("xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets")


def flow_resources(flows: list[Flow]) -> dict[str, Any]:
    """The state machines of a component and their roles."""
    resources: dict[str, Any] = {}
    for flow in flows:
        called = sorted(set(functions_called(flow.definition)))
        arns = [
            {"Fn::Sub": f"arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{name}"}
            for name in called
        ]
        resources[f"{flow.logical_id}Role"] = {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"},
                                   "Action": "sts:AssumeRole"}],
                },
                "Policies": [
                    {"PolicyName": "steps", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
                        {"Effect": "Allow", "Action": ["lambda:InvokeFunction"], "Resource": arns},
                        {"Effect": "Allow", "Action": list(TRACE), "Resource": ["*"]}]}}
                ],
            },
        }  # fmt: skip
        resources[flow.logical_id] = {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "StateMachineName": names.flow(flow.path),
                "StateMachineType": "STANDARD",
                "RoleArn": {"Fn::GetAtt": [f"{flow.logical_id}Role", "Arn"]},
                "Definition": flow.definition,
                "TracingConfiguration": {"Enabled": True},
            },
        }
    return resources


def states(definition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every state of a definition, those inside Map and Parallel too."""
    for name, state in definition["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from states(state["ItemProcessor"])
        for branch in state.get("Branches", []):
            yield from states(branch)


def functions_called(definition: dict[str, Any]) -> Iterator[str]:
    """The functions that the tasks of a definition invoke."""
    for _, state in states(definition):
        if state["Type"] == "Task":
            yield state["Arguments"]["FunctionName"]
