"""`python -m infra.local.guests FOLDER` builds the guests' images in FOLDER."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from infra.local.guests import build


def main() -> None:
    """Build what is missing and print where the images are."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.guests", description=__doc__)
    parser.add_argument("folder", type=Path)
    images = build(parser.parse_args().folder, progress=lambda message: print(message, file=sys.stderr))
    for name, path in images.items():
        print(f"{name} {path} {path.stat().st_size}")


if __name__ == "__main__":
    main()
