"""The guests that tests and the local cloud boot: built once, and they do what is said of them."""

from __future__ import annotations

import lzma
import stat
import subprocess
import time
from pathlib import Path

import pytest

from infra.local import guests
from infra.local.guests import cpio, kernel, nano
from infra.local.guests.tools import run


def test_the_boot_sector_fits() -> None:
    sector = nano.boot_sector()
    assert len(sector) == nano.SECTOR
    assert sector.endswith(b"\x55\xaa")
    assert nano.GREETING in sector


def test_an_archive_holds_the_tree(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/tool").write_text("#!/bin/sh\n")
    (tmp_path / "bin/tool").chmod(0o755)
    (tmp_path / "bin/link").symlink_to("tool")
    data = cpio.archive(tmp_path)
    assert data == cpio.archive(tmp_path)
    assert len(data) % 4 == 0
    assert b"%08x" % (stat.S_IFREG | 0o755) in data
    assert data.index(b"bin\0") < data.index(b"bin/tool\0") < data.index(b"TRAILER!!!\0")


def test_images_are_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def built(_packages: Path, work: Path) -> Path:
        builds.append(work)
        (work / "disk.raw").write_bytes(nano.disk_image())
        return work / "disk.raw"

    builds: list[Path] = []
    monkeypatch.setattr(guests.tiny, "build", built)
    first = guests.build(tmp_path)
    held = first["tiny"].open("rb")
    assert guests.build(tmp_path) == first
    assert len(builds) == 1
    assert not builds[0].exists()
    (tmp_path / "sources.sha256").write_text("older")
    guests.build(tmp_path)
    assert len(builds) == 2
    with held:
        assert held.read(4) == b"QFI\xfb"  # a guest that holds the old image goes on


@pytest.mark.host
@pytest.mark.parametrize("machine", ["pc", "q35"])
def test_the_nano_guest_sleeps_until_its_power_button(tmp_path: Path, machine: str) -> None:
    disk, serial = tmp_path / "nano.raw", tmp_path / "serial"
    disk.write_bytes(nano.disk_image())
    command = (
        "qemu-system-x86_64", "-machine", machine, "-accel", "tcg", "-m", "16", "-nodefaults", "-display", "none",
        "-serial", f"file:{serial}", "-monitor", "stdio", "-drive", f"file={disk},format=raw,if=virtio",
    )  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        try:
            while not (serial.exists() and b"boot-finished" in serial.read_bytes()):
                assert process.poll() is None
                time.sleep(0.02)
            assert process.stdin is not None
            while process.poll() is None:  # the greeting comes a moment before the guest has armed its button
                process.stdin.write(b"system_powerdown\n")
                process.stdin.flush()
                time.sleep(0.1)
        except BrokenPipeError:
            process.wait(timeout=30)  # it ended between the look and the press
        finally:
            process.kill()
    assert process.returncode == 0


@pytest.mark.parametrize("suffix", ["", ".xz", ".zst"])
def test_drivers_are_plain_whatever_the_distribution_packs_them_in(tmp_path: Path, suffix: str) -> None:
    module, target = tmp_path / f"virtio_blk.ko{suffix}", tmp_path / "root"
    target.mkdir()
    code = b"\x7fELF" * 1000
    if suffix == ".zst":
        run("zstd", "--quiet", "-o", str(module), "-", text=code.decode())
    else:
        module.write_bytes(lzma.compress(code) if suffix else code)
    assert kernel._copy_plain(module, target) == "virtio_blk.ko"
    assert (target / "virtio_blk.ko").read_bytes() == code


def test_a_machine_that_knows_no_kernel_is_told_to_look_for_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "METAPACKAGES", ("linux-image-of-nobody",))
    with pytest.raises(LookupError, match="apt-get update"):
        kernel.unpack(tmp_path / "packages", tmp_path / "unpacked")
