"""A guest of a tenant that ran yesterday, for the function that makes the records of days."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from functions.data import _usage
from javelin.data.ids import new_id
from javelin.data.records.virtual_machine import VirtualMachine
from tests.flows.arranging import Act, invoked
from tests.flows.stage import Stage

Json = dict[str, Any]
DAY = 24 * 3600


def ran_yesterday(stage: Stage) -> list[Act]:
    """It started at noon and goes on."""
    noon = datetime.fromtimestamp(time.time() - DAY, UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    _usage.keep([started(stage, int(noon.timestamp()))])
    return invoked("events-generate-usage", {})


def started(stage: Stage, second: int) -> Json:
    """What the stream tells of a guest that came to be and ran at once."""
    tenant = stage.ground.tenant
    guest = VirtualMachine(
        new_id(), name="web", display_name="web", instance_name="i-1", user_id="u", state="Running", zone_id="z",
        zone_name="z", template_id="t", template_name="t", offering_id="o", offering_name="o", cpus=1, mhz=500,
        memory_mib=256, root_volume_id="v", version=1, account_id=tenant.account_id, account=tenant.account,
        domain_id=tenant.domain_id, domain_path=tenant.domain_path,
    )  # fmt: skip
    return {
        "eventName": "INSERT",
        "eventSourceARN": f"arn:aws:dynamodb:x:1:table/{VirtualMachine.Meta.table_name}/stream/2026",
        "dynamodb": {"ApproximateCreationDateTime": second, "NewImage": guest.serialize()},
    }


def half_a_day_is_recorded(stage: Stage) -> list[str]:
    """That it ran, and that it was there."""
    found = sorted((row["usage_type"], row["seconds"]) for row in stage.world.records("UsageRecord"))
    return [] if found == [(1, DAY // 2), (2, DAY // 2)] else [f"recorded are {found}"]
