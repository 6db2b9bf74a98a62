"""Which tokens were used, remembered in a folder so that a restart of the proxy forgets none."""

from __future__ import annotations

import os
import time
from pathlib import Path


class UsedTokens:
    """One empty file per token, whose time of change is the token's end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def claim(self, nonce: str, expires: int) -> bool:
        """Remember `nonce` until `expires`; False if it was claimed before, by whomever."""
        self._forget_expired()
        file = self._folder / nonce
        try:
            descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return False
        os.utime(descriptor, (expires, expires))
        os.close(descriptor)
        return True

    def _forget_expired(self) -> None:
        """Drop what could no longer be used anyway; a minute late, for files that are being claimed just now."""
        for file in self._folder.iterdir():
            try:
                if file.stat().st_mtime < time.time() - 60:
                    file.unlink()
            except FileNotFoundError:
                continue  # another connection dropped it
