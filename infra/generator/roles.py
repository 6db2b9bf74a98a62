"""Roles from grants: functions with the same grants share one role."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from infra.generator.declarations import Function
from javelin.contract.grants import Grant

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def sub(text: str) -> Any:
    """An ARN of ours as CloudFormation writes it."""
    if "{" not in text:
        return text
    for name, pseudo in (("partition", "Partition"), ("region", "Region"), ("account", "AccountId")):
        text = text.replace("{" + name + "}", "${AWS::" + pseudo + "}")
    return {"Fn::Sub": text}


def statements(grants: Iterable[Grant]) -> list[dict[str, Any]]:
    """Policy statements: what may be done to the same resources is one, and so is what the same may be done to.

    A role has room for 10,240 characters of them.
    """
    by_resources: dict[tuple[str, ...], set[str]] = {}
    for grant in grants:
        by_resources.setdefault(grant.resources, set()).update(grant.actions)
    by_actions: dict[tuple[str, ...], list[str]] = {}
    for resources, actions in sorted(by_resources.items()):
        by_actions.setdefault(tuple(sorted(actions)), []).extend(resources)
    return [
        {"Effect": "Allow", "Action": [*actions], "Resource": [sub(resource) for resource in dict.fromkeys(resources)]}
        for actions, resources in by_actions.items()
    ]


def roles(functions: list[Function]) -> tuple[dict[str, Any], dict[str, str]]:
    """The role resources of a component, and each function's role by logical id."""
    sets: dict[frozenset[Grant], list[Function]] = {}
    for function in functions:
        sets.setdefault(function.grants, []).append(function)
    taken = {function.logical_id for function in functions}
    resources: dict[str, Any] = {}
    assigned: dict[str, str] = {}
    for grants, members in sets.items():
        logical_id = _free(f"{members[0].logical_id}Role", taken)
        policy = [
            {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
             "Resource": [{"Fn::GetAtt": ["LogGroup", "Arn"]}]},
            {"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": ["*"]},
            *statements(grants),
        ]  # fmt: skip
        resources[logical_id] = {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": TRUST,
                "Policies": [
                    {"PolicyName": "grants", "PolicyDocument": {"Version": "2012-10-17", "Statement": policy}}
                ],
            },
        }
        assigned.update({member.logical_id: logical_id for member in members})
    return resources, assigned


def _free(logical_id: str, taken: set[str]) -> str:
    """The id, or one like it where a function has it: CreateProjectRole is a command."""
    return f"{logical_id}OfFunction" if logical_id in taken else logical_id
