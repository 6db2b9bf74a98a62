"""What was measured: shown as a table, kept as JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from infra.local.home import ROOT

FILE = ROOT / ".javelin" / "bench.json"


@dataclass(frozen=True)
class Row:
    """One figure; `aim` says what it should be, in words."""

    group: str
    what: str
    value: float
    unit: str
    aim: str = ""


@dataclass
class Report:
    """Figures in the order in which they were measured."""

    rows: list[Row] = field(default_factory=list)

    def add(self, group: str, what: str, value: float, unit: str, aim: str = "") -> None:
        """Note a figure."""
        self.rows.append(Row(group, what, round(value, 9), unit, aim))

    def show(self) -> None:
        """Print the table and write the file."""
        table = Table("", "", "measured", "aim", title=f"Javelin on {machine()}")
        group = ""
        for row in self.rows:
            if row.group != group:
                table.add_section()
            table.add_row(row.group if row.group != group else "", row.what, f"{row.value:.4g} {row.unit}", row.aim)
            group = row.group
        Console().print(table)
        FILE.parent.mkdir(mode=0o700, exist_ok=True)
        content = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "figures": [asdict(row) for row in self.rows],
        }
        FILE.write_text(json.dumps(content, indent=2) + "\n")
        Console().print(f"[dim]{FILE}[/dim]")


def machine() -> str:
    """What measured."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown CPU")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} x {model}, {memory:.0f} GiB, Python {platform.python_version()}, load {load:.1f}"


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def high(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]
