"""Hundreds of functions share one code zip and one layer zip.

AWS: a package is stored once and unpacked by the service. ministack: it reads, hashes and measures the zip again for
every function, keeps the bytes once per function, and looks through all functions whenever one changes. Here
distinct bytes are kept, measured and hashed once.
"""

import hashlib
import shutil
import tempfile
import zipfile
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from ministack.services import lambda_svc

from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
PRUNE_SECONDS = 30


class Packages:
    """Zips by content: equal bytes are one object, and one unpacked tree under `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = Lock()
        self._kept: dict[str, bytes] = {}
        self._known: dict[int, tuple[bytes, str]] = {}  # holds the bytes, so that no other object gets their identity
        self._sizes: dict[str, int] = {}

    def digest(self, package: bytes) -> str:
        """SHA-256 of `package` in hexadecimal; computed once per object."""
        known = self._known.get(id(package))
        return known[1] if known else self._remember(package, hashlib.sha256(package).hexdigest())

    def intern(self, package: bytes, digest: str | None = None) -> bytes:
        """Return the one kept copy of these bytes; `digest` saves computing it."""
        if id(package) not in self._known:
            digest = digest or hashlib.sha256(package).hexdigest()
            package = self._kept.get(digest, package)
            self._remember(package, digest)
        return package

    def _remember(self, package: bytes, digest: str) -> str:
        with self._lock:
            self._kept.setdefault(digest, package)
            self._known[id(package)] = (package, digest)
        return digest

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
            self._kept = {digest: package for digest, package in self._kept.items() if digest in wanted}
            self._known = {key: entry for key, entry in self._known.items() if entry[1] in wanted}


def named_digests() -> set[str]:
    """Digests of the zips that some function, version or layer names."""
    wanted: set[str | None] = set()
    for func in list(lambda_svc._functions._data.values()):
        for entry in (func, *func.get("versions", {}).values()):
            wanted.add(lambda_svc._b64_sha_to_hex((entry.get("config") or {}).get("CodeSha256", "")))
    for layer in list(lambda_svc._layers._data.values()):
        for version in layer.get("versions") or []:
            wanted.add(lambda_svc._b64_sha_to_hex((version.get("Content") or {}).get("CodeSha256", "")))
    return {digest for digest in wanted if digest}


def make_ready(name: str) -> None:
    """Say that a function can be invoked: here it can be as soon as it exists, and needs no thread to become so."""
    function = lambda_svc._functions[name]
    for record in (function, *function.get("versions", {}).values()):
        config = record["config"]
        config.update({"State": "Active", "StateReason": "", "StateReasonCode": ""})
        config.update(
            {"LastUpdateStatus": "Successful", "LastUpdateStatusReason": "", "LastUpdateStatusReasonCode": ""}
        )


def prune_when_quiet(store: Packages, changed: Event) -> None:
    """For ever: some time after a change, drop what nothing names any more."""
    while True:
        changed.wait()
        changed.clear()
        if changed.wait(PRUNE_SECONDS):
            continue
        wanted = named_digests()
        store.forget(wanted)
        store.prune(wanted)


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

    changed = Event()
    changed.set()
    Thread(target=prune_when_quiet, args=(store, changed), daemon=True, name="prune-packages").start()
    lambda_svc._sweep_extract_cache = changed.set
    lambda_svc._fetch_code_from_s3 = fetch_once
    lambda_svc._schedule_state_transition = lambda name, delay: make_ready(name)  # noqa: ARG005  ministack's signature
    lambda_svc._unzipped_size = lambda data: store.unpacked_size(data, measure)
