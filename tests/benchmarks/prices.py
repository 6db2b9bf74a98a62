"""What counted requests cost on AWS at the list prices that traces show, without free tiers and discounts."""

from __future__ import annotations

from collections.abc import Mapping

from javelin.flow.costs import prices

LISTED = prices()["per_million"]
DOLLARS = {
    name: LISTED[what] * parts / 1e6
    for name, what, parts in (
        ("transition", "Step Functions transitions", 1), ("invocation", "Lambda requests", 1),
        ("gib_second", "Lambda MiB-seconds", 1024), ("write_unit", "DynamoDB write units", 1),
        ("read_unit", "DynamoDB read units", 1), ("sqs_request", "SQS requests", 1), ("sns_request", "SNS messages", 1),
        ("api_request", "API Gateway requests", 1),
    )
}  # fmt: skip


def price(counts: Mapping[str, float]) -> float:
    """US dollars for what the embedded AWS counted (see infra/local/aws/tally.py)."""
    used = {
        "transition": counts.get("states/transitions", 0),
        "invocation": total(counts, "lambda/", "/invocations"),
        "gib_second": counts.get("lambda/gib_seconds", 0),
        "write_unit": counts.get("dynamodb/write_units", 0),
        "read_unit": counts.get("dynamodb/read_units", 0),
        "sqs_request": total(counts, "sqs/", "/requests"),
        "sns_request": total(counts, "sns/", "/requests"),
        "api_request": counts.get("public/other/requests", 0),
    }
    return sum(DOLLARS[what] * amount for what, amount in used.items())


def total(counts: Mapping[str, float], start: str, end: str) -> float:
    """The sum of the counts with such names."""
    return sum(amount for name, amount in counts.items() if name.startswith(start) and name.endswith(end))
