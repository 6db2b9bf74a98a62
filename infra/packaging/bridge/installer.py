"""Installs the bridge on this host: `python3 javelin-bridge.pyz install --endpoint … --token …`.

Runs from inside the file that holds it, with nothing but the standard library. Every step may be repeated; `install`
again upgrades. `uninstall` stops the service and removes the program; guests, volumes and the identity stay.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PREFIX = Path("/opt/javelin-bridge")
STATE = Path("/var/lib/javelin-bridge")
UNITS = Path("/etc/systemd/system")
UNIT = "javelin-bridge.service"
SYSTEMD = Path("/run/systemd/system")
MARK = ".complete"
# what must be there, and the Debian or Ubuntu package that brings it
TOOLS = {
    "qemu-system-x86_64": "qemu-system-x86",
    "qemu-img": "qemu-utils",
    "libvirtd": "libvirt-daemon-system",
    "dnsmasq": "dnsmasq-base",
    "nft": "nftables",
    "ip": "iproute2",
    "prlimit": "util-linux",
    "setpriv": "util-linux",
    "unshare": "util-linux",
}
# what Python must have, and the package that brings it
MODULES = {"libvirt": "python3-libvirt", "ensurepip": "python3-venv"}
APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120")


class InstallError(Exception):
    """The message says what the operator can do."""


def main(arguments: list[str] | None = None) -> int:
    """Answer the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "uninstall":
            _uninstall(options.prefix, options.units)
        else:
            _install(options)
    except InstallError as error:
        print(f"javelin-bridge: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"javelin-bridge: {error.cmd[0]} failed with {error.returncode}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="javelin-bridge.pyz", description="Install the agent of a hypervisor host.")
    commands = parser.add_subparsers(dest="command", required=True)
    install = commands.add_parser("install", help="install or upgrade, enrol, and start")
    install.add_argument("--endpoint", help="https://…/client; only needed to enrol")
    install.add_argument("--token", default=os.environ.get("JAVELIN_BRIDGE_TOKEN"), help="or JAVELIN_BRIDGE_TOKEN")
    install.add_argument("--driver", choices=("libvirt", "simulated"), default="libvirt")
    install.add_argument("--uri", default="qemu:///system")
    install.add_argument("--address", help="where other hosts reach this one; found out if not given")
    install.add_argument("--packages", action="store_true", help="apt-get what is missing")
    install.add_argument("--no-start", action="store_true")
    for command in (install, commands.add_parser("uninstall", help="remove the program")):
        command.add_argument("--prefix", type=Path, default=PREFIX)
        command.add_argument("--units", type=Path, default=UNITS)
        command.add_argument("--state", type=Path, default=STATE)
    return parser


def _install(options: argparse.Namespace) -> None:
    if os.geteuid() != 0:
        raise InstallError("run this as root")
    if sys.version_info < (3, 11):  # noqa: UP036 - the host may have an older one
        raise InstallError("Python 3.11 or newer is needed")
    _expect(_lacking(options.driver == "libvirt"), options.packages)
    release = _unpack(options.prefix)
    python = _environment(options.prefix, release)
    _point(options.prefix / "current", release)
    _enrol(options, python)
    _write_unit(options, release)
    _clean(options.prefix, release)
    if options.no_start:
        return
    if SYSTEMD.is_dir():
        _run("systemctl", "daemon-reload")
        _run("systemctl", "enable", UNIT)
        _run("systemctl", "restart", UNIT)
        print(f"{UNIT} runs; look at it with: systemctl status {UNIT}")
    else:
        print(
            f"no systemd here; run: PYTHONPATH={options.prefix}/current {python} -m bridge run --state {options.state}"
        )


def _lacking(hypervisor: bool) -> list[str]:
    """The packages of what is missing: a host without a hypervisor needs a Python environment alone."""
    tools = TOOLS if hypervisor else {}
    modules = MODULES if hypervisor else {"ensurepip": MODULES["ensurepip"]}
    missing = {package for tool, package in tools.items() if shutil.which(tool) is None}
    return sorted(missing | {package for module, package in modules.items() if not _has_module(module)})


def _expect(missing: list[str], install: bool) -> None:
    if not missing:
        return
    if not install:
        raise InstallError(f"missing here: apt-get install --no-install-recommends {' '.join(missing)} (or --packages)")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    _run(*APT, "update")
    _run(*APT, "install", "--yes", "--no-install-recommends", *missing)


def _has_module(name: str) -> bool:
    """Whether Python has it: Debian's own comes without ensurepip, which environments need."""
    probe = [sys.executable, "-c", f"import {name}"]
    return subprocess.run(probe, capture_output=True, check=False, timeout=60).returncode == 0


def _unpack(prefix: Path) -> Path:
    """The release of this file, unpacked once under a name made from its contents."""
    source = _own_file()
    release = prefix / "releases" / hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    if (release / MARK).exists():
        return release
    release.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=release.parent) as folder, zipfile.ZipFile(source) as archive:
        archive.extractall(folder)
        shutil.rmtree(release, ignore_errors=True)
        shutil.copytree(folder, release)
    (release / MARK).touch()
    return release


def _environment(prefix: Path, release: Path) -> Path:
    """Python with the third-party packages; libvirt's binding comes from the distribution."""
    python = prefix / "venv" / "bin" / "python"
    if not python.exists():
        print("making a Python environment")
        _run(sys.executable, "-m", "venv", "--system-site-packages", str(prefix / "venv"))
    wheels = release / "wheels"
    source = ("--no-index", "--find-links", str(wheels)) if wheels.is_dir() else ()
    print("installing Python packages")
    _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *source,
         "--requirement", str(release / "requirements.txt"))  # fmt: skip
    return python


def _point(link: Path, release: Path) -> None:
    """Let `current` be this release, in one step."""
    new = link.with_name(".current.new")
    new.unlink(missing_ok=True)
    new.symlink_to(release / "code")
    new.replace(link)


def _enrol(options: argparse.Namespace, python: Path) -> None:
    if (options.state / "identity.json").exists():
        print("this host is enrolled already")
        return
    if not options.endpoint or not options.token:
        raise InstallError("--endpoint and --token are needed to enrol this host; addHost gives a token")
    argv = [str(python), "-m", "bridge", "enrol", "--endpoint", options.endpoint, "--state", str(options.state)]
    argv += ["--driver", options.driver, "--uri", options.uri, "--address", options.address or _address()]
    environment = {"JAVELIN_BRIDGE_TOKEN": options.token, "PYTHONPATH": str(options.prefix / "current")}
    subprocess.run(argv, env={**os.environ, **environment}, check=True, timeout=300)  # no secret in the argv


def _address() -> str:
    """The source address of this host's default route."""
    shown = subprocess.run(["ip", "-4", "-o", "route", "get", "192.0.2.1"], capture_output=True, text=True, check=False)
    words = shown.stdout.split()
    if "src" not in words:
        raise InstallError("this host has no default route: say --address")
    return words[words.index("src") + 1]


def _write_unit(options: argparse.Namespace, release: Path) -> None:
    unit = (release / UNIT).read_text().replace("@PREFIX@", str(options.prefix)).replace("@STATE@", str(options.state))
    options.units.mkdir(parents=True, exist_ok=True)
    (options.units / UNIT).write_text(unit)


def _clean(prefix: Path, keep: Path) -> None:
    for release in (prefix / "releases").iterdir():
        if release != keep:
            shutil.rmtree(release)


def _uninstall(prefix: Path, units: Path) -> None:
    if SYSTEMD.is_dir() and (units / UNIT).exists():
        _run("systemctl", "disable", "--now", UNIT)
    (units / UNIT).unlink(missing_ok=True)
    if prefix.exists():
        shutil.rmtree(prefix)
    print("the bridge is removed; guests run on, volumes and the identity are left")


def _own_file() -> Path:
    file = Path(__file__).resolve().parent
    if not file.is_file():
        raise InstallError("run this from javelin-bridge.pyz")
    return file


def _run(*argv: str) -> None:
    subprocess.run(argv, check=True, timeout=1800)


if __name__ == "__main__":
    sys.exit(main())
