"""Who may do what to whom on AWS, beside the functions' own requests (those are watched in tests/permissions)."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.credentials import Credentials
from botocore.stub import Stubber

from bridge.cloud import AwsCloud
from functions.fabric_admin.actions.bridge_credentials import policy
from infra.generator.flows import functions_called
from javelin.contract.grants import arn
from javelin.discovery import names
from tests.account import ACCOUNT, REGION
from tests.permissions.limits import broken
from tests.permissions.needs import OF_QUEUE_URL, TASKS, needs
from tests.permissions.policies import Role, flow_roles, function_roles, role_of, stacks, template
from tests.permissions.unused import unused

Json = dict[str, Any]
HOST, OTHER = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
TRACING = {"xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"}


@pytest.mark.parametrize("flow", sorted(flow_roles()))
def test_a_flow_may_invoke_exactly_the_functions_that_it_names(flow: str) -> None:
    role, definition = flow_roles()[flow]
    called = {f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}" for name in functions_called(definition)}
    assert all(role.allows("lambda:InvokeFunction", function) for function in called)
    invoking, *more = role.statements
    assert (invoking.actions, set(invoking.resources)) == (("lambda:InvokeFunction",), called)
    assert {action for statement in more for action in statement.actions} == TRACING
    assert set(functions_called(definition)) <= function_roles().keys()


def test_what_invokes_functions_may() -> None:
    """EventBridge asks the function's own policy, once for every rule."""
    for resources in stacks().values():
        rules = {name: one for name, one in resources.items() if one["Type"] == "AWS::Events::Rule"}
        permitted = {
            (one["Properties"]["SourceArn"]["Fn::GetAtt"][0], one["Properties"]["FunctionName"]["Ref"])
            for one in resources.values()
            if one["Type"] == "AWS::Lambda::Permission"
        }
        targets = {(name, each["Arn"]["Fn::GetAtt"][0]) for name, one in rules.items()
                   for each in one["Properties"]["Targets"]}  # fmt: skip
        assert permitted == targets


def test_a_topic_may_fill_the_queues_that_are_subscribed_to_it_and_no_others_may() -> None:
    found = 0
    for resources in stacks().values():
        for one in resources.values():
            if one["Type"] != "AWS::SNS::Subscription":
                continue
            found += 1
            queue = one["Properties"]["Endpoint"]["Fn::GetAtt"][0]
            (policies,) = [
                other["Properties"] for other in resources.values()
                if other["Type"] == "AWS::SQS::QueuePolicy" and {"Ref": queue} in other["Properties"]["Queues"]
            ]  # fmt: skip
            subscriptions = [
                other["Properties"] for other in resources.values() if other["Type"] == "AWS::SNS::Subscription"
            ]
            subscribed = [
                other["TopicArn"] for other in subscriptions if other["Endpoint"] == one["Properties"]["Endpoint"]
            ]
            allowed = policies["PolicyDocument"]["Statement"]
            assert all(each["Principal"] == {"Service": "sns.amazonaws.com"} for each in allowed)
            assert {(each["Action"], str(each["Resource"])) for each in allowed} == {
                ("sqs:SendMessage", str(one["Properties"]["Endpoint"]))
            }
            assert [each["Condition"] for each in allowed] == [
                {"ArnEquals": {"aws:SourceArn": topic}} for topic in subscribed
            ]
    assert found


def test_the_edge_may_invoke_every_operation_and_write_only_sessions_repeats_and_what_limits_calls() -> None:
    edge = function_roles()["javelin-api-edge"]
    assert all(edge.allows("lambda:InvokeFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")
               for name in function_roles())  # fmt: skip
    tables = [resource.partition("table/")[2] for one in edge.statements for resource in one.resources
              if {"dynamodb:UpdateItem", "dynamodb:PutItem"} & set(one.actions)]  # fmt: skip
    assert sorted(tables) == [
        "javelin-CallCount", "javelin-Idempotency", "javelin-Session", "javelin-UsedSignature"
    ]  # fmt: skip


class Always:
    """Credentials that are always there."""

    METHOD = CANONICAL_NAME = "tests"

    def load_credentials(self) -> Credentials:
        """The same."""
        return Credentials("key", "secret")


def asked_by_a_bridge() -> set[tuple[str, str]]:
    """The permissions that the bridge's own client needs, of all that it can ask."""
    place = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}"
    cloud = AwsCloud(REGION, None, f"{place}/{names.host_queue(HOST)}", f"{place}/{names.REPORTS_QUEUE}", Always())
    asked: list[tuple[str, str]] = []

    def hear(service: str) -> Any:
        def heard(params: Json, model: Any, **_: Any) -> None:
            asked.extend(needs(service, model.name, params))

        return heard

    for service, client in (("sqs", cloud._sqs), ("stepfunctions", cloud._tasks)):
        client.meta.events.register("provide-client-params.*.*", hear(service))
        Stubber(client).activate()  # nothing leaves this machine
    for call in (
        lambda: cloud.receive(1, 0), lambda: cloud.delete(["receipt"]), lambda: cloud.extend(["receipt"]),
        lambda: cloud.succeed("token", "{}"), lambda: cloud.fail("token", "Error", "cause"), lambda: cloud.beat("token"),
        lambda: cloud.report(["body"]),
    ):  # fmt: skip
        with pytest.raises(Exception, match=r"(?i)stub"):
            call()
    return set(asked)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Role:
    """What the credentials of HOST are narrowed to."""
    monkeypatch.setenv("JAVELIN_ACCOUNT_ID", ACCOUNT)
    monkeypatch.setenv("AWS_REGION", REGION)
    return role_of([policy(HOST)], {})


def test_a_bridge_may_do_what_it_does_and_nothing_else(session: Role) -> None:
    properties = template("template.yaml")["Resources"]["BridgeRole"]["Properties"]
    role, asked = role_of(properties["Policies"], {}), asked_by_a_bridge()
    assert {action.partition(":")[2] for action, _ in asked} == {*TASKS, *OF_QUEUE_URL} - {"DeleteQueue"}
    for need in asked:
        assert role.allows(*need), need
        assert session.allows(*need), need
    granted = {action for one in session.statements for action in one.actions}
    assert granted == {action for action, _ in asked} == {action for one in role.statements for action in one.actions}


def test_a_bridges_credentials_reach_no_other_hosts_queue(session: Role) -> None:
    others = arn("sqs", names.host_queue(OTHER)).format(partition="aws", region=REGION, account=ACCOUNT)
    reports = arn("sqs", names.REPORTS_QUEUE).format(partition="aws", region=REGION, account=ACCOUNT)
    for action in ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "SendMessage"):
        assert not session.allows(f"sqs:{action}", others)
    assert not session.allows("sqs:ReceiveMessage", reports)


def test_wildcards_cover_what_they_cover() -> None:
    role = role_of([{"Statement": [{"Effect": "Allow", "Action": "dynamodb:Get*", "Resource": "arn:x:table/a-*"}]}], {})
    assert role.allows("dynamodb:GetItem", "arn:x:table/a-b")
    assert not role.allows("dynamodb:PutItem", "arn:x:table/a-b")
    assert not role.allows("dynamodb:GetItem", "arn:x:table/b")


@pytest.mark.parametrize("more", [{"Condition": {}}, {"NotAction": []}, {"Effect": "Deny"}])
def test_what_is_not_judged_is_not_passed_over(more: Json) -> None:
    stated = {"Effect": "Allow", "Action": "a:b", "Resource": "*", **more}
    with pytest.raises(ValueError, match="not judged"):
        role_of([{"Statement": [stated]}], {})


TWICE = {"TransactItems": [{"Delete": {"TableName": "javelin-Claim", "Key": {"name": {"S": "n"}}}}] * 2}
EMPTY = {"TableName": "javelin-Claim", "Item": {"name": {"S": ""}}}


@pytest.mark.parametrize(
    ("service", "operation", "given", "why"),
    [
        ("dynamodb", "TransactWriteItems", TWICE, "twice"),
        ("dynamodb", "TransactWriteItems", {"TransactItems": TWICE["TransactItems"] * 51}, "102 writes"),
        ("dynamodb", "PutItem", EMPTY, "whose key name"),
        ("dynamodb", "Query", {"IndexName": "by_cloud", "ConsistentRead": True}, "consistent"),
        ("sns", "Publish", {"Message": "x" * 300_000}, "bytes in a message"),
        ("stepfunctions", "SendTaskSuccess", {"output": "x" * 300_000}, "bytes of output"),
        ("lambda", "Invoke", {"Payload": b"x" * 7_000_000}, "bytes of payload"),
    ],
)
def test_what_aws_refuses_whoever_asks_is_seen(service: str, operation: str, given: Json, why: str) -> None:
    assert any(why in sentence for sentence in broken(service, operation, given))


def test_what_is_granted_and_not_used_is_told() -> None:
    function, table = "javelin-data-read-streams", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/javelin-History"
    assert f"{function}: table/javelin-History: written nowhere, read would do" in unused(
        {(function, ("dynamodb:GetItem", table))}
    )
    told = unused({(function, ("dynamodb:UpdateItem", table))})
    assert not any(line.startswith(f"{function}: table/javelin-History") for line in told)
    assert any(line.startswith(f"{function}: table/javelin-Tag") and line.endswith("never used") for line in told)
