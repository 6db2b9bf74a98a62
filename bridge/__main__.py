"""The command line of the bridge: `enrol` once, then `run`; `status` tells how it is."""

from __future__ import annotations

import argparse
import fcntl
import json
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

from bridge import drivers
from bridge.agent import Agent, Timing
from bridge.cloud import AwsCloud
from bridge.errors import HostError
from bridge.host import Host
from bridge.identity import FILE, Credential, Enrolment, Identity, enrol
from bridge.journal import Journal
from bridge.settings import Settings, load

DEFAULT_STATE = Path(os.environ.get("JAVELIN_BRIDGE_STATE", "/var/lib/javelin-bridge"))
JOURNAL = "journal.sqlite"
log = logging.getLogger("bridge")


def main(arguments: list[str] | None = None) -> int:
    """Answer the exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s",
    )
    logging.getLogger("botocore").setLevel(logging.WARNING)
    try:
        return {"enrol": _enrol, "run": _run, "status": _status}[options.command](options)
    except HostError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="javelin-bridge", description="The agent of a Javelin hypervisor host.")
    parser.add_argument("--verbose", action="store_true")
    commands = parser.add_subparsers(dest="command", required=True)
    joining = commands.add_parser("enrol", help="trade a one-time token for this host's identity")
    joining.add_argument("--endpoint", required=True, help="https://…/client")
    joining.add_argument("--token", default=os.environ.get("JAVELIN_BRIDGE_TOKEN"), help="or JAVELIN_BRIDGE_TOKEN")
    joining.add_argument("--state", type=Path, default=DEFAULT_STATE)
    joining.add_argument("--driver", choices=("libvirt", "simulated"), default="libvirt")
    joining.add_argument("--uri", default="qemu:///system")
    joining.add_argument("--address", default="127.0.0.1", help="where other hosts reach this one")
    joining.add_argument("--aws-endpoint")
    joining.add_argument("--console-url", default="", help="where browsers reach this host's console proxy: https://…")
    joining.add_argument("--again", action="store_true", help="replace an identity that is there")
    joining.add_argument("--config", type=Path)
    running = commands.add_parser("run", help="work until a signal comes; several states are several hosts")
    running.add_argument("--state", type=Path, action="append")
    running.add_argument("--all", type=Path, metavar="DIR", help="every enrolled state directory in DIR")
    running.add_argument("--config", type=Path)
    telling = commands.add_parser("status", help="what the journal knows, as JSON")
    telling.add_argument("--state", type=Path, default=DEFAULT_STATE)
    return parser


def _enrol(options: argparse.Namespace) -> int:
    state: Path = options.state
    if (state / FILE).exists() and not options.again:
        print(f"{state} is enrolled as host {Identity.load(state).host}")
        return 0
    if not options.token:
        print("a one-time token is needed: --token or JAVELIN_BRIDGE_TOKEN", file=sys.stderr)
        return 2
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    hypervisor = drivers.hypervisor(options.driver, options.uri, state, load(state, options.config))
    wish = Enrolment(
        options.endpoint, options.token, options.driver, options.uri, options.address, options.aws_endpoint,
        options.console_url,
    )  # fmt: skip
    identity = enrol(wish, hypervisor.capabilities(), state)
    hypervisor.close()
    print(f"{state} is enrolled as host {identity.host}")
    return 0


def _run(options: argparse.Namespace) -> int:
    states: list[Path] = list(options.state or [])
    if options.all is not None:
        states += sorted(file.parent for file in options.all.glob(f"*/{FILE}"))
    states = states or [DEFAULT_STATE]
    missing = [state for state in states if not (state / FILE).exists()]
    if missing:
        print(f"{missing[0]} is not enrolled: javelin-bridge enrol --state {missing[0]} …", file=sys.stderr)
        return 2
    with ExitStack() as stack:
        agents = [stack.enter_context(_agent(state, load(state, options.config))) for state in states]

        def stop(number: int, _frame: object) -> None:
            log.info("stopping on signal %d", number)
            for agent in agents:
                agent.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        threads = [Thread(target=agent.run, name=f"courier-{number}") for number, agent in enumerate(agents)]
        for thread in threads:
            thread.start()
        log.info("%d host(s) at work", len(agents))
        for thread in threads:
            thread.join()
    return 0


@contextmanager
def _agent(state: Path, settings: Settings) -> Iterator[Agent]:
    """The agent of one state directory, which it holds alone."""
    identity = Identity.load(state)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HostError(f"another bridge works in {state}") from error
        journal = Journal(state / JOURNAL, durable=identity.driver == "libvirt")
        hypervisor = drivers.hypervisor(identity.driver, identity.uri, state, settings, identity.shared_key)
        storage = drivers.storage(identity.driver, state, settings)
        network = drivers.network(identity.driver, state, settings)
        cloud = AwsCloud(
            identity.region,
            identity.aws_endpoint,
            identity.commands_queue,
            identity.reports_queue,
            Credential(identity),
            settings.visibility_seconds,
        )
        timing = Timing(
            poll=settings.poll_seconds,
            token_beat=min(15.0, settings.visibility_seconds / 3),
            heartbeat=settings.heartbeat_seconds,
            lease=settings.lease_seconds,
        )
        host = Host(hypervisor, storage, network, journal)
        yield Agent(identity, cloud, host, journal, timing, settings.workers)
        hypervisor.close()
        journal.close()


def _status(options: argparse.Namespace) -> int:
    """Exit code 0 if the cloud was reached within the last two minutes."""
    identity = Identity.load(options.state)
    journal = Journal(options.state / JOURNAL)
    contact = journal.fact("contact")
    fresh = contact is not None and datetime.now(UTC) - datetime.fromisoformat(contact) < timedelta(minutes=2)
    told = {
        "host": identity.host,
        "endpoint": identity.endpoint,
        "driver": identity.driver,
        "contact": contact,
        "fresh": fresh,
        "running": journal.running(),
        "unsent_answers": len(journal.answers()),
        "unsent_reports": len(journal.unsent(10_000)),
    }
    print(json.dumps(told, indent=2))
    return 0 if fresh else 1


if __name__ == "__main__":
    sys.exit(main())
