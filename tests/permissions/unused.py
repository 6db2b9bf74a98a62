"""Grants that nothing used, to see what is granted too much: `SHOW_UNUSED_GRANTS=1 pytest tests/unit tests/flows`."""

from __future__ import annotations

from infra.generator.declarations import COMPONENTS, functions
from javelin.contract.grants import Grant
from tests.account import ACCOUNT, REGION
from tests.permissions.needs import Need
from tests.permissions.policies import Statement

WRITING = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
READS = frozenset(f"dynamodb:{verb}" for verb in ("GetItem", "BatchGetItem", "Query"))


def unused(used: set[tuple[str, Need]]) -> list[str]:
    """A line for each grant of which no action was used, and for each that writes a table which was only read."""
    lines = []
    for one in (one for component in COMPONENTS for one in functions(component)):
        needed = [need for function, need in used if function == one.function_name]
        for grant in sorted(one.grants):
            acts = {need[0] for need in needed if _statement(grant).allows(*need)}
            what = f"{one.function_name}: {grant.resources[0].rpartition(':')[2]}"
            if not acts:
                lines.append(f"{what}: {' '.join(grant.actions)} never used")
            elif {*grant.actions} >= WRITING and acts <= READS:
                lines.append(f"{what}: written nowhere, read would do")
    return lines


def _statement(grant: Grant) -> Statement:
    where = tuple(one.format(partition="aws", region=REGION, account=ACCOUNT) for one in grant.resources)
    return Statement(grant.actions, where)
