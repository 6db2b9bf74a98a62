"""What counted requests cost on AWS at the list prices of us-east-1, without free tiers and discounts."""

from __future__ import annotations

from collections.abc import Mapping

DOLLARS = {
    "transition": 25e-6,  # Step Functions, standard
    "invocation": 0.2e-6,
    "gib_second": 16.6667e-6,  # Lambda, x86
    "write_unit": 0.625e-6,  # DynamoDB, on demand
    "read_unit": 0.125e-6,
    "sqs_request": 0.4e-6,
    "sns_request": 0.5e-6,
    "api_request": 1e-6,  # API Gateway, HTTP API
}


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
