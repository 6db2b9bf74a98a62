"""`python -m infra.packaging.bridge --output DIR` builds DIR/javelin-bridge.pyz.

The file holds the bridge, the few modules of the shared library that it uses, and the installer; equal sources give
equal bytes. With --wheels it also holds its third-party packages, for hosts without a package index.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
NAME = "javelin-bridge.pyz"
LIBRARY = "layers/javelin/python"
SHARED = (
    "javelin/__init__.py",
    "javelin/messaging/__init__.py",
    "javelin/messaging/console_keys.py",
    "javelin/messaging/console_tokens.py",
    "javelin/messaging/host_commands.py",
    "javelin/messaging/network_links.py",
    "javelin/messaging/host_models.py",
    "javelin/messaging/host_traces.py",
    "javelin/messaging/outside.py",
    "javelin/messaging/reports.py",
)
EPOCH = (2020, 1, 1, 0, 0, 0)


def build(output: Path, wheels: bool = False) -> Path:
    """Write the file into `output` and answer its path."""
    output.mkdir(parents=True, exist_ok=True)
    target = output / NAME
    new = target.with_suffix(".new")
    with new.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, source in sorted(_sources()):
                _add(archive, name, source.read_bytes())
            if wheels:
                for name, content in _wheels():
                    _add(archive, f"wheels/{name}", content)
    new.chmod(0o755)
    return new.replace(target)


def _sources() -> Iterator[tuple[str, Path]]:
    """(name in the archive, file)."""
    yield "__main__.py", HERE / "installer.py"
    yield "requirements.txt", HERE / "requirements.txt"
    yield "javelin-bridge.service", HERE / "javelin-bridge.service"
    for file in (ROOT / "bridge").rglob("*.py"):
        yield f"code/{file.relative_to(ROOT)}", file
    for name in SHARED:
        yield f"code/{name}", ROOT / LIBRARY / name


def _wheels() -> Iterator[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        argv = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--dest", folder]
        subprocess.run([*argv, "-r", HERE / "requirements.txt"], check=True, timeout=600)
        for file in sorted(Path(folder).iterdir()):
            yield file.name, file.read_bytes()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.packaging.bridge", description="Build the bridge's file.")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--wheels", action="store_true", help="include third-party packages for this Python")
    options = parser.parse_args()
    print(build(options.output, options.wheels))


if __name__ == "__main__":
    main()
