"""One function environment: import the handler, then answer invocations one at a time until the connection closes.

Frames are four bytes of length and JSON. An invocation is {"event", "context", "trace"}; the answer is {"size"} of the
result, which follows as JSON of its own, or {"error"}, and {"log"} with everything that was printed or logged meanwhile.
"""

import importlib
import io
import json
import os
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

LENGTH = struct.Struct(">I")
DEPTH_VARIABLE = "_MINISTACK_INVOKE_DEPTH"
DEPTH_HEADER = "X-Ministack-Invoke-Depth"


class Context:
    """The context object that a Lambda handler receives."""

    identity = None
    client_context = None

    def __init__(self, configuration: dict[str, Any], invocation: dict[str, Any]) -> None:
        self.function_name: str = configuration["function_name"]
        self.function_version: str = configuration["version"]
        self.memory_limit_in_mb: int = configuration["memory"]
        self.log_group_name: str = configuration["log_group"]
        self.log_stream_name: str = configuration["log_stream"]
        self.invoked_function_arn: str = invocation["arn"]
        self.aws_request_id: str = invocation["request_id"]
        self._deadline = time.monotonic() + float(configuration["timeout"])

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the service ends this invocation."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


class Log(io.TextIOBase):
    """Stands for stdout and stderr: what is written during an invocation travels with its answer."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def writable(self) -> bool:
        """Say that this stream takes text."""
        return True

    def write(self, text: str) -> int:
        """Keep `text` for the answer."""
        self._parts.append(text)
        return len(text)

    def take(self) -> str:
        """Return what was written since the last call, at most 256 KiB as CloudWatch takes."""
        text = "".join(self._parts)[: 256 * 1024]
        self._parts.clear()
        return text


def receive(connection: socket.socket, size: int) -> bytes | None:
    """Read exactly `size` bytes, or None when the server closed the connection."""
    data = bytearray()
    while len(data) < size:
        part = connection.recv(min(size - len(data), 1 << 20))
        if not part:
            return None
        data += part
    return bytes(data)


def describe(error: BaseException, kind: str | None = None) -> dict[str, Any]:
    """Say what went wrong as Lambda's Python runtime does: class name, message, stack."""
    return {
        "errorMessage": str(error),
        "errorType": kind or type(error).__name__,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def pass_depth_on(params: dict[str, Any], **_: object) -> None:
    """Stamp outgoing AWS calls with the depth of nested invocations, as the service's loop detection does."""
    depth = os.environ.get(DEPTH_VARIABLE)
    if depth:
        params["headers"].setdefault(DEPTH_HEADER, depth)


def prepare(configuration: dict[str, Any]) -> Log:
    """Set environment, import path, streams and directory as the handler expects them."""
    os.environ.clear()
    os.environ.update(configuration["environment"])
    time.tzset()
    os.chdir(configuration["code"])
    sys.path[:0] = configuration["paths"]
    importlib.invalidate_caches()
    log = Log()
    sys.stdout = sys.stderr = log
    sys.stdin = open(os.devnull)  # noqa: SIM115  lives as long as the process
    import botocore.handlers

    botocore.handlers.BUILTIN_HANDLERS.append(("before-call", pass_depth_on))
    return log


def load(name: str) -> tuple[Callable[[Any, Context], Any] | None, dict[str, Any] | None]:
    """Import the handler `package.module.function`; return it, or the error that every AWS runtime reports."""
    module_name, _, attribute = name.replace("/", ".").rpartition(".")
    sys.modules.pop(module_name.split(".")[0], None)  # a preloaded module of that name is not the function's
    try:
        return getattr(importlib.import_module(module_name), attribute), None
    except ImportError as problem:
        message = f"Unable to import module '{module_name}': {problem}"
        return None, {**describe(problem, "Runtime.ImportModuleError"), "errorMessage": message}
    except AttributeError as problem:
        if getattr(problem, "name", None) != attribute:
            return None, describe(problem)
        return None, {**describe(problem, "Runtime.HandlerNotFound"), "errorMessage": f"Handler '{name}' is missing"}
    except Exception as problem:
        return None, describe(problem)


def answer(handler: Callable[[Any, Context], Any], event: object, context: Context) -> dict[str, Any]:
    """Run one invocation; whatever the handler raises becomes the answer, and the process stays warm."""
    try:
        result = handler(event, context)
    except Exception as problem:
        problem.__traceback__ = problem.__traceback__ and problem.__traceback__.tb_next  # without this module's frame
        print("".join(traceback.format_exception(problem)))
        return {"error": describe(problem)}
    except SystemExit as problem:
        return {"error": describe(problem, "Runtime.ExitError"), "ends": True}
    try:
        return {"result": json.dumps(result, ensure_ascii=False)}
    except (TypeError, ValueError) as problem:
        return {"error": describe(problem, "Runtime.MarshalError")}


def serve(connection: socket.socket, configuration: dict[str, Any]) -> None:
    """Answer invocations until the connection closes or the process may not be used again."""
    log = prepare(configuration)
    handler, failure = load(configuration["handler"])
    while (head := receive(connection, LENGTH.size)) is not None:
        frame = receive(connection, LENGTH.unpack(head)[0])
        if frame is None:
            return
        invocation = json.loads(frame)
        for variable, value in invocation["variables"].items():
            if value is None:
                os.environ.pop(variable, None)
            else:
                os.environ[variable] = value
        if handler is None:
            reply: dict[str, Any] = {"error": failure, "ends": True}
        else:
            reply = answer(handler, invocation["event"], Context(configuration, invocation))
        if "error" in reply:
            reply["error"]["requestId"] = invocation["request_id"]
        reply["log"] = log.take()
        result = reply.pop("result", "").encode(errors="surrogatepass")
        data = json.dumps({**reply, "size": len(result)}).encode()
        connection.sendall(b"".join([LENGTH.pack(len(data)), data, result]))
        if reply.get("ends"):
            return
