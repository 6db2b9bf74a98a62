"""`python -m infra.packaging.validate`: everything about templates and flows that can be known without an account."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from cfnlint.decode.cfn_yaml import load
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform

from infra.generator.declarations import COMPONENTS, flows
from infra.packaging.flow_rules import broken_rules
from infra.packaging.publish import ROOT_TEMPLATE, STACKS

# W2001: every component takes the same parameters, and small ones leave some unused.
NOT_RULES = ("W2001",)


def problems() -> list[str]:
    """What is wrong, in sentences; empty when all is well."""
    found = _cfn_lint([ROOT_TEMPLATE, *sorted(STACKS.glob("*.yaml"))])
    found += _sam(ROOT_TEMPLATE)
    for component in COMPONENTS:
        for flow in flows(component):
            found += [f"state_machines/{flow.path}: {problem}" for problem in broken_rules(flow.definition)]
    return found


def _cfn_lint(templates: list[Path]) -> list[str]:
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    command = (
        str(cfn_lint), "--format", "parseable", "--ignore-checks", *NOT_RULES, "--regions", "us-east-1", "--template",
        *map(str, templates),
    )  # fmt: skip
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
    said = [*done.stdout.splitlines(), *(done.stderr.splitlines() if done.returncode else [])]
    return [line for line in said if line.strip()]


class _NoManagedPolicies:
    """We name no managed policy by its short name, so there is nothing to load."""

    def load(self) -> dict[str, str]:
        """None."""
        return {}


def _sam(path: Path) -> list[str]:
    """What AWS's own transform says of a template."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    template: Any = load(str(path))
    try:
        transform(template, {}, _NoManagedPolicies())
    except InvalidDocumentException as error:
        return [f"{path.name}: {cause.message}" for cause in error.causes]
    return []


def main() -> int:
    """Print what is wrong; the exit code is 1 then."""
    found = problems()
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
