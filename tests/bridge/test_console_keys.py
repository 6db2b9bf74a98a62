"""Cloud and host derive the same, from the host's command key alone."""

from __future__ import annotations

from javelin.messaging.console_keys import console_key, vnc_password

COMMAND_KEY = bytes(range(32))
GUEST = "0197f000-0000-7000-8000-00000000000a"


def test_the_derived_values_stay_what_they_are() -> None:
    """Guests that run keep their password when code is replaced, so these must not change."""
    assert console_key(COMMAND_KEY).hex() == "555bb370d91ef2051c5dc5d03f94a55f250e4c99e29ec486dee4a5836d1102df"
    assert vnc_password(COMMAND_KEY, GUEST) == "Z7_xlkOD"


def test_every_guest_and_every_host_has_its_own() -> None:
    hosts = COMMAND_KEY, COMMAND_KEY[::-1]
    assert len({console_key(key) for key in hosts}) == 2
    assert len({vnc_password(key, guest) for key in hosts for guest in (GUEST, GUEST[:-1] + "b")}) == 4
    assert COMMAND_KEY not in (console_key(COMMAND_KEY), vnc_password(COMMAND_KEY, GUEST).encode())
