"""Pools that are directories: volumes and cached images are qcow2 files named after their ids."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore, Lock

from bridge.errors import BadCommand, HostBusy, HostCommandFailed, NoSpace, VolumeInUse, VolumeNotFound
from bridge.storage import headers
from bridge.storage.imports import abandon_import, import_image
from bridge.storage.tools import describe, qemu_img
from bridge.storage.transfer import SPARE, fetch_ours
from javelin.messaging.host_commands import FetchedImage, Image, ImportImage, Pool, Volume, VolumeRef
from javelin.messaging.reports import PoolCapacity

QUICK = 60.0  # seconds for qemu-img to write no more than metadata
PRIVATE = 0o600  # libvirt gives a volume to the user that runs its guest
OPTIONS = "compat=1.1,lazy_refcounts=off"


class DirectoryStorage:
    """`<path>/volumes/<id>.qcow2`, `<path>/images/<id>.qcow2`; `work` is where imports happen.

    Locks are on files, so that hosts which share a pool fetch an image once.
    """

    def __init__(self, work: Path, imports: int = 2) -> None:
        self._work = work
        self._imports = BoundedSemaphore(imports)
        self._lock = Lock()
        self._pools: dict[str, Pool] = {}

    def attach(self, pool: Pool) -> None:
        for name in ("volumes", "images"):
            Path(pool.path, name).mkdir(parents=True, exist_ok=True)
        with self._lock:
            self._pools[pool.id] = pool

    def capacity(self) -> list[PoolCapacity]:
        with self._lock:
            pools = [pool for _, pool in sorted(self._pools.items())]
        found = []
        for pool in pools:
            if Path(pool.path, "volumes").is_dir():
                usage = shutil.disk_usage(pool.path)
                found.append(PoolCapacity(id=pool.id, total=usage.total, used=usage.total - usage.free))
        return found

    def volumes(self) -> list[tuple[str, str]]:
        with self._lock:
            pools = sorted(self._pools.items())
        return [(key, path.stem) for key, pool in pools for path in sorted(Path(pool.path, "volumes").glob("*.qcow2"))]

    def create(self, volume: Volume) -> None:
        path = _volume(volume)
        if path.exists():
            return
        if not path.parent.is_dir():
            raise HostCommandFailed(f"pool {volume.pool.id} is not attached here")
        if volume.image is None:
            with _appearing(path) as new:
                qemu_img("create", "-q", "-f", "qcow2", "-o", OPTIONS, new, str(volume.size), seconds=QUICK)
                new.chmod(PRIVATE)
            return
        if volume.size < volume.image.virtual_size:
            raise BadCommand(f"volume {volume.id} is smaller than its image")
        with _image_lock(volume.pool, volume.image.id):
            self._cache(volume.image, volume.pool)
            backing = f"../images/{volume.image.id}.qcow2"
            with _appearing(path) as new:
                qemu_img(
                    *("create", "-q", "-f", "qcow2", "-o", OPTIONS, "-F", "qcow2", "-b", backing),
                    *(new, str(volume.size)),
                    seconds=QUICK,
                )
                new.chmod(PRIVATE)

    def resize(self, volume: VolumeRef, size: int) -> None:
        path = _existing(volume)
        now = int(describe(path, "qcow2")["virtual-size"])
        if size < now:
            raise BadCommand(f"volume {volume.id} has {now} bytes and cannot shrink")
        if size > now:
            try:
                qemu_img("resize", "-q", "-f", "qcow2", path, str(size), seconds=QUICK)
            except HostCommandFailed as error:
                if _is_locked(path):
                    raise VolumeInUse(f"volume {volume.id} is used by a running guest") from error
                raise

    def delete(self, volume: VolumeRef) -> None:
        _volume(volume).unlink(missing_ok=True)

    def path(self, volume: VolumeRef) -> str:
        return str(_existing(volume))

    def forget_image(self, image: str, pool: Pool) -> None:
        path = _image(pool, image)
        if not path.exists():
            return
        with _image_lock(pool, image):
            volumes = Path(pool.path, "volumes").glob("*.qcow2")
            if all(Path(headers.backing_of(volume) or "").name != path.name for volume in volumes):
                path.unlink(missing_ok=True)
            _image_lock_file(pool, image).unlink(missing_ok=True)

    def import_image(self, command: ImportImage) -> FetchedImage:
        if not self._imports.acquire(blocking=False):
            raise HostBusy("enough imports run on this host")
        try:
            return import_image(command, self._work)
        finally:
            self._imports.release()

    def abandon_import(self, image: str) -> None:
        abandon_import(image, self._work)

    def _cache(self, image: Image, pool: Pool) -> None:
        """Have the image in the pool; the caller holds its lock."""
        path = _image(pool, image.id)
        if path.exists():
            return
        with _appearing(path) as new:
            most = shutil.disk_usage(pool.path).free - SPARE
            if most <= 0:
                raise NoSpace(f"pool {pool.id} is full")
            fetch_ours(image.url, new, most, image.sha256)
            new.chmod(0o444)  # clones stand on it


def _volume(volume: Volume | VolumeRef) -> Path:
    return Path(volume.pool.path, "volumes", f"{volume.id}.qcow2")


def _image(pool: Pool, image: str) -> Path:
    return Path(pool.path, "images", f"{image}.qcow2")


def _image_lock_file(pool: Pool, image: str) -> Path:
    return Path(pool.path, "images", f".{image}.lock")


def _existing(volume: VolumeRef) -> Path:
    path = _volume(volume)
    if not path.exists():
        raise VolumeNotFound(f"volume {volume.id} is not in pool {volume.pool.id}")
    return path


@contextmanager
def _appearing(path: Path) -> Iterator[Path]:
    """A path to write to, that becomes `path` at the end, or vanishes."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def _image_lock(pool: Pool, image: str) -> Iterator[None]:
    """Alone with an image of a pool, among the threads and the hosts that share it."""
    file = _image_lock_file(pool, image)
    file.parent.mkdir(parents=True, exist_ok=True)
    while True:
        with file.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if file.exists() and os.fstat(lock.fileno()).st_ino == file.stat().st_ino:
                yield
                return


def _is_locked(path: Path) -> bool:
    """Whether a guest has the volume open for writing: qemu locks it."""
    try:
        qemu_img("info", "-f", "qcow2", path, seconds=QUICK)
    except HostCommandFailed:
        return True
    return False
