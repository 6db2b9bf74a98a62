"""What a drill was to do, and what came of it: for people, and as JSON for machines."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Plan:
    """The fewest deployments; `outage` and `pause` are the longest seconds of a cut, and between two faults."""

    deployments: int
    seed: int
    outage: float
    pause: float
    settling: float = 300.0  # seconds that what is under way may take to end, at each look
    operated: bool = False  # whether somebody looks after stuck jobs, as their alarms ask for


@dataclass
class Report:
    """What was done, how it ended, and what is wrong after it: nothing, or the drill has failed."""

    plan: Plan
    faults: dict[str, int] = field(default_factory=dict)
    longest: dict[str, float] = field(default_factory=dict)  # seconds that a fault took, by its name
    operations: dict[str, int] = field(default_factory=dict)
    under_load: int = 0  # operations that ended while faults happened
    reasons: dict[str, int] = field(default_factory=dict)
    repeats: int = 0
    stuck: list[str] = field(default_factory=list)  # jobs that the operator undid or resumed
    orphans: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)  # what was seen before the load; only on real hosts
    told: dict[str, int] = field(default_factory=dict)  # what hosts reported, by its subject
    compared: dict[str, dict[str, int]] = field(default_factory=dict)  # how much was compared, by when it was
    repaired: list[str] = field(default_factory=list)  # what the audit put right: no failure, but told
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether all that is promised holds."""
        return not self.wrong and not self.orphans

    def strike(self, fault: str, seconds: float) -> None:
        """Note that a fault happened, and how long it took."""
        self.faults[fault] = self.faults.get(fault, 0) + 1
        self.longest[fault] = round(max(seconds, self.longest.get(fault, 0.0)), 1)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {**asdict(self), "passed": self.passed}

    def show(self, console: Console) -> None:
        """For people."""
        faults = {f"{name} (longest {self.longest[name]:g} s)": times for name, times in self.faults.items()}
        for title, rows in (
            ("Faults", faults), ("Operations", self.operations), ("Reasons of failures", self.reasons),
            ("Told by hosts", self.told),
            *((f"Records and hosts agree {when}", sums) for when, sums in self.compared.items() if self.passed),
        ):  # fmt: skip
            table = Table("what", "times", title=title)
            for name, times in sorted(rows.items()):
                table.add_row(name, str(times))
            if rows:
                console.print(table)
        console.print(
            f"{self.under_load} operations under faults; {self.repeats} requests were repeated; stuck jobs that an "
            f"operator ended: {len(self.stuck)}; counters repaired: {len(self.repaired)}."
        )
        for line in [*self.before, *self.stuck, *self.repaired, *self.wrong, *self.orphans]:
            console.print(f"- {line}", markup=False)
        verdict = "[green]passed[/green]" if self.passed else "[red]failed[/red]"
        console.print(
            f"{verdict} in {self.seconds:g} s: {sum(self.faults.values())} faults, "
            f"{len(self.orphans)} orphans, {len(self.wrong)} other things wrong."
        )
