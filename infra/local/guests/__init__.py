"""Guests for tests and for trying out: `tiny` is a Linux, `nano` a boot sector. Built from Debian packages, cached."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from infra.local.guests import nano, tiny
from infra.local.guests.tools import run


def _sources() -> str:
    """The digest of what the images are built from."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.iterdir()):
        if file.suffix in (".py", ".sh"):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _publish(raw: Path, image: Path, *options: str) -> None:
    """Convert `raw` to qcow2 in one visible step: an image that guests already use is never written to."""
    partial = image.with_suffix(".partial")
    run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", "-o", "compat=1.1", *options, str(raw), str(partial))
    partial.rename(image)


def build(folder: Path, progress: Callable[[str], None] = lambda _message: None) -> dict[str, Path]:
    """Build `tiny.qcow2` and `nano.qcow2` in `folder` unless they are there and current; answer their paths by name."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    images = {name: folder / f"{name}.qcow2" for name in ("tiny", "nano")}
    stamp, sources = folder / "sources.sha256", _sources()
    if stamp.is_file() and stamp.read_text() == sources and all(image.is_file() for image in images.values()):
        return images
    work = Path(tempfile.mkdtemp(prefix="javelin-guests-"))
    try:
        progress("building the nano guest")
        raw = work / "nano.raw"
        raw.write_bytes(nano.disk_image())
        _publish(raw, images["nano"])
        progress("building the tiny guest")
        _publish(tiny.build(folder / "packages", work), images["tiny"], "-c")
    finally:
        shutil.rmtree(work)
    stamp.write_text(sources)
    return images
