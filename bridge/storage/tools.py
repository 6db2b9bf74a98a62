"""qemu-img under limits: bounded time, memory, processor and output; for foreign images without network and rights."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from bridge.errors import HostCommandFailed, TransientHostError

MEMORY = 2 << 30  # bytes of address space
PROCESSOR = 1800  # seconds
OPEN_FILES = 64
NOBODY = 65534  # the user and group of what inspects foreign images
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}


def qemu_img(*arguments: str | Path, seconds: float, foreign: bool = False, most_written: int | None = None) -> str:
    """Run qemu-img and answer what it printed. HostCommandFailed, or TransientHostError after `seconds`.

    `foreign` is for images of strangers: no network, no rights, files only as nobody may read and write them.
    """
    argv: list[str] = [*_confined()] if foreign else []
    argv += ["prlimit", f"--as={MEMORY}", f"--cpu={PROCESSOR}", f"--nofile={OPEN_FILES}", "--core=0"]
    if most_written is not None:
        argv.append(f"--fsize={most_written}")
    argv += ["--", "qemu-img", *map(str, arguments)]
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=ENVIRONMENT,
            text=True,
            errors="replace",
        )
    except subprocess.TimeoutExpired as error:
        raise TransientHostError(f"qemu-img {arguments[0]} took longer than {seconds:.0f} s") from error
    if done.returncode != 0:
        said = done.stderr.strip()[-1000:] or f"exit code {done.returncode}"
        raise HostCommandFailed(f"qemu-img {arguments[0]}: {said}")
    return done.stdout


def describe(path: Path, format_: str, foreign: bool = False) -> dict[str, Any]:
    """What `qemu-img info` says of an image of this format; the format is never guessed."""
    info = json.loads(
        qemu_img("info", "--output=json", "--force-share", "-f", format_, path, seconds=60, foreign=foreign)
    )
    return dict(info)


def _confined() -> list[str]:
    """The start of an argv that gives up network and rights; only root has any to give up."""
    if os.geteuid() != 0:
        return []
    rights = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs", "--"]
    return ["unshare", "--net", "--", *rights]
