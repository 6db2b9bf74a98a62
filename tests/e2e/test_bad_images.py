"""Templates from addresses and files that are not to be trusted: refused, and nothing of them is kept."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.settings import Settings
from infra.local.guests import nano
from tests.e2e.image_server import ImageServer, image_server
from tests.e2e.real_cloud import OWN_SITES, RealSite

pytestmark = pytest.mark.host


@pytest.fixture(scope="module")
def server() -> Iterator[ImageServer]:
    with image_server() as serving:
        yield serving


@pytest.fixture
def trusted(real_site: RealSite, nano: str) -> Iterator[None]:
    """This machine's loopback is one of the operator's own sites; `nano` has waited until every function knows."""
    real_site.api.call("updateConfiguration", name=OWN_SITES, value="127.0.0.0/8")
    real_site.import_nano()
    real_site.api.call("updateConfiguration", name=OWN_SITES, value="127.0.0.0/8")
    yield
    real_site.api.call("updateConfiguration", name=OWN_SITES, value="")


def assert_refused(real_site: RealSite, name: str, url: str, why: str, **more: str) -> None:
    """The template says why; neither the store nor the host has anything of it."""
    before = kept(real_site)
    row = real_site.register(name, url, **more)
    assert row["isready"] is False, row
    assert why in row["status"], row["status"]
    assert kept(real_site) == before
    real_site.api.call("deleteTemplate", id=row["id"])


def kept(real_site: RealSite) -> set[str]:
    """Objects of the image store, and what imports leave on the host."""
    store = real_site.cloud.aws("s3")
    buckets = [bucket["Name"] for bucket in store.list_buckets()["Buckets"] if "images" in bucket["Name"]]
    objects = {item["Key"] for name in buckets for item in store.list_objects_v2(Bucket=name).get("Contents", [])}
    return objects | {str(path) for path in Settings().work.glob("javelin-import-*")}


def qemu_img(*arguments: str | Path) -> None:
    subprocess.run(("qemu-img", *map(str, arguments)), check=True, capture_output=True, timeout=60)


def test_this_machine_is_not_asked_unless_the_operator_says_so(real_site: RealSite, server: ImageServer) -> None:
    server.files["/plain.qcow2"] = b"whatever"
    server.asked.clear()
    for host in ("127.0.0.1", "localhost", "169.254.169.254", "10.1.1.1", "[::1]", "0.0.0.0"):  # noqa: S104  asked for, not listened on
        assert_refused(real_site, "private", server.url("/plain.qcow2", host), "nothing is imported")
    assert server.asked == []


@pytest.mark.usefixtures("trusted")
def test_lies_are_found_out(real_site: RealSite, server: ImageServer, tmp_path: Path) -> None:
    raw, leaning = tmp_path / "raw.img", tmp_path / "leaning.qcow2"
    raw.write_bytes(nano.disk_image())
    qemu_img("create", "-f", "qcow2", "-b", "/etc/passwd", "-F", "raw", leaning, "1M")
    outside = tmp_path / "outside.qcow2"
    qemu_img("create", "-f", "qcow2", "-o", f"data_file={tmp_path / 'data.raw'},data_file_raw=on", outside, "1M")
    server.files |= {
        "/raw.qcow2": raw.read_bytes(), "/page.qcow2": b"<html>not here</html>", "/leaning.qcow2": leaning.read_bytes(),
        "/outside.qcow2": outside.read_bytes(), "/empty.qcow2": b"",
    }  # fmt: skip
    for path in ("/raw.qcow2", "/page.qcow2", "/leaning.qcow2", "/outside.qcow2", "/empty.qcow2"):
        assert_refused(real_site, "liar", server.url(path), "")
        assert path in server.asked


@pytest.mark.usefixtures("trusted")
def test_a_redirect_leads_nowhere(real_site: RealSite, server: ImageServer) -> None:
    server.files["/there.qcow2"] = b"whatever"
    server.redirects["/moved.qcow2"] = server.url("/there.qcow2", "localhost")
    server.asked.clear()
    assert_refused(real_site, "moved", server.url("/moved.qcow2"), "")
    assert "/there.qcow2" not in server.asked


def test_an_address_that_is_none_is_refused_at_once(real_site: RealSite) -> None:
    for url in ("ftp://example.org/x.qcow2", "file:///etc/passwd", "http://", "https://user:secret@example.org/x"):
        answer = real_site.cloud.raw.call(
            "registerTemplate", name="none", displaytext="none", url=url, format="QCOW2", hypervisor="KVM",
            zoneid=real_site.zone,
        )  # fmt: skip
        assert answer.status == 431, answer.text
