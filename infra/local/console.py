"""The console proxy of the local cloud: shows the screens of this machine's guests in a browser."""

from __future__ import annotations

import os
import time

import requests

from bridge.identity import FILE
from infra.local.home import Home
from infra.local.processes import Background, ProcessFailed
from infra.local.progress import Say, Skipped

HOST = "127.0.0.1"  # the name of this machine as a host, and where its proxy listens
PATIENCE = 20.0  # seconds until the proxy answers


def console_url() -> str:
    """Where browsers reach the proxy, which the host tells the cloud at its enrolment. JAVELIN_CONSOLE_PORT, or 6080."""
    return f"http://{HOST}:{_port()}"


def console_process(home: Home) -> Background:
    """The proxy beside the bridge of this machine."""
    arguments = "--state", str(home.hosts / HOST), "--listen", f"{HOST}:{_port()}"
    sources = "bridge", "layers/javelin/python/javelin/messaging"
    return Background(home, "console", "bridge.console", arguments, sources=sources)


def has_screens(home: Home) -> bool:
    """Whether this machine is a host of the cloud; simulated ones have nothing to show."""
    return (home.hosts / HOST / FILE).exists()


def start_console(home: Home, say: Say) -> None:
    """Have the proxy serve. Skipped where this machine is no host."""
    if not has_screens(home):
        raise Skipped("consoles need a host whose guests have screens")
    program = console_process(home)
    if not program.running() and _answers():
        raise ProcessFailed(f"another console proxy is at {console_url()}: choose a port with JAVELIN_CONSOLE_PORT=…")
    started, deadline = program.ensure(), time.monotonic() + PATIENCE
    while not _answers():
        program.check()
        if time.monotonic() > deadline:
            raise ProcessFailed(f"{program.name} does not serve after {PATIENCE:g} seconds: {program.tail()}")
        time.sleep(0.05)
    say(f"{'started' if started else 'runs'} at {console_url()}")


def _port() -> int:
    return int(os.environ.get("JAVELIN_CONSOLE_PORT", "6080"))


def _answers() -> bool:
    with requests.Session() as session:
        session.trust_env = False  # no proxy stands between this machine and itself
        try:
            answer = session.get(f"{console_url()}/health", timeout=2)
        except requests.RequestException:
            return False
    return answer.ok
