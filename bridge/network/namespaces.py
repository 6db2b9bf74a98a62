"""Network namespaces: make them, remove them, and do things inside one without leaving this process."""

from __future__ import annotations

import ctypes
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

NAMED = Path("/run/netns")
CLONE_NEWNET = 0x40000000

Result = TypeVar("Result")


def exists(name: str) -> bool:
    """Whether a namespace of that name is mounted."""
    return identity(name) is not None


def identity(name: str) -> int | None:
    """A number that changes when the namespace is made anew; None without a namespace."""
    try:
        status = (NAMED / name).stat()
    except FileNotFoundError:
        return None
    # Between creation and mounting the name is an ordinary file on /run.
    return status.st_ino if status.st_dev != NAMED.stat().st_dev else None


def _enter(name: str) -> None:
    """Move the calling thread into the namespace."""
    library = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(NAMED / name, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if library.setns(descriptor, CLONE_NEWNET) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(NAMED / name))
    finally:
        os.close(descriptor)


def inside(name: str, action: Callable[[], Result]) -> Result:
    """Answer what `action` answers inside the namespace; sockets that it opens stay there.

    It runs in a thread of its own that ends with it, so that no other work ever runs in the wrong namespace.
    """
    with ThreadPoolExecutor(1, initializer=_enter, initargs=(name,)) as thread:
        return thread.submit(action).result()


def write_sysctls(settings: dict[str, str]) -> None:
    """Set `net` settings of the namespace in which the caller is; names as in /proc/sys/net."""
    for name, value in settings.items():
        Path("/proc/sys/net", name).write_text(value)


def listener(address: str, port: int, device: str) -> socket.socket:
    """A TCP socket that takes connections arriving on `device` only."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        listening.bind((address, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening
