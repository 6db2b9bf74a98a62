"""qemu-img under limits: bounded time, memory, processor and output; for foreign images without network and rights."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from time import monotonic
from typing import Any

from bridge import cancelling
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
    pipe = subprocess.PIPE
    with subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=ENVIRONMENT, text=True, errors="replace"
    ) as process:
        try:
            printed, complained = _ended(process, str(arguments[0]), seconds)
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        said = complained.strip()[-1000:] or f"exit code {process.returncode}"
        raise HostCommandFailed(f"qemu-img {arguments[0]}: {said}")
    return printed


def _ended(process: subprocess.Popen[str], name: str, seconds: float) -> tuple[str, str]:
    end = monotonic() + seconds
    while True:
        try:
            return process.communicate(timeout=max(0.0, min(cancelling.LOOK, end - monotonic())))
        except subprocess.TimeoutExpired as error:
            if monotonic() >= end:
                raise TransientHostError(f"qemu-img {name} took longer than {seconds:.0f} s") from error
            cancelling.check()


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
