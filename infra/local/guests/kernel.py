"""The tiny guest's kernel and drivers, and busybox: from the packages of the Debian or Ubuntu that this is."""

from __future__ import annotations

import lzma
import shutil
from pathlib import Path

from infra.local.guests.tools import run

METAPACKAGES = ("linux-image-cloud-amd64", "linux-image-virtual")  # Debian's and Ubuntu's newest kernel for guests
KERNEL, DRIVERS, BUSYBOX = "linux-image-[0-9]*.deb", "linux-modules-[0-9]*.deb", "busybox-static_*.deb"
MODULES = (
    "virtio_pci", "virtio_blk", "virtio_net", "virtio_scsi", "virtio_balloon", "button", "evdev", "ata_piix",
    "sr_mod", "isofs", "ext4",
)  # fmt: skip


def unpack(packages: Path, target: Path) -> Path:
    """Unpack all of it into `target`; answers the kernel. `packages` keeps what was downloaded."""
    for package in _download(packages):
        run("dpkg-deb", "-x", str(package), str(target))
    if not (target / "lib").exists():  # where depmod and modprobe look
        (target / "lib").symlink_to("usr/lib")
    return next((target / "boot").glob("vmlinuz-*"))


def busybox(unpacked: Path) -> Path:
    """The program; distributions do not agree where it is."""
    return next(path for folder in ("bin", "usr/bin") if (path := unpacked / folder / "busybox").exists())


def copy_modules(unpacked: Path, target: Path) -> None:
    """Copy the drivers with what they depend on, ready to be loaded, and the order in which to load them."""
    version = next((unpacked / "lib/modules").iterdir()).name
    run("depmod", "-b", str(unpacked), version)
    order: list[str] = []
    for module in MODULES:
        for line in run("modprobe", "-d", str(unpacked), "-S", version, "--show-depends", module).splitlines():
            kind, *path = line.split()
            if kind == "insmod" and path[0] not in order:
                order.append(path[0])
    names = [_copy_plain(Path(file), target) for file in order]
    (target / "order").write_text("".join(f"{name}\n" for name in names))


def _download(packages: Path) -> list[Path]:
    """The packages, from the cache if they are there."""
    packages.mkdir(parents=True, exist_ok=True)
    if not all(list(packages.glob(pattern)) for pattern in (KERNEL, BUSYBOX)):
        known = run("apt-cache", "search", "--names-only", f"^({'|'.join(METAPACKAGES)})$").split()
        newest = next((name for name in METAPACKAGES if name in known), None)
        if newest is None:
            raise LookupError(f"apt knows none of {', '.join(METAPACKAGES)}: run apt-get update, then this again")
        kernel = _depends(newest)[0]
        drivers = [name for name in _depends(kernel) if name.startswith("linux-modules-")]
        wanted = [kernel, *drivers, "busybox-static"]
        run("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *wanted, cwd=packages)
    found = [sorted(packages.glob(pattern)) for pattern in (KERNEL, DRIVERS, BUSYBOX)]
    return [files[-1] for files in found if files]


def _depends(package: str) -> list[str]:
    lines = run("apt-cache", "depends", "--important", package).splitlines()
    return [line.split()[-1] for line in lines if line.split()[0] == "Depends:"]


def _copy_plain(module: Path, target: Path) -> str:
    """Copy a module as busybox loads it; kernels' packages may compress them."""
    plain = target / f"{module.name.partition('.ko')[0]}.ko"
    if module.suffix == ".zst":
        run("zstd", "--quiet", "--decompress", "-o", str(plain), str(module))
    elif module.suffix == ".xz":
        plain.write_bytes(lzma.decompress(module.read_bytes()))
    else:
        shutil.copy(module, plain)
    return plain.name
