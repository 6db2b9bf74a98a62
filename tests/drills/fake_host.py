"""KVM hosts of a drill on this machine: each in namespaces of its own, with its own libvirt, bridge and network."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.home import ROOT
from tests.drills import host_init
from tests.e2e.local_cloud import eventually

NAMESPACES = ("--mount", "--uts", "--ipc", "--net", "--pid")
QEMU = """security_driver = "none"
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
"""
CUT = ("ip", "cut")  # the table that drops what goes to the cloud and comes from it
ENVIRONMENT = {
    "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'layers/javelin/python'}", "NO_PROXY": "127.0.0.1",
    "no_proxy": "127.0.0.1",
}  # fmt: skip


def output(*command: str, patience: float = 60) -> str:
    """What a command prints; a failure has what it complained of."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=patience)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def kill(process: int) -> None:
    """SIGKILL; one that has ended by itself is fine."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


@dataclass(frozen=True)
class Lan:
    """The Ethernet of the hosts; this machine is its gateway, through which they reach ports of its loopback."""

    name: str
    network: str  # the first three bytes
    ports: tuple[int, ...]

    @property
    def gateway(self) -> str:
        """This machine."""
        return f"{self.network}.1"

    def make(self) -> None:
        """The bridge and the way to the ports."""
        self.remove()
        output("ip", "link", "add", self.name, "type", "bridge")
        output("ip", "address", "add", f"{self.gateway}/24", "dev", self.name)
        output("ip", "link", "set", self.name, "up")
        Path(f"/proc/sys/net/ipv4/conf/{self.name}/route_localnet").write_text("1")
        ports = "{ " + ", ".join(map(str, self.ports)) + " }"
        output("nft", "add", "table", "ip", self.name)
        output("nft", "add", "chain", "ip", self.name, "arrive", "{ type nat hook prerouting priority -100 ; }")
        rule = ("iifname", self.name, "ip", "daddr", self.gateway, "tcp", "dport", ports, "dnat", "to", "127.0.0.1")
        output("nft", "add", "rule", "ip", self.name, "arrive", *rule)

    def remove(self) -> None:
        """Absent is success."""
        for command in (("ip", "link", "delete", self.name), ("nft", "delete", "table", "ip", self.name)):
            subprocess.run(command, capture_output=True, check=False, timeout=30)


@dataclass
class FakeHost:
    """One host; `folder` is its disk."""

    folder: Path
    number: int
    lan: Lan
    _outside: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """As the cloud knows it."""
        return f"kvm{self.number}"

    @property
    def address(self) -> str:
        """On the LAN."""
        return f"{self.lan.network}.{10 + self.number}"

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        return self._first_process() is not None

    @property
    def state(self) -> Path:
        """The state directory of its bridge."""
        return self.folder / "bridge"

    @property
    def uri(self) -> str:
        """Its libvirt, from outside."""
        return f"qemu+unix:///system?socket={self.folder}/run/libvirt-sock"

    def install(self) -> None:
        """What is on its disk before it is switched on for the first time."""
        for name in (*host_init.PLACES, "bridge"):
            (self.folder / name).mkdir(parents=True)
        shutil.copytree("/etc/libvirt", self.folder / "etc", dirs_exist_ok=True)
        shutil.rmtree(self.folder / "etc/qemu", ignore_errors=True)
        shutil.copytree("/var/cache/libvirt", self.folder / "cache", dirs_exist_ok=True)
        uuid = f"00000000-0000-4000-8000-{self.number:012d}"
        settings = f'auth_unix_rw = "none"\nunix_sock_dir = "/run/libvirt"\nhost_uuid = "{uuid}"\n'
        (self.folder / "etc/libvirtd.conf").write_text(settings)
        (self.folder / "etc/qemu.conf").write_text(QEMU)
        told = {
            "name": self.name, "address": self.address, "gateway": self.lan.gateway, "ports": self.lan.ports,
            "state": str(self.state),
        }  # fmt: skip
        (self.folder / "host.json").write_text(json.dumps(told))

    def power_on(self) -> None:
        """Returns when libvirt answers."""
        shutil.rmtree(self.folder / "run")
        (self.folder / "run").mkdir()
        argv = ("unshare", *NAMESPACES, "--fork", "--kill-child", "--mount-proc", "--propagation", "private",
                sys.executable, str(Path(host_init.__file__)), str(self.folder))  # fmt: skip
        with (self.folder / "init.log").open("ab") as log:
            self._outside = subprocess.Popen(
                argv, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, **ENVIRONMENT},
            )  # fmt: skip
        eventually(lambda: self._first_process() is not None, f"the first process of {self.name}", 20)
        peer = ("peer", "name", "eth0", "netns", str(self._outside.pid))
        output("ip", "link", "add", self._link, "type", "veth", *peer)
        output("ip", "link", "set", self._link, "master", self.lan.name, "up")
        eventually(self._answers, f"libvirt of {self.name}", 180)

    def power_off(self) -> None:
        """All that runs on it dies at once, and its memory is gone; its disk stays."""
        if self._outside is None:
            return
        if first := self._first_process():
            os.kill(first, signal.SIGKILL)
        self._outside.kill()
        self._outside.wait(20)
        self._outside = None
        subprocess.run(("ip", "link", "delete", self._link), capture_output=True, check=False, timeout=30)

    def run(self, *command: str, patience: float = 60) -> str:
        """What a command prints that runs on the host."""
        variables = (f"{name}={value}" for name, value in ENVIRONMENT.items())
        entered = ("nsenter", "--target", str(self._first_process()), "--all", f"--wdns={ROOT}", "env", *variables)
        return output(*entered, *command, patience=patience)

    def python(self, *arguments: str) -> str:
        """What a program of ours prints that runs on the host."""
        return self.run(sys.executable, *arguments)

    def kill(self, *words: str) -> None:
        """SIGKILL to its processes whose command line holds all these words, one per argument."""
        for process in self.processes(*words):
            kill(process)

    def processes(self, *words: str) -> list[int]:
        """As this machine numbers them."""
        first = self._first_process()
        if first is None:
            return []
        inside, found = os.readlink(f"/proc/{first}/ns/pid"), []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                arguments = path.joinpath("cmdline").read_bytes().decode(errors="replace").split("\0")
                if set(words) <= {*arguments, Path(arguments[0]).name} and os.readlink(path / "ns/pid") == inside:
                    found.append(int(path.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
        return sorted(found)

    def cut(self) -> None:
        """Nothing passes between it and the cloud any more; other hosts are still there."""
        self.run("nft", "add", "table", *CUT)
        for hook, side in (("output", "daddr"), ("input", "saddr")):
            self.run("nft", "add", "chain", *CUT, hook, f"{{ type filter hook {hook} priority 0 ; }}")
            self.run("nft", "add", "rule", *CUT, hook, "ip", side, self.lan.gateway, "drop")

    def mend(self) -> None:
        """The way to the cloud is there again."""
        self.run("nft", "delete", "table", *CUT)

    def domains(self) -> dict[str, str]:
        """State by guest, from libvirt, which may just be starting."""
        eventually(self._answers, f"libvirt of {self.name}", 180)
        running = self._virsh("list", "--uuid", "--state-running").split()
        every = self._virsh("list", "--uuid", "--all").split()
        return {id_: "Running" if id_ in running else "Stopped" for id_ in every}

    @property
    def _link(self) -> str:
        return f"{self.lan.name}-{self.number}"

    def _virsh(self, *words: str) -> str:
        return output("virsh", "-c", self.uri, *words)

    def _answers(self) -> bool:
        command = ("virsh", "-c", self.uri, "version")
        return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 0

    def _first_process(self) -> int | None:
        if self._outside is None:
            return None
        children = Path(f"/proc/{self._outside.pid}/task/{self._outside.pid}/children")
        with suppress(FileNotFoundError):
            return next((int(child) for child in children.read_text().split()), None)
        return None


def wait_for_link_to_go(hosts: Sequence[FakeHost]) -> None:
    """The kernel takes namespaces down in its own time."""
    deadline = time.monotonic() + 20
    while any(Path(f"/sys/class/net/{host.lan.name}-{host.number}").exists() for host in hosts):
        assert time.monotonic() < deadline, "links of fake hosts are left"
        time.sleep(0.1)
