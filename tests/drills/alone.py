"""A host whose way to the cloud is cut: what it keeps doing by itself, and what it tells when the way is back."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bridge.network.names import names_of
from infra.local.api import Row
from javelin.messaging.host_commands import Guest
from tests.bridge.namespace_guests import NamespaceGuest
from tests.drills.fake_host import FakeHost, kill
from tests.drills.real_faults import BRIDGE, qemus
from tests.e2e.local_cloud import eventually
from tests.e2e.site import Site

MODULE = "tests.drills.alone"
AT_WORK = "takes commands"  # what a bridge says when it has begun
LEFT_OFF, RESTARTED = "Crashed guest left off", "Crashed guest restarted"  # subjects of alerts


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


def drill(site: Site, hosts: list[FakeHost], seconds: float) -> list[str]:
    """Cut off the host of new guests for so long; AssertionError if anything is not as promised. Says what was."""
    guest = site.deploy(name="alone")
    (host,) = (host for host in hosts if host.name == guest["hostname"])
    expected = Served(guest["nic"][0]["ipaddress"], True, guest["id"])
    assert Served.ask(host, guest) == expected
    left = site.deploy(name="left-off", hostid=guest["hostid"])
    begun = time.monotonic()
    host.cut()
    try:
        again = _crash(host, guest)
        eventually(lambda: _running(host, guest) not in ([], again), "a restart")
        other = _running(host, guest)
        assert Served.ask(host, guest) == expected, "DHCP, DNS and metadata go on without the cloud"
        time.sleep(max(0.0, seconds - (time.monotonic() - begun)))
        assert _running(host, guest) == other, "it goes on"
        with _lease_of_seconds(host, seconds / 2):
            _crash(host, left)
            eventually(lambda: host.domains().get(left["id"]) == "Stopped", "the end of a guest")
            eventually(lambda: _unsent(host, LEFT_OFF), "word of the guest that is left off")
            assert _running(host, left) == [], "another host may run it by now"
            assert _running(host, guest) == other, "a guest that runs goes on"
            assert "VM.STOP" not in [*_events(site, guest), *_events(site, left)], "the cloud cannot know yet"
    finally:
        host.mend()
    cut = time.monotonic() - begun
    for each, state in ((guest, "Running"), (left, "Stopped")):
        eventually(partial(_heard, site, each, state), f"the news of {each['name']}, which is {state}", 180)
    eventually(lambda: _told(site, host) == {RESTARTED, LEFT_OFF}, "what the host has to tell", 180)
    for each in (guest, left):
        site.api.call("destroyVirtualMachine", id=each["id"], expunge="true")
    return [
        f"{host.name} was {cut:.0f} s alone. A guest that crashed ran again, and DHCP, DNS and metadata served it.",
        f"A guest that crashed after the lease of {seconds / 2:g} s had run out stayed off.",
        f"When the cloud was back it heard of both ({RESTARTED}; {LEFT_OFF}) and listed one as Running, one as Stopped.",
    ]


def _crash(host: FakeHost, machine: Row) -> list[int]:
    """Kill a guest's only qemu; which that was."""
    (process,) = processes = _running(host, machine)
    kill(process)
    return processes


def _running(host: FakeHost, machine: Row) -> list[int]:
    return qemus(host, machine["id"])


@contextmanager
def _lease_of_seconds(host: FakeHost, seconds: float) -> Iterator[None]:
    """Within, the host's bridge believes so long that nobody gave its guests away; it is restarted for that."""
    settings = host.state / "bridge.toml"
    usual = settings.read_text()
    settings.write_text(f"{usual}lease_seconds = {seconds}\n")
    _restart_bridge(host)
    try:
        yield
    finally:
        settings.write_text(usual)
        _restart_bridge(host)


def _restart_bridge(host: FakeHost) -> None:
    log = host.folder / "bridge.log"
    begun = log.read_text().count(AT_WORK)
    host.kill(*BRIDGE)
    eventually(lambda: log.read_text().count(AT_WORK) > begun, "the bridge to be at work")


def _unsent(host: FakeHost, subject: str) -> bool:
    """Whether the host's journal keeps an alert until the cloud can be told."""
    with closing(sqlite3.connect(host.state / "journal.sqlite")) as journal:
        return bool(journal.execute("SELECT 1 FROM reports WHERE body LIKE ?", (f"%{subject}%",)).fetchall())


def _told(site: Site, host: FakeHost) -> set[str]:
    """The subjects of the alerts that the cloud has heard of these guests."""
    rows = site.api.rows("listEvents", "event", type="HOST.ALERT", listall="true")
    said = [str(row["description"]) for row in rows]
    return {subject for subject in (RESTARTED, LEFT_OFF) if any(f"{host.name}: {subject}" in each for each in said)}


def _heard(site: Site, machine: Row, state: str) -> bool:
    """Whether the cloud knows that a guest stopped by itself, and what it is now."""
    return "VM.STOP" in _events(site, machine) and (site.machine(machine["id"]) or {}).get("state") == state


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
