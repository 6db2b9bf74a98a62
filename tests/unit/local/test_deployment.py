"""What is deployed: packages that fit, in the versions that were tested, by a command that sam takes."""

from __future__ import annotations

import io
import zipfile

import pytest

from infra.packaging import code
from infra.packaging.deploy import sam_command
from infra.packaging.publish import artifacts


def package(name: str, size: int) -> code.Package:
    """A zip of zeros."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros", "w") as file:
        for _ in range(size // 2**20):
            file.write(bytes(2**20))
    return code.Package(name, buffer.getvalue())


def test_a_function_that_aws_would_refuse_is_not_uploaded() -> None:
    with pytest.raises(code.TooLarge, match="vendor"):
        artifacts("", package("vendor", code.LARGEST))


def test_what_fits_is_named_by_its_contents() -> None:
    objects, parameters = artifacts("https://cloud.example", package("vendor", 2**20))
    assert {parameters[name] for name in ("CodeKey", "LibraryKey", "VendorKey")} < objects.keys()
    assert f"{parameters['StacksUrl']}/template.yaml" in objects


def test_the_layer_has_the_versions_that_were_tested() -> None:
    import pynamodb

    assert f"pynamodb=={pynamodb.__version__}" in code.tested_versions().splitlines()


def test_parameters_that_are_not_given_keep_their_value() -> None:
    command = sam_command("eu-central-1", "bucket", {"PublicUrl": "", "CodeKey": "packages/functions-1.zip"})
    overrides = command[command.index("--parameter-overrides") + 1 :]
    assert overrides == ["CodeKey=packages/functions-1.zip"]
