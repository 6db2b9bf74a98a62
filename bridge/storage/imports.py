"""ImportImage: download under the rules for foreign addresses, inspect, re-encode as qcow2, upload."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any

from bridge.errors import HostCommandFailed, ImageRefused, NoSpace
from bridge.http import parse
from bridge.storage import headers
from bridge.storage.tools import NOBODY, describe, qemu_img
from bridge.storage.transfer import SPARE, fetch_foreign, upload
from bridge.storage.unpack import unpacked
from javelin.messaging.host_commands import FetchedImage, ImportImage

QEMU_NAMES = {"qcow2": "qcow2", "raw": "raw", "iso": "raw", "vmdk": "vmdk", "vhd": "vpc", "vhdx": "vhdx"}
CONVERSION = 1700.0  # seconds
PREFIX = "javelin-import-"  # of folders, followed by the image's id
OVERHEAD = 1 << 26  # bytes that an image may have beyond its contents


def import_image(command: ImportImage, work: Path) -> FetchedImage:
    """Bring the image into the store and answer what was found. Nothing is left in `work`."""
    with _folder(work, command.image) as folder:
        download, plain, encoded = folder / "download", folder / "plain", folder / "image.qcow2"
        fetch_foreign(command.url, download, command.max_bytes, command.checksum, command.allowed)
        most = command.max_virtual_size + OVERHEAD
        source = unpacked(parse(command.url).path, download, plain, most)
        virtual_size = inspect(source, command.format, command.max_virtual_size)
        _encode(source, command.format, encoded, most)
        with _opened(encoded) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            upload(file, size, command.upload_url)
        return FetchedImage(size=size, virtual_size=virtual_size, sha256=digest)


def abandon_import(image: str, work: Path) -> None:
    """Nothing is left in `work` of imports of the image that were cut off."""
    for folder in work.glob(f"{PREFIX}{image}-*"):
        shutil.rmtree(folder)


def inspect(path: Path, declared: str, most: int) -> int:
    """The virtual size in bytes of a foreign image that is what it was declared to be, and alone. ImageRefused."""
    headers.refuse_unsafe(path, declared)
    _hand_over(path)
    try:
        info = describe(path, QEMU_NAMES[declared], foreign=True)
    except HostCommandFailed as error:
        raise ImageRefused(f"the image cannot be read as {declared}") from error
    _refuse_company(info, path)
    size = int(info["virtual-size"])
    if not 0 < size <= most:
        raise ImageRefused(f"the image has a virtual size of {size} bytes, more than {most}")
    return size


def _refuse_company(info: dict[str, Any], path: Path) -> None:
    """Refuse whatever reaches beyond the file: what the header check did not see, qemu did."""
    data = info.get("format-specific", {}).get("data", {})
    extents = data.get("extents", [])
    if info.get("backing-filename") or info.get("full-backing-filename"):
        raise ImageRefused("the image has a backing file")
    if data.get("data-file"):
        raise ImageRefused("the image keeps its data in another file")
    if info.get("encrypted"):
        raise ImageRefused("the image is encrypted")
    if len(extents) > 1 or any(extent.get("filename") != str(path) for extent in extents):
        raise ImageRefused("the image is made of several files")


def _encode(source: Path, declared: str, to: Path, most: int) -> None:
    try:
        qemu_img(
            *("convert", "-f", QEMU_NAMES[declared], "-O", "qcow2", "-o", "compat=1.1", source, to),
            seconds=CONVERSION,
            foreign=True,
            most_written=most,
        )
    except HostCommandFailed as error:
        if shutil.disk_usage(to.parent).free < SPARE:
            raise NoSpace("no space to convert the image") from error
        raise ImageRefused(f"the image cannot be converted: {error}") from error


@contextmanager
def _folder(work: Path, image: str) -> Iterator[Path]:
    """A folder of its own under `work`, open to nobody but the tools that inspect. Those of earlier tries go."""
    if os.geteuid() == 0 and not all(parent.stat().st_mode & stat.S_IXOTH for parent in (work, *work.parents)):
        raise HostCommandFailed(f"imports are inspected without rights, and {work} cannot be entered without")
    abandon_import(image, work)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{image}-", dir=work))
    try:
        _hand_over(folder)
        yield folder
    finally:
        shutil.rmtree(folder)


def _hand_over(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)


def _opened(path: Path) -> BufferedReader:
    """Open what a confined tool wrote: it must not lead us to another file by a link."""
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
    except OSError as error:
        raise ImageRefused("the converted image is not a file") from error
    found = os.fstat(file.fileno())
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        file.close()
        raise ImageRefused("the converted image is not a file of its own")
    return file
