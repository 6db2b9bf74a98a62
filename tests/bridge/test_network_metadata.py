"""The metadata service answers by the sender's address alone, and bad requests do not get far."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.network.metadata_http import METADATA_PORT, PASSWORD_PORT, answer
from bridge.network.names import WAN, names_of

GUEST = "10.1.1.5"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    guest = tmp_path / GUEST
    guest.mkdir()
    (guest / "meta-data.json").write_text(json.dumps({"instance-id": "i-1", "public-keys": "ssh-ed25519 AAAA"}))
    (guest / "user-data").write_bytes(b"#!/bin/sh\x00\xff")
    (guest / "password").write_text("s3cret")
    (tmp_path / "network.json").write_text("not for guests")
    return tmp_path


def _ask(
    store: Path, path: str, *lines: str, sender: str = GUEST, port: int = METADATA_PORT, method: str = "GET"
) -> tuple[int, bytes]:
    head = "\r\n".join((f"{method} {path} HTTP/1.1", *lines, "", "")).encode("latin-1")
    top, _, body = answer(store, sender, port, head).partition(b"\r\n\r\n")
    return int(top.split()[1]), body


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", (200, b"latest\n")),
        ("/latest", (200, b"meta-data\nuser-data\n")),
        ("/latest/meta-data", (200, b"instance-id\npublic-keys\n")),
        ("/latest/meta-data/instance-id?x=1", (200, b"i-1")),
        ("/latest/public-keys", (200, b"ssh-ed25519 AAAA")),
        ("/latest/user-data", (200, b"#!/bin/sh\x00\xff")),
        ("/latest/meta-data/absent", (404, b"")),
        ("/latest/password", (404, b"")),
        ("/latest/../../network.json", (404, b"")),
        ("/meta-data", (404, b"")),
    ],
)
def test_paths(store: Path, path: str, expected: tuple[int, bytes]) -> None:
    assert _ask(store, path) == expected


@pytest.mark.parametrize("sender", ["10.1.1.6", ""])
@pytest.mark.parametrize("path", ["/", "/latest/user-data", "/network.json"])
def test_an_unknown_sender_finds_nothing(store: Path, path: str, sender: str) -> None:
    assert _ask(store, path, sender=sender or "10.1.1.50") == (404, b"")


def test_a_password_stays_until_its_receipt_is_confirmed(store: Path) -> None:
    def ask(request: str) -> tuple[int, bytes]:
        return _ask(store, "/", f"DomU_Request: {request}", port=PASSWORD_PORT)

    assert [ask("send_my_password"), ask("send_my_password")] == [(200, b"s3cret")] * 2
    assert ask("anything") == (200, b"bad_request")
    assert ask("saved_password") == (200, b"saved_password")
    assert ask("send_my_password") == (200, b"saved_password")
    assert not (store / GUEST / "password").exists()


def test_requests_that_are_refused(store: Path) -> None:
    assert _ask(store, "/latest/user-data", "X-Forwarded-For: 1.2.3.4")[0] == 403
    assert _ask(store, "/latest/user-data", method="POST")[0] == 405
    assert _ask(store, "http://169.254.169.254/")[0] == 400
    assert answer(store, GUEST, METADATA_PORT, b"\r\n\r\n").startswith(b"HTTP/1.0 400 ")
    status, body = _ask(store, "/latest/meta-data/instance-id", method="HEAD")
    assert (status, body) == (200, b"")


def test_names_fit_the_kernel_and_never_change() -> None:
    names = names_of("5e1b7a1c-0000-4000-8000-000000000001")
    assert names == names_of("5e1b7a1c-0000-4000-8000-000000000001")
    assert names != names_of("5e1b7a1c-0000-4000-8000-000000000002")
    for name in (names.bridge, names.tunnel, names.inside, names.public, names.namespace):
        assert len(name) <= 15
    assert names.mac(WAN).startswith("02:")
    assert len(names.mac(WAN)) == 17
