"""The checkout's Python environment in .venv: `python3 -m infra.local.environment run` makes it with what a bare Debian has.

Standard library only: this runs before anything is installed. A second run only compares a stamp.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from infra.local.machine import BROWSER_PACKAGES, PACKAGES, MachineError, ensure_packages

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
EXTRAS = {"run": "bridge,local", "develop": "bridge,local,dev"}
OLDEST = (3, 11)
PATHS = (ROOT, ROOT / "layers/javelin/python")


def main() -> int:
    """Make or renew the environment; exit code 1 with a sentence when this machine cannot have it."""
    parser = argparse.ArgumentParser(prog="python3 -m infra.local.environment", description=__doc__)
    parser.add_argument("purpose", choices=EXTRAS, help="run: the local cloud; develop: also tests, checks and sam")
    options = parser.parse_args()
    try:
        ensure(options.purpose)
    except MachineError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def ensure(purpose: str) -> None:
    """Have the system's packages and the environment. Raises MachineError."""
    if sys.version_info < OLDEST:
        raise MachineError(f"Python {'.'.join(map(str, OLDEST))} or newer is needed; this is {sys.version.split()[0]}")
    ensure_packages(PACKAGES + (BROWSER_PACKAGES if purpose == "develop" else ()), progress=_show)
    libvirt = _output("pkg-config", "--modversion", "libvirt")
    wanted = _digest(libvirt)
    if PYTHON.exists() and any(_stamp(one).read_text() == wanted for one in _enough(purpose) if _stamp(one).exists()):
        return
    if not PYTHON.exists():
        if subprocess.run((sys.executable, "-c", "import ensurepip"), check=False, capture_output=True).returncode:
            ensure_packages(("python3-venv",), progress=_show)
        _show("creating .venv")
        _run(sys.executable, "-m", "venv", str(VENV))
    _show("installing Python packages")
    _run(str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--use-pep517",
         f"{ROOT}[{EXTRAS[purpose]}]",
         f"libvirt-python=={libvirt}")  # fmt: skip
    site = Path(_output(str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"))
    (site / "javelin-checkout.pth").write_text("".join(f"{path}\n" for path in PATHS))
    _stamp(purpose).write_text(wanted)


def _enough(purpose: str) -> list[str]:
    """What was made for development runs the cloud as well."""
    return [purpose, "develop"]


def _stamp(purpose: str) -> Path:
    return VENV / f"made-to-{purpose}"


def _digest(libvirt: str) -> str:
    """What the environment hangs on; not Python's build, which installing the system's packages may have renewed."""
    python = str(sys.implementation.cache_tag)
    parts = (ROOT / "pyproject.toml").read_text(), python, libvirt, str(ROOT)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _run(*command: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if subprocess.run(command, check=False, timeout=1800, env=kept).returncode != 0:
        raise MachineError(f"{' '.join(command[:4])} … failed; what it said is above")


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def _show(message: str) -> None:
    print(f"  {message}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
