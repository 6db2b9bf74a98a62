"""What a storage driver does for the bridge, stated as outcomes; one contract suite holds every driver to them."""

from __future__ import annotations

from typing import Protocol

from javelin.messaging.host_commands import FetchedImage, ImportImage, Pool, Volume, VolumeRef
from javelin.messaging.reports import PoolCapacity


class Storage(Protocol):
    """Volumes and cached images in the pools of this host. Paths are made from ids only."""

    def attach(self, pool: Pool) -> None:
        """Make the pool's directories exist and count the pool in `capacity` from now on."""
        ...

    def capacity(self) -> list[PoolCapacity]:
        """Bytes of every attached pool; a pool whose directory is gone is left out."""
        ...

    def volumes(self) -> list[tuple[str, str]]:
        """(pool, volume) of every volume in the attached pools, in order. A pool whose directory is gone is left out."""
        ...

    def create(self, volume: Volume) -> None:
        """Have the volume exist: empty, or a clone of its image grown to its size.

        The image is fetched into the pool's cache if needed, once for all who ask at the same time. An existing volume
        is left as it is. It appears whole or not at all. NoSpace, ChecksumMismatch, ImageRefused, TransientHostError.
        """
        ...

    def resize(self, volume: VolumeRef, size: int) -> None:
        """Grow the volume to `size` bytes. Already so is success; BadCommand to shrink; VolumeNotFound, VolumeInUse."""
        ...

    def delete(self, volume: VolumeRef) -> None:
        """Delete the volume. Absent is success."""
        ...

    def path(self, volume: VolumeRef) -> str:
        """Where the volume is, for the hypervisor. VolumeNotFound."""
        ...

    def forget_image(self, image: str, pool: Pool) -> None:
        """Remove the image from the pool's cache unless a volume is built on it. Absent is success."""
        ...

    def import_image(self, command: ImportImage) -> FetchedImage:
        """Download, inspect, re-encode and upload an image from outside. ImageRefused, ChecksumMismatch, NoSpace,
        HostBusy when too many imports run."""
        ...

    def abandon_import(self, image: str) -> None:
        """Remove what imports of the image left when they were cut off; none runs now. Absent is success."""
        ...
