"""Messages that survive.

AWS: a message whose sending was acknowledged is delivered, though machines die in between. ministack holds messages
in memory and saves them when it is stopped politely. Here the journal has each message until it is deleted; a
message that was in flight when the server died is visible again, as after its visibility timeout.
"""

from collections.abc import Iterable
from typing import Any

from ministack import app
from ministack.core import persistence
from ministack.core.responses import AccountRegionScopedDict
from ministack.services import sqs

from infra.local.aws.adapters.durable_tables import journal
from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
Message = dict[str, Any]


def plain(value: Any) -> Any:
    """A message as JSON can hold it: bytes are tagged."""
    if isinstance(value, bytes):
        return persistence._json_default(value)
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list) else value


def restored(value: Any) -> Any:
    """The message that `plain` made plain."""
    if isinstance(value, dict):
        return persistence._json_object_hook({key: restored(part) for key, part in value.items()})
    return [restored(part) for part in value] if isinstance(value, list) else value


class Messages(list[Message]):
    """The messages of one queue; what comes and goes is journaled."""

    def __init__(self, queue: str, messages: Iterable[Message]) -> None:
        super().__init__(messages)
        self._queue = queue

    def append(self, message: Message) -> None:
        """Add a message."""
        super().append(message)
        journal().record(["M", self._queue, plain(message)])

    def remove(self, message: Message) -> None:
        """Take a message out."""
        super().remove(message)
        journal().record(["G", self._queue, [message["id"]]])

    def clear(self) -> None:
        """Take all messages out."""
        gone = [message["id"] for message in self]
        super().clear()
        journal().record(["G", self._queue, gone])


class Queue(dict[str, Any]):
    """A queue of ministack whose messages are journaled, also when the list of them is replaced."""

    def __init__(self, queue: dict[str, Any]) -> None:
        super().__init__(queue)
        super().__setitem__("messages", Messages(queue["attributes"]["QueueArn"], queue["messages"]))

    def __setitem__(self, field: str, value: Any) -> None:
        if field == "messages":
            arn, kept = self["attributes"]["QueueArn"], {message["id"] for message in value}
            gone = [message["id"] for message in self["messages"] if message["id"] not in kept]
            if gone:
                journal().record(["G", arn, gone])
            value = Messages(arn, value)
        super().__setitem__(field, value)


class Queues(AccountRegionScopedDict):  # type: ignore[misc]  # ministack has no types
    """ministack's table of queues, whose every queue is journaled."""

    __slots__ = ()

    def __setitem__(self, key: str, queue: dict[str, Any]) -> None:
        super().__setitem__(key, queue if isinstance(queue, Queue) else Queue(queue))

    def pop(self, key: str, *default: Any) -> Any:
        """Forget a queue and its messages."""
        queue = super().pop(key, *default)
        if isinstance(queue, Queue):
            journal().record(["Q", queue["attributes"]["QueueArn"]])
        return queue

    def __delitem__(self, key: str) -> None:
        self.pop(key)


def definitions() -> dict[str, Any]:
    """What a snapshot has of queues: everything but their messages."""
    kept = AccountRegionScopedDict()
    for (account, region, url), queue in sqs._queues.all_items():
        kept.set_scoped(account, region, url, {**queue, "messages": []})
    return {"queues": kept, "queue_name_to_url": sqs._queue_name_to_url}


def install() -> None:
    """Put the journal's messages into the queues that exist."""
    messages = journal().replica.messages
    for (account, region, url), queue in sqs._queues.all_items():
        known = messages.pop(queue["attributes"]["QueueArn"], {})
        sqs._queues.set_scoped(account, region, url, Queue({**queue, "messages": restored(list(known.values()))}))
    for arn in messages:
        journal().record(["Q", arn])
    messages.clear()


def apply(settings: Settings) -> None:
    """Replace the table of queues, and fill it on start."""
    del settings
    load = app._load_persisted_state

    def load_all() -> None:
        load()
        install()

    sqs._queues.__class__ = Queues
    sqs.get_state = definitions
    app._load_persisted_state = load_all
