"""Places that are for an account or a domain alone: for everybody again when that is deleted."""

from __future__ import annotations

from functions.identity._acting import owner
from javelin.contract.errors import ResourceUnavailable
from javelin.contract.grants import Grant
from javelin.data.indexes import looked_up
from javelin.data.record import When
from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.dedication import Dedication
from javelin.messaging.services import call, may_call

KINDS = ("zone", "pod", "cluster", "host")
RELEASE: tuple[Grant, ...] = (
    Account.read, Dedication.read, *(may_call("fabric_admin", f"release_dedicated_{kind}") for kind in KINDS),
)  # fmt: skip
MOST = 20  # in one pass


def release_some(for_whom: When) -> int:
    """Let everybody use these places again; answers how many are left. Raises ResourceUnavailable."""
    ids = looked_up(Dedication, None, for_whom)
    for made in Dedication.load_all(ids[:MOST]):
        kind, cloud = made.kind.lower(), owner(Account.require(ROOT_ACCOUNT))
        payload = {"parameters": {f"{kind}id": made.id}, "caller": cloud.model_dump()}
        answer = call("fabric_admin", f"release_dedicated_{kind}", payload)
        if "error" in answer and Dedication.find(made.id) is not None:
            raise ResourceUnavailable(f"{made.kind} {made.name} cannot be released: {answer['error']['text']}")
    return len(ids[MOST:])
