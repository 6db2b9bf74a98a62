"""The console proxy as the local cloud runs it: a program of its own beside the bridge."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import requests

from infra.local.console import console_process, console_url, start_console
from infra.local.home import Home
from infra.local.machine import ensure_libvirt
from infra.local.processes import ProcessFailed
from infra.local.progress import Skipped
from tests.bridge.fake_cloud import an_identity
from tests.bridge.guests import new_id

pytestmark = pytest.mark.host


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A cloud on no other's console port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("JAVELIN_CONSOLE_PORT", str(probe.getsockname()[1]))
    home = Home(tmp_path, 0, 0)
    home.make()
    return home


def _enrol(home: Home) -> None:
    state = home.hosts / "127.0.0.1"
    state.mkdir()
    an_identity(new_id()).model_copy(update={"driver": "libvirt", "uri": "qemu:///system"}).save(state)


# The launcher lets go of what it starts: that is its point.
@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_the_proxy_starts_once_and_stops(home: Home, tmp_path: Path) -> None:
    ensure_libvirt()
    _enrol(home)
    said: list[str] = []
    program = console_process(home)
    try:
        start_console(home, said.append)
        start_console(home, said.append)
        assert said == [f"started at {console_url()}", f"runs at {console_url()}"]
        assert requests.get(f"{console_url()}/health", timeout=10).json() == {"service": "console", "status": "up"}
        neighbour = Home(tmp_path / "neighbour", 0, 0)
        neighbour.make()
        _enrol(neighbour)
        with pytest.raises(ProcessFailed, match="JAVELIN_CONSOLE_PORT"):
            start_console(neighbour, said.append)
    finally:
        assert program.stop()
    assert not program.running()


def test_where_nothing_has_a_screen_there_is_no_proxy(home: Home) -> None:
    with pytest.raises(Skipped):
        start_console(home, str)
    assert not console_process(home).running()
