"""Structured logs with the request's ids. What is secret is a javelin.contract.secret.Secret, which is logged as stars."""

from __future__ import annotations

import functools

from aws_lambda_powertools import Logger


@functools.cache
def logger(component: str) -> Logger:
    """The logger of a component."""
    return Logger(service=component)
