"""Choose the host that imports a template's image. Undo removes the image from the store and says in the template why.

The failed template stays until it is deleted, as CloudStack's users expect; it counts in the account's limits so long.
"""

from __future__ import annotations

from functions.storage._hosts import any_up
from javelin.contract.errors import ResourceUnavailable
from javelin.data.records.host import Host
from javelin.data.records.sequence import Sequence
from javelin.data.records.template import Template
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step
from javelin.messaging import objects


def do(run: Run) -> None:
    """Every attempt asks the same host, which knows what it was asked before: chosen already is success."""
    template = Template.find(str(run.job.resource_id))
    if template is None:
        raise ResourceUnavailable("The template was deleted while its job waited; nothing was done.")
    if template.import_host_id:
        return
    host = any_up(template.zone_id)
    chosen = [Template.import_host_id.set(host.id), Template.status.set(f"Downloading on host {host.name}")]
    template.change(*chosen, when=(Template.state == "Registering") & Template.import_host_id.does_not_exist())


def undo(run: Run) -> None:
    """No host writes into the store any more: whatever got there goes; the reason goes to the template and the job."""
    if run.job.ended:
        return
    template = Template.find(str(run.job.resource_id))
    transaction = Transaction()
    if template is None:
        jobs.fail(run.job, transaction, run.failure, "TEMPLATE.CREATE", "Registering a template")
        return
    objects.delete(template.object_key)
    if template.url is None:
        objects.delete(template.upload_key)
    reason = jobs.error_of(run.failure).text
    failed = [
        Template.state.set("Failed"), Template.status.set(reason), Template.shown.remove(),
        Template.import_host_id.remove(),
    ]  # fmt: skip
    transaction.update(template, failed)
    jobs.fail(run.job, transaction, run.failure, "TEMPLATE.CREATE", f"Registering template {template.name}")


handler = step(
    do, undo, environment=[objects.BUCKET],
    grants=[
        Template.write, Host.read, Sequence.read, *jobs.END_JOB, objects.may("Delete", "templates/"),
        objects.may("Delete", "uploads/"),
    ],
)  # fmt: skip
