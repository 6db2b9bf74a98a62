"""What the topic of alarms tells: alarms of CloudWatch, and what functions raise themselves (javelin.messaging.alarms)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from functions.events._alerts import MANAGEMENT, alert
from javelin.data.records.alert import Alert
from javelin.discovery import names

LONGEST = 2000  # characters of what an alert says


def alarm_in(body: str) -> Alert | None:
    """The alert that a message of the topic of alarms makes; None for any other message.

    The subject of an alarm is its name, so that one which is raised again says the same and is no other alert.
    """
    fields = _object(body)
    text, when = fields.get("Message"), fields.get("Timestamp")
    ours = str(fields.get("TopicArn", "")).endswith(f":{names.ALARM_TOPIC}")
    if not (ours and isinstance(text, str) and isinstance(when, str)):
        return None
    told = str(_object(text).get("AlarmDescription") or text)[:LONGEST]
    try:
        at = datetime.fromisoformat(when)
    except ValueError:
        return None
    return alert(MANAGEMENT, str(fields.get("Subject") or "ALARM")[:LONGEST], told, "", at)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
