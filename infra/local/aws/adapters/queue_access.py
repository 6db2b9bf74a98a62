"""Who may touch a queue when, and how long polls end.

AWS: no message is lost between two clients; a waiting receiver gets a message at once, and none after it hung up;
deleting with a receipt handle that is no longer current succeeds; a mapping waits for its batching window. ministack
replaces the list of messages while other threads append to it, looks ten times a second, and refuses old handles.
"""

import asyncio
import functools
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core.concurrency import esm_wake
from ministack.services import eventbridge, lambda_svc, sns, sqs

from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
LOOK_AGAIN_SECONDS = 1.0
LOCKED = (
    "_act_send_message",
    "_act_send_message_batch",
    "_act_delete_message",
    "_act_delete_message_batch",
    "_act_change_visibility",
    "_act_change_visibility_batch",
    "_act_purge_queue",
    "_collect_msgs",
    "_expire_retained",
    "_dlq_sweep",
    "_receive_messages_for_esm",
    "_delete_messages_for_esm",
    "_refresh_counts",
)
_lock = threading.RLock()


def locked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let one thread at a time into a queue."""

    @functools.wraps(function)
    def run(*arguments: Any, **named: Any) -> Any:
        with _lock:
            return function(*arguments, **named)

    return run


class Bell:
    """Wakes long polls when something was sent anywhere."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake everybody, from any thread."""
        if self._waiting and app._MAIN_LOOP is not None:
            app._MAIN_LOOP.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, seconds: float) -> None:
        """Return when something was sent, or after `seconds`."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait_for(future, seconds)
        except TimeoutError:
            return
        finally:
            self._waiting.discard(future)


def window_of(queue_arn: str) -> tuple[float, int]:
    """The batching window in seconds, and the batch size, of the mapping that reads a queue."""
    for mapping in list(lambda_svc._esms._data.values()):
        if mapping.get("EventSourceArn") == queue_arn:
            return float(mapping.get("MaximumBatchingWindowInSeconds") or 0), int(mapping.get("BatchSize") or 10)
    return 0.0, 10


def apply(settings: Settings) -> None:
    """Lock, wake, and wait for windows."""
    del settings
    bell, wake, gather = Bell(), esm_wake.set, sqs._receive_messages_for_esm

    def wake_and_ring() -> None:
        wake()
        bell.ring()

    esm_wake.set = wake_and_ring

    def delete(data: dict[str, Any], url: str) -> dict[str, Any]:
        handle = data.get("ReceiptHandle", "")
        if not handle:
            raise sqs._Err("MissingParameter", "The request must contain the parameter ReceiptHandle.")
        queue = sqs._get_q(data.get("QueueUrl", url), "sqs:DeleteMessage")
        kept = [message for message in queue["messages"] if message["receipt_handle"] != handle]
        if len(kept) < len(queue["messages"]):
            queue["messages"] = kept
        return {}

    def gather_in_window(url: str, most: int) -> Any:
        queue = sqs._get_q(url)
        window, size = window_of(queue["attributes"]["QueueArn"])
        if window:
            now = time.time()
            waiting = [m["visible_at"] for m in list(queue["messages"]) if m.get("visible_at", 0) <= now]
            if not waiting or (len(waiting) < size and now < min(waiting) + window):
                return []
        return gather(url, most)

    def limits(data: dict[str, Any], queue: dict[str, Any]) -> tuple[int, int, float]:
        most = int(data.get("MaxNumberOfMessages", 1))
        if not 1 <= most <= 10:
            raise sqs._Err("InvalidParameterValue", f"Value {most} for parameter MaxNumberOfMessages is invalid.")
        attributes = queue["attributes"]
        hidden = data.get("VisibilityTimeout", attributes.get("VisibilityTimeout", "30"))
        wait = data.get("WaitTimeSeconds", attributes.get("ReceiveMessageWaitTimeSeconds", "0"))
        return most, int(hidden), float(wait)

    async def receive(data: dict[str, Any], url: str) -> dict[str, Any]:
        queue = sqs._get_q(data.get("QueueUrl", url), "sqs:ReceiveMessage")
        most, hidden, wait = limits(data, queue)
        deadline = time.monotonic() + wait
        while True:
            sqs._expire_retained(queue)
            sqs._dlq_sweep(queue)
            messages = sqs._collect_msgs(queue, most, hidden) if queue["messages"] else []
            left = deadline - time.monotonic()
            if messages or left <= 0:
                break
            await bell.wait(min(LOOK_AGAIN_SECONDS, left))
        return {"Messages": [shown(message, data) for message in messages]} if messages else {}

    sqs._act_delete_message, sqs._act_receive_message = delete, receive
    sqs._receive_messages_for_esm = gather_in_window
    for module, names in ((sqs, LOCKED), (sns, ("_deliver_to_sqs",)), (eventbridge, ("_dispatch_to_sqs",))):
        for name in names:
            setattr(module, name, locked(getattr(module, name)))
    for action, handler in list(sqs._HANDLERS.items()):
        sqs._HANDLERS[action] = getattr(sqs, handler.__name__, handler)
    sqs._HANDLERS["DeleteMessage"], sqs._HANDLERS["ReceiveMessage"] = sqs._act_delete_message, receive


def shown(message: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """A message as ReceiveMessage answers it."""
    entry = {
        "MessageId": message["id"],
        "ReceiptHandle": message["receipt_handle"],
        "MD5OfBody": message["md5_body"],
        "Body": message["body"],
    }
    system = data.get("AttributeNames") or data.get("MessageSystemAttributeNames") or []
    attributes = sqs._build_sys_attrs(message, system)
    if attributes:
        entry["Attributes"] = attributes
    own = sqs._filter_msg_attrs(message["message_attributes"], data.get("MessageAttributeNames") or [])
    if own:
        entry |= {"MessageAttributes": own, "MD5OfMessageAttributes": sqs._md5_msg_attrs(own)}
    return entry
