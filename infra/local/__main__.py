"""`python -m infra.local up|down|status|forget`: the local cloud. `make run` and `make down` call it."""

from __future__ import annotations

import argparse
import fcntl
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.markup import escape

from infra.local import down, forget, up
from infra.local.home import Home
from infra.local.progress import Progress


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; the exit code is 1 if that failed."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost," + os.environ.get("NO_PROXY", "")
    os.umask(0o022)
    home, progress, begun = Home.from_environment(), Progress(), time.monotonic()
    home.make()
    try:
        with _alone(home):
            match options.command:
                case "up":
                    up.up(home, progress, simulated=options.simulated, bare=options.bare)
                case "down":
                    down.down(home, progress, guests=options.guests)
                case "forget":
                    forget.forget(home, progress)
                case _:
                    return down.status(home, progress)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if options.verbose:
            raise
        progress.console.print(f"[red]{type(error).__name__}[/red]: {escape(str(error))}", soft_wrap=True)
        progress.console.print(f"Logs are in {home.folder / 'log'}; --verbose shows where it failed.", soft_wrap=True)
        return 1
    progress.console.print(f"[dim]{time.monotonic() - begun:.1f} s[/dim]")
    return 0


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """One launcher at a time per cloud."""
    with (home.folder / "run" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("--verbose", action="store_true", help="show where it failed")
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("up", help="start what does not run, make what is missing")
    starting.add_argument("--simulated", type=int, default=0, metavar="N", help="N simulated hosts instead of libvirt")
    starting.add_argument("--bare", action="store_true", help="no first guest")
    stopping = commands.add_parser("down", help="stop it; everything is kept, and guests go on")
    stopping.add_argument("--guests", action="store_true", help="power off the guests as well")
    commands.add_parser("forget", help="stop it and remove it, its guests and their disks from this machine")
    commands.add_parser("status", help="what runs; exit code 1 if something does not")
    return parser


if __name__ == "__main__":
    sys.exit(main())
