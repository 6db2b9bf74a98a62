"""Whether KVM really boots guests on this machine: a listed /dev/kvm may still not."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from time import monotonic

from bridge.hypervisor.boot_sector import HELLO, disk

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PATIENCE = 5.0  # seconds; the guest needs 0.5 s even when emulated


def kvm_boots(cache: Path | None = None) -> bool:
    """Boot the smallest guest under KVM; the answer holds until the machine restarts and is kept in `cache`."""
    boot = BOOT_ID.read_text().strip() if BOOT_ID.exists() else ""
    if cache is not None and cache.exists():
        known = json.loads(cache.read_text())
        if known["boot"] == boot:
            return bool(known["kvm"])
    answer = Path("/dev/kvm").exists() and boots("kvm", "host")
    if cache is not None:
        cache.write_text(json.dumps({"boot": boot, "kvm": answer}))
    return answer


def boots(accelerator: str, cpu: str) -> bool:
    """Whether the smallest guest says hello within `PATIENCE` under this QEMU accelerator and CPU model."""
    with tempfile.NamedTemporaryFile(suffix=".raw") as image:
        image.write(disk())
        image.flush()
        argv = ["qemu-system-x86_64", "-machine", f"pc,accel={accelerator}", "-cpu", cpu, "-m", "16", "-nodefaults"]
        argv += ["-display", "none", "-serial", "stdio", "-drive", f"file={image.name},format=raw,if=ide"]
        with subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as guest:
            try:
                return _says_hello(guest)
            finally:
                guest.kill()


def _says_hello(guest: subprocess.Popen[bytes]) -> bool:
    assert guest.stdout is not None  # Popen was given PIPE
    said = b""
    end = monotonic() + PATIENCE
    with DefaultSelector() as selector:
        selector.register(guest.stdout, EVENT_READ)
        while (left := end - monotonic()) > 0 and selector.select(left):
            chunk = guest.stdout.read1(4096) if hasattr(guest.stdout, "read1") else guest.stdout.read(1)
            if not chunk:
                return False
            said += chunk
            if HELLO in said:
                return True
    return False
