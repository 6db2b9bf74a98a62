"""Fork server: import the heavy libraries once, then fork one process per function environment, sharing their memory.

Run as `python -m infra.local.aws.fork_server <descriptor>`; the descriptor is one end of a socket whose other end
the server holds. Each message is a JSON line with one descriptor attached: the socket on which the new process takes
invocations. The answer is its process id. When the server goes, however it goes, the socket closes, and this process
and its children end.
"""

import ctypes
import gc
import importlib
import json
import logging
import os
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
    import pydantic

    pydantic.create_model("Warm", text=(str, ...), number=(int | None, 0)).model_validate({"text": "x"})

    shared = botocore.loaders.Loader()
    botocore.loaders.create_loader = lambda search_path_string=None: shared  # noqa: ARG005  botocore's signature
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


def become_function(connection: socket.socket, request: dict[str, object], parent: int) -> None:
    """In the child: end with the parent, then serve invocations until the server closes the connection."""
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    random.seed()
    function_process.serve(connection, request)


def main() -> None:
    """Preload, then answer fork requests until the server is gone."""
    control = socket.socket(fileno=int(sys.argv[1]))
    preload()
    forget_this_project()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    parent = os.getpid()
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, LARGEST_REQUEST, 1)
        if not data:
            return
        while not data.endswith(b"\n"):
            data += control.recv(LARGEST_REQUEST)
        connection = socket.socket(fileno=descriptors[0])
        child = os.fork()
        if child == 0:
            control.close()
            try:
                become_function(connection, json.loads(data), parent)
            finally:
                os._exit(0)
        connection.close()
        control.sendall(b"%d\n" % child)


if __name__ == "__main__":
    main()
