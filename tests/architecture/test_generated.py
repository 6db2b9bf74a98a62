"""What is generated is current, and what is deployed is sound: templates, packages, grants, flows."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from infra.generator.__main__ import generated, stale
from infra.generator.declarations import COMPONENTS, ROOT, Flow, Function, flows, functions
from infra.packaging import code, validate
from infra.packaging.flow_rules import broken_rules

FLOWS = [flow for component in COMPONENTS for flow in flows(component)]
FUNCTIONS = [function for component in COMPONENTS for function in functions(component)]


def test_generated_files_are_not_stale() -> None:
    assert [str(path.relative_to(ROOT)) for path in stale()] == []


def test_templates_pass_cfn_lint_and_the_sam_translator() -> None:
    assert validate.problems() == []


def test_what_passed_once_is_looked_at_again_when_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate, "PASSED", tmp_path / "passed")
    queue = "Resources:\n  Queue: {Type: AWS::SQS::Queue, Properties: {%s: 30}}\n"
    template = tmp_path / "template.yaml"
    template.write_text(queue % "VisibilityTimeout")
    assert validate._cfn_lint([template]) == []
    assert len([*(tmp_path / "passed").iterdir()]) == 1
    template.write_text(queue % "VisibleTimeout")
    for _ in range(2):
        (found,) = validate._cfn_lint([template])
        assert "VisibleTimeout" in found


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.path)
def test_flows_keep_the_rules(flow: Flow) -> None:
    assert broken_rules(flow.definition) == []


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.path)
def test_flows_call_functions_that_exist(flow: Flow) -> None:
    from infra.generator.flows import functions_called

    assert set(functions_called(flow.definition)) <= {function.function_name for function in FUNCTIONS}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.function_name)
def test_functions_may_do_little(function: Function) -> None:
    for grant in function.grants:
        assert not any(action.endswith("*") for action in grant.actions), f"{grant} names no verbs"
        assert "*" not in grant.resources or grant.reason, f"{grant} is on everything, without a reason"
        assert "dynamodb:Scan" not in grant.actions
    assert len(function.function_name) <= 64, "AWS allows 64 characters"


def test_every_component_has_a_stack_in_the_root() -> None:
    root = validate.load(str(ROOT / "template.yaml"))
    nested = {str(one["Properties"]["TemplateURL"]) for one in root["Resources"].values()
              if one["Type"] == "AWS::CloudFormation::Stack"}  # fmt: skip
    text = " ".join(nested)
    wanted = [path.stem for path in generated() if path.suffix == ".yaml"]
    deployed = [name for name in wanted if functions(name) or flows(name)] if wanted else []
    assert [name for name in deployed if f"{name}.yaml" not in text] == []


def test_packages_depend_on_their_contents_alone() -> None:
    assert code.code() == code.code()
    assert code.library() == code.library()


def test_vendor_requirements_are_the_project_s() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    lines = Path(code.REQUIREMENTS).read_text().splitlines()
    assert sorted(line for line in lines if line and not line.startswith("#")) == sorted(project)
