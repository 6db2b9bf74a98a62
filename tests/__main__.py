"""Every test, as `make test` runs them: what computes on all cores, and beside it, in one process, what uses the machine."""

from __future__ import annotations

import asyncio
import sys

from tests.beside import Part, run

PYTEST = (sys.executable, "-m", "pytest", "-q")
PARTS = (
    Part("on the machine", (*PYTEST, "tests/embedded_aws", "tests/bridge", "tests/e2e")),
    Part("in process", ("nice", *PYTEST, "-n", "auto", "--dist", "worksteal",
                        "tests/architecture", "tests/unit", "tests/flows")),
)  # fmt: skip

if __name__ == "__main__":
    sys.exit(asyncio.run(run(PARTS)))
