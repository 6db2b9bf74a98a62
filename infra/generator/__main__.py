"""Write the generated files, or with --check say which are stale. See `make generate`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import yaml

from infra.generator.catalog import catalog, commands, event_types
from infra.generator.declarations import COMPONENTS, ROOT, flows, functions, records
from infra.generator.maps import maps
from infra.generator.stacks import component_stack
from infra.generator.tables import tables_stack


class _Plain(yaml.CSafeDumper):
    """YAML without anchors: every part of a template stands alone."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the base class's signature
        return True


def generated() -> dict[Path, str]:
    """Every generated file and what it must hold."""
    files = {
        ROOT / "functions/api/catalog.json": json.dumps(catalog(), indent=1, sort_keys=True) + "\n",
        ROOT / "layers/javelin/python/javelin/contract/commands.json": json.dumps(commands(), indent=1) + "\n",
        ROOT / "functions/events/declared_types.json": json.dumps(event_types(), indent=1) + "\n",
        ROOT / "layers/javelin/python/javelin/flow/flows.json": json.dumps(maps(), indent=1) + "\n",
        ROOT / "infra/stacks/tables.yaml": _yaml(tables_stack(records())),
    }
    for component in COMPONENTS:
        declared, machines = functions(component), flows(component)
        if declared or machines:  # a component that has nothing yet has no stack
            files[ROOT / f"infra/stacks/{component}.yaml"] = _yaml(component_stack(component, declared, machines))
    return files


def stale() -> list[Path]:
    """The generated files that are not what the declarations say."""
    files = generated()
    unknown = [path for path in (ROOT / "infra/stacks").glob("*.yaml") if path not in files]
    return [path for path, text in files.items() if not _holds(path, text)] + unknown


def main() -> int:
    """Write, or check. The exit code is 1 when something is stale."""
    parser = argparse.ArgumentParser(prog="python -m infra.generator", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say which files are stale")
    if parser.parse_args().check:
        wrong = stale()
        for path in wrong:
            print(f"stale: {path.relative_to(ROOT)}; run make generate", file=sys.stderr)
        return 1 if wrong else 0
    for path, text in generated().items():
        if not _holds(path, text):  # what is right stays untouched: others may be reading it
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return 0


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


def _yaml(template: dict[str, Any]) -> str:
    return yaml.dump(template, Dumper=_Plain, sort_keys=False, width=120)


if __name__ == "__main__":
    sys.exit(main())
