"""Expressions that the embedded AWS has read before mean what they meant."""

from __future__ import annotations

from infra.local.aws.adapters.known_expressions import tokens

TEXT = "version = :old AND begins_with(#name, :start)"


def test_who_takes_an_expression_apart_leaves_it_whole_for_others() -> None:
    first = tokens(TEXT)
    words = [word for _, word in first]
    first.clear()
    assert [word for _, word in tokens(TEXT)] == words
    assert words[:4] == ["version", "=", ":old", "AND"]
