"""The image is in the store: note what it is and let guests be made from it. After it nothing can fail: no undo."""

from __future__ import annotations

from functions.storage._template import show
from javelin.data.records.template import Template
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step
from javelin.messaging import objects
from javelin.messaging.host_commands import FetchedImage


def do(run: Run) -> None:
    """`run.previous` is the host's FetchedImage. Registering becomes Ready."""
    if run.job.ended:
        return
    image = FetchedImage.model_validate(run.previous)
    template = Template.require(str(run.job.resource_id))
    if template.url is None:
        objects.delete(template.upload_key)
    changes = [
        Template.state.set("Ready"), Template.status.set("Download Complete"), Template.size.set(image.virtual_size),
        Template.physical_size.set(image.size), Template.sha256.set(image.sha256), Template.import_host_id.remove(),
    ]  # fmt: skip
    shown = template.shown_as
    changes.append(Template.shown.set(shown) if shown else Template.shown.remove())
    transaction = Transaction()
    transaction.update(template, changes, Template.state == "Registering")
    template.state, template.status, template.sha256 = "Ready", "Download Complete", image.sha256
    template.size, template.physical_size = image.virtual_size, image.size
    answer = show(template, owner=True)
    jobs.succeed(run.job, transaction, "template", answer, "TEMPLATE.CREATE", f"Registered template {template.name}")


handler = step(
    do, grants=[Template.write, *jobs.END_JOB, objects.may("Delete", "uploads/")], environment=[objects.BUCKET]
)
