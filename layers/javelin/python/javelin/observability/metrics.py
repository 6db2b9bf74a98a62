"""Metrics: counted in the log, from where CloudWatch takes them."""

from __future__ import annotations

from aws_lambda_powertools.metrics import MetricUnit, single_metric

NAMESPACE = "Javelin"


def count(component: str, name: str, amount: int = 1) -> None:
    """Count something that happened in a component."""
    with single_metric(
        name=name, unit=MetricUnit.Count, value=amount, namespace=NAMESPACE, default_dimensions={"component": component}
    ):
        pass
