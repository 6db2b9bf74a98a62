"""A headless Chromium for tests of pages; its log tells what a page's policy kept from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--window-size=1000,1400",
)  # fmt: skip
LIT_PIXELS = """
const screen = document.querySelector('canvas');
const pixels = screen.getContext('2d').getImageData(0, 0, screen.width, screen.height).data;
return pixels.filter((value, index) => index % 4 == 1 && value > 100).length;
"""
LETTERS = 200  # more lit pixels than a cursor has


@contextmanager
def chromium(profile: Path) -> Iterator[webdriver.Chrome]:
    """Debian's, with a profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    try:
        yield started
    finally:
        started.quit()


def complaints(page: webdriver.Chrome) -> list[str]:
    """What the log says since it was last asked: blocked by the policy, or an error of a script."""
    told = [line["message"] for line in page.get_log("browser")]
    return [line for line in told if "Content Security Policy" in line or "Uncaught" in line]


def shows_console(page: webdriver.Chrome) -> bool:
    """Whether noVNC is connected."""
    return "noVNC_connected" in (page.find_element(By.TAG_NAME, "html").get_attribute("class") or "")


def shows_letters(page: webdriver.Chrome) -> bool:
    """Whether the guest's screen has something on it."""
    return bool(page.execute_script(LIT_PIXELS) > LETTERS)
