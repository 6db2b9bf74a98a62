"""How the trace of a job says things, on the page and as text."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

GLYPHS = {
    "done": "✓", "succeeded": "✓", "undone": "↺", "failed": "✗", "repeated": "↻", "interrupted": "⚡", "running": "▶",
    "pending": "▶", "cancelled": "⊘", "cancelling": "⊘", "reached": "■", "waiting": "○", "not reached": "·",
}  # fmt: skip


def took(milliseconds: float | None) -> str:
    """A duration that a person reads at once."""
    if milliseconds is None:
        return ""
    if milliseconds < 10 and milliseconds != int(milliseconds):
        return f"{milliseconds:.1f} ms"
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.2f} s"
    return f"{int(milliseconds // 60_000)} min {milliseconds % 60_000 / 1000:.0f} s"


def since(milliseconds: float) -> str:
    """How long after the job's start."""
    return f"+{milliseconds / 1000:.3f} s"


def at(moment: str) -> str:
    """An instant in UTC to the second."""
    return f"{moment[:10]} {moment[11:19]} UTC"


def money(amount: float) -> str:
    """A small amount."""
    return f"{amount:.7f}"


def command_name(command: Json) -> str:
    """One command, and its host for those who may know it."""
    return f"{command['command']} on {command['host']}" if command.get("host") else str(command["command"])


def parts_line(command: Json) -> str:
    """What a command did in which time."""
    return ", ".join(f"{part['name']} {took(part['milliseconds'])}" for part in command["parts"])


def error_line(error: Json) -> str:
    """An error with its sentence."""
    return f"{error['name']}: {error['text']}" if error["text"] else str(error["name"])


def status(job: Json) -> str:
    """How the job is, in one word."""
    if job["stuck"]:
        return "stuck"
    return "cancelling" if job["cancelling"] else str(job["status"])


def plan_lines(plan: Json | None) -> list[str]:
    """What the planner decided and why."""
    if plan is None:
        return []
    if not plan["placed"]:
        lines = ["No host was chosen."]
    else:
        lines = [f"Placed on {plan['host']['name']}." if plan.get("host") else "A host was chosen."]
    lines += [f"Volume {volume} goes to pool {pool}." for volume, pool in plan.get("pools", {}).items()]
    if "rejected" in plan:
        return lines + [f"Not {row['name']}: {row['reason']}." for row in plan["rejected"]]
    for what in ("hosts", "pools"):
        counted = ", ".join(f"{number} {reason}" for reason, number in plan[f"rejected_{what}"].items())
        lines += [f"Passed over {what}: {counted}."] if counted else []
    return lines
