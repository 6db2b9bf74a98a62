"""What docs/bridge.md tells to type brings a host: installed with its service, and by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.home import ROOT
from tests.documents import blocks
from tests.e2e.local_cloud import LocalCloud, eventually
from tests.e2e.site import Site

INSTALL, BY_HAND = blocks("docs/bridge.md")[:2]
# Where the installer writes, and that systemd runs here, are this shell's alone.
ALONE = """
for folder in /opt /run /var/lib /etc/systemd/system; do mount -t tmpfs none $folder; done
mkdir -p /run/systemd/system
python3 -m venv /opt/javelin-bridge/venv
echo "$PACKAGES" > "$(echo /opt/javelin-bridge/venv/lib/python3*/site-packages)/these.pth"
"""
LOOK = """
systemd-analyze verify --man=no --generators=no /etc/systemd/system/javelin-bridge.service
/opt/javelin-bridge/venv/bin/python -I -c 'import json; print(json.load(open("/var/lib/javelin-bridge/identity.json"))["host"])'
"""
STAND_IN = """#!/bin/sh
echo "$(basename $0) $*" >> "$SAID"
"""


@pytest.fixture
def token(site: Site) -> Iterator[tuple[str, str]]:
    """A host that is expected, and its token; it is gone in the end."""
    cluster = site.api.rows("listClusters", "cluster")[0]
    (host,) = site.api.call(
        "addHost", zoneid=site.zone, podid=cluster["podid"], clusterid=cluster["id"], hypervisor="Simulator",
        url="http://documented",
    )["host"]  # fmt: skip
    site.cloud.secrets["token of the documents"] = host["details"]["enrolment.token"]
    yield host["id"], host["details"]["enrolment.token"]
    site.api.call("deleteHost", id=host["id"])


def shell(script: str, folder: Path, *outer: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What bash makes of it; `python` and `python3` are this environment's, and this checkout is at hand."""
    tools = folder / "tools"
    tools.mkdir()
    for name in ("python", "python3"):
        (tools / name).symlink_to(sys.executable)
    for name in ("systemctl", "apt-get"):
        (tools / name).write_text(STAND_IN)
        (tools / name).chmod(0o755)
    environment = {
        **os.environ, **variables, "PATH": os.pathsep.join((str(tools), os.environ["PATH"])), "PIP_NO_INDEX": "1",
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "layers/javelin/python"))),
        "PACKAGES": "\n".join(path for path in sys.path if path.endswith("site-packages")),
        "SAID": str(folder / "said"),
    }  # fmt: skip
    return subprocess.run(
        (*outer, "bash", "-euo", "pipefail", "-c", script), cwd=folder, env=environment, check=False,
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def test_a_bridge_is_installed_by_the_command_that_is_told(
    cloud: LocalCloud, token: tuple[str, str], tmp_path: Path
) -> None:
    host, secret = token
    build, install = INSTALL.splitlines()
    install = install.replace("https://<cloud>", cloud.home.url).replace("<token>", secret)
    wanted = f"{build}\ncp dist/javelin-bridge.pyz .\n{install} --driver simulated --address 127.0.0.1"
    done = shell(f"{ALONE}{wanted}\n{LOOK}", tmp_path, "unshare", "--mount")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == host
    said = (tmp_path / "said").read_text().splitlines()
    assert [line for line in said if line.startswith("systemctl")] == [
        "systemctl daemon-reload", "systemctl enable javelin-bridge.service", "systemctl restart javelin-bridge.service"
    ]  # fmt: skip


def test_a_bridge_by_hand(cloud: LocalCloud, site: Site, token: tuple[str, str], tmp_path: Path) -> None:
    host, secret = token
    told = BY_HAND.replace("http://127.0.0.1:8080", cloud.home.url).replace(
        "[--driver simulated]", "--driver simulated"
    )
    told = told.replace("[--aws-endpoint URL]", "").replace("--token T", f"--token {secret}")
    enrol, run, status = told.replace("--state DIR", "--state state").splitlines()
    script = f"{enrol}\n{run.partition('#')[0]} & bridge=$!\nuntil {status.partition('#')[0]}; do sleep 0.2; done\nkill $bridge"
    done = shell(script, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert eventually(
        lambda: [row for row in site.api.rows("listHosts", "host", id=host) if row["state"] == "Up"], "it"
    )
