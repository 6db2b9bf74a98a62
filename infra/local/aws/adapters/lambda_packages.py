"""Hundreds of functions share one code zip and one layer zip.

AWS: a package is stored once and unpacked by the service. ministack: it reads, hashes and measures the zip again for
every function and keeps the bytes once per function. Here distinct bytes are kept, measured and hashed once.
"""

import hashlib
import shutil
import tempfile
import zipfile
from pathlib import Path
from threading import Lock
from typing import Any

from ministack.services import lambda_svc

from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})


class Packages:
    """Zips by content: equal bytes are one object, and one unpacked tree under `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = Lock()
        self._by_digest: dict[str, bytes] = {}
        self._digests: dict[int, str] = {}
        self._sizes: dict[str, int] = {}

    def digest(self, package: bytes) -> str:
        """SHA-256 of `package` in hexadecimal; computed once per distinct object that was interned."""
        known = self._digests.get(id(package))
        return known or hashlib.sha256(package).hexdigest()

    def intern(self, package: bytes) -> bytes:
        """Return the one kept copy of these bytes."""
        if id(package) in self._digests:
            return package
        digest = hashlib.sha256(package).hexdigest()
        with self._lock:
            kept = self._by_digest.setdefault(digest, package)
            self._digests[id(kept)] = digest
        return kept

    def unpacked_size(self, package: bytes | None, measure: Any) -> int:
        """Bytes that `package` takes unpacked; `measure` is asked once per distinct package."""
        if not package:
            return 0
        digest = self.digest(package)
        if digest not in self._sizes:
            self._sizes[digest] = measure(package)
        return self._sizes[digest]

    def unpacked(self, package: bytes) -> Path:
        """The directory that holds the package's files; unpacked at most once, complete or absent after a crash."""
        target = self._root / self.digest(package)
        if target.is_dir():
            return target
        with self._lock:
            if target.is_dir():
                return target
            self._root.mkdir(parents=True, exist_ok=True)
            scratch = Path(tempfile.mkdtemp(prefix="unpacking-", dir=self._root))
            archive = scratch / "package.zip"
            archive.write_bytes(package)
            with zipfile.ZipFile(archive) as opened:
                opened.extractall(scratch / "tree")
            archive.unlink()
            (scratch / "tree").rename(target)
            scratch.rmdir()
        return target

    def prune(self, wanted: set[str]) -> None:
        """Delete unpacked trees that no function or layer names any more."""
        if not self._root.is_dir():
            return
        for entry in self._root.iterdir():
            if entry.name not in wanted:
                shutil.rmtree(entry, ignore_errors=True)

    def forget(self, wanted: set[str]) -> None:
        """Drop kept bytes that nothing names any more."""
        with self._lock:
            for digest in [digest for digest in self._by_digest if digest not in wanted]:
                self._digests.pop(id(self._by_digest.pop(digest)), None)


_installed: list[Packages] = []


def packages() -> Packages:
    """The packages of this server."""
    return _installed[0]


def apply(settings: Settings) -> None:
    """Intern what is fetched from S3 and measure it once."""
    store = Packages(settings.state / "unpacked")
    _installed[:] = [store]
    fetch, measure = lambda_svc._fetch_code_from_s3, lambda_svc._unzipped_size

    def fetch_once(bucket: str, key: str, version_id: str | None = None) -> bytes | None:
        package = fetch(bucket, key, version_id)
        return store.intern(package) if isinstance(package, bytes) else package

    lambda_svc._fetch_code_from_s3 = fetch_once
    lambda_svc._unzipped_size = lambda data: store.unpacked_size(data, measure)
