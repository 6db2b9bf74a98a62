"""ImportImage: what is brought in, and every way in which a stranger's image or server is refused."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import json
import lzma
import socket
import struct
import subprocess
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from bridge.errors import BadCommand, ChecksumMismatch, HostCommandFailed, ImageRefused, TransientHostError
from bridge.storage import addresses
from bridge.storage.imports import PREFIX, abandon_import, import_image
from javelin.messaging.host_commands import FetchedImage, ImportImage
from tests.bridge.guests import new_id
from tests.bridge.web import Web, a_web

MIB = 1 << 20
LOOPBACK = (IPv4Network("127.0.0.0/8"),)


@pytest.fixture
def work() -> Iterator[Path]:
    """A folder that the confined tools can enter, which pytest's own are not."""
    with TemporaryDirectory(dir="/var/tmp", prefix="javelin-test-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder
        assert list(folder.glob("javelin-import-*")) == []


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as web:
        yield web


def made(folder: Path, format_: str, *options: str, size: str = "1M") -> bytes:
    """An image of a format with a recognizable first sector."""
    raw, image = folder / "source", folder / f"made.{format_}"
    raw.write_bytes(b"hello".ljust(MIB, b"\0"))
    argv = ["qemu-img", "convert", "-f", "raw", "-O", format_, *options, raw, image]
    subprocess.run(argv, check=True, timeout=20)
    return image.read_bytes()


def bring(web: Web, folder: Path, content: bytes | None, **fields: Any) -> FetchedImage:
    if content is not None:
        web.served.setdefault("/image", content)
    wish = {
        "image": new_id(),
        "url": web.url("/image"),
        "format": "qcow2",
        "allowed": LOOPBACK,
        "max_bytes": 32 * MIB,
        "max_virtual_size": 8 * MIB,
        "upload_url": web.url("/store?signature=x"),
    }
    return import_image(ImportImage.model_validate({**wish, **fields}), folder)


@pytest.mark.parametrize(
    ("declared", "format_", "options"),
    [
        ("qcow2", "qcow2", ()),
        ("raw", "raw", ()),
        ("vmdk", "vmdk", ("-o", "subformat=monolithicSparse")),
        ("vmdk", "vmdk", ("-o", "subformat=streamOptimized")),
        ("vhd", "vpc", ("-o", "force_size=on")),
        ("vhdx", "vhdx", ()),
    ],
)
def test_every_format_becomes_qcow2(
    web: Web, work: Path, declared: str, format_: str, options: tuple[str, ...]
) -> None:
    found = bring(web, work, made(work, format_, *options), format=declared)
    stored = work / "stored.qcow2"
    stored.write_bytes(web.put["/store?signature=x"])
    assert hashlib.sha256(stored.read_bytes()).hexdigest() == found.sha256
    assert (stored.stat().st_size, found.virtual_size) == (found.size, MIB)
    argv = ["qemu-io", "-f", "qcow2", "-r", "-c", "read -P 0x68 0 1", stored]
    assert b"verification failed" not in subprocess.run(argv, check=True, capture_output=True, timeout=20).stdout
    argv = ["qemu-img", "info", "--output=json", "-f", "qcow2", str(stored)]
    info = json.loads(subprocess.run(argv, check=True, capture_output=True, timeout=20).stdout)
    assert info["format-specific"]["data"]["compat"] == "1.1"


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_packed_images_are_unpacked_within_limits(web: Web, work: Path, suffix: str, pack: Any) -> None:
    content = made(work, "raw")
    web.served[f"/two.img{suffix}"] = pack(content[: MIB // 2]) + pack(content[MIB // 2 :])
    assert bring(web, work, None, url=web.url(f"/two.img{suffix}"), format="raw").virtual_size == MIB
    web.served[f"/bomb.img{suffix}"] = pack(bytes(200 * MIB))
    with pytest.raises(ImageRefused, match="unpacked"):
        bring(web, work, None, url=web.url(f"/bomb.img{suffix}"), format="raw")
    web.served[f"/torn.img{suffix}"] = pack(content)[:-20]
    with pytest.raises(ImageRefused):
        bring(web, work, None, url=web.url(f"/torn.img{suffix}"), format="raw")


@pytest.mark.parametrize(
    ("checksum", "fits"),
    [
        ("{SHA-256}" + hashlib.sha256(bytes(512)).hexdigest(), True),
        ("{md5}" + hashlib.md5(bytes(512), usedforsecurity=False).hexdigest(), True),
        (hashlib.md5(bytes(512), usedforsecurity=False).hexdigest(), True),
        ("{SHA-512}" + "0" * 128, False),
        ("{SHA-256}é", False),
    ],
)
def test_the_checksum_is_that_of_the_download(web: Web, work: Path, checksum: str, fits: bool) -> None:
    if fits:
        assert bring(web, work, bytes(512), format="raw", checksum=checksum).virtual_size == 512
    else:
        with pytest.raises(ChecksumMismatch):
            bring(web, work, bytes(512), format="raw", checksum=checksum)
        assert web.put == {}


def test_a_lie_about_the_format_is_refused(web: Web, work: Path) -> None:
    web.served["/image"] = made(work, "qcow2")
    for declared in ("raw", "iso", "vmdk", "vhd", "vhdx"):
        with pytest.raises(ImageRefused, match="declared"):
            bring(web, work, None, format=declared)
    web.served["/image"] = bytes(MIB)
    with pytest.raises(ImageRefused, match="declared"):
        bring(web, work, None, format="qcow2")


def qcow2_with(content: bytes, offset: int, form: str, value: int) -> bytes:
    changed = bytearray(content)
    struct.pack_into(form, changed, offset, value)
    return bytes(changed)


def test_an_image_that_names_other_files_is_refused(web: Web, work: Path) -> None:
    secret = work / "secret.raw"
    secret.write_bytes(b"secret".ljust(MIB))
    backed = work / "backed.qcow2"
    argv = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", secret, backed]
    subprocess.run(argv, check=True, timeout=20)
    outside = work / "outside.qcow2"
    argv = ["qemu-img", "create", "-q", "-f", "qcow2", "-o", f"data_file={work}/data.raw", outside, "1M"]
    subprocess.run(argv, check=True, timeout=20)
    plain = made(work, "qcow2")
    for content, why in (
        (backed.read_bytes(), "backing"),
        (outside.read_bytes(), "another file"),
        (qcow2_with(plain, 32, ">I", 1), "encrypted"),
        (qcow2_with(plain, 4, ">I", 9), "version"),
        (b"QFI\xfb", "shorter"),
    ):
        web.served["/image"] = content
        with pytest.raises(ImageRefused, match=why):
            bring(web, work, None)
    assert web.put == {}


def test_a_vmdk_that_is_a_list_of_files_is_refused(web: Web, work: Path) -> None:
    descriptor = f'# Disk DescriptorFile\nversion=1\ncreateType="monolithicFlat"\nRW 1 FLAT "{work}/x" 0\n'.encode()
    hidden = b"KDMV" + struct.pack("<IIQQQQ", 1, 3, 0, 128, 1, 20)
    for content in (descriptor, hidden.ljust(512, b"\0") + descriptor.ljust(20 * 512, b"\0"), b"COWD".ljust(4096)):
        web.served["/image"] = content
        with pytest.raises(ImageRefused):
            bring(web, work, None, format="vmdk")


def test_sizes_are_limited(web: Web, work: Path) -> None:
    web.served["/image"] = bytes(2 * MIB)
    for lies in (False, True):
        web.lies = lies
        with pytest.raises(ImageRefused, match="download"):
            bring(web, work, None, format="raw", max_bytes=MIB)
    huge = work / "huge.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", huge, "1T"], check=True, timeout=20)
    web.served["/image"] = huge.read_bytes()
    with pytest.raises(ImageRefused, match="virtual size"):
        bring(web, work, None)


def test_redirects_stay_on_the_host(web: Web, work: Path) -> None:
    web.served["/image"] = made(work, "qcow2")
    web.redirects["/here"] = "/image"
    web.redirects["/loop"] = "/loop"
    web.redirects["/file"] = "file:///etc/passwd"
    assert bring(web, work, None, url=web.url("/here")).virtual_size == MIB
    with pytest.raises(ImageRefused, match="redirects"):
        bring(web, work, None, url=web.url("/loop"))
    with pytest.raises(BadCommand):
        bring(web, work, None, url=web.url("/file"))
    with a_web() as other:
        other.served["/image"] = web.served["/image"]
        web.redirects["/away"] = other.url("/image")
        with pytest.raises(ImageRefused, match="another place"):
            bring(web, work, None, url=web.url("/away"))
        assert other.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://[::1]/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
    ],
)
def test_private_places_are_not_asked(web: Web, work: Path, url: str) -> None:
    with pytest.raises((ImageRefused, TransientHostError)) as refused:
        bring(web, work, None, url=url, allowed=())
    assert "from where nothing is imported" in str(refused.value) or "cannot be resolved" in str(refused.value)


def test_a_name_with_any_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: object, **__: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, 0, 0, "", (each, 80)) for each in ("93.184.216.34", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(ImageRefused):
        addresses.permitted_address("two-faced.example", 80, ())
    assert addresses.permitted_address("two-faced.example", 80, LOOPBACK) == "93.184.216.34"


@pytest.mark.parametrize(
    "url", ["ftp://a/b", "file:///etc/passwd", "http://u:p@h/", "http:///x", "http://a/b c", "//a"]
)
def test_only_plain_addresses_are_taken(web: Web, work: Path, url: str) -> None:
    with pytest.raises(BadCommand):
        bring(web, work, None, url=url)


def left_behind(work: Path, image: str) -> Path:
    """The folder of an import whose bridge was killed."""
    folder = work / f"{PREFIX}{image}-x"
    folder.mkdir()
    (folder / "download").write_bytes(b"half")
    return folder


def test_what_an_import_left_that_was_cut_off_goes_with_its_repeat_or_when_it_is_abandoned(
    web: Web, work: Path
) -> None:
    image, other = new_id(), new_id()
    left, others = left_behind(work, image), left_behind(work, other)
    bring(web, work, made(work, "qcow2"), image=image)
    assert not left.exists()
    assert others.exists()
    for _ in range(2):
        abandon_import(other, work)
    assert not others.exists()


def test_a_missing_image_says_so(web: Web, work: Path) -> None:
    with pytest.raises(HostCommandFailed, match="404"):
        bring(web, work, None)
