"""The agent of one host: takes commands from its queue, runs them in order per resource, answers, reports.

Beside the workers there are three threads: the receiver polls for commands, the courier speaks to the cloud, and one
looks at the host for heartbeats.
"""

from __future__ import annotations

import hashlib
import json
import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from threading import Event, Lock, Thread

from pydantic import ValidationError

from bridge import cancelling, commands, spans
from bridge.cloud import Cloud, CloudUnreachable, Message
from bridge.courier import Courier
from bridge.desk import Desk, Running
from bridge.errors import BadCommand, DeadlinePassed, HostCommandFailed, HostError, Retryable, StaleFence
from bridge.guard import Clock, Guard, Lease, utc_now
from bridge.host import Host
from bridge.identity import Identity
from bridge.journal import Journal, Result
from bridge.lanes import Lanes
from bridge.reports import Reporter
from javelin.messaging.host_commands import CancelCommand, Command, DomainState, HostCommand
from javelin.messaging.host_traces import TRACE

log = logging.getLogger(__name__)

WAITING = 32  # commands taken in for every worker: flows hear nothing of those that are left in the queue
ASKED_AGAIN = frozenset({"open_console"})  # answers that grow old, or that hold a secret, are not kept


@dataclass(frozen=True)
class Timing:
    """Seconds between the things that an agent does by itself."""

    poll: int = 20
    token_beat: float = 15.0
    heartbeat: float = 15.0
    purge: float = 3600.0
    lease: float = 600.0
    upkeep: float = 60.0  # of what hosts lose without being told: a dnsmasq that died, say
    longest_pause: float = 30.0  # between tries to reach the cloud


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
        clock: Clock = utc_now,
    ) -> None:
        self._identity = identity
        self._cloud = cloud
        self._host = replace(host, tell_all=self._tell_all)
        self._journal = journal
        self._timing = timing or Timing()
        self._lanes = Lanes(workers, room=WAITING * workers)
        self._lease = Lease(journal, timedelta(seconds=self._timing.lease), clock)
        self._stopping = Event()
        self._wake = Event()
        self._reporting = Lock()
        self._pulse = ThreadPoolExecutor(1, thread_name_prefix="heartbeat")
        self._desk = Desk(journal)
        self._tries = spans.Tries()
        self._reporter = Reporter(identity, cloud, host, journal, self._wake.set)
        self._courier = Courier(cloud, journal, self._desk, self._reporter, self._wake)
        self._guard = Guard(host, journal, self._lanes, self._lease, self._reporter.alert, clock)
        self._hypervisor_answers = True

    def run(self) -> None:
        """Work until `stop`."""
        self._restore()
        self._host.hypervisor.subscribe(self._domain_changed)
        Thread(target=self._receive, name=f"receiver-{self._identity.host[:8]}", daemon=True).start()
        log.info("host %s takes commands", self._identity.host)
        duties = (
            (self._timing.heartbeat, self._begin_heartbeat),
            (self._timing.token_beat, self._courier.beat),
            (self._timing.purge, self._journal.purge),
            (self._timing.upkeep, lambda: self._lanes.submit("upkeep", self._restore_networks)),
        )
        self._courier.run(self._stopping, duties)
        self._lanes.close()
        self._pulse.shutdown()
        self._courier.deliver()

    def stop(self) -> None:
        """Take no more commands; those that run end first."""
        self._stopping.set()
        self._wake.set()

    def take(self, message: Message) -> None:
        """One message: answered from the journal, joined to its running repeat, or run in its resource's lane."""
        command = self._verified(message)
        if command is None:
            self._courier.delete([message.receipt])
            return
        if command.kind == CancelCommand.kind:
            self._courier.delete([*self._cancelled(command), message.receipt])
            return
        found = self._desk.admit(command, message.receipt)
        if isinstance(found, Running):
            self._lanes.submit(command.resource, lambda: self._execute(found))
        elif found is not None:
            self._journal.answer(command.token, found)
            self._wake.set()
            self._courier.delete([message.receipt])

    def _restore(self) -> None:
        """What a restart of the machine took; whatever cannot come back is told and does not stop the rest."""
        works: list[tuple[str, Callable[[], None]]] = [
            (f"Pool {pool.id}", partial(self._host.storage.attach, pool)) for pool in self._journal.pools()
        ]
        for name, work in works:
            self._restored(name, work)
        self._restore_networks()

    def _restore_networks(self) -> None:
        self._restored("Networks", self._host.network.restore)

    def _restored(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except (HostError, OSError) as error:
            self._reporter.alert(f"{name} not restored", str(error))

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

    def _cancelled(self, envelope: HostCommand) -> list[str]:
        """Not in the resource's lane, where it would wait for what it cancels; the receipts of what was answered."""
        try:
            unwanted = CancelCommand.model_validate(envelope.payload).command
        except ValidationError as error:
            self._reporter.alert("Unreadable command", f"Command {envelope.id}: {_summary(error)}")
            return []
        receipts = self._desk.cancel(unwanted)
        log.info("cancel %s", unwanted)
        self._wake.set()
        return receipts

    def _execute(self, running: Running) -> None:
        if not self._desk.begin(running):
            return
        result, keep = self._outcome(running.command, running.unwanted)
        receipts = self._desk.finish(running, result, keep)
        log.info("%s %s: %s", running.command.kind, running.command.id, result.error or "done")
        self._wake.set()
        self._courier.delete(receipts)

    def _outcome(self, command: HostCommand, unwanted: Event) -> tuple[Result, bool]:
        """Run the command; whether its result answers repeats."""
        with cancelling.heeding(unwanted), spans.recorded(command, self._tries.before(command.id)) as recorded:
            try:
                typed = self._admitted(command)
                host = self._host.on_behalf_of(command.resource, command.fence)
                answer = commands.run(typed, host).model_dump(mode="json")
            except HostError as error:
                keep = not isinstance(error, Retryable | DeadlinePassed | StaleFence | BadCommand)
                failure = recorded.failed(type(error).__name__, str(error))
            except Exception as error:
                log.exception("%s %s failed", command.kind, command.id)
                keep = False
                failure = recorded.failed(HostCommandFailed.__name__, f"{type(error).__name__}: {error}")
            else:
                output = {**answer, TRACE: recorded.told().model_dump(mode="json", exclude_none=True)}
                return Result(output=json.dumps(output)), command.kind not in ASKED_AGAIN
        if not keep:
            self._tries.remember(failure.trace)
        return Result(error=failure.name, cause=failure.cause()), keep

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
                messages = self._cloud.receive(room, self._timing.poll)
                if self._stopping.is_set():
                    return
                self._lease.touch()
                for message in messages:
                    self.take(message)
            except CloudUnreachable as error:
                pause = self._timing.longest_pause if pause else 1.0
                log.warning("cannot receive: %s", error)
            except Exception:
                pause = 1.0
                log.exception("receiving failed")

    def _begin_heartbeat(self) -> None:
        """Beside the courier, as it asks the hypervisor, and beside the workers, as a host whose commands all take
        long is not a lost one; left out while the last one is under way."""
        if self._reporting.acquire(blocking=False):
            self._pulse.submit(self._heartbeat)

    def _tell_all(self) -> None:
        """In the worker of the command, which is answered when the cloud was told."""
        with self._reporting:
            self._reporter.tell_all()

    def _heartbeat(self) -> None:
        try:
            self._reporter.heartbeat()
            self._lease.touch()
            self._hypervisor_answers = True
        except CloudUnreachable as error:
            log.warning("no heartbeat: %s", error)
        except HostError as error:
            if self._hypervisor_answers:
                self._reporter.alert("Hypervisor does not answer", str(error))
            self._hypervisor_answers = False
        except Exception:
            log.exception("the heartbeat failed")
        finally:
            self._reporting.release()


def _summary(error: ValidationError) -> str:
    """What is wrong where, without the values: they may be secrets."""
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in problems[:5])
