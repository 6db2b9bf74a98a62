"""Fork server: import the heavy libraries once, then fork one process per function environment, sharing their memory.

Run as `python -m infra.local.aws.fork_server <descriptor>`; the descriptor is one end of a socket whose other end
the server holds. Each message is a JSON line with one descriptor attached: the socket on which the new process takes
invocations. The answer is its process id. Functions with layers are forked from a child of this process that has
imported them. When the server goes, however it goes, the socket closes, and this process and its children end.
"""

import ctypes
import gc
import importlib
import json
import logging
import os
import pkgutil
import random
import signal
import socket
import sys
from typing import Any

from infra.local.aws import function_process

PRELOADED = (
    "boto3",
    "botocore.auth",
    "botocore.httpsession",
    "chalice",
    "cryptography.fernet",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "pydantic",
    "pydantic.networks",
    "pydantic.types",
    "pynamodb.models",
    "pynamodb.transactions",
    "aws_lambda_powertools",
    "aws_lambda_powertools.utilities.typing",
)
CLIENTS = ("dynamodb", "events", "lambda", "s3", "sns", "sqs", "stepfunctions", "sts")
LARGEST_REQUEST = 1 << 20
MOST_LINEAGES = 4
PARENT_DEATH_SIGNAL = 1  # prctl(2): PR_SET_PDEATHSIG


def preload() -> None:
    """Import what functions import, and parse the AWS service models once for all of them."""
    for name in PRELOADED:
        try:
            importlib.import_module(name)
        except ImportError as problem:
            print(f"fork server: cannot preload {name}: {problem}", file=sys.stderr)
    import boto3
    import botocore.loaders
    import botocore.session
    import pydantic

    pydantic.create_model("Warm", text=(str, ...), number=(int | None, 0)).model_validate({"text": "x"})

    shared = botocore.loaders.Loader()
    botocore.session.create_loader = lambda search_path_string=None: shared  # noqa: ARG005  botocore's signature
    session: Any = boto3.Session("x", "x", region_name="us-east-1")
    for service in CLIENTS:
        session.client(service, endpoint_url="http://127.0.0.1:1")
    logging.getLogger().handlers.clear()


def forget_this_project() -> None:
    """Take this checkout off the import path: a function sees its own package and layers only, as on AWS."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != root]
    for name in [name for name in sys.modules if name.split(".")[0] in ("infra", "javelin", "functions")]:
        if name != __name__:
            del sys.modules[name]


def report_early(name: str) -> None:
    """Say that a module of a layer is left to its functions to import."""
    print(f"fork server: {name} cannot be imported early: {sys.exc_info()[1]!r}", file=sys.stderr)


def preload_layers(paths: list[str]) -> None:
    """Import the modules of layers that are somebody's own code; what pip installed is imported when it is wanted."""
    sys.path[:0] = paths
    for path in paths:
        if any(name.endswith(".dist-info") for name in os.listdir(path)):
            continue
        for module in pkgutil.walk_packages([path], onerror=report_early):
            try:
                importlib.import_module(module.name)
            except Exception:
                report_early(module.name)


def die_with(parent: int) -> None:
    """In a child: end when the parent does, or now if it has."""
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


class Lineage:
    """A child fork server that has imported the layers of its functions."""

    def __init__(self, layers: list[str]) -> None:
        parent = os.getpid()
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        if os.fork() == 0:
            self.control.close()
            try:
                die_with(parent)
                preload_layers(layers)
                serve(theirs, None)
            finally:
                os._exit(0)
        theirs.close()

    def start(self, request: bytes, connection: socket.socket) -> bytes:
        """Have a function started; return the line with its process id."""
        sent = socket.send_fds(self.control, [request], [connection.fileno()])
        self.control.sendall(request[sent:])
        answer = b""
        while not answer.endswith(b"\n"):
            part = self.control.recv(64)
            if not part:
                raise BrokenPipeError("the lineage ended")
            answer += part
        return answer


class Lineages:
    """Lineages by their layers; the one used longest ago goes when there are too many."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], Lineage] = {}

    def start(self, layers: list[str], request: bytes, connection: socket.socket) -> bytes:
        """Start a function in the lineage of `layers`, made or made again when needed."""
        key = tuple(layers)
        lineage = self._known.pop(key, None)
        try:
            answer = lineage.start(request, connection) if lineage is not None else b""
        except OSError:
            answer = b""
        if lineage is None or not answer:
            lineage = Lineage(layers)
            answer = lineage.start(request, connection)
        while len(self._known) >= MOST_LINEAGES:
            self._known.pop(next(iter(self._known))).control.close()
        self._known[key] = lineage
        return answer


def become_function(control: socket.socket, connection: socket.socket, request: bytes, parent: int) -> None:
    """In the child: end with the parent, then serve invocations until the server closes the connection."""
    control.close()
    die_with(parent)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    random.seed()
    function_process.serve(connection, json.loads(request))


def serve(control: socket.socket, lineages: Lineages | None) -> None:
    """Answer fork requests until the asking side is gone; without `lineages`, fork here."""
    gc.collect()
    gc.freeze()
    parent = os.getpid()
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, LARGEST_REQUEST, 1)
        if not request:
            return
        while not request.endswith(b"\n"):
            request += control.recv(LARGEST_REQUEST)
        connection = socket.socket(fileno=descriptors[0])
        if lineages is not None and (layers := json.loads(request)["layers"]):
            control.sendall(lineages.start(layers, request, connection))
        elif (child := os.fork()) == 0:
            try:
                become_function(control, connection, request, parent)
            finally:
                os._exit(0)
        else:
            control.sendall(b"%d\n" % child)
        connection.close()


def main() -> None:
    """Preload, then answer fork requests until the server is gone."""
    control = socket.socket(fileno=int(sys.argv[1]))
    preload()
    forget_this_project()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    serve(control, Lineages())


if __name__ == "__main__":
    main()
