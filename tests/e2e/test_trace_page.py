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

from infra.local.hosts import bridge_process
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


def seen(client: Client, cloud: LocalCloud, job: str, **parameters: str) -> tuple[int, str]:
    """The trace as a program gets it, by a signed address."""
    answer = Client(address(cloud, job), client.key).get(client.signed("traceJob", jobid=job, **parameters))
    return answer.status, answer.text


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


@contextmanager
def hosts_that_fail(cloud: LocalCloud, operation: str) -> Iterator[None]:
    """An operation of the simulated hypervisor fails meanwhile, whatever host tries it."""
    bridge = bridge_process(cloud.home)
    bridge.stop()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JAVELIN_BRIDGE_SIMULATED_FAIL", json.dumps({operation: 1.0}))
        bridge.start()
    try:
        yield
    finally:
        bridge.stop()
        bridge.start()


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
    rows = texts(browser, "tr.command:not(.below)")
    assert any("start_domain" in row and "on simulated-" in row and "✓ done" in row for row in rows)
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


def test_a_host_that_failed_says_why(site: Site, browser: webdriver.Chrome) -> None:
    cloud = site.cloud
    with hosts_that_fail(cloud, "start"):
        job = deploy(site, "does-not-start", site.offering)
        ended(cloud.raw, job)
    browser.get(address(cloud, job))
    assert texts(browser, ".node.failed .name") == ["StartDomain"]
    assert "simulated failure of start" in texts(browser, ".error")[0]
    failed = texts(browser, "tr.command:not(.below):has(.outcome.failed)")
    assert len(failed) == 4
    assert all("start_domain" in row and "on simulated-" in row for row in failed)
    assert texts(browser, ".outcome.repeated") == ["↻ repeated"] * 3
    pictured(browser, "host-failed")
    status, text = seen(site.cloud.raw, cloud, job, format="text")
    assert status == 200
    assert text.count("start_domain on simulated-") == 4
    if folder := os.environ.get("JAVELIN_E2E_PICTURES"):
        (Path(folder) / "trace-host-failed.txt").write_text(text)


def test_the_same_for_terminals_and_programs_and_only_for_those_who_may(site: Site) -> None:
    cloud = site.cloud
    job = str(cloud.raw.call("listAsyncJobs", listall="true").inside["asyncjobs"][-1]["jobid"])
    status, text = seen(cloud.raw, cloud, job, format="text")
    assert (status, job in text, "\x1b" in text) == (200, True, False)
    status, found = seen(cloud.raw, cloud, job, format="json")
    assert (status, json.loads(found)["job"]["id"]) == (200, job)
    stranger = site.tenant("trace-stranger").raw
    assert seen(stranger, cloud, job, format="json")[0] == 404
    assert Client(address(cloud, job)).get({"format": "json"}).status == 401
