"""Moves images over HTTP: downloads with a limit and a digest, uploads of a whole file."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Iterable, Iterator
from http.client import HTTPResponse
from ipaddress import IPv4Network
from pathlib import Path
from typing import BinaryIO
from urllib.parse import SplitResult, urljoin

from bridge import cancelling
from bridge.errors import ChecksumMismatch, HostCommandFailed, ImageRefused, NoSpace, TransientHostError
from bridge.http import connection, parse, port_of, target_of
from bridge.storage.addresses import permitted_address

CHUNK = 1 << 20  # bytes
QUIET = 60.0  # seconds without a byte
MOST_REDIRECTS = 5
SPARE = 64 << 20  # bytes that stay free
REDIRECTS = frozenset({301, 302, 303, 307, 308})
DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-224": "sha224", "SHA-256": "sha256", "SHA-384": "sha384",
           "SHA-512": "sha512"}  # fmt: skip

Resolve = Callable[[SplitResult], str | None]


def fetch_ours(url: str, to: Path, most: int, sha256: str) -> int:
    """Download from the image store. ChecksumMismatch leaves no file; answers the bytes."""
    digest = hashlib.sha256()
    with _created(to) as file:
        size = _download(parse(url), lambda _: None, file, most, digest.update, follow=False)
    if not hmac.compare_digest(digest.hexdigest(), sha256):
        to.unlink()
        raise ChecksumMismatch("the image in the store is not the one that was promised")
    return size


def fetch_foreign(url: str, to: Path, most: int, checksum: str | None, allowed: Iterable[IPv4Network]) -> int:
    """Download from outside: from permitted addresses, following redirects on the same host only."""
    parts, ranges = parse(url), tuple(allowed)
    address = permitted_address(parts.hostname or "", port_of(parts), ranges)
    digest, expected = _promised(checksum)
    with _created(to) as file:
        size = _download(parts, lambda _: address, file, most, digest.update, follow=True)
    if expected is not None and not hmac.compare_digest(digest.hexdigest().encode(), expected.encode()):
        to.unlink()
        raise ChecksumMismatch("the downloaded bytes do not have the checksum that was given")
    return size


def upload(file: BinaryIO, size: int, url: str) -> None:
    """PUT `size` bytes to the image store. TransientHostError unless they were taken."""
    parts = parse(url)
    with connection(parts, QUIET) as http:
        http.request("PUT", target_of(parts), _pieces(file), {"Content-Length": str(size)})
        answer = http.getresponse()
        said = answer.read(500)
    if answer.status not in (200, 201, 204):
        raise TransientHostError(f"the image store answered {answer.status}: {said.decode(errors='replace')}")


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        cancelling.check()
        yield piece


def _created(to: Path) -> BinaryIO:
    return os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _promised(checksum: str | None) -> tuple[hashlib._Hash, str | None]:
    """CloudStack writes `{SHA-256}hex`; without a name it is MD5."""
    if checksum is None:
        return hashlib.sha256(), None
    name, _, value = checksum[1:].partition("}") if checksum.startswith("{") else ("MD5", "", checksum)
    if name.upper() not in DIGESTS:
        raise ImageRefused(f"checksums of kind {name[:20]} are not known")
    return hashlib.new(DIGESTS[name.upper()], usedforsecurity=False), value.strip().lower()


def _download(
    parts: SplitResult, resolve: Resolve, file: BinaryIO, most: int, see: Callable[[bytes], None], follow: bool
) -> int:
    for _ in range(MOST_REDIRECTS + 1):
        with connection(parts, QUIET, resolve(parts)) as http:
            http.request("GET", target_of(parts), headers={"Accept-Encoding": "identity", "User-Agent": "javelin"})
            answer = http.getresponse()
            if answer.status in REDIRECTS and follow:
                parts = _next(parts, answer.headers.get("Location") or "")
                continue
            _expect_ok(answer)
            return _copy(answer, file, most, see)
    raise ImageRefused(f"more than {MOST_REDIRECTS} redirects")


def _next(parts: SplitResult, location: str) -> SplitResult:
    new = parse(urljoin(parts.geturl(), location))
    if (new.scheme, new.hostname, port_of(new)) != (parts.scheme, parts.hostname, port_of(parts)):
        raise ImageRefused(f"a redirect from {parts.hostname} to another place ({new.scheme}://{new.netloc})")
    return new


def _expect_ok(answer: HTTPResponse) -> None:
    if answer.status >= 500 or answer.status in (408, 429):
        raise TransientHostError(f"the server answered {answer.status}")
    if answer.status != 200:
        raise HostCommandFailed(f"the server answered {answer.status}")


def _copy(answer: HTTPResponse, file: BinaryIO, most: int, see: Callable[[bytes], None]) -> int:
    expected = answer.length
    if expected is not None and expected > most:
        raise ImageRefused(f"the download has {expected} bytes, more than {most}")
    _expect_space(file, expected or 0)
    size = 0
    while chunk := answer.read(CHUNK):
        cancelling.check()
        size += len(chunk)
        if size > most:
            raise ImageRefused(f"the download has more than {most} bytes")
        _expect_space(file, len(chunk))
        see(chunk)
        file.write(chunk)
    if expected is not None and size != expected:
        raise TransientHostError(f"the download ended after {size} of {expected} bytes")
    file.flush()
    os.fsync(file.fileno())
    return size


def _expect_space(file: BinaryIO, size: int) -> None:
    space = os.fstatvfs(file.fileno())
    if space.f_bavail * space.f_frsize < size + SPARE:
        raise NoSpace(f"no space for {size} bytes")
