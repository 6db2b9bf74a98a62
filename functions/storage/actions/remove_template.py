"""Remove a template: its image from the store and the hosts' caches, its permissions, its record.

Undo does not bring an image back: it ends the job and leaves a template that can be deleted again.
"""

from __future__ import annotations

from functions.storage._hosts import caching
from javelin.data import limits
from javelin.data.counting import leave_if_there
from javelin.data.records.host import Host
from javelin.data.records.launch_permission import LaunchPermission
from javelin.data.records.sequence import Sequence
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.template import Template
from javelin.data.records.user_data import UserData
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step
from javelin.messaging import hosts, objects
from javelin.messaging.host_commands import ForgetImage, Pool


def do(run: Run) -> None:
    """Hosts that are away forget the image when they are back; a pool keeps what volumes are built on."""
    if run.job.ended:
        return
    template = Template.require(str(run.job.resource_id))
    objects.delete(template.object_key)
    objects.delete(template.upload_key)
    if template.sha256:
        for host_id, pools in caching(template.zone_id).items():
            places = tuple(Pool(id=pool.id, path=pool.path) for pool in pools)
            hosts.send(
                ForgetImage(image=template.id, pools=places), host=host_id, resource=template.id,
                command_id=f"{run.job.id}/forget/{host_id}", fence=int(run.job.fence), patience=hosts.RETENTION,
            )  # fmt: skip
    transaction = Transaction()
    for account_id in template.shared_with or set():
        transaction.delete(LaunchPermission(account_id, template.id))
    transaction.delete(template, limits.in_place(template))
    if template.user_data_id:
        leave_if_there(transaction, UserData, template.user_data_id)
    limits.give_back(transaction, template, template=1)
    jobs.succeed(run.job, transaction, None, None, "TEMPLATE.DELETE", f"Deleted template {template.name}")


def undo(run: Run) -> None:
    """The image may be gone already, so no guest may be made from it."""
    if run.job.ended:
        return
    transaction = Transaction()
    template = Template.find(str(run.job.resource_id))
    if template is not None:
        reason = f"Deleting it failed, delete it again: {jobs.error_of(run.failure, 'part of it may be gone').text}"
        transaction.update(template, [Template.state.set("Failed"), Template.status.set(reason)])
    jobs.fail(run.job, transaction, run.failure, "TEMPLATE.DELETE", "Deleting a template", then="delete it again")


handler = step(
    do, undo, timeout=120, environment=[objects.BUCKET],
    grants=[
        Template.write, UserData.write, LaunchPermission.write, *limits.COUNT, StoragePool.read, Host.read, Sequence.read,
        *hosts.SEND_TO_HOSTS, *jobs.END_JOB, objects.may("Delete", "templates/"), objects.may("Delete", "uploads/"),
    ],
)  # fmt: skip
