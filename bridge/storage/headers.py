"""Reads image headers without qemu: what a file claims to be, before any tool opens it."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Literal

from bridge.errors import ImageRefused

Kind = Literal["qcow2", "vmdk", "vhd", "vhdx", "vmdk-descriptor", "other"]
QCOW2 = b"QFI\xfb"
QCOW2_EXTERNAL_DATA = 0x4
LONGEST_NAME = 1023  # bytes, by the format's definition


def kind_of(path: Path) -> Kind:
    """What the magic numbers say. A VHD has its cookie at the end, and most have a copy at the start."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(512)
        file.seek(max(0, size - 512))
        tail = file.read(512)
    if head.startswith(QCOW2):
        return "qcow2"
    if head.startswith(b"KDMV") or head.startswith(b"COWD"):
        return "vmdk"
    if head.startswith(b"vhdxfile"):
        return "vhdx"
    if head.startswith(b"conectix") or tail.startswith(b"conectix"):
        return "vhd"
    if head.lstrip().startswith(b"# Disk DescriptorFile"):
        return "vmdk-descriptor"
    return "other"


def backing_of(path: Path) -> str | None:
    """The backing file that a qcow2 names, as its header says."""
    with path.open("rb") as file:
        head = file.read(24)
        if len(head) < 24 or not head.startswith(QCOW2):
            return None
        offset, length = struct.unpack_from(">QI", head, 8)
        if offset == 0 or not 0 < length <= LONGEST_NAME:
            return None
        file.seek(offset)
        return file.read(length).decode(errors="replace")


def refuse_unsafe(path: Path, declared: str) -> None:
    """ImageRefused unless the file is of the declared format and names no other file."""
    kind = kind_of(path)
    expected = {"qcow2": "qcow2", "vmdk": "vmdk", "vhd": "vhd", "vhdx": "vhdx"}.get(declared, "other")
    if kind != expected:
        raise ImageRefused(f"the image was declared as {declared}, but its bytes are those of {_name(kind)}")
    with path.open("rb") as file:
        head = file.read(512)
    if kind == "qcow2":
        _refuse_unsafe_qcow2(head)
    elif kind == "vmdk":
        _refuse_unsafe_vmdk(head)


def _refuse_unsafe_qcow2(head: bytes) -> None:
    if len(head) < 72:
        raise ImageRefused("the image is shorter than its header")
    version, backing, _, _, _, encrypted = struct.unpack_from(">IQIIQI", head, 4)
    if version not in (2, 3):
        raise ImageRefused(f"qcow2 version {version} is not known")
    if backing != 0:
        raise ImageRefused("the image has a backing file")
    if encrypted != 0:
        raise ImageRefused("the image is encrypted")
    if version == 3 and len(head) >= 80 and struct.unpack_from(">Q", head, 72)[0] & QCOW2_EXTERNAL_DATA:
        raise ImageRefused("the image keeps its data in another file")


def _refuse_unsafe_vmdk(head: bytes) -> None:
    """Only sparse extents that are whole in one file; a capacity of zero makes a descriptor with paths of it."""
    if not head.startswith(b"KDMV") or len(head) < 32:
        raise ImageRefused("only sparse VMDK images of version 4 are taken")
    if struct.unpack_from("<Q", head, 12)[0] == 0:
        raise ImageRefused("the image is a list of other files")


def _name(kind: Kind) -> str:
    return "a plain disk" if kind == "other" else kind
