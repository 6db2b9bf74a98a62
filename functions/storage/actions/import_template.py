"""Have a host download, check and convert a template's image. Undo removes the image and says in the template why.

The failed template stays until it is deleted, as CloudStack's users expect; it counts in the account's limits so long.
"""

from __future__ import annotations

from ipaddress import IPv4Network

from functions.storage._hosts import any_up
from javelin.contract.errors import ResourceUnavailable
from javelin.data import settings
from javelin.data.records.host import Host
from javelin.data.records.sequence import Sequence
from javelin.data.records.template import Template
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Ask, Run, step
from javelin.messaging import objects
from javelin.messaging.host_commands import ImportImage
from javelin.observability.log import logger

GIB = 2**30
MOST_VIRTUAL = 1024 * GIB  # of the disk in it
OUR_STORE = (IPv4Network("0.0.0.0/0"),)  # an address that we signed is trusted wherever our image store is


def do(run: Run) -> Ask | None:
    """The host's answer, a FetchedImage, goes to the next step."""
    template = Template.find(str(run.job.resource_id))
    if template is None:
        raise ResourceUnavailable("The template was deleted while its job waited; nothing was done.")
    host = any_up(template.zone_id)
    template.change(Template.status.set(f"Downloading on host {host.name}"), when=Template.state == "Registering")
    url = template.url or objects.address(template.upload_key)
    command = ImportImage(
        image=template.id, url=url, format=template.format.lower(), checksum=template.checksum,
        allowed=_allowed() if template.url else OUR_STORE,
        max_bytes=settings.MOST_TEMPLATE_GIB.value() * GIB, max_virtual_size=MOST_VIRTUAL,
        upload_url=objects.address(template.object_key, upload=True),
    )  # fmt: skip
    return Ask(host.id, command)


def undo(run: Run) -> None:
    """Whatever got into the store goes; the reason goes to the template and the job."""
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
    transaction.update(template, [Template.state.set("Failed"), Template.status.set(reason), Template.shown.remove()])
    jobs.fail(run.job, transaction, run.failure, "TEMPLATE.CREATE", f"Registering template {template.name}")


def _allowed() -> tuple[IPv4Network, ...]:
    """What the operator allows inside. A word that is no network allows nothing."""
    found = []
    for word in filter(None, map(str.strip, settings.INTERNAL_SITES.value().split(","))):
        try:
            found.append(IPv4Network(word, strict=False))
        except ValueError:
            logger("storage").warning("not a network", setting=settings.INTERNAL_SITES.name, word=word)
    return tuple(found)


handler = step(
    do, undo, asks_hosts=True, environment=[objects.BUCKET],
    grants=[
        settings.READ_SETTINGS, Template.write, Host.read, Sequence.read, *jobs.END_JOB, objects.may("Get", "uploads/"),
        objects.may("Put", "templates/"), objects.may("Delete", "templates/"), objects.may("Delete", "uploads/"),
    ],
)  # fmt: skip
