"""A libvirt daemon of a test's own: run as `python private_libvirt.py FOLDER`, inside an own mount namespace.

Its state, configuration and sockets are under FOLDER, so that it may be killed without touching the machine's daemon.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = {"run": "/run/libvirt", "lib": "/var/lib/libvirt", "log": "/var/log/libvirt", "etc": "/etc/libvirt"}
SETTINGS = 'auth_unix_rw = "none"\nunix_sock_dir = "/run/libvirt"\n'


class PrivateLibvirt:
    """Can be killed and started again; guests survive that."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.uri = f"qemu+unix:///system?socket={folder}/run/libvirt-sock"
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        argv = ["unshare", "--mount", "--propagation", "private", sys.executable, __file__, str(self._folder)]
        with (self._folder / "output").open("ab") as output:
            self._daemon = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        end = time.monotonic() + 30
        while subprocess.run(["virsh", "-c", self.uri, "version"], capture_output=True, check=False).returncode != 0:
            assert time.monotonic() < end, (self._folder / "output").read_text()[-2000:]
            time.sleep(0.1)

    def kill(self) -> None:
        assert self._daemon is not None
        self._daemon.kill()
        self._daemon.wait(10)


@contextmanager
def a_private_libvirt(folder: Path) -> Iterator[PrivateLibvirt]:
    for place in PLACES:
        (folder / place).mkdir(parents=True)
    shutil.copytree("/etc/libvirt", folder / "etc", dirs_exist_ok=True)
    shutil.rmtree(folder / "etc" / "qemu", ignore_errors=True)
    (folder / "etc" / "libvirtd.conf").write_text(SETTINGS)
    libvirt = PrivateLibvirt(folder)
    libvirt.start()
    try:
        yield libvirt
    finally:
        libvirt.kill()


def main() -> None:
    folder = Path(sys.argv[1])
    for name, place in PLACES.items():
        subprocess.run(["mount", "--bind", folder / name, place], check=True)
    argv = ["libvirtd", "--pid-file", "/run/libvirt/libvirtd.pid"]
    os.execvp(argv[0], argv)  # noqa: S606 - becomes the daemon that the test kills


if __name__ == "__main__":
    main()
