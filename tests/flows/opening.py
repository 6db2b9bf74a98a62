"""Opens the world of tests of flows: everything that the code under test takes for AWS is in this process from then on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from javelin.discovery import clients
from tests.cloud import in_process_cloud
from tests.flows.doors import Doors
from tests.flows.services import Bucket, Queues, Topics
from tests.flows.tables import Tables
from tests.flows.world import World


@contextmanager
def a_world(folder: Path) -> Iterator[World]:
    """A cloud without hosts; they come with `enrol`."""
    with pytest.MonkeyPatch.context() as environment, in_process_cloud(environment) as cloud:
        doors = Doors(Queues(), Topics(), Bucket())
        with patch.object(clients, "boto3", doors):
            clients.client.cache_clear()
            world = World(cloud, Tables(), doors.queues, doors.topics, doors.bucket, folder)
            doors.world = world
            try:
                yield world
            finally:
                for host in world.hosts.values():
                    host.close()
                clients.client.cache_clear()
                clients.queue_url.cache_clear()
