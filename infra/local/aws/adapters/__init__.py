"""Adapters: one module per defect of the emulator, each saying what AWS does and replacing whole functions of one
version.

A module has `APPLIES_TO`, the ministack versions it was written against, and `apply(settings)`. A defect mended
upstream is a module deleted.
"""

import importlib
import importlib.metadata

from infra.local.aws.settings import Settings

ORDER = (
    "state_lock",
    "durable_tables",
    "durable_queues",
    "queue_access",
    "plain_copies",
    "known_expressions",
    "ordered_indexes",
    "expiry",
    "stream_polling",
    "lambda_packages",
    "function_state",
    "lambda_workers",
    "lambda_records",
    "http_api_payload",
    "nested_transforms",
    "nested_updates",
    "table_ttl",
    "task_tokens",
    "task_attempts",
    "execution_walk",
    "execution_status",
    "execution_sweep",
    "interrupted_executions",
    "snapshots",
)


class WrongVersionError(RuntimeError):
    """The installed emulator is not the one that an adapter was written against."""


def apply_all(settings: Settings) -> None:
    """Apply every adapter, in order; refuse to start on a version that one of them does not know."""
    installed = importlib.metadata.version("ministack")
    modules = [importlib.import_module(f"{__name__}.{name}") for name in ORDER]
    for module in modules:
        if installed not in module.APPLIES_TO:
            known = ", ".join(sorted(module.APPLIES_TO))
            raise WrongVersionError(f"{module.__name__} was written for ministack {known}; installed is {installed}")
    for module in modules:
        module.apply(settings)
