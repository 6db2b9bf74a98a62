"""The AWS account that tests play in, and what the templates make there."""

from __future__ import annotations

import json
from typing import Any

from infra.generator.declarations import COMPONENTS, flows, records
from infra.generator.tables import tables_stack
from javelin.discovery import names

ACCOUNT = "123456789012"
REGION = "us-east-1"


def make_flows(stepfunctions: Any) -> None:
    """State machines of the flows' names: operations can start them, tests/flows runs the real ones."""
    definition = json.dumps({"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}})
    for component in COMPONENTS:
        for flow in flows(component):
            stepfunctions.create_state_machine(
                name=names.flow(flow.path), definition=definition, roleArn=f"arn:aws:iam::{ACCOUNT}:role/flows"
            )


def make_tables(dynamodb: Any) -> None:
    """Create the tables of the generated template."""
    for resource in tables_stack(records())["Resources"].values():
        if resource["Type"] != "AWS::DynamoDB::Table":
            continue
        wanted = resource["Properties"]
        table = {name: wanted[name] for name in ("TableName", "BillingMode", "AttributeDefinitions", "KeySchema")}
        if "GlobalSecondaryIndexes" in wanted:
            table["GlobalSecondaryIndexes"] = wanted["GlobalSecondaryIndexes"]
        dynamodb.create_table(**table)
