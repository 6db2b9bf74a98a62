"""Make this Debian or Ubuntu machine able to run guests: packages, libvirt, and whether KVM really boots.

`python -m infra.local.machine` does all of it. Everything is idempotent: a second run only looks.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from infra.local.guests import nano

PACKAGES = (
    # the hypervisor; libvirt-dev, gcc and pkg-config build its Python binding
    "libvirt-daemon-system", "libvirt-clients", "qemu-system-x86", "qemu-utils",
    "libvirt-dev", "pkg-config", "gcc", "python3-dev",
    # networks
    "dnsmasq-base", "iproute2", "nftables", "novnc",
    # the guests' images, and a second DHCP client for the tests
    "syslinux", "syslinux-common", "mtools", "fdisk", "kmod", "e2fsprogs", "busybox-static", "genisoimage", "zstd",
    # fencing
    "ipmitool",
)  # fmt: skip
BROWSER_PACKAGES = ("chromium", "chromium-driver")

LISTS_LOCK = Path("/var/lib/apt/lists/lock")
QEMU_CONF = Path("/etc/libvirt/qemu.conf")
QEMU_MARK = "# Javelin: a machine without systemd"
# Without systemd nothing prepares what libvirt's defaults rely on: a log daemon, an own user, ownership of devices.
QEMU_SETTINGS = 'stdio_handler = "file"\nuser = "root"\ngroup = "root"\ndynamic_ownership = 0\nremember_owner = 0\n'

Progress = Callable[[str], None]


class MachineError(RuntimeError):
    """This machine cannot be made ready; the message says what an operator can do."""


def _quiet(_message: str) -> None:
    pass


def missing_packages(wanted: tuple[str, ...] = PACKAGES) -> list[str]:
    """Those of `wanted` that are not installed."""
    query = ("dpkg-query", "--show", "--showformat", "${binary:Package} ${db:Status-Status}\n", *wanted)
    shown = subprocess.run(query, capture_output=True, text=True, check=False, timeout=60).stdout
    installed = {name.split(":")[0] for name, _, status in (line.partition(" ") for line in shown.splitlines())
                 if status == "installed"}  # fmt: skip
    return [package for package in wanted if package not in installed]


def ensure_packages(wanted: tuple[str, ...] = PACKAGES, progress: Progress = _quiet) -> list[str]:
    """Install what is missing of `wanted` and answer what that was."""
    missing = missing_packages(wanted)
    if not missing:
        return []
    if os.geteuid() != 0:
        raise MachineError(f"run as root, or install: apt-get install --no-install-recommends {' '.join(missing)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _wait_for_lists(progress)
    progress("reading the list of packages")
    _apt(environment, "update")
    progress(f"installing {len(missing)} packages: {' '.join(missing)}")
    _apt(environment, "install", "--yes", "--no-install-recommends", *missing)
    return missing


def _wait_for_lists(progress: Progress, patience: float = 300) -> None:
    """Let whoever reads the list of packages end: a fresh machine does so by itself, and apt-get would not wait."""
    deadline, told = time.monotonic() + patience, False
    with suppress(FileNotFoundError), LISTS_LOCK.open("r+") as file:
        while True:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() > deadline:
                    raise MachineError(f"another apt-get holds {LISTS_LOCK}; end it, then run this again") from None
                if not told:
                    progress("waiting for another apt-get")
                    told = True
                time.sleep(0.5)
            else:
                return


def _apt(environment: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(
        ("apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=120", *arguments),
        env=environment, capture_output=True, text=True, check=False, timeout=1800,
    )  # fmt: skip
    if done.returncode != 0:
        raise MachineError(f"apt-get {arguments[0]} failed: {done.stderr.strip()[-2000:]}")


def has_systemd() -> bool:
    """Whether systemd runs this machine."""
    return Path("/run/systemd/system").is_dir()


def libvirt_answers() -> bool:
    """Whether libvirt's daemon takes connections."""
    try:
        probe = subprocess.run(
            ("virsh", "--connect", "qemu:///system", "version"), capture_output=True, check=False, timeout=20
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0


def ensure_libvirt(progress: Progress = _quiet, patience: float = 60) -> None:
    """Have libvirt's daemon take connections, within `patience` seconds; where systemd runs, it starts it."""
    if not has_systemd() and _adapt_qemu_conf() and libvirt_answers():
        raise MachineError(
            f"libvirt runs with other settings than {QEMU_CONF} has now: stop libvirtd and run this again"
        )
    if libvirt_answers():
        return
    progress("starting libvirt")
    for daemon in ("virtlogd", "libvirtd"):
        command = ("systemctl", "start", daemon) if has_systemd() else (daemon, "--daemon")
        started = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        # A daemon that runs already refuses to start twice; what counts is whether libvirt answers below.
        if started.returncode != 0:
            progress(f"{daemon}: {started.stderr.strip()}")
    deadline = time.monotonic() + patience
    while not libvirt_answers():
        if time.monotonic() > deadline:
            raise MachineError("libvirtd does not answer; see its log, or run `libvirtd --verbose` to see why")
        time.sleep(0.2)


def _adapt_qemu_conf() -> bool:
    """Add the settings that a machine without systemd needs; say whether the file changed."""
    text = QEMU_CONF.read_text() if QEMU_CONF.exists() else ""
    if QEMU_MARK in text:
        return False
    QEMU_CONF.parent.mkdir(parents=True, exist_ok=True)
    with QEMU_CONF.open("a") as file:
        file.write(f"\n{QEMU_MARK}\n{QEMU_SETTINGS}")
    return True


def kvm_boots() -> bool:
    """Whether a guest really boots with KVM: the device may be there and refuse, or start and never run."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    with tempfile.TemporaryDirectory() as folder:
        disk, serial = Path(folder, "nano.raw"), Path(folder, "serial")
        disk.write_bytes(nano.disk_image())
        command = (
            "qemu-system-x86_64", "-accel", "kvm", "-cpu", "host", "-m", "16", "-nodefaults", "-display", "none",
            "-serial", f"file:{serial}", "-drive", f"file={disk},format=raw,if=virtio",
        )  # fmt: skip
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except FileNotFoundError:
            return False
        try:
            deadline = time.monotonic() + 5
            while process.poll() is None and time.monotonic() < deadline:
                if serial.exists() and b"boot-finished" in serial.read_bytes():
                    return True
                time.sleep(0.05)
            return False
        finally:
            process.kill()
            process.wait()


def main() -> None:
    """Make the machine ready and say what it can do."""

    def show(message: str) -> None:
        print(f"  {message}", flush=True)

    installed = ensure_packages(progress=show)
    ensure_libvirt(progress=show)
    print(f"packages: {len(installed)} installed, {len(PACKAGES) - len(installed)} were there")
    print(
        f"libvirt: answers\nguests run with: {'KVM' if kvm_boots() else 'software emulation (KVM does not boot here)'}"
    )


if __name__ == "__main__":
    main()
