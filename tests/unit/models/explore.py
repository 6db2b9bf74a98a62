"""Walks every state that a model can reach; the first path to a state that must not be is the counterexample."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S", bound=Hashable)
MOST = 400_000  # states; a model that is larger needs narrower bounds


@dataclass(frozen=True)
class Explored(Generic[S]):
    """What was reached."""

    states: frozenset[S]
    moves: int


def explore(
    start: S, moves: Callable[[S], Iterable[tuple[str, S]]], wrong: Callable[[S, str, S], str | None]
) -> Explored[S]:
    """Every state from `start` on, nearest first. `wrong` says what is wrong with a move; AssertionError tells the path."""
    came: dict[S, tuple[S, str] | None] = {start: None}
    waiting, count = deque([start]), 0
    while waiting:
        state = waiting.popleft()
        for label, after in moves(state):
            count += 1
            problem = wrong(state, label, after)
            assert problem is None, "\n".join([f"{problem}:", *_path(came, state), f"{label}: {after}"])
            if after not in came:
                came[after] = (state, label)
                waiting.append(after)
                assert len(came) < MOST, "the model has too many states; narrow its bounds"
    return Explored(frozenset(came), count)


def _path(came: dict[S, tuple[S, str] | None], state: S) -> list[str]:
    steps: list[str] = []
    step = came[state]
    while step is not None:
        steps.append(f"{step[1]}: {state}")
        state = step[0]
        step = came[state]
    return [f"start: {state}", *reversed(steps)]
