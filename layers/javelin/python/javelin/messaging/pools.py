"""Telling hosts of their storage pools."""

from __future__ import annotations

import time

from javelin.data.records.storage_pool import StoragePool
from javelin.messaging import hosts
from javelin.messaging.host_commands import AttachPool, Pool

PATIENCE = 24 * 3600  # seconds; a host that is away longer is told again when it says which pools it has
REPEAT = 60  # seconds within which a second telling is the same command


def attach(pool: StoragePool, host_id: str) -> None:
    """Have the host make the pool's directory and report its capacity from now on. No answer is waited for."""
    hosts.send(
        AttachPool(pool=Pool(id=pool.id, path=pool.path)), host=host_id, resource=pool.id, fence=0,
        command_id=f"attach/{pool.id}/{host_id}/{int(time.time() // REPEAT)}", patience=PATIENCE,
    )  # fmt: skip
