"""ImportImage: bring an image from outside into the image store."""

from __future__ import annotations

from bridge.host import Host
from javelin.messaging.host_commands import FetchedImage, ImportImage


def run(command: ImportImage, host: Host) -> FetchedImage:
    return host.storage.import_image(command)
