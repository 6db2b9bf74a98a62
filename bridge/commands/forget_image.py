"""ForgetImage: remove an image from the caches of the pools."""

from __future__ import annotations

from bridge.host import Host
from javelin.messaging.host_commands import Empty, ForgetImage


def run(command: ForgetImage, host: Host) -> Empty:
    for pool in command.pools:
        host.storage.forget_image(command.image, pool)
    return Empty()
