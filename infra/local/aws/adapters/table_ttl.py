"""Expiry of items in tables that CloudFormation makes.

AWS: `TimeToLiveSpecification` of AWS::DynamoDB::Table switches expiry on. ministack ignores it in templates.
"""

from typing import Any

from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})


def switch_expiry(table: str, properties: dict[str, Any]) -> None:
    """Bring the table's expiry in line with its template."""
    wanted = properties.get("TimeToLiveSpecification")
    if wanted:
        enabled = str(wanted.get("Enabled", True)).lower() == "true"
        specification = {"Enabled": enabled, "AttributeName": wanted["AttributeName"]}
        dynamodb._update_ttl({"TableName": table, "TimeToLiveSpecification": specification})


def apply(settings: Settings) -> None:
    """Wrap creation and update of tables."""
    del settings
    handlers = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    create, update = handlers["create"], handlers["update"]

    def create_with_expiry(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:
        result = create(logical_id, props, stack_name)
        switch_expiry(result[0], props)
        return result

    def update_with_expiry(physical_id: str, old: dict[str, Any], new: dict[str, Any], *rest: Any, **named: Any) -> Any:
        result = update(physical_id, old, new, *rest, **named)
        switch_expiry(physical_id, new)
        return result

    handlers["create"], handlers["update"] = create_with_expiry, update_with_expiry
