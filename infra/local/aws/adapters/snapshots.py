"""What is deployed survives.

AWS: functions, queues, topics, rules and buckets are durable. ministack saves them when it is stopped politely. Here
they are saved every few seconds while requests come, each service when its state has changed. Messages in queues are
as old as the last snapshot after a kill; tables are not part of it (see durable_tables).
"""

import hashlib
import json
import logging
import threading
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import persistence

from infra.local.aws.settings import Settings
from infra.local.aws.traffic import traffic

APPLIES_TO = frozenset({"1.5.33"})
log = logging.getLogger(__name__)
TRIES = 5


class Snapshots:
    """Saves services whose state differs from what was saved last."""

    def __init__(self) -> None:
        self._saved: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def save(self, services: dict[str, Any]) -> None:
        """Save each service of {name: function that returns its state}."""
        with self._lock:
            for name, state_of in services.items():
                text = self._text(name, state_of)
                if text is not None:
                    self._write(name, text)

    def _text(self, name: str, state_of: Any) -> str | None:
        for attempt in range(TRIES):
            try:
                state = state_of()
                if state is None:
                    return None
                wrapped = {"__ministack_format__": persistence._state_format_version(name), "payload": state}
                return json.dumps(wrapped, default=persistence._json_default)
            except RuntimeError as problem:  # another thread changed a dictionary meanwhile
                if attempt == TRIES - 1:
                    log.warning("state of %s keeps changing, saved later: %s", name, problem)
        return None

    def _write(self, name: str, text: str) -> None:
        digest = hashlib.blake2b(text.encode()).digest()
        if self._saved.get(name) == digest:
            return
        path = Path(persistence.STATE_DIR) / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(".json.tmp")
        scratch.write_text(text)
        scratch.replace(path)
        self._saved[name] = digest


def action_of(path: str, headers: dict[str, str], parameters: dict[str, Any]) -> str:
    """What a request asks for: the action of a JSON or form protocol, else its path."""
    target = headers.get("x-amz-target", "").rpartition(".")[2]
    return str(target or (parameters.get("Action") or [path])[0])


def apply(settings: Settings) -> None:
    """Save in the background while there is traffic, and once more at a polite stop."""
    snapshots, detect = Snapshots(), app.detect_service

    def noted(method: str, path: str, headers: dict[str, str], parameters: dict[str, Any]) -> Any:
        service = detect(method, path, headers, parameters)
        reading = method in ("GET", "HEAD") or path.startswith("/_")
        traffic.note(service, "Get" if reading else action_of(path, headers, parameters))
        return service

    def save_for_ever() -> None:
        while True:
            traffic.wait(settings.snapshot_seconds)
            if app._MAIN_LOOP is not None:
                snapshots.save(app._build_persistence_save_dict())

    app.detect_service = noted
    app.save_all = snapshots.save
    threading.Thread(target=save_for_ever, daemon=True, name="snapshots").start()
