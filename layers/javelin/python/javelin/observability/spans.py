"""Spans on AWS X-Ray: pieces of an invocation that can be found by the job that they belong to.

Lambda makes the segments; a span is a subsegment, one datagram to the daemon beside the function. Where nothing traces
(no daemon, or this invocation is not sampled) nothing is sent.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

HEAD = b'{"format": "json", "version": 1}\n'


@contextmanager
def span(name: str, **annotations: str | int) -> Iterator[None]:
    """What happens inside, with annotations to search by; an exception marks it as a fault and goes on its way."""
    parent = _parent()
    if parent is None:
        yield
        return
    started, fault = time.time(), True
    try:
        yield
        fault = False
    finally:
        trace, segment, daemon = parent
        told = {
            "type": "subsegment", "id": secrets.token_hex(8), "trace_id": trace, "parent_id": segment, "name": name,
            "start_time": started, "end_time": time.time(), "annotations": annotations, "fault": fault,
        }  # fmt: skip
        _send(daemon, HEAD + json.dumps(told).encode())


def _parent() -> tuple[str, str, tuple[str, int]] | None:
    """The trace and segment of this invocation and where the daemon listens, if it is traced."""
    parts = dict(part.split("=", 1) for part in os.environ.get("_X_AMZN_TRACE_ID", "").split(";") if "=" in part)
    host, _, port = os.environ.get("AWS_XRAY_DAEMON_ADDRESS", "").rpartition(":")
    if parts.get("Sampled") != "1" or "Parent" not in parts or "Root" not in parts or not port.isdigit():
        return None
    return parts["Root"], parts["Parent"], (host, int(port))


def _send(daemon: tuple[str, int], datagram: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.setblocking(False)
        try:
            wire.sendto(datagram, daemon)
        except OSError:
            return  # a span that is lost is less than a step that fails for it
