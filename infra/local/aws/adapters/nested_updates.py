"""Attributes of unchanged resources in nested stacks.

AWS: updating a stack leaves a resource that did not change as it is, with its attributes. ministack forgets the
attributes of every unchanged resource of a nested stack, so that the next Fn::GetAtt of one fails the update.
"""

from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import provisioners

from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})


def apply(settings: Settings) -> None:
    """Give the update of a nested stack's resource the attributes that it has."""
    del settings
    update = provisioners._update_resource

    def update_knowing(
        resource_type: str,
        physical_id: str,
        old: dict[str, Any],
        new: dict[str, Any],
        stack_name: str,
        logical_id: str | None = None,
        old_attrs: dict[str, Any] | None = None,
    ) -> Any:
        if old_attrs is None:
            resources = cloudformation._stacks.get(stack_name, {}).get("_resources", {})
            old_attrs = resources.get(logical_id, {}).get("Attributes")
        return update(resource_type, physical_id, old, new, stack_name, logical_id, old_attrs)

    provisioners._update_resource = update_knowing
