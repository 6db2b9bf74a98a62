"""What the documents tell to `make` is made, by make itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from infra.generator.__main__ import generated
from infra.local.home import ROOT, Home
from tests.e2e.local_cloud import LocalCloud


def make(target: str, variables: dict[str, str] | None = None, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """`make target`, as it is typed."""
    return subprocess.run(
        ("make", *target.split()), cwd=folder, env={**os.environ, **(variables or {})}, check=False, capture_output=True,
        text=True, timeout=900,
    )  # fmt: skip


def place(cloud: LocalCloud) -> dict[str, str]:
    """Which cloud make is about."""
    home = cloud.home
    return {"JAVELIN_HOME": str(home.folder), "JAVELIN_PORT": str(home.port), "JAVELIN_AWS_PORT": str(home.aws_port),
            "JAVELIN_CONSOLE_PORT": str(cloud.console_port)}  # fmt: skip


def test_a_cloud_is_looked_at_stopped_and_started_again(cloud: LocalCloud) -> None:
    where = {**place(cloud), "ARGS": " ".join(cloud.options)}
    looked = make("status", where)
    assert looked.returncode == 0, looked.stderr
    assert cloud.home.endpoint in looked.stdout
    stopped = make("down", {**where, "ARGS": ""})
    assert stopped.returncode == 0, stopped.stderr
    assert make("status", where).returncode != 0
    started = make("run", where)
    assert started.returncode == 0, started.stdout + started.stderr
    assert cloud.api.rows("listHosts", "host", type="Routing")


def test_cleaning_removes_the_cloud_and_what_was_built(tmp_path: Path) -> None:
    """In a folder that stands for the checkout, whose own build/ holds what took long to fetch."""
    for name in ("Makefile", "infra", "layers", "bridge", "functions", "state_machines", "template.yaml", ".venv"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "build").mkdir()
    home = Home(tmp_path / "home", 1, 1)
    home.make()
    cleaned = make("clean", {"JAVELIN_HOME": str(home.folder), "PYTHONPATH": str(tmp_path)}, tmp_path)
    assert cleaned.returncode == 0, cleaned.stderr
    assert not (tmp_path / "build").exists()
    assert not home.folder.exists()


def test_generating_changes_nothing() -> None:
    before = {path: path.read_bytes() for path in generated()}
    done = make("generate")
    assert done.returncode == 0, done.stderr
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.timeout(1200)  # a machine that has not done it before fetches the layer's packages
def test_a_rehearsed_deployment() -> None:
    done = make("deploy DRY=1")
    assert done.returncode == 0, done.stderr
    assert "would upload packages/vendor-" in done.stdout
    assert "sam deploy" in done.stdout


def test_help_names_every_target() -> None:
    said = make("help").stdout
    for target in ("run", "down", "status", "test", "check", "generate", "bench", "drill", "deploy", "clean"):
        assert f"make {target}" in said
