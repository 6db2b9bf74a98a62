"""Which addresses an import may fetch from: the public Internet, and what the operator allows."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network

from bridge.errors import ImageRefused, TransientHostError
from javelin.messaging import outside


def permitted_address(host: str, port: int, allowed: Iterable[IPv4Network]) -> str:
    """Resolve once and answer one address to use. ImageRefused if any of the name's addresses is not permitted."""
    try:
        return outside.permitted_address(host, port, allowed)
    except (OSError, UnicodeError) as error:
        raise TransientHostError(f"{host} cannot be resolved: {error}") from error
    except outside.NotPermitted as error:
        raise ImageRefused(f"{error}, from where nothing is imported") from error
