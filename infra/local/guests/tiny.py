"""The tiny guest: Debian's kernel and busybox; it boots in seconds and tells its story on the serial port."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

from infra.local.guests.cpio import archive
from infra.local.guests.tools import run

HERE = Path(__file__).parent
MODULES = (
    "virtio_pci", "virtio_blk", "virtio_net", "virtio_scsi", "virtio_balloon", "button", "evdev", "ata_piix",
    "sr_mod", "isofs", "ext4",
)  # fmt: skip
FOLDERS = ("bin", "proc", "sys", "dev", "etc", "tmp", "mnt", "cd", "lib/modules", "www")
SECTOR = 512
BOOT_START, BOOT_SECTORS = 2048, 49152  # FAT16 with the boot loader, the kernel and the first root file system
STATE_START, DISK_SECTORS = 51200, 131072  # ext4 on which the guest counts its boots
BOOT_MENU = """\
DEFAULT tiny
PROMPT 0
TIMEOUT 0
LABEL tiny
 KERNEL vmlinuz
 INITRD initrd.gz
 APPEND console=tty0 console=ttyS0,115200 quiet panic=5 nokaslr mitigations=off
"""


def download(packages: Path) -> list[Path]:
    """The Debian packages of the newest cloud kernel and of busybox, from the cache if they are there."""
    packages.mkdir(parents=True, exist_ok=True)
    wanted = ("linux-image-[0-9]*.deb", "busybox-static_*.deb")
    if not all(list(packages.glob(pattern)) for pattern in wanted):
        depends = run("apt-cache", "depends", "linux-image-cloud-amd64").split()
        kernel = depends[depends.index("Depends:") + 1]
        run("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", kernel, "busybox-static", cwd=packages)
    return [sorted(packages.glob(pattern))[-1] for pattern in wanted]


def _copy_modules(unpacked: Path, target: Path) -> None:
    """Copy the drivers with what they depend on, and the order in which to load them."""
    version = next((unpacked / "lib/modules").iterdir()).name
    run("depmod", "-b", str(unpacked), version)
    order: list[str] = []
    for module in MODULES:
        for line in run("modprobe", "-d", str(unpacked), "-S", version, "--show-depends", module).splitlines():
            kind, *path = line.split()
            if kind == "insmod" and path[0] not in order:
                order.append(path[0])
    for file in order:
        shutil.copy(file, target)
    (target / "order").write_text("".join(f"{Path(file).name}\n" for file in order))


def _root_file_system(unpacked: Path, root: Path) -> bytes:
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True)
    _copy_modules(unpacked, root / "lib/modules")
    busybox = root / "bin/busybox"
    shutil.copy(unpacked / "bin/busybox", busybox)
    for applet in run(str(busybox), "--list").split():
        if applet != "busybox":
            (root / "bin" / applet).symlink_to("busybox")
    for script, name in (("guest_init.sh", "init"), ("guest_dhcp.sh", "guest_dhcp.sh")):
        shutil.copy(HERE / script, root / name)
        (root / name).chmod(0o755)
    return gzip.compress(archive(root), 9, mtime=0)


def _disk(work: Path, kernel: Path, initrd: Path) -> Path:
    """A raw disk with a master boot record, the boot partition and the state partition."""
    disk, menu = work / "disk.raw", work / "syslinux.cfg"
    with disk.open("wb") as file:
        file.write(Path("/usr/lib/syslinux/mbr/mbr.bin").read_bytes())
        file.truncate(DISK_SECTORS * SECTOR)
    menu.write_text(BOOT_MENU)
    table = f"start={BOOT_START},size={BOOT_SECTORS},type=e,bootable\nstart={STATE_START},type=83\n"
    run("sfdisk", "-q", str(disk), text=table)
    boot = f"{disk}@@{BOOT_START * SECTOR}"
    geometry = ("-T", str(BOOT_SECTORS), "-h", "16", "-s", "63", "-H", str(BOOT_START))
    run("mformat", "-i", boot, *geometry, "-v", "TINY", "::")
    run("mcopy", "-i", boot, str(kernel), "::vmlinuz")
    run("mcopy", "-i", boot, str(initrd), str(menu), "::")
    run("syslinux", "-t", str(BOOT_START * SECTOR), "--install", str(disk))
    state = ("-L", "state", "-E", f"offset={STATE_START * SECTOR}", str(disk))
    run("mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", *state, f"{(DISK_SECTORS - STATE_START) // 2}k")
    return disk


def build(packages: Path, work: Path) -> Path:
    """Build the raw disk of the tiny guest in the empty folder `work`."""
    unpacked, root, initrd = work / "unpacked", work / "root", work / "initrd.gz"
    for package in download(packages):
        run("dpkg-deb", "-x", str(package), str(unpacked))
    initrd.write_bytes(_root_file_system(unpacked, root))
    return _disk(work, next((unpacked / "boot").glob("vmlinuz-*")), initrd)
