"""Finds what the components declare: operations, steps, consumers, flows and records."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from javelin.contract.grants import Grant
from javelin.contract.operation import Operation
from javelin.data.record import Table
from javelin.discovery import names
from javelin.flow.jobs import START_JOB, may_start
from javelin.flow.steps import Step
from javelin.messaging.consumers import Consumer

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = (
    "api", "identity", "orchestration", "data", "compute", "storage", "network", "fabric_admin", "fabric_monitoring",
    "service_framework", "events",
)  # fmt: skip
RECORDS = ROOT / "layers/javelin/python/javelin/data/records"


@dataclass(frozen=True)
class Function:
    """One Lambda function to be."""

    component: str
    name: str
    module: str
    declaration: Operation[Any] | Step | Consumer

    @property
    def function_name(self) -> str:
        """Its name on AWS."""
        return names.function(self.component, self.name)

    @property
    def logical_id(self) -> str:
        """Its name in the component's template: StopVirtualMachine."""
        return "".join(part.capitalize() for part in self.name.split("_"))

    @property
    def grants(self) -> frozenset[Grant]:
        """What it may do: what it declares, and what starting its flow needs."""
        declared = self.declaration
        if isinstance(declared, Operation) and declared.flow:
            return frozenset((*declared.grants, *START_JOB, may_start(declared.flow)))
        return frozenset(declared.grants)


@dataclass(frozen=True)
class Flow:
    """One state machine to be."""

    component: str
    name: str
    definition: dict[str, Any]

    @property
    def path(self) -> str:
        """How operations name it: compute/stop_virtual_machine."""
        return f"{self.component}/{self.name}"

    @property
    def logical_id(self) -> str:
        """Its name in the component's template."""
        return "".join(part.capitalize() for part in self.name.split("_")) + "Flow"


def functions(component: str) -> list[Function]:
    """The functions that a component declares, in order of name."""
    found = []
    for module, name in _modules(component):
        declaration = getattr(importlib.import_module(module), "handler", None)
        if not isinstance(declaration, Operation | Step | Consumer):
            raise TypeError(f"{module} declares no handler: make it an operation, a step or a consumer")
        found.append(Function(component, name, module, declaration))
    return found


def operations() -> list[Function]:
    """Every API operation of every component, in order of command."""
    found = [one for component in COMPONENTS for one in functions(component) if isinstance(one.declaration, Operation)]
    return sorted(found, key=command)


def command(function: Function) -> str:
    """The command that an operation's function serves."""
    assert isinstance(function.declaration, Operation)
    return function.declaration.command


def flows(component: str) -> list[Flow]:
    """The flows of a component."""
    folder = ROOT / "state_machines" / component
    return [
        Flow(component, path.name.removesuffix(".asl.yaml"), yaml.load(path.read_text(), yaml.CSafeLoader))
        for path in sorted(folder.glob("*.asl.yaml"))
    ]


def records() -> list[type[Table]]:
    """Every record, in order of name."""
    found: dict[str, type[Table]] = {}
    for path in sorted(RECORDS.glob("[a-z]*.py")):
        module = importlib.import_module(f"javelin.data.records.{path.stem}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Table) and value.__module__ == module.__name__:
                found[value.__name__] = value
    return [found[name] for name in sorted(found)]


def _modules(component: str) -> Iterator[tuple[str, str]]:
    folder = ROOT / "functions" / component
    for path in sorted(folder.glob("[a-z]*.py")):
        if path.stem != "app":
            yield f"functions.{component}.{path.stem}", path.stem
    for path in sorted(folder.glob("actions/[a-z]*.py")):
        yield f"functions.{component}.actions.{path.stem}", path.stem
