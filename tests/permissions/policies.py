"""What the stacks allow whom: the roles of functions and flows, as they are deployed."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from infra.generator.declarations import ROOT
from tests.account import ACCOUNT, REGION

Json = dict[str, Any]
EDGE = "javelin-api-edge"
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT}


@dataclass(frozen=True)
class Statement:
    """Actions that are allowed on resources, both with wildcards."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def allows(self, action: str, resource: str) -> bool:
        """Whether the statement covers the action on the resource."""
        acts = any(_matches(one.lower(), action.lower()) for one in self.actions)
        return acts and any(_matches(one, resource) for one in self.resources)


@dataclass(frozen=True)
class Role:
    """What a role allows."""

    statements: tuple[Statement, ...]

    def allows(self, action: str, resource: str) -> bool:
        """Whether any statement does."""
        return any(statement.allows(action, resource) for statement in self.statements)


@functools.cache
def function_roles() -> dict[str, Role]:
    """The role of every function by the function's name."""
    found = {EDGE: role_of(template("template.yaml")["Resources"]["Edge"]["Properties"]["Policies"], {})}
    for resources in stacks().values():
        for resource in resources.values():
            if resource["Type"] == "AWS::Lambda::Function":
                found[resource["Properties"]["FunctionName"]] = _role(resource["Properties"]["Role"], resources)
    return found


@functools.cache
def flow_roles() -> dict[str, tuple[Role, Json]]:
    """The role and the definition of every state machine by its name."""
    return {
        resource["Properties"]["StateMachineName"]: (
            _role(resource["Properties"]["RoleArn"], resources), resource["Properties"]["Definition"],
        )
        for resources in stacks().values()
        for resource in resources.values()
        if resource["Type"] == "AWS::StepFunctions::StateMachine"
    }  # fmt: skip


@functools.cache
def stacks() -> dict[str, Json]:
    """The resources of every component's stack."""
    return {
        path.stem: template(f"infra/stacks/{path.name}")["Resources"]
        for path in sorted((ROOT / "infra/stacks").glob("*.yaml"))
    }


@functools.cache
def template(name: str) -> Json:
    """A template with its short intrinsic functions (!Sub) written as the long ones."""
    read: Json = yaml.load((ROOT / name).read_text(), Loader=_Loader)  # noqa: S506 - a safe loader with our tags
    return read


def role_of(policies: list[Json], resources: Json) -> Role:
    """The role with these policies."""
    return Role(tuple(_statements(policies, resources)))


def resolved(value: Any, resources: Json) -> str:
    """What CloudFormation makes of a string, a Fn::Sub or the ARN of a resource of the same stack."""
    match value:
        case str():
            return value
        case {"Fn::Sub": str() as text}:
            return re.sub(r"\$\{([\w:]+)\}", lambda found: PSEUDO[found[1]], text)
        case {"Fn::GetAtt": [name, "Arn"]}:
            return _arn(resources[name])
    raise ValueError(f"{value} is not understood here: say in tests/permissions/policies.py what it stands for")


def _statements(policies: list[Json], resources: Json) -> Iterator[Statement]:
    for policy in policies:
        for stated in policy.get("PolicyDocument", policy)["Statement"]:
            if stated.keys() - {"Sid"} != {"Effect", "Action", "Resource"} or stated["Effect"] != "Allow":
                raise ValueError(f"{stated} has more than an Allow of actions on resources, which is not judged here")
            where = tuple(resolved(one, resources) for one in _many(stated["Resource"]))
            yield Statement(tuple(_many(stated["Action"])), where)


def _role(reference: Json, resources: Json) -> Role:
    name, _ = reference["Fn::GetAtt"]
    return role_of(resources[name]["Properties"]["Policies"], resources)


def _arn(resource: Json) -> str:
    properties = resource["Properties"]
    match resource["Type"]:
        case "AWS::SQS::Queue":
            return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{properties['QueueName']}"
        case "AWS::Logs::LogGroup":
            return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{properties['LogGroupName']}:*"
        case kind:
            raise ValueError(f"the ARN of a {kind} is not known here")


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@functools.cache
def _pattern(wildcard: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in wildcard))


def _matches(wildcard: str, value: str) -> bool:
    return _pattern(wildcard).fullmatch(value) is not None


class _Loader(yaml.CSafeLoader):
    """YAML with CloudFormation's tags."""


def _tag(loader: _Loader, suffix: str, node: yaml.Node) -> Json:
    if isinstance(node, yaml.ScalarNode):
        text: Any = loader.construct_scalar(node)
        value = text.split(".") if suffix == "GetAtt" else text
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix == "Ref" else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _tag)
