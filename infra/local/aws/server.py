"""Start the embedded AWS in this process and serve until told to stop."""

import asyncio
import logging
import os
import resource
import signal
import sys

from infra.local.aws.settings import Settings


async def serve_until_stopped(settings: Settings) -> None:
    """Bind the loopback address and serve; SIGTERM and SIGINT end it after a last snapshot."""
    from infra.local.aws.front import Lifespan, handle
    from infra.local.aws.http_server import serve

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    lifespan = Lifespan()
    await lifespan.tell("startup")
    await serve(settings.port, handle, stop)
    await lifespan.tell("shutdown")


def raise_descriptor_limit() -> None:
    """Allow as many open sockets as the system lets this user have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main() -> None:
    """Read the environment, adapt ministack, serve."""
    settings = Settings.from_environment()
    settings.export_to_ministack()
    logging.basicConfig(
        stream=sys.stderr,
        level=os.environ["LOG_LEVEL"],
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    raise_descriptor_limit()
    from infra.local.aws.adapters import apply_all

    apply_all(settings)
    try:
        asyncio.run(serve_until_stopped(settings))
    except OSError as problem:
        raise SystemExit(f"the embedded AWS cannot serve 127.0.0.1:{settings.port}: {problem}") from problem
    logging.shutdown()
    os._exit(0)  # threads of waiting executions and pollers are daemons that may be inside C code


if __name__ == "__main__":
    main()
