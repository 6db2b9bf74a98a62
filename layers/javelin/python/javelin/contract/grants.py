"""Least privilege, written where it is used: what a function may do to which resource."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Grant:
    """IAM actions on resources; `{region}`, `{account}` and `{partition}` stand for the deployment's own.

    A resource of `*` needs `reason`.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    reason: str = ""

    def __post_init__(self) -> None:
        if "*" in self.resources and not self.reason:
            raise ValueError(f"a grant of {self.actions} on everything needs a reason")


def arn(service: str, resource: str) -> str:
    """The ARN of one of our own resources, to be filled in by the generator."""
    return f"arn:{{partition}}:{service}:{{region}}:{{account}}:{resource}"
