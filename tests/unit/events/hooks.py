"""Webhooks that lead to a receiver of this machine, and what they were told."""

from __future__ import annotations

from typing import Any

from javelin.contract.caller import Caller
from tests.cloud import Cloud
from tests.unit.events.receiver import Receiver

SECRET = "not to be seen 4711"


def hook(cloud: Cloud, listener: Receiver, caller: Caller | None = None, **fields: Any) -> str:
    given = {"name": "ci", "payloadurl": listener.url} | fields
    return str(cloud.call("createWebhook", caller, **given)["webhook"]["id"])


def deliveries(cloud: Cloud, caller: Caller | None = None, **filters: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = cloud.call("listWebhookDeliveries", caller, **filters).get("webhookdelivery", [])
    return rows
