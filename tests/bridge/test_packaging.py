"""The bridge's file: equal sources give equal bytes, and it installs, enrols and runs without this checkout."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from infra.packaging.bridge import installer
from infra.packaging.bridge.__main__ import build
from tests.bridge.fake_cloud import KEY
from tests.bridge.guests import new_id
from tests.bridge.web import Web, a_web


def install(file: Path, folder: Path, web: Web | None, *more: str) -> subprocess.CompletedProcess[str]:
    """Install into `folder`; an environment that has the third-party packages already stands there."""
    argv = [sys.executable, str(file), "install", "--driver", "simulated", "--no-start", "--address", "127.0.0.1"]
    argv += ["--prefix", str(folder / "opt"), "--state", str(folder / "state"), "--units", str(folder / "units")]
    argv += ["--endpoint", web.url("/client"), "--token", "once"] if web is not None else []
    environment = {"PATH": os.environ["PATH"], "PIP_NO_INDEX": "1"}
    return subprocess.run(
        [*argv, *more], env=environment, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """A folder whose environment sees this one's packages, so that no index is needed."""
    venv.create(tmp_path / "opt" / "venv", with_pip=True)
    (packages,) = (tmp_path / "opt" / "venv" / "lib").glob("python*/site-packages")
    (packages / "these.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    return tmp_path


def test_equal_sources_give_equal_bytes(tmp_path: Path) -> None:
    first, second = build(tmp_path / "one"), build(tmp_path / "two")
    assert first.read_bytes() == second.read_bytes()


def test_it_installs_enrols_upgrades_and_goes(prepared: Path) -> None:
    file = build(prepared / "dist")
    with a_web() as web:
        answer = {
            "host": new_id(),
            "command_key": base64.b64encode(KEY).decode(),
            "region": "us-east-1",
            "commands_queue": "http://127.0.0.1:1/q",
            "reports_queue": "http://127.0.0.1:1/r",
            "aws_endpoint": None,
        }
        web.answers["/client/bridge/enrol"] = json.dumps(answer).encode()
        for _ in range(2):
            done = install(file, prepared, web)
            assert done.returncode == 0, done.stderr
        assert len(web.posted) == 1
    unit = (prepared / "units" / "javelin-bridge.service").read_text()
    assert f"ExecStart={prepared}/opt/venv/bin/python -m bridge run --state {prepared}/state" in unit
    assert "@" not in unit
    modules = "bridge.agent, bridge.hypervisor.libvirt, bridge.network.linux, bridge.console.proxy"
    argv = [f"{prepared}/opt/venv/bin/python", "-I", "-c"]
    argv += [f"import sys; sys.path.insert(0, '{prepared}/opt/current'); import {modules}; print(bridge.__file__)"]
    shown = subprocess.run(argv, check=True, capture_output=True, text=True, timeout=60, cwd=prepared)
    assert shown.stdout.startswith(f"{prepared}/opt/")
    gone = [sys.executable, str(file), "uninstall", "--prefix", str(prepared / "opt"), "--units"]
    subprocess.run([*gone, str(prepared / "units")], check=True, timeout=60, capture_output=True)
    assert not (prepared / "opt").exists()
    assert (prepared / "state" / "identity.json").exists()


def test_a_host_without_a_token_is_told_so(prepared: Path) -> None:
    done = install(build(prepared / "dist"), prepared, None)
    assert done.returncode == 1
    assert "--token" in done.stderr


@pytest.mark.parametrize(("hypervisor", "more"), [(False, []), (True, ["python3-libvirt"])])
def test_what_debians_own_python_lacks_is_installed(
    monkeypatch: pytest.MonkeyPatch, hypervisor: bool, more: list[str]
) -> None:
    monkeypatch.setattr(installer, "_has_module", lambda name: False)
    monkeypatch.setattr(shutil, "which", lambda tool: f"/usr/bin/{tool}")
    assert installer._lacking(hypervisor) == [*more, "python3-venv"]
