"""What the documents tell to type is typed, at a local cloud with simulated hosts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents import blocks
from tests.e2e.local_cloud import LocalCloud
from tests.e2e.site import Site, remove

LOCAL = ("CLOUDSTACK_CONFIG", "$cloud/", "cs ", "aws lambda")  # what is typed at a cloud
AWS = """#!{python}
import json, sys
import boto3
given = dict(zip(sys.argv[3:-1:2], sys.argv[4:-1:2]))
if "--payload" in given:  # version 2 takes base64 unless it is told otherwise
    assert given["--cli-binary-format"] == "raw-in-base64-out"
assert sys.argv[1:3] == ["lambda", "invoke"]
client = boto3.client("lambda", "us-east-1", endpoint_url="{endpoint}", aws_access_key_id="test", aws_secret_access_key="test")
answer = client.invoke(FunctionName=given["--function-name"], Payload=given.get("--payload", "").encode())
print(answer["Payload"].read().decode())
sys.exit("FunctionError" in answer)
"""


def told(name: str) -> list[str]:
    """The blocks of a document that are typed at a cloud."""
    return [block for block in blocks(name) if any(mark in block for mark in LOCAL)]


def typed(block: str, cloud: LocalCloud, folder: Path, **variables: str) -> str:
    """What a shell says to the block; the cloud's own places stand for those of `make run`."""
    aws = folder / "aws"
    aws.write_text(AWS.format(python=sys.executable, endpoint=cloud.home.aws_endpoint))
    aws.chmod(0o755)
    tools = (str(folder), str(Path(sys.executable).parent), os.environ["PATH"])
    here = block.replace("http://127.0.0.1:8080", cloud.home.url).replace(".venv/bin/", "")
    environment = {
        **os.environ, **variables, "PATH": os.pathsep.join(tools),
        "CLOUDSTACK_CONFIG": str(cloud.home.folder / "cloudstack.ini"),
    }  # fmt: skip
    (folder / ".javelin").symlink_to(cloud.home.folder)
    done = subprocess.run(
        ("bash", "-euo", "pipefail", "-c", here), cwd=folder, env=environment, check=False, capture_output=True,
        text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def deployed(site: Site) -> dict[str, str]:
    """What the documents call $zone, $job and so on."""
    machine = site.deploy(site.api)
    job = site.api.rows("listAsyncJobs", "asyncjobs", listall="true")[-1]["jobid"]
    remove(site, machine)
    return {"zone": site.zone, "offering": site.offering, "template": site.template, "network": site.network,
            "job": str(job)}  # fmt: skip


@pytest.mark.parametrize("document", ["README.md", "docs/tour.md", "docs/jobs.md", "docs/reliability.md"])
def test_what_is_told_to_type_works(document: str, cloud: LocalCloud, deployed: dict[str, str], tmp_path: Path) -> None:
    blocks = told(document)
    assert blocks
    for number, block in enumerate(blocks):
        folder = tmp_path / str(number)
        folder.mkdir()
        said = typed(block, cloud, folder, **deployed)
        assert said.strip(), block
        if "aws lambda" in block:
            assert isinstance(json.loads(said), dict)
