"""Every five minutes: the next pages of all records, against leases, counters and lists; what is wrong is put right.

Between two runs the place is kept, so that a run reads a bounded number of items however large the cloud is, and every
record is looked at in turn. Open jobs are the business of `reconcile`; guests on hosts that of fabric_monitoring.
"""

from __future__ import annotations

from typing import Any

from functions.orchestration._audit_pages import KINDS, Pages
from functions.orchestration._suspects import SETTLED, Findings
from javelin.data.records.audit import Audit
from javelin.data.records.job import Job
from javelin.data.records.lease import Lease
from javelin.data.records.quota import Quota
from javelin.data.records.sequence import Sequence
from javelin.messaging.consumers import Schedule, consumer
from javelin.messaging.events import ANNOUNCE

MOST_READ = 4000  # items; the page that passes it is finished


def run(event: dict[str, Any]) -> dict[str, Any]:
    """What was found, in numbers and sentences. Stops after MOST_READ items or at the end of a round.

    {"dry_run": true} only tells, and has a place of its own; {"now": true} does not wait between the two looks.
    """
    dry, now = bool((event or {}).get("dry_run")), bool((event or {}).get("now"))
    place = Audit.named("dry" if dry else "wet")
    findings = Findings(dry, 0 if now else SETTLED, dict(place.suspects))
    pages = Pages(place, findings)
    while pages.read < MOST_READ and not pages.rounds:
        pages.next()
    place.suspects = findings.left()
    place.keep()  # or another run was quicker, which does no harm: repairs are compare-and-set
    return {"read": pages.read, "rounds": pages.rounds, **findings.report()}


GRANTS = (
    Audit.write,
    Job.write,
    Lease.write,
    Sequence.write,
    Quota.write,
    *(record.write for record in KINDS.values()),
    *ANNOUNCE,
)
handler = consumer(run, Schedule("rate(5 minutes)"), grants=GRANTS, timeout=120, memory=512)
