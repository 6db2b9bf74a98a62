"""Every test, as `make test` runs them: what computes on all cores, and beside it, in one process, what uses the machine."""

from __future__ import annotations

import asyncio
import sys

from tests.beside import Part, run

MAKE = ("make", "--no-print-directory")
PARTS = (Part("on the machine", (*MAKE, "waited")), Part("in process", ("nice", *MAKE, "computed")))

if __name__ == "__main__":
    sys.exit(asyncio.run(run(PARTS)))
