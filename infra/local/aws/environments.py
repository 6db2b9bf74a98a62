"""The server's side of the fork server: start function environments and talk to them."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from infra.local.aws.function_process import LENGTH, receive

ROOT = Path(__file__).resolve().parents[3]


class InvocationTimeoutError(Exception):
    """The handler did not answer within the function's timeout."""


class Environment:
    """A forked process that answers invocations of one function."""

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection
        self._descriptor = os.pidfd_open(pid)

    def invoke(self, message: dict[str, Any], timeout: float) -> dict[str, Any]:
        """Send one invocation and wait at most `timeout` seconds for its answer."""
        data = json.dumps(message).encode()
        deadline = time.monotonic() + timeout
        self._connection.settimeout(timeout)
        try:
            self._connection.sendall(LENGTH.pack(len(data)) + data)
            head = receive(self._connection, LENGTH.size)
            self._connection.settimeout(max(0.01, deadline - time.monotonic()))
            frame = head and receive(self._connection, LENGTH.unpack(head)[0])
            answer: dict[str, Any] = json.loads(frame) if frame else {}
            result = receive(self._connection, answer["size"]) if frame else None
        except TimeoutError:
            raise InvocationTimeoutError from None
        if result is None:
            raise EOFError("the environment ended without an answer")
        return answer if "error" in answer else {**answer, "result": result}

    def poll(self) -> int | None:
        """None while the process lives, as subprocess.Popen answers."""
        if self.returncode is None:
            self._wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until the process has ended."""
        if self.returncode is None:
            self._wait(None if timeout is None else timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("function environment", timeout or 0)
        return self.returncode

    def kill(self) -> None:
        """End the process at once: a runtime gets no notice on AWS either."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)
            self._wait(2)

    terminate = kill

    def _wait(self, seconds: float | None) -> None:
        poller = select.poll()
        poller.register(self._descriptor, select.POLLIN)
        if poller.poll(None if seconds is None else seconds * 1000):
            self.returncode = 0
            os.close(self._descriptor)
            self._connection.close()


class ForkServer:
    """Starts the fork server once, again if it dies, and asks it for environments."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._start_server()

    def _start_server(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.aws.fork_server", str(theirs.fileno())],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def start(self, configuration: dict[str, Any]) -> Environment:
        """Fork an environment that serves this function."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        request = json.dumps(configuration).encode() + b"\n"
        with theirs, self._lock:
            if self._process.poll() is not None:
                self._control.close()
                self._start_server()
            sent = socket.send_fds(self._control, [request], [theirs.fileno()])
            self._control.sendall(request[sent:])
            answer = b""
            while not answer.endswith(b"\n"):
                part = self._control.recv(64)
                if not part:
                    raise RuntimeError("the fork server ended while starting an environment")
                answer += part
        return Environment(int(answer), ours)
