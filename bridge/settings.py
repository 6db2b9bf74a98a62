"""What an operator may set: `bridge.toml` in the state directory (or --config), then JAVELIN_BRIDGE_* variables."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

PREFIX = "JAVELIN_BRIDGE_"


class Settings(BaseModel):
    """Seconds, unless the name says otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    heartbeat_seconds: float = Field(default=15.0, gt=0)
    lease_seconds: float = Field(default=600.0, gt=0)  # without the cloud for longer, crashed guests stay off
    poll_seconds: int = Field(default=20, ge=0, le=20)
    visibility_seconds: int = Field(default=30, ge=1)  # until a dead bridge's commands return: half the flows' patience
    workers: int = Field(default=8, ge=1, le=64)
    imports: int = Field(default=2, ge=1)  # at the same time
    work: Path = Path("/var/tmp")  # noqa: S108 - each import makes an own folder there that nobody else can enter
    tunnel_address: IPv4Address | None = None  # this host's end of VXLAN tunnels
    local_bridges: tuple[str, ...] = ()  # "name=address/prefix": bridges that this host makes for itself
    simulated_latency: dict[str, float] = {}  # by operation: start, stop, reboot, destroy
    simulated_fail: dict[str, float | list[bool]] = {}
    simulated_seed: int = 0


def load(state: Path, config: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings of one state directory. Values of variables are JSON, or plain text."""
    file = config or state / "bridge.toml"
    fields: dict[str, Any] = tomllib.loads(file.read_text()) if file.exists() else {}
    for name in Settings.model_fields:
        if (text := environment.get(PREFIX + name.upper())) is not None:
            fields[name] = _value(text)
    return Settings.model_validate(fields)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
