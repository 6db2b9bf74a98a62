"""A storage driver that only remembers: for scale tests and demonstrations."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from threading import Lock

from bridge.errors import BadCommand, NoSpace, VolumeNotFound
from javelin.messaging.host_commands import FetchedImage, ImportImage, Pool, Volume, VolumeRef
from javelin.messaging.reports import PoolCapacity

TOTAL = 100 << 40  # bytes


class SimulatedStorage:
    """Volumes in memory; every pool has `total` bytes and fills by the volumes' sizes. With `file` they outlive the
    bridge."""

    def __init__(self, file: Path | None = None, total: int = TOTAL) -> None:
        self._file = file
        self._lock = Lock()
        self._total = total
        self._pools: dict[str, Pool] = {}
        self._volumes: dict[str, tuple[str, int, str | None]] = {}  # pool, size, image by volume
        self._images: set[tuple[str, str]] = set()  # (pool, image)
        if file is not None and file.exists():
            saved = json.loads(file.read_text())
            self._volumes = {volume: (pool, size, image) for volume, pool, size, image in saved["volumes"]}
            self._images = {(pool, image) for pool, image in saved["images"]}

    def attach(self, pool: Pool) -> None:
        with self._lock:
            self._pools[pool.id] = pool

    def capacity(self) -> list[PoolCapacity]:
        with self._lock:
            return [PoolCapacity(id=pool, total=self._total, used=self._used(pool)) for pool in sorted(self._pools)]

    def volumes(self) -> list[tuple[str, str]]:
        with self._lock:
            return sorted((pool, volume) for volume, (pool, _, _) in self._volumes.items() if pool in self._pools)

    def create(self, volume: Volume) -> None:
        with self._lock:
            if volume.id in self._volumes:
                return
            if volume.image is not None and volume.size < volume.image.virtual_size:
                raise BadCommand(f"volume {volume.id} is smaller than its image")
            if self._used(volume.pool.id) + volume.size > self._total:
                raise NoSpace(f"pool {volume.pool.id} cannot take {volume.size} bytes")
            if volume.image is not None:
                self._images.add((volume.pool.id, volume.image.id))
            image = volume.image.id if volume.image is not None else None
            self._volumes[volume.id] = (volume.pool.id, volume.size, image)
            self._save()

    def resize(self, volume: VolumeRef, size: int) -> None:
        with self._lock:
            pool, old, image = self._known(volume)
            if size < old:
                raise BadCommand(f"volume {volume.id} has {old} bytes and cannot shrink")
            self._volumes[volume.id] = (pool, size, image)
            self._save()

    def delete(self, volume: VolumeRef) -> None:
        with self._lock:
            self._volumes.pop(volume.id, None)
            self._save()

    def path(self, volume: VolumeRef) -> str:
        with self._lock:
            self._known(volume)
        return f"{volume.pool.path}/volumes/{volume.id}.qcow2"

    def forget_image(self, image: str, pool: Pool) -> None:
        with self._lock:
            if all(at != (pool.id, image) for at in ((each[0], each[2]) for each in self._volumes.values())):
                self._images.discard((pool.id, image))
                self._save()

    def import_image(self, command: ImportImage) -> FetchedImage:
        size = min(command.max_bytes, command.max_virtual_size, 1 << 20)
        digest = hashlib.sha256(command.url.encode()).hexdigest()
        return FetchedImage(size=size, virtual_size=size, sha256=digest)

    def abandon_import(self, image: str) -> None:
        """An import leaves nothing here."""

    def _known(self, volume: VolumeRef) -> tuple[str, int, str | None]:
        if volume.id not in self._volumes:
            raise VolumeNotFound(f"volume {volume.id} is not in pool {volume.pool.id}")
        return self._volumes[volume.id]

    def _used(self, pool: str) -> int:
        return sum(size for at, size, _ in self._volumes.values() if at == pool)

    def _save(self) -> None:
        if self._file is None:
            return
        volumes = [(volume, *what) for volume, what in self._volumes.items()]
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps({"volumes": volumes, "images": sorted(self._images)}))
        new.replace(self._file)
