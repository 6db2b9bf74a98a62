"""`python -m infra.packaging.validate`: everything about templates and flows that can be known without an account."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from cfnlint.decode.cfn_yaml import load
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform

from infra.generator.declarations import COMPONENTS, ROOT, flows
from infra.packaging.flow_rules import broken_rules
from infra.packaging.publish import ROOT_TEMPLATE, STACKS

# W2001: every component takes the same parameters, and small ones leave some unused.
OPTIONS = ("--format", "parseable", "--regions", "us-east-1", "--ignore-checks", "W2001")
PASSED = ROOT / "build/validated"


def problems() -> list[str]:
    """What is wrong, in sentences; empty when all is well."""
    found = _cfn_lint([ROOT_TEMPLATE, *sorted(STACKS.glob("*.yaml"))])
    found += _sam(ROOT_TEMPLATE)
    for component in COMPONENTS:
        for flow in flows(component):
            found += [f"state_machines/{flow.path}: {problem}" for problem in broken_rules(flow.definition)]
    return found


def _cfn_lint(templates: list[Path]) -> list[str]:
    """What cfn-lint says of those that it did not pass before as they are: it takes most of a minute for all."""
    new = [template for template in templates if not _passed(template).exists()]
    new.sort(key=lambda template: template.stat().st_size)
    processes = os.cpu_count() or 1
    with ThreadPoolExecutor(processes) as pool:
        shares = filter(None, (new[number::processes] for number in range(processes)))
        return [line for said in pool.map(_lint, shares) for line in said]


def _lint(templates: list[Path]) -> list[str]:
    command = (str(Path(sys.executable).with_name("cfn-lint")), *OPTIONS, "--template", *map(str, templates))
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
    said = [*done.stdout.splitlines(), *(done.stderr.splitlines() if done.returncode else [])]
    found = [line for line in said if line.strip()]
    if not found and done.returncode == 0:
        PASSED.mkdir(parents=True, exist_ok=True)
        for template in templates:
            _passed(template).touch()
    return found


def _passed(template: Path) -> Path:
    """What is there once this content has passed, with this version and these options."""
    asked = f"{importlib.metadata.version('cfn-lint')} {OPTIONS}".encode()
    return PASSED / hashlib.sha256(asked + template.read_bytes()).hexdigest()


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
