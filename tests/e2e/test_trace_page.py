"""The trace of a job in a browser: signing in, a job that is watched, one that failed, and nothing that the policy blocks."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from tests.browser import chromium, complaints
from tests.e2e.local_cloud import LocalCloud, eventually
from tests.e2e.signed import Client
from tests.e2e.site import Site

SPOT = """
const seen = document.createElement('canvas').getContext('2d');
return [document.body, document.querySelector('h1')].map((one, index) => {
  seen.fillStyle = getComputedStyle(one)[index ? 'color' : 'backgroundColor'];
  seen.fillRect(0, 0, 1, 1);
  return seen.getImageData(0, 0, 1, 1).data.slice(0, 3).reduce((sum, part) => sum + part, 0) / 3;
});
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture(autouse=True)
def nothing_is_blocked(browser: webdriver.Chrome) -> Iterator[None]:
    """The browser's log tells what the page's policy kept from it."""
    yield
    assert complaints(browser) == []


def address(cloud: LocalCloud, job: str) -> str:
    return f"{cloud.home.endpoint.removesuffix('/api')}/trace/{job}"


def deploy(site: Site, name: str, offering: str) -> str:
    """The job of a new guest."""
    asked = {"zoneid": site.zone, "templateid": site.template, "networkids": site.network, "name": name}
    answer = site.cloud.raw.call("deployVirtualMachine", serviceofferingid=offering, **asked)
    return str(answer.inside["jobid"])


def ended(client: Client, job: str) -> None:
    eventually(lambda: client.call("queryAsyncJobResult", jobid=job).inside["jobstatus"], f"the end of job {job}")


def texts(browser: webdriver.Chrome, selector: str) -> list[str]:
    """What is seen of these elements, in one look: a live page replaces them at any moment."""
    look = "return [...document.querySelectorAll(arguments[0])].map(one => (one.innerText ?? one.textContent).trim())"
    found: list[str] = browser.execute_script(look, selector)
    return found


def pictured(browser: webdriver.Chrome, name: str) -> None:
    """Keep a picture for whoever asks for pictures, in both schemes; and text must stand out from the page in both."""
    for scheme in ("light", "dark"):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        page, text = browser.execute_script(SPOT)
        assert (page > text) == (scheme == "light")
        assert abs(page - text) > 120
        if folder := os.environ.get("JAVELIN_E2E_PICTURES"):
            browser.save_screenshot(str(Path(folder) / f"trace-{name}-{scheme}.png"))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@contextmanager
def idle_bridge(cloud: LocalCloud) -> Iterator[None]:
    """The bridge does nothing meanwhile, so that jobs stay under way."""
    bridge = int(json.loads((cloud.home.folder / "run/bridge.json").read_text())["pid"])
    os.kill(bridge, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(bridge, signal.SIGCONT)


def test_who_is_not_known_signs_in(site: Site, browser: webdriver.Chrome) -> None:
    job = deploy(site, "signed-in", site.offering)
    ended(site.cloud.raw, job)
    browser.get(address(site.cloud, job))
    assert "deployVirtualMachine" not in browser.page_source
    pictured(browser, "sign-in")
    form = browser.find_element(By.ID, "sign-in")
    for field, value in {"username": "admin", "password": "wrong"}.items():
        form.find_element(By.NAME, field).send_keys(value)
    form.submit()
    eventually(lambda: texts(browser, "[role=alert]") != [""], "a word on the wrong password")
    form.find_element(By.NAME, "password").clear()
    form.find_element(By.NAME, "password").send_keys(site.cloud.password)
    form.find_element(By.TAG_NAME, "button").click()
    eventually(lambda: texts(browser, ".badge") == ["✓ succeeded"], "the page")
    assert texts(browser, ".node.done .name") == ["Place", "Connect", "CreateVolumes", "StartDomain", "Finish"]
    assert any("start_domain on simulated-" in text for text in texts(browser, ".below code"))
    assert browser.find_elements(By.CSS_SELECTOR, "main[data-live]") == []
    pictured(browser, "succeeded")


def test_a_job_under_way_is_watched(site: Site, browser: webdriver.Chrome) -> None:
    """The session is the one of the test before, as a browser keeps it."""
    with idle_bridge(site.cloud):
        job = deploy(site, "watched", site.offering)
        browser.get(address(site.cloud, job))
        eventually(lambda: texts(browser, ".node.running .name") == ["Connect"], "a state that waits for the host")
        browser.execute_script("window.kept = true")
        assert texts(browser, ".badge") == ["▶ pending"]
        pictured(browser, "running")
    eventually(lambda: texts(browser, ".badge") == ["✓ succeeded"], "the end of the job")
    assert browser.execute_script("return window.kept"), "the page was loaded anew"


def test_a_job_that_failed_says_why(site: Site, browser: webdriver.Chrome) -> None:
    cloud = site.cloud
    huge = {"name": "Huge", "displaytext": "Huge", "cpunumber": 32, "cpuspeed": 1000, "memory": 2**21}
    offering = str(cloud.raw.call("createServiceOffering", **huge).inside["serviceoffering"]["id"])
    job = deploy(site, "too-large", offering)
    ended(cloud.raw, job)
    browser.get(address(cloud, job))
    assert texts(browser, ".badge") == ["✗ failed"]
    assert "Error 533" in texts(browser, ".error")[0]
    assert texts(browser, ".node.failed .name, .node.undone .name, .node.reached .name") == [
        "Place", "UndoPlace", "Unwound",
    ]  # fmt: skip
    assert any("MiB free" in line for line in texts(browser, "li"))
    pictured(browser, "failed")


def test_the_same_for_terminals_and_programs_and_only_for_those_who_may(site: Site) -> None:
    cloud = site.cloud
    job = str(cloud.raw.call("listAsyncJobs", listall="true").inside["asyncjobs"][-1]["jobid"])
    target = address(cloud, job)

    def get(client: Client, **parameters: str) -> tuple[int, str]:
        asked = client.signed("traceJob", jobid=job, **parameters)
        answer = Client(target, client.key).get(asked)
        return answer.status, answer.text

    status, text = get(cloud.raw, format="text")
    assert (status, job in text, "\x1b" in text) == (200, True, False)
    status, found = get(cloud.raw, format="json")
    assert (status, json.loads(found)["job"]["id"]) == (200, job)
    stranger = site.tenant("trace-stranger").raw
    assert get(stranger, format="json")[0] == 404
    assert Client(target).get({"format": "json"}).status == 401
