"""The tiny guest: the distribution's kernel and busybox; it boots in seconds and tells its story on the serial port."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

from infra.local.guests import kernel
from infra.local.guests.cpio import archive
from infra.local.guests.tools import run

HERE = Path(__file__).parent
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


def _root_file_system(unpacked: Path, root: Path) -> bytes:
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True)
    kernel.copy_modules(unpacked, root / "lib/modules")
    busybox = root / "bin/busybox"
    shutil.copy(kernel.busybox(unpacked), busybox)
    for applet in run(str(busybox), "--list").split():
        if applet != "busybox":
            (root / "bin" / applet).symlink_to("busybox")
    for script, name in (("guest_init.sh", "init"), ("guest_dhcp.sh", "guest_dhcp.sh")):
        shutil.copy(HERE / script, root / name)
        (root / name).chmod(0o755)
    return gzip.compress(archive(root), 9, mtime=0)


def _disk(work: Path, linux: Path, initrd: Path) -> Path:
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
    run("mcopy", "-i", boot, str(linux), "::vmlinuz")
    run("mcopy", "-i", boot, str(initrd), str(menu), "::")
    run("syslinux", "-t", str(BOOT_START * SECTOR), "--install", str(disk))
    state = ("-L", "state", "-E", f"offset={STATE_START * SECTOR}", str(disk))
    run("mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", *state, f"{(DISK_SECTORS - STATE_START) // 2}k")
    return disk


def build(packages: Path, work: Path) -> Path:
    """Build the raw disk of the tiny guest in the empty folder `work`."""
    unpacked, root, initrd = work / "unpacked", work / "root", work / "initrd.gz"
    linux = kernel.unpack(packages, unpacked)
    initrd.write_bytes(_root_file_system(unpacked, root))
    return _disk(work, linux, initrd)
