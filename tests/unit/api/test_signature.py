"""Signatures: ours against those that clients make."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cs.client import CloudStack
from hypothesis import given
from hypothesis import strategies as st
from libcloud.common.cloudstack import CloudStackConnection

from functions.api._signature import expiry_of, signature_of, verify
from javelin.contract.errors import Unauthorized

VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
NAMES = st.from_regex(r"[a-z]{1,6}(\[[0-9]\]\.[a-z]{1,4})?", fullmatch=True)
PARAMETERS = st.dictionaries(NAMES, VALUES, max_size=6)


def test_a_known_signature() -> None:
    parameters = {"command": "listUsers", "response": "json", "apiKey": "Key-1", "name": "a b*c~é"}
    text = b"apikey=key-1&command=listusers&name=a%20b*c%7e%c3%a9&response=json"
    import base64
    import hashlib
    import hmac

    assert signature_of(parameters, "secret") == base64.b64encode(hmac.new(b"secret", text, hashlib.sha1).digest())


@given(PARAMETERS)
def test_what_the_cs_client_signs_is_accepted(parameters: dict[str, str]) -> None:
    signed = dict(parameters)
    CloudStack(endpoint="http://x/", key="k", secret="s")._sign(signed)
    verify(signed, signed["signature"], "s")


@given(st.dictionaries(NAMES, st.text("abcXYZ019 ~*+/=é&", max_size=20), max_size=6))
def test_what_libcloud_signs_is_accepted(parameters: dict[str, str]) -> None:
    connection = CloudStackConnection("user", "s", host="x")
    verify(parameters, connection._make_signature(parameters).decode(), "s")


@given(PARAMETERS, NAMES, VALUES)
def test_a_changed_parameter_is_noticed(parameters: dict[str, str], name: str, value: str) -> None:
    signed = signature_of(parameters, "s").decode()
    changed = {**parameters, name: value}
    if {key: text.lower() for key, text in changed.items()} != {key: text.lower() for key, text in parameters.items()}:
        with pytest.raises(Unauthorized):
            verify(changed, signed, "s")


@pytest.mark.parametrize("given_signature", ["", "x", "é", "A" * 5000])
def test_what_is_no_signature_is_refused(given_signature: str) -> None:
    with pytest.raises(Unauthorized):
        verify({"command": "x"}, given_signature, "s")


@pytest.mark.parametrize(
    ("expires", "moment"),
    [
        ("2026-01-01T00:00:01+0000", datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)),
        ("2026-01-01T03:00:00+0200", datetime(2026, 1, 1, 1, tzinfo=UTC)),
        ("2026-01-01T00:00:01Z", datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)),
        ("2026-01-01T00:00:00.500+0000", datetime(2026, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)),
        ("0001-01-01T00:00:00+2359", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_version_3_says_when_it_expires(expires: str, moment: datetime | None) -> None:
    assert expiry_of({"expires": expires}) is None
    parameters = {"signatureVersion": "3", "Expires": expires}
    if moment is None:
        with pytest.raises(Unauthorized):
            expiry_of(parameters)
    else:
        assert expiry_of(parameters) == moment
