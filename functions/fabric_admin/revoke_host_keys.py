"""revokeHostKeys: take a host's keys away from whoever has them, and let its bridge enrol anew."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from pydantic import Field

from functions.fabric_admin._enrolment import command_line, new_token
from functions.fabric_admin._host import HostResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Item
from javelin.data.records.host import Host
from javelin.data.records.host_key import HostKey
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_cloud


class RevokeHostKeys(Request):
    """Ends what a host's bridge may do, for keys that may be known to others; answers a token to enrol it anew.

    Its guests stay. Credentials that it has reach its own queue until they end, within the hour.
    """

    id: Uuid = Field(description="The host")


@operation(
    RevokeHostKeys, roles=ROOT, grants=[Host.write, HostKey.write, *ANNOUNCE], answers=HostResponse, object_name="host",
    environment=("JAVELIN_ENDPOINT",), secret_answer=True,
    event="HOST.KEYS.REVOKE",
)  # fmt: skip
def handler(request: RevokeHostKeys, caller: Caller) -> Item:
    """Nothing signed by the old keys is believed, in either direction, once workers have forgotten them."""
    host = Host.require(request.id)
    token = new_token(host.id)
    transaction = Transaction()
    transaction.update(
        HostKey(host.id),
        [HostKey.revoked.set(1), HostKey.public_key.remove(), HostKey.command_key.remove(),
         HostKey.enrolment_digest.set(token.digest), HostKey.enrolment_expires.set(token.expires)],
    )  # fmt: skip
    away = [Host.state.set("Disconnected"), Host.disconnected.set(datetime.now(UTC))]
    transaction.update(Host(host.id), away, Host.id.exists(), Host.unknown(host.id))
    transaction.commit()
    said = f"{caller.account} revoked the keys of host {host.name}"
    announce(of_cloud("HOST.KEYS.REVOKE", said, resource_type="Host", resource_id=host.id, level="WARN"))
    once = {
        "enrolment.token": token.text,
        "enrolment.command": command_line(os.environ["JAVELIN_ENDPOINT"], token, host.driver),
    }
    return Item("host", show(Host.require(host.id), None, once))
