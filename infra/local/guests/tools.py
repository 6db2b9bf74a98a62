"""Run the tools that build guests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def run(*command: str, text: str | None = None, cwd: Path | None = None) -> str:
    """Run `command` with `text` as its input and answer its output; CalledProcessError notes what it complained of."""
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command, input=text or "", cwd=cwd, env=environment, text=True, capture_output=True, check=True, timeout=300
        )
    except subprocess.CalledProcessError as error:
        error.add_note(error.stderr)
        raise
    return done.stdout
