"""A console from the operation's link to the pixels: real browser, real noVNC, real proxy, real guests of libvirt."""

from __future__ import annotations

import base64
import http.client
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from bridge import drivers
from bridge.console.__main__ import server
from bridge.console.proxy import ConsoleServer
from bridge.errors import DomainNotFound
from bridge.hypervisor.base import Wiring
from bridge.identity import Identity
from bridge.settings import Settings
from infra.local.guests import nano
from infra.local.machine import ensure_libvirt
from javelin.data.records.host import Host
from javelin.messaging.console_keys import console_key
from javelin.messaging.console_tokens import mint
from tests.bridge.fake_cloud import an_identity
from tests.bridge.guests import a_domain, disk_paths, new_id
from tests.bridge.test_hypervisor_contract import eventually
from tests.browser import chromium, complaints, shows_console, shows_letters
from tests.cloud import in_process_cloud
from tests.unit.fabric_admin.fabric import build
from tests.unit.fabric_monitoring.world import World

pytestmark = pytest.mark.host
BROWSER_PATIENCE = 55.0  # seconds; links are good for sixty


@dataclass
class Place:
    """A real host of a cloud: `proxy` stands beside its bridge, `key` signs its consoles."""

    world: World
    host: str
    key: bytes
    proxy: ConsoleServer
    guests: list[str]

    def link(self, guest: str) -> str:
        """What the operation answers."""
        answer = self.world.fabric.cloud.call("createConsoleEndpoint", virtualmachineid=guest)
        url: str = answer["consoleendpoint"]["url"]
        return url

    def request(self, path: str, **headers: str) -> tuple[int, bytes]:
        """One request to the proxy."""
        connection = http.client.HTTPConnection("127.0.0.1", self.proxy.server_port, timeout=10)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        content = answer.read()
        connection.close()
        return answer.status, content


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Two guests that have written their greeting on their screens."""
    ensure_libvirt()
    state = tmp_path_factory.mktemp("bridge")
    with pytest.MonkeyPatch.context() as monkeypatch, in_process_cloud(monkeypatch) as cloud:
        world = World(build(cloud))
        host = world.hosts[0]
        identity = _enrolled(state, world.bridges[host].identity)
        hypervisor = drivers.hypervisor("libvirt", identity.uri, state, Settings(), identity.shared_key)
        raw = state / "nano.raw"
        raw.write_bytes(nano.disk_image())
        guests = [world.guest(host), world.guest(host)]
        with server(["--state", str(state), "--listen", "127.0.0.1:0"]) as proxy:
            thread = threading.Thread(target=proxy.serve_forever)
            thread.start()
            _publish(host, proxy)
            try:
                for guest in guests:
                    disk = state / f"{guest}.qcow2"
                    subprocess.run(
                        ["qemu-img", "convert", "-O", "qcow2", "-f", "raw", raw, disk], check=True, timeout=30
                    )
                    domain = a_domain().model_copy(update={"id": guest, "name": f"t-{guest[-12:]}"})
                    hypervisor.start(domain, 1, Wiring(disks=disk_paths(domain, disk)))
                for guest in guests:
                    eventually(partial(_greeted, state / "serial" / f"{guest}.log"))
                yield Place(world, host, console_key(identity.shared_key), proxy, guests)
            finally:
                proxy.shutdown()
                thread.join()
                for guest in guests:
                    hypervisor.destroy(guest)
                hypervisor.close()


def _greeted(log: Path) -> bool:
    return log.exists() and b"boot-finished" in log.read_bytes()


def _enrolled(state: Path, answer: dict[str, str]) -> Identity:
    """The state directory as enrolment leaves it."""
    known = {"driver": "libvirt", "host": answer["host"], "command_key": answer["command_key"], "uri": "qemu:///system"}
    identity = an_identity(answer["host"]).model_copy(update=known)
    identity.save(state)
    return identity


def _publish(key: str, proxy: ConsoleServer) -> None:
    """Tell the cloud where the proxy listens, which only its start decided."""
    host = Host.require(key)
    host.driver, host.console_url = "libvirt", f"http://127.0.0.1:{proxy.server_port}"
    host.save()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("browser")) as started:
        yield started


def _status(page: webdriver.Chrome) -> str:
    """What noVNC tells, which fades in and is no visible text before."""
    return page.find_element(By.ID, "noVNC_status").get_attribute("textContent") or ""


def _open(page: webdriver.Chrome, link: str) -> None:
    """Load the page anew: a link that differs in its fragment alone would not."""
    page.get("about:blank")
    page.get(link)


def _see(page: webdriver.Chrome, true: Callable[[webdriver.Chrome], bool]) -> None:
    eventually(lambda: true(page), patience=BROWSER_PATIENCE)


def test_a_browser_sees_the_screen_once(place: Place, browser: webdriver.Chrome) -> None:
    link = place.link(place.guests[0])
    _open(browser, link)
    _see(browser, shows_console)
    _see(browser, shows_letters)  # the greeting
    assert complaints(browser) == []

    _open(browser, link)
    _see(browser, lambda page: "Failed to connect" in _status(page))
    assert not shows_console(browser)


def test_the_token_of_another_guest_does_not_show_this_one(place: Place, browser: webdriver.Chrome) -> None:
    """It leads to that other guest, whose display does not take this one's password."""
    mine, other = (place.link(guest) for guest in place.guests)
    _open(browser, mine.partition("&path=")[0] + "&path=" + other.partition("&path=")[2])
    _see(browser, lambda page: "Authentication failed" in _status(page))
    assert not shows_console(browser)


def test_nothing_but_the_console_is_served(place: Place) -> None:
    assert place.request("/health") == (200, b'{"service": "console", "status": "up"}')
    assert place.request("/vnc.html")[0] == 200
    assert place.request("/core/rfb.js")[0] == 200
    for path in (
        "/", "/app/", "/core", "/app/../../../../etc/passwd", "/app/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/utils/",
    ):  # fmt: skip
        assert place.request(path)[0] in (404, 301), path


def test_no_token_no_console(place: Place) -> None:
    upgrade = {
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
    }  # fmt: skip
    guest = place.guests[0]
    forged, good, absent = mint(bytes(32), guest), mint(place.key, guest), mint(place.key, new_id())
    assert place.request("/websockify", **upgrade)[0] == 403
    assert place.request(f"/websockify?token={forged}", **upgrade)[0] == 403
    assert place.request(f"/elsewhere?token={good}", **upgrade)[0] == 404
    assert place.request(f"/websockify?token={absent}", **upgrade)[0] == 502


def test_a_guest_that_this_bridge_did_not_define_is_not_shown(place: Place, tmp_path: Path) -> None:
    stranger = new_id()
    xml = tmp_path / "stranger.xml"
    xml.write_text(
        f"<domain type='qemu'><name>t-{stranger[:8]}</name><uuid>{stranger}</uuid><memory unit='MiB'>16</memory>"
        "<os><type>hvm</type></os><devices><graphics type='vnc' listen='127.0.0.1'/></devices></domain>"
    )
    virsh = ("virsh", "--connect", "qemu:///system")
    subprocess.run((*virsh, "create", xml), check=True, timeout=30, capture_output=True)
    try:
        with pytest.raises(DomainNotFound, match="not of this cloud"):
            place.proxy.screens.console(stranger)
    finally:
        subprocess.run((*virsh, "destroy", stranger), check=True, timeout=30, capture_output=True)


def test_a_proxy_without_an_identity_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="enrol"):
        server(["--state", str(tmp_path)])
    identity = an_identity(new_id())
    identity.save(tmp_path)
    with pytest.raises(SystemExit, match="simulated"):
        server(["--state", str(tmp_path)])
    identity.model_copy(update={"driver": "libvirt", "command_key": "c2hvcnQ="}).save(tmp_path)
    with pytest.raises(SystemExit, match="32"):
        server(["--state", str(tmp_path)])
