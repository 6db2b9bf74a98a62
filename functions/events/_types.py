"""The types of events: those that operations declare, and those of what is more than a call."""

from __future__ import annotations

import functools
import json
from pathlib import Path

OF_THE_CLOUD = (
    "CAPACITY.CPU", "CAPACITY.MEMORY", "CAPACITY.PUBLIC.IP", "CAPACITY.STORAGE", "CAPACITY.STORAGE.PROMISED",
    "HOST.ALERT", "HOST.CREDENTIALS.REFUSED", "HOST.DISCONNECT", "HOST.DOWN", "HOST.ENROL", "HOST.ENROLMENT.REFUSED",
    "HOST.RECONNECT", "HOST.REPORT.REFUSED", "OPERATION.RECONCILE", "USER.LOGIN.LOCKED",
)  # fmt: skip


@functools.cache
def event_types() -> tuple[str, ...]:
    """Every type that an event can have; what operations declare is generated."""
    declared: list[str] = json.loads((Path(__file__).parent / "declared_types.json").read_text())
    return tuple(sorted({*declared, *OF_THE_CLOUD}))
