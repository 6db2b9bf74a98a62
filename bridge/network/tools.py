"""Run the host's network tools, and write files in one visible step."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from bridge.errors import HostCommandFailed, TransientHostError

PATIENCE = 30.0  # seconds that a tool may take


def run(command: Iterable[str], text: str | None = None) -> str:
    """Run `command` with `text` as its input and answer its output."""
    argv = list(command)
    try:
        done = subprocess.run(argv, input=text or "", capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise TransientHostError(f"{argv[0]} did not end within {PATIENCE:.0f} s") from error
    except FileNotFoundError as error:
        raise HostCommandFailed(f"{argv[0]} is not installed on this host") from error
    if done.returncode != 0:
        complaint = done.stderr.strip() or done.stdout.strip()
        raise HostCommandFailed(f"{' '.join(argv)} failed ({done.returncode}): {complaint[:1000]}")
    return done.stdout


def ip(*lines: str, namespace: str | None = None) -> None:
    """Run the lines of `ip` commands in order, in one process; the first that fails ends it."""
    if lines:
        inside = ("-n", namespace) if namespace else ()
        run(("ip", *inside, "-batch", "-"), "".join(f"{line}\n" for line in lines))


def link_exists(name: str) -> bool:
    """Whether this host has a network link of that name."""
    return Path("/sys/class/net", name).exists()


def delete_link(name: str) -> None:
    """Remove a link of this host. Absent is success."""
    try:
        if link_exists(name):
            ip(f"link delete dev {name}")
    except HostCommandFailed:
        if link_exists(name):  # else the kernel was clearing it away with a namespace
            raise


def write_whole(path: Path, content: str | bytes, mode: int = 0o600) -> None:
    """Replace `path` so that a reader, or a crash, sees either the old or the new content."""
    partial = path.with_name(f".{path.name}.partial")
    data = content.encode() if isinstance(content, str) else content
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    partial.rename(path)
