"""Ansible with the collection `ngine_io.cloudstack`, as a program beside the cloud: nothing of it is imported or shipped."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from infra.local.home import ROOT
from tests.e2e.local_cloud import LocalCloud

PACKAGE = "ansible==9.13.0"  # the last of the line that carries the collection
COLLECTION = "ansible_collections/ngine_io/cloudstack/"
KEPT = ROOT / "build" / PACKAGE.replace("==", "-")
PLAYBOOKS = Path(__file__).parent / "ansible"


@dataclass(frozen=True)
class Recap:
    """What a playbook says at its end, and before."""

    ok: int
    changed: int
    failed: int
    said: str


def fetch_collection() -> Path:
    """Where the collection is: out of a wheel of 50 MB, whose other 80 collections are not unpacked."""
    if not (KEPT / COLLECTION).is_dir():
        KEPT.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", str(KEPT), PACKAGE])
        (wheel,) = KEPT.glob("*.whl")
        with ZipFile(wheel) as archive:
            archive.extractall(KEPT, [name for name in archive.namelist() if name.startswith(COLLECTION)])
        wheel.unlink()
    return KEPT


def play(cloud: LocalCloud, home: Path, playbook: str, **variables: Any) -> Recap:
    """Run a playbook as the administrator, with everything that it writes below `home`."""
    environment = {
        **os.environ, "CLOUDSTACK_ENDPOINT": cloud.home.endpoint, "CLOUDSTACK_KEY": cloud.keys.key,
        "CLOUDSTACK_SECRET": cloud.keys.secret, "CLOUDSTACK_METHOD": "post", "CLOUDSTACK_TIMEOUT": "60",
        "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "HOME": str(home), "ANSIBLE_HOME": str(home),
        "ANSIBLE_COLLECTIONS_PATH": str(fetch_collection()), "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "ANSIBLE_PIPELINING": "1", "ANSIBLE_FORKS": "1", "ANSIBLE_NOCOLOR": "1", "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    program = str(Path(sys.executable).parent / "ansible-playbook")
    given = ["-i", "localhost,", "-e", json.dumps(variables), str(PLAYBOOKS / playbook)]
    said = _run([program, *given], environment)
    counts = {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", said.partition("PLAY RECAP")[2])}
    return Recap(counts["ok"], counts["changed"], counts["failed"], said)


def _run(command: list[str], environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout
