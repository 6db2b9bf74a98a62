"""The agent of one host: takes commands from its queue, runs them in order per resource, answers, reports.

Two threads beside the workers: the receiver polls for commands, the courier speaks to the cloud. Neither waits for the
hypervisor, so that answers and heartbeats of tokens go out while it hangs.
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Lock, Thread
from time import monotonic

from pydantic import ValidationError

from bridge import commands
from bridge.cloud import Cloud, CloudUnreachable, Message, TokenGone
from bridge.errors import BadCommand, DeadlinePassed, HostCommandFailed, HostError, Retryable, StaleFence
from bridge.guard import Guard, Lease, utc_now
from bridge.host import Host
from bridge.identity import Identity
from bridge.journal import Journal, Result
from bridge.lanes import Lanes
from bridge.reports import Reporter
from javelin.messaging.host_commands import Command, DomainState, HostCommand

log = logging.getLogger(__name__)

MOST_CAUSE = 30_000  # characters; Step Functions takes 32,768
ASKED_AGAIN = frozenset({"open_console"})  # answers that grow old, or that hold a secret, are not kept
REPORTS_LANE = "reports"


@dataclass(frozen=True)
class Timing:
    """Seconds between the things that an agent does by itself."""

    poll: int = 20
    token_beat: float = 15.0
    heartbeat: float = 15.0
    purge: float = 3600.0
    lease: float = 600.0
    longest_pause: float = 30.0  # between tries to reach the cloud


@dataclass
class Running:
    """A command between its arrival and its result; repeats bring newer tokens and more receipts."""

    command: HostCommand
    token: str
    receipts: list[str] = field(default_factory=list)


class Agent:
    """One enrolled host. `run` returns after `stop`."""

    def __init__(
        self,
        identity: Identity,
        cloud: Cloud,
        host: Host,
        journal: Journal,
        timing: Timing | None = None,
        workers: int = 8,
    ) -> None:
        self._identity = identity
        self._cloud = cloud
        self._host = host
        self._journal = journal
        self._timing = timing or Timing()
        self._lanes = Lanes(workers, room=8 * workers)
        self._lease = Lease(journal, timedelta(seconds=self._timing.lease))
        self._stopping = Event()
        self._wake = Event()
        self._lock = Lock()
        self._running: dict[str, Running] = {}
        self._reporting = Lock()
        self._reporter = Reporter(identity, cloud, host, journal, self._wake.set)
        self._guard = Guard(host, journal, self._lanes, self._lease, self._reporter.alert)

    def run(self) -> None:
        """Work until `stop`."""
        for pool in self._journal.pools():
            self._host.storage.attach(pool)
        self._host.network.restore()
        self._host.hypervisor.subscribe(self._domain_changed)
        receiver = Thread(target=self._receive, name=f"receiver-{self._identity.host[:8]}", daemon=True)
        receiver.start()
        self._carry()
        self._lanes.close()
        self._deliver_quietly()

    def stop(self) -> None:
        """Take no more commands; those that run end first."""
        self._stopping.set()
        self._wake.set()

    def take(self, message: Message) -> None:
        """One message: answered from the journal, joined to its running repeat, or run in its resource's lane."""
        command = self._verified(message)
        if command is None:
            self._cloud.delete([message.receipt])
            return
        with self._lock:
            running = self._running.get(command.id)
            if running is not None:
                running.token = command.token or running.token
                running.receipts.append(message.receipt)
                return
            result = self._journal.result(command.id)
            if result is None:
                running = self._running[command.id] = Running(command, command.token, [message.receipt])
        if running is not None:
            started = running
            self._lanes.submit(command.resource, lambda: self._execute(started))
        elif result is not None:
            self._journal.answer(command.token, result)
            self._wake.set()
            self._cloud.delete([message.receipt])

    def _verified(self, message: Message) -> HostCommand | None:
        """The command in a message that is for us, from the cloud, and whole; else None and an alert."""
        digest = hashlib.sha256(message.body.encode()).hexdigest()[:16]
        if not self._identity.authentic(message.body, message.signature):
            self._reporter.alert("Forged command", f"A message (sha256 {digest}) does not have the cloud's signature.")
            return None
        try:
            command = HostCommand.model_validate_json(message.body)
        except ValidationError as error:
            self._reporter.alert("Unreadable command", f"A message (sha256 {digest}): {_summary(error)}")
            return None
        if command.host != self._identity.host:
            self._reporter.alert("Misdirected command", f"Command {command.id} is for host {command.host}.")
            return None
        return command

    def _execute(self, running: Running) -> None:
        command = running.command
        result, keep = self._outcome(command)
        with self._lock:
            self._journal.finish(command.id, result, keep, running.token)
            del self._running[command.id]
        log.info("%s %s: %s", command.kind, command.id, result.error or "done")
        self._wake.set()
        try:
            self._cloud.delete(running.receipts)
        except CloudUnreachable as error:
            log.info("a message of %s will come again: %s", command.id, error)

    def _outcome(self, command: HostCommand) -> tuple[Result, bool]:
        """Run the command; whether its result answers repeats."""
        try:
            typed = self._admitted(command)
            host = self._host.on_behalf_of(command.resource, command.fence)
            output = commands.run(typed, host).model_dump_json()
        except HostError as error:
            keep = not isinstance(error, Retryable | DeadlinePassed | StaleFence | BadCommand)
            return Result(error=type(error).__name__, cause=str(error)[:MOST_CAUSE]), keep
        except Exception as error:
            log.exception("%s %s failed", command.kind, command.id)
            cause = f"{type(error).__name__}: {error}"[:MOST_CAUSE]
            return Result(error=HostCommandFailed.__name__, cause=cause), False
        return Result(output=output), command.kind not in ASKED_AGAIN

    def _admitted(self, command: HostCommand) -> Command:
        if command.deadline.tzinfo is None:
            raise BadCommand("the deadline has no time zone")
        if command.deadline < utc_now():
            raise DeadlinePassed(f"{command.kind} came after its deadline {command.deadline.isoformat()}")
        try:
            typed = command.command()
        except KeyError as error:
            raise BadCommand(f"{command.kind} is not a command of this host") from error
        except ValidationError as error:
            raise BadCommand(_summary(error)) from error
        if not self._journal.begin(command.id, command.kind, command.resource, command.fence):
            raise StaleFence(f"a newer writer of {command.resource} than {command.fence} was here")
        return typed

    def _domain_changed(self, state: DomainState) -> None:
        self._reporter.changed(state)
        self._guard.changed(state)

    def _receive(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause * random.uniform(0.5, 1.0)):  # noqa: S311 - spreads retries
            pause = 0.0
            room = self._lanes.wait_for_room(1.0)
            if not room:
                continue
            try:
                for message in self._cloud.receive(room, self._timing.poll):
                    self.take(message)
                self._lease.touch()
            except CloudUnreachable as error:
                pause = self._timing.longest_pause if pause else 1.0
                log.warning("cannot receive: %s", error)
            except Exception:
                pause = 1.0
                log.exception("receiving failed")

    def _carry(self) -> None:
        """Speak to the cloud when something is to be said, and at regular times."""
        duties: list[tuple[float, Callable[[], None]]] = [
            (self._timing.heartbeat, self._begin_heartbeat),
            (self._timing.token_beat, self._beat_tokens),
            (self._timing.purge, self._journal.purge),
        ]
        due = [0.0 for _ in duties]
        while not self._stopping.is_set():
            for index, (every, duty) in enumerate(duties):
                if monotonic() >= due[index]:
                    due[index] = monotonic() + every
                    duty()
            reached = self._deliver_quietly()
            soonest = min(due) - monotonic()
            self._wake.wait(max(0.01, min(soonest, 5.0)) if reached else max(0.01, soonest))
            if not reached:
                self._stopping.wait(1.0)
            self._wake.clear()

    def _begin_heartbeat(self) -> None:
        """In a worker, as it asks the hypervisor; left out while the last one is under way."""
        if self._reporting.acquire(blocking=False):
            self._lanes.submit(REPORTS_LANE, self._heartbeat)

    def _heartbeat(self) -> None:
        try:
            self._reporter.heartbeat()
            self._lease.touch()
        except HostError as error:
            log.warning("no heartbeat: %s", error)
        finally:
            self._reporting.release()

    def _beat_tokens(self) -> None:
        with self._lock:
            running = list(self._running.values())
        try:
            for each in running:
                self._beat_token(each)
            self._cloud.extend([receipt for each in running for receipt in each.receipts])
        except CloudUnreachable as error:
            log.warning("cannot say that commands run: %s", error)

    def _beat_token(self, running: Running) -> None:
        token = running.token
        if not token:
            return
        try:
            self._cloud.beat(token)
        except TokenGone:
            log.info("nobody waits for %s any more", running.command.id)
            with self._lock:
                if running.token == token:
                    running.token = ""

    def _deliver_quietly(self) -> bool:
        """Send answers and reports; False if the cloud was not reached, all is sent later then."""
        try:
            for token, result in self._journal.answers():
                self._deliver(token, result)
            self._reporter.flush()
        except CloudUnreachable as error:
            log.warning("cannot deliver: %s", error)
            return False
        return True

    def _deliver(self, token: str, result: Result) -> None:
        try:
            if result.error is not None:
                self._cloud.fail(token, result.error, result.cause or "")
            else:
                self._cloud.succeed(token, result.output or "{}")
        except TokenGone as error:
            log.info("an answer came too late: %s", error)
        self._journal.answered(token)


def _summary(error: ValidationError) -> str:
    """What is wrong where, without the values: they may be secrets."""
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in problems[:5])
