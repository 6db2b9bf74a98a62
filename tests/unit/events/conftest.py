"""Fixtures of webhooks: somebody who listens, and a queue of attempts that a test empties by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from functions.events.actions import deliver_event, find_webhooks
from javelin.data import settings
from javelin.messaging.events import Event
from javelin.messaging.webhooks import Attempt
from tests.cloud import Cloud, Context
from tests.unit.events.receiver import Receiver, receiver


class Post:
    """Brings events to the function that finds webhooks, and attempts to the one that makes them."""

    def __init__(self) -> None:
        self.waiting: list[Attempt] = []
        self.delays: list[int] = []

    def order(self, attempts: Sequence[Attempt], delay: int = 0) -> None:
        """Keep attempts, as the queue does."""
        self.waiting += attempts
        self.delays += [delay] * len(attempts)

    def announce(self, *bodies: Event | str) -> list[str]:
        """Bring events in one batch; answers the places that failed."""
        texts = [one if isinstance(one, str) else one.model_dump_json() for one in bodies]
        records = [{"messageId": str(place), "body": text} for place, text in enumerate(texts)]
        answer = find_webhooks.handler({"Records": records}, Context())
        return [one["itemIdentifier"] for one in answer["batchItemFailures"]]

    def carry(self) -> int:
        """Make the attempts that wait now, whether their time has come or not; answers how many."""
        now, self.waiting = self.waiting, []
        for one in now:
            self.attempt(one)
        return len(now)

    def attempt(self, one: Attempt) -> None:
        """Bring one message of the queue."""
        deliver_event.run(one.model_dump_json())


@pytest.fixture
def post(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Post:
    """The queue of this test's cloud."""
    made = Post()
    monkeypatch.setattr(find_webhooks, "order", made.order)
    monkeypatch.setattr(deliver_event, "order", made.order)
    return made


@pytest.fixture
def listener(cloud: Cloud) -> Iterator[Receiver]:
    """A receiver on this machine, which the operator allows."""
    settings.change(settings.WEBHOOK_SITES, "127.0.0.0/8")
    with receiver() as here:
        yield here
    settings.forget()
