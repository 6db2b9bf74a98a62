"""The packages that functions run from, as zips whose bytes depend on their contents alone."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "layers/vendor/requirements.txt"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date that a zip can hold
READABLE = 0o100644 << 16
LARGEST = 250 * 2**20  # bytes of a function and its layers, unpacked
LEFT_OUT = frozenset({"__pycache__", "tests", ".mypy_cache", ".ruff_cache"})


class TooLarge(Exception):
    """AWS takes no function of this size; the message says what it consists of."""


@dataclass(frozen=True)
class Package:
    """A zip and its name by content: equal contents are uploaded once."""

    name: str
    content: bytes

    @cached_property
    def key(self) -> str:
        """Where it is in the artifact bucket."""
        return f"packages/{self.name}-{hashlib.sha256(self.content).hexdigest()[:32]}.zip"

    @cached_property
    def unpacked(self) -> int:
        """Bytes once a function has it."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            return sum(entry.file_size for entry in archive.infolist())


def expect_to_fit(packages: Iterable[Package]) -> None:
    """Raise TooLarge if a function that runs from these packages is larger than AWS allows."""
    sizes = {package.name: package.unpacked for package in packages}
    if sum(sizes.values()) > LARGEST:
        raise TooLarge(f"unpacked, a function has more than {LARGEST:,} bytes: {sizes}; take something out of them")


def code() -> Package:
    """The components: every function runs from this one package."""
    return Package("functions", _zip((path, path.relative_to(ROOT)) for path in _files(ROOT / "functions")))


def library() -> Package:
    """The layer with the shared library."""
    base = ROOT / "layers/javelin"
    return Package("library", _zip((path, path.relative_to(base)) for path in _files(base / "python/javelin")))


def vendor() -> Package:
    """The layer with third-party packages, as AWS's machines need them, in the versions that the tests ran with."""
    pins = tested_versions()
    base = ROOT / "build/vendor" / hashlib.sha256(REQUIREMENTS.read_bytes() + pins.encode()).hexdigest()[:16]
    if not base.exists():
        partial = base.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        constraints = base.with_suffix(".txt")
        constraints.write_text(pins)
        subprocess.run(
            (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-warn-conflicts",
             "--platform", "manylinux2014_x86_64", "--python-version", "3.12", "--only-binary", ":all:",
             "--target", str(partial / "python"), "--requirement", str(REQUIREMENTS),
             "--constraint", str(constraints)),
            check=True, timeout=900,
        )  # fmt: skip
        partial.rename(base)
    return Package("vendor", _zip((path, path.relative_to(base)) for path in _files(base)))


def tested_versions() -> str:
    """The versions of this environment, as pip's constraints have them: what is deployed is what was tested."""
    there = {f"{one.name}=={one.version}" for one in distributions() if one.name}
    return "".join(f"{pin}\n" for pin in sorted(there, key=str.lower))


def local_vendor() -> Package:
    """The vendor layer of the local cloud, whose functions find third-party packages in the checkout's environment."""
    return Package("vendor-local", _zip([(REQUIREMENTS, Path("python/requirements.txt"))]))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not LEFT_OUT & set(path.parts))


def _zip(files: Iterable[tuple[Path, Path]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in files:
            entry = zipfile.ZipInfo(name.as_posix(), EPOCH)
            entry.external_attr, entry.compress_type = READABLE, zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()
