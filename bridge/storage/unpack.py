"""Unpacks gz, bz2 and xz within a limit: a small file may hold a very large one."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from bridge.errors import ImageRefused

CHUNK = 1 << 20  # bytes
DICTIONARY = 128 << 20  # bytes that an xz stream may ask for


class Stream(Protocol):
    """One packed stream."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` unpacks to, in small pieces."""
        ...


class Gzip:
    """One member of a gzip file."""

    def __init__(self) -> None:
        self._state = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._state.eof

    @property
    def unused_data(self) -> bytes:
        return self._state.unused_data

    def feed(self, data: bytes) -> Iterator[bytes]:
        piece = self._state.decompress(data, CHUNK)
        while piece:
            yield piece
            piece = b"" if self._state.eof else self._state.decompress(self._state.unconsumed_tail, CHUNK)


class Block:
    """One stream of a bz2 or xz file."""

    def __init__(self, state: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._state = state

    @property
    def eof(self) -> bool:
        return self._state.eof

    @property
    def unused_data(self) -> bytes:
        return self._state.unused_data

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield self._state.decompress(data, CHUNK)
        while not self._state.eof and not self._state.needs_input:
            yield self._state.decompress(b"", CHUNK)


PACKERS: dict[str, Callable[[], Stream]] = {
    ".gz": Gzip,
    ".bz2": lambda: Block(bz2.BZ2Decompressor()),
    ".xz": lambda: Block(lzma.LZMADecompressor(memlimit=DICTIONARY)),
}


def unpacked(name: str, packed: Path, to: Path, most: int) -> Path:
    """Unpack what `name` ends in and remove the packed file; other files are answered as they are. ImageRefused."""
    packer = PACKERS.get(Path(name).suffix.lower())
    if packer is None:
        return packed
    size = 0
    try:
        with packed.open("rb") as source, to.open("xb") as sink:
            for piece in _pieces(packer, source):
                size += len(piece)
                if size > most:
                    raise ImageRefused(f"unpacked, the image has more than {most} bytes")
                sink.write(piece)
    except (zlib.error, lzma.LZMAError, OSError) as error:
        raise ImageRefused(f"the image cannot be unpacked: {error}") from error
    packed.unlink()
    return to


def _pieces(packer: Callable[[], Stream], source: BinaryIO) -> Iterator[bytes]:
    """All streams of the file, one after the other."""
    stream: Stream | None = None
    while data := source.read(CHUNK):
        while data:
            if stream is None:
                data = data.lstrip(b"\0")  # padding between streams
                if not data:
                    break
                stream = packer()
            yield from stream.feed(data)
            data = b""
            if stream.eof:
                data, stream = stream.unused_data, None
    if stream is not None:
        raise ImageRefused("the packed image ends too early")
