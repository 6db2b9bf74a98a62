"""The flow of a job as a picture: what it does downwards, what it undoes upwards beside it, what was gone through bold."""

from __future__ import annotations

from functions.api._markup import Markup, tag
from functions.api._trace_words import GLYPHS, Json, took

HEIGHT, ACROSS, DOWN, EDGE = 48, 56, 26, 4
NARROWEST, LETTER = 170, 9.3  # of a box, and of a letter of its name
IDLE = ("waiting", "not reached")


class Graph:
    """Places states in columns (do, undo, stuck) and rows, then draws them."""

    def __init__(self, trace: Json) -> None:
        self._states: dict[str, Json] = {state["name"]: state for state in trace["states"]}
        self._runs: list[Json] = trace["runs"]
        self._start: str = trace["flow"]["start"]
        self._places: dict[str, tuple[int, int]] = {}
        self._width = round(max(NARROWEST, 50 + LETTER * max(map(len, self._states))))
        self._place()

    def drawn(self) -> Markup:
        """The picture; every state leads to its runs below."""
        rows = max(row for _, row in self._places.values()) + 1
        columns = max(column for column, _ in self._places.values()) + 1
        width = columns * (self._width + ACROSS) - ACROSS + 2 * EDGE
        height = rows * (HEIGHT + DOWN) - DOWN + 2 * EDGE
        edges = sorted(self._edges(), key=lambda edge: edge[2])
        return tag(
            "svg", tag("defs", _arrow("arrow"), _arrow("arrow-taken")), *(self._edge(*edge) for edge in edges),
            *(self._node(name) for name in self._places),
            viewBox=f"0 0 {width} {height}", width=width, height=height, role="img",
            aria_label="The states of the flow and how each ended", xmlns="http://www.w3.org/2000/svg",
        )  # fmt: skip

    def _place(self) -> None:
        name: str | None = self._start
        row = 1
        while name and name not in self._places:
            self._places[name] = (0, row)
            name, row = self._states[name].get("next"), row + 1
        forward = dict(self._places)
        taken: set[int] = set()
        for name, state in self._states.items():
            if state.get("phase") != "undo":
                continue
            beside = [place[1] for one, place in forward.items() if self._states[one].get("step") == state["step"]]
            caught = [place[1] for one, place in forward.items() if self._states[one].get("catch") == name]
            row = min(beside or caught or [1])
            while row in taken:
                row += 1
            taken.add(row)
            self._places[name] = (1, row)
        rest = [name for name in self._states if name not in self._places]
        ends = [name for name in rest if "step" not in self._states[name] and name != "Stuck"]
        for column, names in ((1, ends), (2, [name for name in reversed(rest) if name not in ends])):
            for row, name in enumerate(names):
                self._places[name] = (column, row)

    def _edges(self) -> list[tuple[str, str, bool]]:
        found = []
        for name, state in self._states.items():
            passed, failed = self._gone_through(name), self._failed(name)
            if state.get("next"):
                found.append((name, state["next"], passed and self._gone_through(state["next"]) and not failed))
            if state.get("catch"):
                found.append((name, state["catch"], failed and self._gone_through(state["catch"])))
        return found

    def _gone_through(self, name: str) -> bool:
        return self._states[name]["outcome"] not in IDLE

    def _failed(self, name: str) -> bool:
        return self._states[name]["outcome"] in ("failed", "cancelled")

    def _edge(self, start: str, end: str, taken: bool) -> Markup:
        (column, row), (to_column, to_row) = self._places[start], self._places[end]
        x, y = self._corner(column, row)
        to_x, to_y = self._corner(to_column, to_row)
        if column == to_column:
            down = to_row > row
            path = f"M{x + self._width / 2} {y + HEIGHT if down else y}V{to_y - 7 if down else to_y + HEIGHT + 7}"
        else:
            middle = (x + self._width + to_x) / 2
            path = f"M{x + self._width} {y + HEIGHT / 2}H{middle}V{to_y + HEIGHT / 2}H{to_x - 7}"
        kind = "edge taken" if taken else "edge"
        return tag("path", d=path, class_=kind, marker_end=f"url(#arrow{'-taken' if taken else ''})")

    def _node(self, name: str) -> Markup:
        state = self._states[name]
        x, y = self._corner(*self._places[name])
        runs = [place for place, run in enumerate(self._runs) if run["state"] == name]
        drawn = tag(
            "g",
            tag("title", f"{name}: {state['outcome']}"),
            tag("rect", x=x, y=y, width=self._width, height=HEIGHT, rx=24 if "step" not in state else 8),
            tag("text", GLYPHS.get(state["outcome"], "·"), x=x + 17, y=y + 30, class_="glyph"),
            tag("text", name, x=x + 36, y=y + 21, class_="name"),
            tag("text", self._words(state, runs), x=x + 36, y=y + 37, class_="words"),
            class_=f"node {_css(state['outcome'])}" + (" dead-end" if name == "Stuck" else ""),
        )
        return tag("a", drawn, href=f"#run-{runs[0]}") if runs else drawn

    def _corner(self, column: int, row: int) -> tuple[int, int]:
        return EDGE + column * (self._width + ACROSS), EDGE + row * (HEIGHT + DOWN)

    def _words(self, state: Json, places: list[int]) -> str:
        runs = [self._runs[place] for place in places]
        words = [state["outcome"]]
        if runs and all(run["milliseconds"] is not None for run in runs):
            words.append(took(sum(run["milliseconds"] for run in runs)))
        items, attempts = {run["item"] for run in runs}, max((run["attempt"] for run in runs), default=1)
        words += [f"{len(items)} items"] if len(items) > 1 else []
        words += [f"{attempts} attempts"] if attempts > 1 else []
        return " · ".join(words)


def _arrow(name: str) -> Markup:
    return tag("marker", tag("path", d="M0 0L7 3.5L0 7z"), id=name, class_=name, markerWidth=7, markerHeight=7, refX=1,
               refY=3.5, orient="auto", markerUnits="userSpaceOnUse")  # fmt: skip


def _css(outcome: str) -> str:
    return outcome.replace(" ", "-")
