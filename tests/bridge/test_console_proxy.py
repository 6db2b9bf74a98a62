"""The console proxy with a real browser, real noVNC and the real screen of a guest."""

from __future__ import annotations

import base64
import http.client
import os
import subprocess
import threading
import urllib.parse
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from bridge.console.__main__ import server
from bridge.console.proxy import ConsoleServer
from infra.local.guests import nano
from javelin.messaging.console_tokens import mint

pytestmark = pytest.mark.host
KEY = bytes(range(32))
HERE = IPv4Address("127.0.0.1")
BROWSER_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
)  # fmt: skip
LIT_PIXELS = """
const screen = document.querySelector('canvas');
const pixels = screen.getContext('2d').getImageData(0, 0, screen.width, screen.height).data;
return pixels.filter((value, index) => index % 4 == 1 && value > 100).length;
"""


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[ConsoleServer]:
    (tmp_path / "console.key").write_bytes(base64.b64encode(KEY))
    with server(["--state", str(tmp_path), "--listen", "127.0.0.1:0"]) as console:
        thread = threading.Thread(target=console.serve_forever)
        thread.start()
        yield console
        console.shutdown()
        thread.join()


@pytest.fixture
def vnc_port(tmp_path: Path) -> Iterator[int]:
    """The VNC listener of a running guest that has written its greeting on the screen."""
    disk, serial = tmp_path / "nano.raw", tmp_path / "serial"
    disk.write_bytes(nano.disk_image())
    display = 40 + os.getpid() % 50
    command = (
        "qemu-system-x86_64", "-accel", "tcg", "-m", "16", "-nodefaults", "-vga", "std", "-serial", f"file:{serial}",
        "-drive", f"file={disk},format=raw,if=virtio", "-display", f"vnc=127.0.0.1:{display}",
    )  # fmt: skip
    guest = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        while not (serial.exists() and b"boot-finished" in serial.read_bytes()):
            assert guest.poll() is None
        yield 5900 + display
    finally:
        guest.kill()
        guest.wait()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*BROWSER_FLAGS, f"--user-data-dir={tmp_path / 'browser'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    yield started
    started.quit()


def _request(proxy: ConsoleServer, path: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.server_port, timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    content = answer.read()
    connection.close()
    return answer.status, content


def _link(proxy: ConsoleServer, token: str) -> str:
    path = urllib.parse.quote(f"websockify?token={token}")
    return f"http://127.0.0.1:{proxy.server_port}/vnc.html#autoconnect=true&path={path}"


def test_a_browser_sees_the_screen_once(proxy: ConsoleServer, vnc_port: int, browser: webdriver.Chrome) -> None:
    link = _link(proxy, mint(KEY, "vm-1", HERE, vnc_port))
    browser.get(link)
    wait = WebDriverWait(browser, 60)
    wait.until(lambda page: "noVNC_connected" in page.find_element(By.TAG_NAME, "html").get_attribute("class"))
    wait.until(lambda page: page.execute_script(LIT_PIXELS) > 200)  # the greeting's letters
    blocked = [line["message"] for line in browser.get_log("browser") if "Content Security Policy" in line["message"]]
    assert blocked == []

    browser.get("about:blank")
    browser.get(link)
    status = (By.ID, "noVNC_status")
    wait.until(lambda page: "noVNC_status_error" in page.find_element(*status).get_attribute("class"))
    assert "noVNC_connected" not in browser.find_element(By.TAG_NAME, "html").get_attribute("class")


def test_nothing_but_the_console_is_served(proxy: ConsoleServer) -> None:
    assert _request(proxy, "/health") == (200, b'{"service": "console", "status": "up"}')
    assert _request(proxy, "/vnc.html")[0] == 200
    assert _request(proxy, "/core/rfb.js")[0] == 200
    for path in (
        "/",
        "/app/",
        "/core",
        "/app/../../../../etc/passwd",
        "/app/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/utils/",
    ):
        assert _request(proxy, path)[0] in (404, 301), path


def test_no_token_no_console(proxy: ConsoleServer, vnc_port: int) -> None:
    upgrade = {
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
    }  # fmt: skip
    forged = mint(bytes(32), "vm-1", HERE, vnc_port)
    assert _request(proxy, "/websockify", **upgrade)[0] == 403
    assert _request(proxy, f"/websockify?token={forged}", **upgrade)[0] == 403
    assert _request(proxy, f"/elsewhere?token={mint(KEY, 'vm-1', HERE, vnc_port)}", **upgrade)[0] == 404
    assert _request(proxy, f"/websockify?token={mint(KEY, 'vm-1', HERE, 1)}", **upgrade)[0] == 502


def test_a_proxy_without_a_good_key_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="register"):
        server(["--state", str(tmp_path)])
    (tmp_path / "console.key").write_bytes(base64.b64encode(b"short"))
    with pytest.raises(SystemExit, match="32"):
        server(["--state", str(tmp_path)])
