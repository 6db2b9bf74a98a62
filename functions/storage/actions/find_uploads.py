"""Find the images that were uploaded meanwhile and start their checks; give up on those that never came.

It runs every minute. Who has just uploaded may invoke it to be served at once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.storage._uploads import SHARD
from javelin.contract.caller import Caller
from javelin.contract.errors import ConcurrentOperation
from javelin.data.records.template import UPLOADS, Template
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging import objects
from javelin.messaging.consumers import Schedule, consumer
from javelin.observability.log import logger

OLDEST = 100  # that are looked at in a round for whether they waited too long
PATIENCE = timedelta(seconds=objects.LIFETIME, minutes=30)  # after which nothing can come any more


def run(event: Any) -> dict[str, list[str]]:
    """Answers the ids of the templates that were started and of those that were given up.

    What came is found by what is in the store, which is not asked unless somebody waits; so it costs the same however many
    wait. What nobody waits for goes: it came after its template was deleted.
    """
    waiting = [row.id for row in Template.by_upload.query(SHARD, limit=OLDEST)]
    if not waiting:
        return {"started": [], "given_up": []}
    came = list(objects.names(UPLOADS))
    templates = {template.id: template for template in Template.load_all(came)}
    started = []
    for key in came:
        template = templates.get(key)
        if template is None or template.state not in ("Uploading", "Registering"):
            objects.delete(f"{UPLOADS}{key}")
        elif template.state == "Uploading" and _start(template):
            started.append(key)
    absent = Template.load_all(key for key in waiting if key not in templates)
    given_up = [template.id for template in absent if _give_up(template)]
    return {"started": started, "given_up": given_up}


def _give_up(template: Template) -> bool:
    if datetime.now(UTC) - template.created <= PATIENCE:
        return False
    gone = [
        Template.state.set("Failed"),
        Template.status.set("Nothing was uploaded"),
        Template.upload_shard.remove(),
    ]
    return template.change(*gone, when=Template.state == "Uploading")


def _start(template: Template) -> bool:
    transaction = Transaction()
    begun = [Template.state.set("Registering"), Template.status.set("Uploaded"), Template.upload_shard.remove()]
    transaction.update(template, begun, Template.state == "Uploading")
    try:
        jobs.start(
            _owner(template), transaction, command="getUploadParamsForTemplate", flow="storage/register_template",
            resource_type="Template", resource_id=template.id, event="TEMPLATE.CREATE",
            description=f"Registering template {template.name}",
        )  # fmt: skip
    except ConcurrentOperation as error:  # another run has it
        logger("storage").info("upload not taken", template=template.id, reason=error.text)
        return False
    return True


def _owner(template: Template) -> Caller:
    return Caller(
        user_id="", account_id=template.account_id, account=template.account, domain_id=template.domain_id,
        domain_path=template.domain_path, role_id="", role_type="User",
    )  # fmt: skip


handler = consumer(
    run, Schedule("rate(1 minute)"), timeout=120, environment=[objects.BUCKET],
    grants=[
        Template.write, *jobs.START_JOB, jobs.may_start("storage/register_template"), objects.LOOK,
        objects.may("Delete", UPLOADS),
    ],
)  # fmt: skip
