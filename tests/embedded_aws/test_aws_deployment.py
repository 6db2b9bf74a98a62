"""Deployments that fail: nothing is in the way of the next one, and what holds data is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from infra.generator.tables import KEPT
from infra.packaging import stack
from infra.packaging.publish import Aws, Published

REGION = "us-east-1"
Json = dict[str, Any]
TABLE: Json = {
    "Type": "AWS::DynamoDB::Table", **KEPT,
    "Properties": {"TableName": "javelin-Kept", "BillingMode": "PAY_PER_REQUEST",
                   "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                   "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]},
}  # fmt: skip
FAILING: Json = {
    "Type": "AWS::CloudFormation::Stack", "DependsOn": "Kept",
    "Properties": {"TemplateURL": "http://127.0.0.1:1/nowhere/absent.yaml"},
}  # fmt: skip
Publish = Callable[..., Published]


@pytest.fixture
def account(server: Any) -> Aws:
    """The embedded AWS."""
    return Aws(REGION, server.endpoint, ("test", "test"))


@pytest.fixture
def publish(account: Aws) -> Publish:
    """Puts a template of these resources where CloudFormation finds it."""
    account.client("s3").create_bucket(Bucket="templates")

    def put(**resources: Json) -> Published:
        body = json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})
        account.client("s3").put_object(Bucket="templates", Key="root.json", Body=body.encode())
        return Published(account.object_url("templates", "root.json"), {})

    return put


def test_a_failed_creation_is_not_in_the_way_and_a_later_failure_loses_nothing(account: Aws, publish: Publish) -> None:
    told: list[str] = []
    with pytest.raises(stack.DeploymentFailed, match="Failing"):
        stack.deploy(account, publish(Kept=TABLE, Failing=FAILING), told.append)
    stack.deploy(account, publish(Kept=TABLE), told.append)
    assert told == ["removing what an earlier, failed creation left"]
    tables = account.client("dynamodb")
    tables.put_item(TableName="javelin-Kept", Item={"id": {"S": "kept"}})
    with pytest.raises(stack.DeploymentFailed, match="Failing"):
        stack.deploy(account, publish(Kept=TABLE, Failing=FAILING), told.append)
    account.client("cloudformation").delete_stack(StackName=stack.STACK)
    assert tables.scan(TableName="javelin-Kept")["Count"] == 1
