"""Job: one asynchronous command, what it was asked, how far it got, and how it ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

from pynamodb.attributes import JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.contract.telling import whose
from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, Owned, table_name


class JobStatus(IntEnum):
    """CloudStack's numbers."""

    PENDING = 0
    SUCCEEDED = 1
    FAILED = 2
    CANCELLED = 3


class ByOpen(GlobalSecondaryIndex["Job"]):
    """Answers: which jobs need the reconciler, oldest deadline first? Sparse: ended jobs leave it, but for stuck ones
    that are undone again when what they met is over."""

    class Meta:
        index_name = "by_open"
        projection = KeysOnlyProjection()

    open_shard = UnicodeAttribute(hash_key=True)
    deadline = UTCDateTimeAttribute(range_key=True)


class Job(Owned):
    """`fence` is the token of the lease on `resource_id`; every host command of the job carries it.

    `items` are what the flow's Map states go through.
    `plan` is the planner's decision record. `steps` lists every start of a step as
    `javelin.flow.notes` writes it: its name, whether do or undo, when, and what is known of the step before. `result` is the
    contract's jobresult. `expires` is when the item leaves the table (epoch seconds).
    `cancelled_at` is when somebody asked for the job to stop, `asked` the command that a host was sent last for a do:
    {host, id}; `undo_asked` is the host that was asked last to undo something.
    `password_from` is the host from whose key the password is derived that the job gave its guest.
    `waits` is what keeps a job from being undone, and passes: {host (or None), since (epoch seconds)}.
    `open_account` is its account until it ends: by it an account's jobs under way are counted. `owner` is whose the resource
    is, as events have it, if not the account's; `open_owner` is that owner's account until the job ends.
    """

    noun = "job"
    keeps_past = False
    stays = True

    class Meta:
        table_name = table_name("Job")

    command = FoldedAttribute()
    user_id = UnicodeAttribute()
    role_type = UnicodeAttribute(default="User")
    flow = UnicodeAttribute(null=True)
    event_id = UnicodeAttribute(null=True)  # the event that said that it was scheduled
    resource_type = UnicodeAttribute(null=True)
    resource_id = UnicodeAttribute(null=True)
    request = JSONAttribute(null=True)
    items = JSONAttribute(default=list)
    fence = NumberAttribute(default=0)
    attempt = NumberAttribute(default=1)
    status = NumberAttribute(default=int(JobStatus.PENDING))
    result_code = NumberAttribute(default=0)
    result = JSONAttribute(null=True)
    plan = JSONAttribute(null=True)
    steps: ListAttribute[Any] = ListAttribute(default=list)
    error = UnicodeAttribute(null=True)
    cancelled_at = UTCDateTimeAttribute(null=True)
    asked = JSONAttribute(null=True)
    undo_asked = UnicodeAttribute(null=True)
    waits = JSONAttribute(null=True)
    password_from = UnicodeAttribute(null=True)
    completed = UTCDateTimeAttribute(null=True)
    deadline = UTCDateTimeAttribute(default=lambda: datetime.now(UTC) + timedelta(hours=1))
    open_shard = UnicodeAttribute(null=True)
    open_account = UnicodeAttribute(null=True)
    owner = JSONAttribute(null=True)
    open_owner = UnicodeAttribute(null=True)
    expires = NumberAttribute(null=True)

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("command", "created")
    by_open = ByOpen()
    by_open_account = relation("open_account")
    by_open_owner = relation("open_owner")

    @property
    def told_to(self) -> dict[str, str]:
        """Whose its events are: {account_id, account, domain_id, domain_path}."""
        return dict(self.owner) if self.owner else whose(self)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return int(self.status) != JobStatus.PENDING
