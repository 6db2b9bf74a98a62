"""A cloud on this machine's libvirt: its guests as seen from the host, and the clean slate after."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.api import Row
from infra.local.guests import build
from infra.local.home import ROOT
from infra.local.machine import ensure_packages
from infra.local.offerings import NETWORK
from tests.e2e.image_server import image_server
from tests.e2e.local_cloud import LocalCloud, eventually
from tests.e2e.site import Site

BOOTED = "GUEST boot-finished"
HOST, TINY = "127.0.0.1", "tiny"
IMAGES = ROOT / ".javelin/guests"  # where `make run` keeps them: built once per checkout
OWN_SITES = "secstorage.allowed.internal.sites"


class Serial:
    """A guest's serial port: what it has said, and the shell of the tiny guest."""

    def __init__(self, cloud: LocalCloud, machine: Row) -> None:
        self._log = cloud.home.hosts / HOST / "serial" / f"{machine['id']}.log"
        self._name = machine["instancename"] if "instancename" in machine else machine["name"]

    @property
    def said(self) -> str:
        """Everything so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def wait_for(self, words: str, times: int = 1) -> str:
        """What the guest has said, once it holds `words` that often."""
        return eventually(
            lambda: self.said if self.said.count(words) >= times else "", f"{words!r} of {self._log.name}", 240
        )

    def ask(self, line: str, answer: str) -> str:
        """Type a line into the shell and wait for the answer, which the line itself must not hold."""
        assert answer not in line
        with self.typing(line):
            return self.wait_for(answer)

    @contextmanager
    def typing(self, line: str) -> Iterator[None]:
        """Have a line typed into the shell; the port must stay open until the guest has read it."""
        command = ("virsh", "--connect", "qemu:///system", "ttyconsole", self._name)
        device = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()
        with Path(device).open("w") as terminal:
            terminal.write(f"{line}\n")
            terminal.flush()
            yield


class RealSite(Site):
    """A site whose guests are real."""

    @property
    def tiny(self) -> str:
        """The Linux template that the launcher registered."""
        return str(self.api.rows("listTemplates", "template", templatefilter="self", name=TINY)[0]["id"])

    @property
    def hello(self) -> Row:
        """The guest that the launcher deployed."""
        return self.api.rows("listVirtualMachines", "virtualmachine", name="hello")[0]

    @property
    def hello_net(self) -> str:
        """Its network."""
        return str(self.api.rows("listNetworks", "network", name=NETWORK)[0]["id"])

    def import_nano(self) -> str:
        """The boot-sector guest as a template, over HTTP from this machine, which the operator has to allow."""
        self.api.call("updateConfiguration", name=OWN_SITES, value="127.0.0.0/8")
        try:
            with image_server() as server:
                server.files["/nano.qcow2"] = (self.cloud.home.folder / "guests/nano.qcow2").read_bytes()
                return self._import("nano", server.url("/nano.qcow2"))
        finally:
            self.api.call("updateConfiguration", name=OWN_SITES, value="")

    def _import(self, name: str, url: str) -> str:
        def register() -> str:
            """Functions remember settings for a while: the first attempts may still be refused."""
            row = self.register(name, url)
            return str(row["id"]) if row["isready"] else ""

        return eventually(register, f"template {name}", 180)

    def register(self, name: str, url: str, **more: Any) -> Row:
        """A template from an address, ready or refused."""
        wish = {"format": "QCOW2", "hypervisor": "KVM", "requireshvm": "true", "zoneid": self.zone, **more}
        row = self.api.call("registerTemplate", name=name, displaytext=name, url=url, **wish)["template"][0]

        def decided() -> Row | None:
            (found,) = self.api.rows("listTemplates", "template", templatefilter="self", id=row["id"])
            states = {detail["downloadState"] for detail in found["downloaddetails"]}
            return found if states <= {"DOWNLOADED", "DOWNLOAD_ERROR"} else None

        return eventually(decided, f"the decision on template {name}", 180) or row

    def boot(self, **wish: Any) -> tuple[Row, Serial]:
        """A guest that has said hello."""
        machine = self.deploy(**wish)
        serial = Serial(self.cloud, machine)
        serial.wait_for(BOOTED)
        return machine, serial

    def events(self, machine: Row) -> list[str]:
        """The types of what happened to a guest, newest first."""
        rows = self.api.rows("listEvents", "event", resourceid=machine["id"], resourcetype="VirtualMachine")
        return [str(row["type"]) for row in rows]

    def state(self, machine: Row) -> str:
        """As it is listed."""
        row = self.machine(machine["id"])
        return str(row["state"]) if row else "absent"


def text64(text: str) -> str:
    """As user data travels."""
    return base64.b64encode(text.encode()).decode()


def qemu_of(machine: Row) -> int:
    """The process of a guest; 0 if it has none."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = process.joinpath("cmdline").read_bytes().decode(errors="replace").split("\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if "qemu" in arguments[0] and machine["id"] in arguments:
            return int(process.name)
    return 0


@contextmanager
def real_cloud() -> Iterator[LocalCloud]:
    """Started with its first guest, as `make run` does; in the end nothing of it is left on this machine."""
    ensure_packages()
    build(IMAGES)
    cloud = LocalCloud.new()
    cloud.home.folder.joinpath("guests").symlink_to(IMAGES)
    try:
        cloud.up()
        cloud.secrets |= {"password of the administrator": cloud.password, "secret key": cloud.keys.secret}
        yield cloud
        _empty(cloud)
    finally:
        cloud.remove()


def _empty(cloud: LocalCloud) -> None:
    """Let the cloud itself remove its guests and networks: it must be able to."""
    api = cloud.api
    for machine in api.rows("listVirtualMachines", "virtualmachine", listall="true"):
        api.call("destroyVirtualMachine", id=machine["id"], expunge="true")
    for network in api.rows("listNetworks", "network", listall="true"):
        api.call("deleteNetwork", id=network["id"])
    left = [path.name for path in (cloud.home.hosts / HOST / "networks").glob("*/")]
    assert left == [], "networks that the cloud deleted are still on the host"
