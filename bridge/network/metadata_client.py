"""Start, tell and stop the metadata service of this host from the driver."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from pathlib import Path

import bridge
from bridge.errors import HostCommandFailed, TransientHostError
from bridge.network.metadata_http import version
from bridge.network.tools import run

PATIENCE = 10.0  # seconds


class MetadataService:
    """The service process that belongs to one state folder."""

    def __init__(self, state: Path, runtime: Path) -> None:
        self._state = state
        self._control = runtime / f"metadata-{hashlib.sha256(str(state).encode()).hexdigest()[:10]}.sock"

    def refresh(self, network: str) -> None:
        """Have the service listen in every router's namespace, surely in this one's; start it if it does not run."""
        running = self._tell(f"scan {network}")
        if running == version():
            return
        if running:
            self.stop()  # an upgrade has left it behind
        self._control.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        # The process must find this code again, wherever it was installed and whatever the working folder is.
        code = Path(bridge.__file__).parent.parent
        path = os.pathsep.join([str(code), *filter(None, sys.path)])
        command = ("-m", "bridge.network.metadata_server", "--state", str(self._state), "--control", str(self._control))
        run(("env", f"PYTHONPATH={path}", sys.executable, *command))
        if not self._tell(f"scan {network}"):
            raise TransientHostError("the metadata service ended as soon as it was started")

    def forget(self) -> None:
        """Have a running service listen only where routers still are."""
        self._tell("scan")

    def stop(self) -> None:
        """End the service. Absent is success."""
        self._tell("stop")
        self._control.unlink(missing_ok=True)

    def _tell(self, word: str) -> str | None:
        """Say `word` to the service and wait until it is done; answer the service's version, None if there is none."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as control:
            control.settimeout(PATIENCE)
            try:
                control.connect(str(self._control))
                control.sendall(f"{word}\n".encode())
                answer = control.recv(1024).decode().strip()
            except (FileNotFoundError, ConnectionRefusedError, ConnectionResetError):
                return None
            except TimeoutError as error:
                raise TransientHostError("the metadata service does not answer") from error
        verdict, _, running = answer.partition(" ")
        if verdict != "ok":
            raise HostCommandFailed(f"the metadata service could not {word}: {answer or 'no answer'}")
        return running
