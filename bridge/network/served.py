"""What the metadata service answers to one guest: files named by the guest's address, written by the driver.

`<served>/<address>/meta-data.json` names and values, `user-data` bytes, `password` until the guest has confirmed it.
The service only reads them (and deletes a confirmed password), so it answers while the bridge is away.
"""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from ipaddress import IPv4Address

from bridge.errors import HostCommandFailed, TransientHostError
from bridge.network.records import GuestRecord, Records
from bridge.network.tools import write_whole

USER_DATA_LIMIT = 1 << 20
FETCH_PATIENCE = 15.0  # seconds


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A presigned address answers itself; anything that points elsewhere is not ours."""

    def redirect_request(self, *_arguments: object) -> None:
        return None


def fetch_user_data(url: str) -> bytes:
    """The user data behind a presigned address, at most 1 MiB."""
    if not url.startswith(("http://", "https://")):
        raise HostCommandFailed("user data is fetched over HTTP only")
    try:
        with urllib.request.build_opener(_NoRedirect).open(url, timeout=FETCH_PATIENCE) as answer:
            data: bytes = answer.read(USER_DATA_LIMIT + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise HostCommandFailed(f"the user data could not be fetched: HTTP {error.code}") from error
    except OSError as error:
        raise TransientHostError(f"the user data could not be fetched: {error}") from error
    if len(data) > USER_DATA_LIMIT:
        raise HostCommandFailed("the user data is larger than 1 MiB")
    return data


def serve(records: Records, record: GuestRecord, before: GuestRecord | None, password: str | None) -> None:
    """Answer a guest as `record` says; `before` is what was served so far, `password` is served until confirmed."""
    guest = record.guest
    folder = records.served / str(guest.ip)
    folder.mkdir(mode=0o700, exist_ok=True)
    values = {"local-hostname": guest.hostname, "local-ipv4": str(guest.ip), "instance-id": guest.vm, **guest.metadata}
    write_whole(folder / "meta-data.json", json.dumps(values, sort_keys=True))
    if guest.user_data_url is None:
        (folder / "user-data").unlink(missing_ok=True)
    elif before is None or before.guest.user_data_url != guest.user_data_url:
        write_whole(folder / "user-data", fetch_user_data(guest.user_data_url))
    if password is not None and (before is None or before.password_digest != record.password_digest):
        write_whole(folder / "password", password)


def withdraw(records: Records, address: IPv4Address) -> None:
    """Answer nothing to that address any more. Absent is success."""
    folder = records.served / str(address)
    if folder.exists():
        shutil.rmtree(folder)
