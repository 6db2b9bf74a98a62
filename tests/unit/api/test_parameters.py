"""Binding: strings off the wire to typed values, by the contract's rules."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from javelin.contract.errors import InvalidParameter, MalformedParameter
from javelin.contract.parameters import (
    CONTROL_CHARACTERS,
    Details,
    Flag,
    Integer,
    Long,
    Moment,
    Request,
    Rows,
    Text,
    TextList,
    Uuid,
    bind,
)

KEY = "0190a0b0-0000-7000-8000-000000000001"


class Everything(Request):
    """Has a parameter of each kind."""

    needed: Text = Field(description="x")
    text: Text | None = Field(None, description="x")
    flag: Flag = Field(False, description="x")
    integer: Integer | None = Field(None, description="x")
    long: Long | None = Field(None, description="x")
    uuid: Uuid | None = Field(None, description="x")
    moment: Moment | None = Field(None, description="x")
    texts: TextList | None = Field(None, description="x")
    rows: Rows | None = Field(None, description="x")
    details: Details | None = Field(None, description="x")


def bound(**raw: str) -> Everything:
    return bind(Everything, {"needed": "x", **raw})


@pytest.mark.parametrize(
    ("raw", "name", "value"),
    [
        ({"FLAG": "TRUE"}, "flag", True),
        ({"flag": "yes"}, "flag", False),
        ({"Integer": " 7 "}, "integer", 7),
        ({"integer": ""}, "integer", None),
        ({"uuid": "-1"}, "uuid", "-1"),
        ({"uuid": KEY.upper()}, "uuid", KEY),
        ({"texts": "a,, b ,"}, "texts", ["a", "b"]),
        ({"rows[1].key": "b", "ROWS[0].key": "a"}, "rows", [{"key": "a"}, {"key": "b"}]),
        (
            {"details[0].cpu": "2", "details[1].key": "ram", "details[1].value": "4"},
            "details",
            {"cpu": "2", "ram": "4"},
        ),
        ({"moment": "2026-01-02T03:04:05+0100"}, "moment", datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC)),
        ({"moment": "2026-01-02 03:04:05"}, "moment", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ({"moment": "2026-01-02"}, "moment", datetime(2026, 1, 2, tzinfo=UTC)),
        ({"text": "a\nb"}, "text", "a\nb"),
        ({"unknown": "ignored"}, "text", None),
    ],
)
def test_values(raw: dict[str, str], name: str, value: Any) -> None:
    assert getattr(bound(**raw), name) == value


@pytest.mark.parametrize(
    "raw",
    [
        {"needed": ""},
        {"text": "x" * 256},
        {"text": "a\tb"},
        {"text": "\x00"},
        {"integer": "1.5"},
        {"integer": str(2**31)},
        {"long": ""},
        {"long": str(2**63)},
        {"uuid": "7"},
        {"moment": "yesterday"},
        {"moment": "0001-01-01T00:00:00+2359"},
        {"moment": "9999-12-31T23:59:59-2359"},
        {"details": "x"},
        {"rows": "a,b"},
    ],
)
def test_what_does_not_fit_is_a_parameter_error(raw: dict[str, str]) -> None:
    with pytest.raises(InvalidParameter):
        bound(**raw)


@pytest.mark.parametrize(
    "name", ["rows[a].key", "rows[0", "rows[0][1].key", "rows[-1].key", "[0].key", "rows[0]key", "details[0]"]
)
def test_a_malformed_map_has_its_own_error(name: str) -> None:
    with pytest.raises(MalformedParameter):
        bound(**{name: "x"})


@given(st.text(max_size=255).filter(bool))
def test_any_text_is_taken_whole_or_refused(text: str) -> None:
    if CONTROL_CHARACTERS.search(text):
        with pytest.raises(InvalidParameter):
            bound(text=text)
    else:
        assert bound(text=text).text == text


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=30), max_size=8))
def test_nothing_but_the_contracts_errors_ever_comes_out(raw: dict[str, str]) -> None:
    with suppress(InvalidParameter, MalformedParameter):
        bind(Everything, raw)


@given(
    st.sampled_from(["integer", "long", "uuid", "moment", "texts", "flag", "rows[0].key", "details[0].key"]), st.text()
)
def test_any_value_in_any_parameter_is_bound_or_refused(name: str, text: str) -> None:
    with suppress(InvalidParameter, MalformedParameter):
        bound(**{name: text})


def test_maps_have_so_many_bytes_in_all() -> None:
    raw = {f"details[0].k{number}": "x" * 5000 for number in range(26)}
    assert len(bound(**raw).details or {}) == 26
    with pytest.raises(InvalidParameter, match="bytes in all"):
        bound(**raw, **{"details[1].more": "é" * 2600})
