"""deleteTags: take keys and values off resources."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Rows, Text, UuidList
from javelin.contract.responses import Accepted
from javelin.data import tags
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE

MOST_WRITES = 90  # a transaction takes 100, and the job is in it too


class DeleteTags(Request):
    """Takes tags off resources: those of the given keys, or all."""

    resourcetype: Text = Field(
        description="What they are: UserVm, Volume, Network, Template, PublicIpAddress, SSHKeyPair ..."
    )
    resourceids: UuidList = Field(description="The resources")
    tags: Rows | None = Field(None, description="tags[0].key=...; with tags[0].value=... only if it has that value")


@operation(
    DeleteTags,
    roles=EVERYONE,
    asynchronous=True,
    grants=[*tags.CHANGE_TAGS, *jobs.START_JOB, *ANNOUNCE],
    event="DELETE_TAGS",
)
def handler(request: DeleteTags, caller: Caller) -> Accepted:
    """All resources lose them or none does; a tag that is not there is no error."""
    kind = tags.kind_named(request.resourcetype)
    unwanted = _unwanted(request.tags) if request.tags else None
    tagged = [tags.TAGGABLE[kind].visible_to(caller, key) for key in dict.fromkeys(request.resourceids)]
    transaction, writes = Transaction(), 0
    for record in tagged:
        removed = tags.remove(transaction, record, unwanted)
        writes += removed + 1
    if writes > MOST_WRITES:
        raise InvalidParameter(f"These are more than {MOST_WRITES} changes at once; name fewer resources in one call.")
    accepted = jobs.done(caller, transaction, command="deleteTags", result={"success": True})
    for record in tagged:
        tell(
            caller,
            "DELETE_TAGS",
            f"Tags were taken off {kind} {record.id}",
            kind,
            record.id,
            owner=tags.owner_of(record),
        )
    return accepted


def _unwanted(rows: list[dict[str, str]]) -> dict[str, str | None]:
    if any(not row.get("key") for row in rows):
        raise InvalidParameter("Each of the tags needs a key: tags[0].key=...")
    return {row["key"]: row.get("value") for row in rows}
