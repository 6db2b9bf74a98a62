"""A host whose way to the cloud is cut: what it keeps doing by itself, and what it tells when the way is back."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bridge.network.names import names_of
from infra.local.api import Row
from javelin.messaging.host_commands import Guest
from tests.bridge.namespace_guests import NamespaceGuest
from tests.drills.fake_host import FakeHost, kill
from tests.drills.real_faults import qemus
from tests.e2e.local_cloud import eventually
from tests.e2e.site import Site

MODULE = "tests.drills.alone"


@dataclass(frozen=True)
class Served:
    """What a guest got from its network."""

    address: str
    name_resolved: bool
    metadata: str

    @classmethod
    def ask(cls, host: FakeHost, machine: Row) -> Served:
        """As a guest on `host` with the interface of `machine`."""
        (nic,) = machine["nic"]
        guest = Guest(
            nic=nic["id"], vm=machine["id"], mac=nic["macaddress"], ip=nic["ipaddress"], hostname=machine["name"]
        )  # fmt: skip
        return cls(**json.loads(host.python("-m", MODULE, nic["networkid"], guest.model_dump_json())))


def drill(site: Site, hosts: list[FakeHost], seconds: float) -> str:
    """Cut off the host of a new guest for so long; AssertionError if anything is not as promised. Says what was."""
    machine = site.deploy(name="alone")
    (host,) = (host for host in hosts if host.name == machine["hostname"])
    expected = Served(machine["nic"][0]["ipaddress"], True, machine["id"])
    assert Served.ask(host, machine) == expected
    (process,) = qemus(host, machine["id"])
    begun = time.monotonic()
    host.cut()
    try:
        kill(process)
        (other,) = eventually(lambda: [each for each in qemus(host, machine["id"]) if each != process], "a restart")
        assert Served.ask(host, machine) == expected, "DHCP, DNS and metadata go on without the cloud"
        time.sleep(max(0.0, seconds - (time.monotonic() - begun)))
        assert qemus(host, machine["id"]) == [other], "it goes on"
        assert "VM.STOP" not in _events(site, machine), "the cloud cannot know yet"
    finally:
        host.mend()
    eventually(lambda: "VM.STOP" in _events(site, machine), "the news of the crash", 180)
    eventually(lambda: (site.machine(machine["id"]) or {}).get("state") == "Running", "the news of the restart", 180)
    site.api.call("destroyVirtualMachine", id=machine["id"], expunge="true")
    return f"{host.name} was {time.monotonic() - begun:.0f} s alone: a guest restarted, DHCP, DNS and metadata served"


def _events(site: Site, machine: Row) -> list[str]:
    rows = site.api.rows("listEvents", "event", resourceid=machine["id"], resourcetype="VirtualMachine")
    return [str(row["type"]) for row in rows]


def main(network: str, asking: str) -> None:
    """On the host: print what a guest is given."""
    guest = Guest.model_validate_json(asking)
    with TemporaryDirectory() as folder:
        with NamespaceGuest(guest, names_of(network).bridge, Path(folder)) as probe:
            lease = probe.dhcp()
            server = lease.get("dns", lease.get("router", "")).split()[0]
            found = lease["ip"] in probe.resolve(guest.hostname, server)
            _, metadata = probe.get("/latest/meta-data/instance-id")
        print(json.dumps({"address": lease["ip"], "name_resolved": found, "metadata": metadata.strip()}))


if __name__ == "__main__":
    import sys

    main(*sys.argv[1:])
