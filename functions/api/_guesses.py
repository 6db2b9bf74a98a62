"""Guesses of passwords and codes: counted per user's name and per address, whether there is such a user or not."""

from __future__ import annotations

from javelin.contract.errors import PermissionDenied
from javelin.contract.grants import Grant
from javelin.data import settings
from javelin.messaging.events import ANNOUNCE, announce, of_cloud
from javelin.sync.attempts import COUNT_ATTEMPTS, Attempts, login_of

COUNT_GUESSES: tuple[Grant, ...] = (COUNT_ATTEMPTS, settings.READ_SETTINGS, *ANNOUNCE)


def tries_of(what: str, most: settings.Setting[int]) -> Attempts:
    """The attempts at something, of which a setting says how many there may be in the time of wrong logins."""
    return Attempts(what, *settings.values(most, settings.LOGIN_SECONDS))


class Guess:
    """A try to log in as somebody. It counts until it turns out to be right."""

    def __init__(self, domain_id: str | None, username: str, address: str) -> None:
        """Raises PermissionDenied if there were too many before it."""
        most, most_of_address, seconds = settings.values(
            settings.LOGIN_ATTEMPTS, settings.LOGIN_ATTEMPTS_SOURCE, settings.LOGIN_SECONDS
        )
        self._who = f"{username[:64]} of domain {domain_id}, from {address}"
        self._of_address = Attempts(f"address/{address}", most_of_address, seconds)
        self._of_name = Attempts(login_of(domain_id, username), most, seconds)
        self._of_address.take()
        self._left = self._of_name.take()

    def right(self) -> None:
        """It is who it says to be."""
        self._of_address.give_back()
        self._of_name.forget()

    def wrong(self, text: str) -> PermissionDenied:
        """The error to raise. Operators hear of the last that the name has for now."""
        if self._left == 0:
            said = f"No more logins for now as {self._who}: there were too many wrong ones"
            announce(of_cloud("USER.LOGIN.LOCKED", said, resource_type="User", resource_id="", level="WARN"))
        return PermissionDenied(text)
