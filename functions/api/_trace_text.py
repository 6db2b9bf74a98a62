"""The trace of a job as text for terminals: one aligned table; colours only when asked for."""

from __future__ import annotations

from functions.api import _markup
from functions.api._trace_words import (
    Json,
    command_name,
    error_line,
    money,
    parts_line,
    plan_lines,
    since,
    status,
    took,
)

COLOURS = {
    "done": "32", "succeeded": "32", "reached": "33", "undone": "33", "repeated": "33", "interrupted": "33", "failed": "31",
    "stuck": "31", "cancelled": "35", "cancelling": "35", "running": "36", "pending": "36",
}  # fmt: skip
TITLES = ("state", "outcome", "started", "took", "details")


def as_text(trace: Json, *, coloured: bool = False) -> str:
    """The whole trace; what names hold can not steer the terminal."""
    job = trace["job"]
    lines = [f"{clean(job['command'])}  {_paint(status(job), status(job), coloured)}  {took(job['milliseconds'])}"]
    lines += [
        f"job      {job['id']}" + (f"  (attempt {job['attempt']})" if job["attempt"] > 1 else ""),
        f"on       {clean(job['resource_type'] or '-')} {job['resource'] or ''}".rstrip(),
        f"by       {clean(job['account'])} in {clean(job['domain'])}",
        f"started  {job['started']}",
    ]
    if job["ended"]:
        lines.append(f"ended    {job['ended']}")
    if job["error"]:
        lines.append(f"error    {job['error']['code']}: {clean(job['error']['text'])}")
    lines += ["", *_table([*_rows(trace), *_not_run(trace)], coloured)] if trace["states"] else [""]
    for title, told in (("plan", plan_lines(trace["plan"])), ("cost", _cost(trace["cost"]))):
        lines += ["", title, *(f"  {_markup.clean(line)}" for line in told)] if told else []
    return "\n".join(lines) + "\n"


def clean(text: object) -> str:
    """On one line, without what could steer the terminal."""
    return " ".join(_markup.clean(text).split())


def _rows(trace: Json) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for run in trace["runs"]:
        details = [f"attempt {run['attempt']}"] if run["attempt"] > 1 else []
        details += [run["item"]] if run["item"] else []
        details += [error_line(run["error"])] if run["error"] else []
        rows.append((run["state"], run["outcome"], since(run["after"]), took(run["milliseconds"]), "; ".join(details)))
        rows += [_command(command, run) for command in run["hosts"]]
    return rows


def _command(command: Json, run: Json) -> tuple[str, ...]:
    told = [command_name(command), parts_line(command), f"id {command['id']}"]
    told += [error_line(command["error"])] if command["error"] and command["error"] != run["error"] else []
    times = (since(command["after"]), took(command["milliseconds"]))
    return ("- host", command["outcome"], *times, "; ".join(filter(None, told)))


def _not_run(trace: Json) -> list[tuple[str, ...]]:
    return [(state["name"], state["outcome"], "", "", "") for state in trace["states"]
            if state["outcome"] in ("waiting", "reached")]  # fmt: skip


def _table(rows: list[tuple[str, ...]], coloured: bool) -> list[str]:
    cleaned = [tuple(map(clean, row)) for row in rows]
    widths = [max(len(row[column]) for row in [TITLES, *cleaned]) for column in range(len(TITLES) - 1)]
    lines = []
    for row in [TITLES, *cleaned]:
        cells = [cell.rjust(width) if place in (2, 3) else cell.ljust(width)
                 for place, (cell, width) in enumerate(zip(row, widths, strict=False))]  # fmt: skip
        cells[1] = _paint(cells[1], row[1], coloured)
        lines.append("  ".join((*cells, row[-1])).rstrip())
    return lines


def _paint(text: str, outcome: str, coloured: bool) -> str:
    colour = COLOURS.get(outcome)
    return f"\x1b[{colour}m{text}\x1b[0m" if coloured and colour else text


def _cost(cost: Json) -> list[str]:
    total = f"about {cost['currency']} {money(cost['total'])} at list prices of {cost['as_of']} in {cost['region']}"
    return [total, *(f"{line['number']:>8} {line['what']}" for line in cost["lines"])]
