"""Write the archive from which Linux fills its first root file system ("newc" cpio)."""

from __future__ import annotations

import stat
from pathlib import Path


def _entry(name: str, inode: int, mode: int, content: bytes) -> bytes:
    """One member, owned by root, without times, so that equal trees give equal archives."""
    encoded = name.encode() + b"\0"
    numbers = (inode, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(encoded), 0)
    header = b"070701" + b"".join(b"%08x" % number for number in numbers)
    return _padded(header + encoded) + _padded(content)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)


def archive(root: Path) -> bytes:
    """The tree under `root`: folders, files and symbolic links."""
    members = []
    for inode, path in enumerate(sorted(root.rglob("*")), start=1):
        mode = path.lstat().st_mode
        members.append(_entry(str(path.relative_to(root)), inode, mode, _content(path, mode)))
    return b"".join([*members, _entry("TRAILER!!!", 0, 0, b"")])


def _content(path: Path, mode: int) -> bytes:
    """What a member holds: a link's target, a file's bytes."""
    if stat.S_ISLNK(mode):
        return str(path.readlink()).encode()
    return path.read_bytes() if stat.S_ISREG(mode) else b""
