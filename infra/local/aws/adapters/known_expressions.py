"""Expressions that were read before.

AWS: reading an expression costs nothing that its caller sees. ministack reads the text of every condition, filter and
update anew, several times per request, letter by letter; ours are some hundreds of texts. Here each is read once.
"""

from functools import lru_cache
from typing import Any

from ministack.services import dynamodb

from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
KEPT = 4096

_read, _wrong = dynamodb._tokenize, dynamodb._condition_syntax_error


@lru_cache(maxsize=KEPT)
def _tokens(expression: str) -> tuple[Any, ...]:
    return tuple(_read(expression))


def tokens(expression: str) -> list[Any]:
    """The words of an expression, in a list of its own: callers may take it apart."""
    return list(_tokens(expression))


def apply(settings: Settings) -> None:
    """Remember what expressions say, and what is wrong with them."""
    del settings
    dynamodb._tokenize = tokens
    dynamodb._condition_syntax_error = lru_cache(maxsize=KEPT)(_wrong)
