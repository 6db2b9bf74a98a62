"""A console token opens one guest's console, once, for a short time, and only if the cloud signed it."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest

from bridge.console.used_tokens import UsedTokens
from javelin.messaging.console_tokens import LIFETIME, Target, TokenRefused, mint, open_token

KEY = bytes(range(32))


@pytest.fixture
def used(tmp_path: Path) -> UsedTokens:
    return UsedTokens(tmp_path / "used")


def test_a_token_names_its_guest_and_works_once(used: UsedTokens, tmp_path: Path) -> None:
    token = mint(KEY, "vm-1")
    assert open_token(KEY, token, used).vm == "vm-1"
    for memory in (used, UsedTokens(tmp_path / "used")):
        with pytest.raises(TokenRefused, match="used before"):
            open_token(KEY, token, memory)


def test_a_token_expires(used: UsedTokens) -> None:
    token = mint(KEY, "vm-1", now=1000)
    with pytest.raises(TokenRefused, match="expired"):
        open_token(KEY, token, used, now=1001 + LIFETIME)
    assert open_token(KEY, token, used, now=1000 + LIFETIME).exp == 1000 + LIFETIME


@pytest.mark.parametrize("forged", ["", ".", "a.b", "é.é", "x" * 5000, mint(b"other" * 8, "vm-1")])
def test_what_the_cloud_did_not_sign_is_refused(used: UsedTokens, forged: str) -> None:
    with pytest.raises(TokenRefused):
        open_token(KEY, forged, used)


def test_a_changed_target_is_refused(used: UsedTokens) -> None:
    body, _, signature = mint(KEY, "vm-1").partition(".")
    target = Target.model_validate_json(base64.urlsafe_b64decode(body + "=="))
    other = target.model_copy(update={"vm": "vm-2"}).model_dump_json().encode()
    forged = base64.urlsafe_b64encode(other).decode().rstrip("=")
    with pytest.raises(TokenRefused, match="not signed"):
        open_token(KEY, f"{forged}.{signature}", used)
    assert open_token(KEY, f"{body}.{signature}", used) == target


def test_used_tokens_are_forgotten_after_their_end(used: UsedTokens, tmp_path: Path) -> None:
    assert used.claim("a" * 32, int(time.time()) - 3600)
    assert used.claim("b" * 32, int(time.time()) + 3600)
    assert not used.claim("b" * 32, int(time.time()) + 3600)
    assert [file.name for file in (tmp_path / "used").iterdir()] == ["b" * 32]
