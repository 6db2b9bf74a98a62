"""Have a host download, check and convert a template's image. Undo waits until the host does it no more, so that an
import which reaches it later puts nothing into the store."""

from __future__ import annotations

from ipaddress import IPv4Network

from javelin.contract.errors import ResourceUnavailable
from javelin.data import settings
from javelin.data.records.host import Host
from javelin.data.records.template import Template
from javelin.flow.steps import Ask, Run, step
from javelin.messaging import objects
from javelin.messaging.host_commands import AbandonImport, ImportImage

GIB = 2**30
MOST_VIRTUAL = 1024 * GIB  # of the disk in it
OUR_STORE = (IPv4Network("0.0.0.0/0"),)  # an address that we signed is trusted wherever our image store is


def do(run: Run) -> Ask:
    """The host's answer, a FetchedImage, goes to the next step."""
    template = Template.require(str(run.job.resource_id))
    if not template.import_host_id:
        raise ResourceUnavailable(f"Template {template.name} has no host that imports it; register it again.")
    url = template.url or objects.address(template.upload_key)
    command = ImportImage(
        image=template.id, url=url, format=template.format.lower(), checksum=template.checksum,
        allowed=settings.networks(settings.INTERNAL_SITES) if template.url else OUR_STORE,
        max_bytes=settings.MOST_TEMPLATE_GIB.value() * GIB, max_virtual_size=MOST_VIRTUAL,
        upload_url=objects.address(template.object_key, upload=True),
    )  # fmt: skip
    return Ask(template.import_host_id, command)


def undo(run: Run) -> Ask | None:
    """A host that was deleted reads its queue no more."""
    template = Template.find(str(run.job.resource_id))
    if template is None or not template.import_host_id or Host.find(template.import_host_id) is None:
        return None
    return Ask(template.import_host_id, AbandonImport(image=template.id))


handler = step(
    do, undo, asks_hosts=True, environment=[objects.BUCKET],
    grants=[
        settings.READ_SETTINGS, Template.read, Host.read, objects.may("Get", "uploads/"), objects.may("Put", "templates/"),
    ],
)  # fmt: skip
