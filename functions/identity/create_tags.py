"""createTags: put keys and values on resources."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import DEFAULT_LENGTH, Request, Rows, Text, UuidList
from javelin.contract.responses import Accepted
from javelin.data import tags
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import ANNOUNCE

MOST_WRITES = 90  # a transaction takes 100, and the job is in it too


class CreateTags(Request):
    """Puts tags on resources; a key that a resource has already gets the new value."""

    resourcetype: Text = Field(
        description="What they are: UserVm, Volume, Network, Template, PublicIpAddress, SSHKeyPair ..."
    )
    resourceids: UuidList = Field(description="The resources")
    tags: Rows = Field(description="tags[0].key=..., tags[0].value=...")
    customer: Text | None = Field(None, description="Whom the tags are for, to filter lists by")


@operation(
    CreateTags, roles=EVERYONE, asynchronous=True,
    grants=[*tags.CHANGE_TAGS, Sequence.write, *jobs.START_JOB, *ANNOUNCE],
    event="CREATE_TAGS",
)  # fmt: skip
def handler(request: CreateTags, caller: Caller) -> Accepted:
    """All resources get them or none does."""
    kind = tags.kind_named(request.resourcetype)
    wanted = _wanted(request.tags)
    ids = list(dict.fromkeys(request.resourceids))
    if len(ids) * (len(wanted) + 1) > MOST_WRITES:
        raise InvalidParameter(f"These are more than {MOST_WRITES} changes at once; tag fewer resources in one call.")
    tagged = [tags.TAGGABLE[kind].visible_to(caller, key) for key in ids]
    transaction = Transaction()
    for record in tagged:
        tags.put(transaction, kind, record, wanted, request.customer)
    accepted = jobs.done(caller, transaction, command="createTags", result={"success": True})
    for record in tagged:
        said = f"Tags {', '.join(wanted)} were put on {kind} {record.id}"
        tell(caller, "CREATE_TAGS", said, kind, record.id, owner=tags.owner_of(record))
    return accepted


def _wanted(rows: list[dict[str, str]]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for row in rows:
        key, value = row.get("key", "").strip(), row.get("value", "")
        if not key or len(key) > DEFAULT_LENGTH or len(value) > DEFAULT_LENGTH:
            raise InvalidParameter(f"Each tag needs a key; keys and values have at most {DEFAULT_LENGTH} characters.")
        if key.lower() in {known.lower() for known in wanted}:
            raise InvalidParameter(f"The key {key} is given twice; give it once.")
        wanted[key] = value
    if not wanted:
        raise InvalidParameter("Say which tags: tags[0].key=..., tags[0].value=...")
    return wanted
