"""The cloud that is measured: what it counts, which of its programs are its control plane, and its records."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import pytest
import requests
from cs import CloudStack

from infra.local.aws.client import CREDENTIALS
from infra.local.aws.settings import ACCOUNT
from infra.local.aws.tally import ROUTE
from javelin.data import record
from javelin.discovery import clients
from tests.e2e.local_cloud import LocalCloud
from tests.e2e.site import Site

ADDRESSES = {"gateway": "10.64.0.1", "netmask": "255.192.0.0"}  # of a network with room for every guest
POLL = 2.0  # seconds between two looks of `cs` at a job, by default


@dataclass
class BenchCloud:
    """A local cloud with simulated hosts."""

    local: LocalCloud
    _clients: threading.local = field(default_factory=threading.local)

    @cached_property
    def site(self) -> Site:
        """Ids to deploy with."""
        return Site(self.local)

    @cached_property
    def wish(self) -> dict[str, str]:
        """The parameters of a deployment."""
        network = self.site.api.call(
            "createNetwork", name="wide", displaytext="wide", zoneid=self.site.zone,
            networkofferingid=self.site.network_offering, **ADDRESSES,
        )["network"]["id"]  # fmt: skip
        return {
            "zoneid": self.site.zone, "templateid": self.site.template, "serviceofferingid": self.site.offering,
            "networkids": network,
        }  # fmt: skip

    def client(self, poll: float = POLL) -> CloudStack:
        """This thread's client, which waits for jobs."""
        known = getattr(self._clients, "known", None)
        if known is None or known[0] != poll:
            session = requests.Session()
            session.trust_env = False
            keys = self.local.keys
            made = CloudStack(
                self.local.home.endpoint, keys.key, keys.secret, timeout=60, session=session, poll_interval=poll,
                job_timeout=300,
            )  # fmt: skip
            known = self._clients.known = (poll, made)
        client: CloudStack = known[1]
        return client

    @property
    def control_plane(self) -> list[int]:
        """The programs whose CPU is counted: the embedded AWS with all functions, and the front; not the bridge."""
        return [self._pid("aws"), self._pid("front")]

    @property
    def everything(self) -> list[int]:
        """All programs of the cloud."""
        return [*self.control_plane, self._pid("bridge")]

    def _pid(self, program: str) -> int:
        noted = json.loads((self.local.home.folder / "run" / f"{program}.json").read_text())
        return int(noted["pid"])

    @contextmanager
    def counting(self) -> Iterator[dict[str, float]]:
        """What was asked of AWS meanwhile; the dict is filled at the end."""
        counts: dict[str, float] = {}
        self._tally("POST")
        try:
            yield counts
        finally:
            counts.update(self._tally("DELETE"))

    def counted(self) -> dict[str, float]:
        """What was counted so far."""
        return self._tally("GET")

    def _tally(self, method: str) -> dict[str, float]:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, f"{self.local.home.aws_endpoint}{ROUTE}", timeout=30)
        counts: dict[str, float] = answer.json()
        return counts


@contextmanager
def library_on(local: LocalCloud) -> Iterator[None]:
    """The shared library in this process, over the cloud's own tables."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", local.home.aws_endpoint)
        environment.setenv("AWS_ACCESS_KEY_ID", CREDENTIALS["aws_access_key_id"])
        environment.setenv("AWS_SECRET_ACCESS_KEY", CREDENTIALS["aws_secret_access_key"])
        environment.setenv("AWS_DEFAULT_REGION", CREDENTIALS["region_name"])
        environment.setenv("JAVELIN_ACCOUNT_ID", ACCOUNT)
        environment.setenv("NO_PROXY", "127.0.0.1")
        clients.client.cache_clear()
        record._shared = None
        yield
        clients.client.cache_clear()
