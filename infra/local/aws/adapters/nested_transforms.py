"""Transforms in nested stacks.

AWS: a nested stack's template is transformed like any other (SAM, AWS::LanguageExtensions). ministack deploys nested
templates as they are written, silently without what a transform would have made of them.
"""

from contextvars import ContextVar
from typing import Any

from ministack.services.cloudformation import engine, provisioners

from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
_parameters: ContextVar[dict[str, Any] | None] = ContextVar("nested_parameters", default=None)


class NestedTransformError(ValueError):
    """A nested template could not be transformed."""


def apply(settings: Settings) -> None:
    """Transform what a nested deployment parses, with that deployment's parameters."""
    del settings
    parse, deploy = engine._parse_template, provisioners._cfn_nested_stack_deploy

    def parse_and_transform(body: str) -> dict[str, Any]:
        template: dict[str, Any] = parse(body)
        given = _parameters.get()
        if given is None:
            return template
        _parameters.set(None)
        pairs = [{"Key": key, "Value": str(value)} for key, value in given.items()]
        result = engine._apply_transforms(template, pairs)
        if isinstance(result, engine._TransformFailed):
            raise NestedTransformError(str(result))
        transformed: dict[str, Any] = result
        return transformed

    def deploy_transformed(logical_id: str, props: dict[str, Any], parent: str, **previous: Any) -> Any:
        token = _parameters.set(props.get("Parameters") or {})
        try:
            return deploy(logical_id, props, parent, **previous)
        finally:
            _parameters.reset(token)

    engine._parse_template = parse_and_transform
    provisioners._cfn_nested_stack_deploy = deploy_transformed
