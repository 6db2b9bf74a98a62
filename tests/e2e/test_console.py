"""The screen of a real guest in a browser, through all that `make run` starts: the link of the API, proxy, noVNC, VNC."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import chromium, complaints, shows_console, shows_letters
from tests.e2e.local_cloud import eventually
from tests.e2e.real_cloud import RealSite
from tests.e2e.site import remove

pytestmark = pytest.mark.host


def test_a_guests_screen_is_seen_with_a_link_once(real_site: RealSite, nano: str, tmp_path: Path) -> None:
    machine, _ = real_site.boot(name="screen", templateid=nano, networkids=real_site.hello_net)
    with chromium(tmp_path) as browser:
        told = real_site.api.call("createConsoleEndpoint", virtualmachineid=machine["id"])["consoleendpoint"]
        assert told["success"] is True
        browser.get(told["url"])
        eventually(lambda: shows_console(browser), "noVNC to connect")
        eventually(lambda: shows_letters(browser), "the guest's greeting")
        assert complaints(browser) == []
        browser.get("about:blank")
        browser.get(told["url"])
        eventually(lambda: "Failed to connect" in browser.page_source, "the refusal of a link that was used")
        assert not shows_console(browser)
    remove(real_site, machine)
