"""`python -m tests.benchmarks.publish` puts the figures of the last `make bench` into docs/performance.md."""

from __future__ import annotations

import json
from typing import Any

from infra.local.home import ROOT
from tests.benchmarks.report import FILE

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def main() -> None:
    """Replace what is between the marks."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table(json.loads(FILE.read_text()))}\n{END}{after}")
    print(PAGE)


def table(measured: dict[str, Any]) -> str:
    """The figures in Markdown."""
    lines = [f"{measured['at']}, {measured['machine']}", "", "| | | measured | aim |", "|---|---|---:|---|"]
    group = ""
    for row in measured["figures"]:
        shown = row["group"] if row["group"] != group else ""
        lines.append(f"| {shown} | {row['what']} | {row['value']:.4g} {row['unit']} | {row['aim']} |")
        group = row["group"]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
