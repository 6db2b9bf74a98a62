"""How a template is shown."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from javelin.contract.responses import AnnotatedResponse, OwnedResponse
from javelin.contract.tags import TagResponse
from javelin.data import os_types
from javelin.data.owners import owner as owner_of
from javelin.data.records.domain import name_of, shown_path
from javelin.data.records.tag import show_tags
from javelin.data.records.template import Template


class TemplateResponse(OwnedResponse, AnnotatedResponse):
    """A template."""

    id: str = Field(description="The template's id")
    name: str = Field(description="The template's name")
    displaytext: str = Field(description="What people read about it")
    accountid: str | None = Field(None, description="The id of that account")
    domainid: str = Field(description="The domain of its owner")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    created: datetime = Field(description="When it was registered")
    isready: bool = Field(description="Whether guests can be made from it")
    status: str = Field(description="How far its download is, or why it failed")
    ispublic: bool = Field(description="Whether everybody may use it")
    isfeatured: bool = Field(description="Whether it is recommended to everybody")
    isextractable: bool = Field(description="Whether it may be downloaded")
    crossZones: bool = Field(description="Whether it is for all zones")  # noqa: N815 - the contract spells it so
    zoneid: str | None = Field(None, description="The zone that it is for")
    zonename: str | None = Field(None, description="That zone's name")
    format: str = Field(description="The format of the image that was registered")
    hypervisor: str = Field(description="KVM")
    ostypeid: str = Field(description="The operating system's id")
    ostypename: str = Field(description="The operating system")
    size: int | None = Field(None, description="Bytes of the disk that guests get")
    physicalsize: int | None = Field(None, description="Bytes of the image as it is kept")
    checksum: str | None = Field(None, description="SHA-256 of the image as it is kept")
    url: str | None = Field(None, description="Where it was downloaded from, for its owner")
    templatetype: str = Field("USER", description="USER, or BUILTIN for the operator's own")
    templatetag: str | None = Field(None, description="A word that operators put on it")
    passwordenabled: bool = Field(description="Whether it takes a password at the first boot")
    sshkeyenabled: bool = Field(description="Whether it takes SSH keys at the first boot")
    isdynamicallyscalable: bool = Field(description="Whether its guests can be scaled while they run")
    requireshvm: bool = Field(description="Whether it needs hardware virtualization")
    bits: int = Field(description="64 or 32")
    arch: str = Field(description="The processor's architecture")
    bootable: bool = Field(True, description="Whether guests boot from it")
    forcks: bool = Field(False, description="Whether it is for Kubernetes clusters")
    directdownload: bool = Field(False, description="Whether hosts download it themselves; they never do")
    deployasis: bool = Field(False, description="Whether it brings its own virtual hardware; it never does")
    userdataid: str | None = Field(None, description="The registered user data that its guests get")
    userdataname: str | None = Field(None, description="That user data's name")
    userdatapolicy: str | None = Field(None, description="ALLOWOVERRIDE, APPEND or DENYOVERRIDE: what guests' own does")
    userdataparams: str | None = Field(None, description="The variables of that user data")
    details: dict[str, str] | None = Field(None, description="Its details")
    downloaddetails: list[dict[str, str]] = Field(default_factory=list, description="How far its download is")
    jobid: str | None = Field(None, description="The job that is at work on it")
    jobstatus: int | None = Field(None, description="0 while that job is at work")
    tags: list[TagResponse] = Field(default_factory=list, description="Its tags")


def show(template: Template, *, owner: bool, job_id: str | None = None) -> TemplateResponse:
    """A template as the caller may see it: where it came from is told to its owner and to admins alone."""
    ready = template.state == "Ready"
    owned = owner_of(template)
    system_id, system_name = os_types.find_or_other(template.os_type_id, template.os_type_name)
    return TemplateResponse(
        hasannotations=bool(template.notes),
        id=template.id, name=template.name, displaytext=template.display_text, **owned,
        accountid=template.account_id if "account" in owned else None, domainid=template.domain_id,
        domain=name_of(template.domain_path), domainpath=shown_path(template.domain_path), created=template.created,
        isready=ready, status=template.status,
        ispublic=template.public, isfeatured=template.featured, isextractable=template.extractable,
        crossZones=template.zone_id is None, zoneid=template.zone_id, zonename=template.zone_name,
        format=template.format, hypervisor=template.hypervisor, ostypeid=system_id,
        ostypename=system_name, size=int(template.size) or None,
        physicalsize=int(template.physical_size) or None,
        checksum=f"{{SHA-256}}{template.sha256}" if template.sha256 else None, url=template.url if owner else None,
        templatetype=template.template_type, templatetag=template.template_tag,
        passwordenabled=template.password_enabled, sshkeyenabled=template.ssh_key_enabled,
        isdynamicallyscalable=template.dynamically_scalable, requireshvm=template.requires_hvm,
        bits=int(template.bits), arch=template.arch, details=template.details or None,
        userdataid=template.user_data_id, userdataname=template.user_data_name,
        userdatapolicy=template.user_data_policy, userdataparams=",".join(template.user_data_variables or ()) or None,
        downloaddetails=[_download(template)], jobid=job_id,
        jobstatus=None if job_id is None else 0, tags=show_tags(template, "Template"),
    )  # fmt: skip


def _download(template: Template) -> dict[str, str]:
    states = {"Ready": ("DOWNLOADED", "100"), "Failed": ("DOWNLOAD_ERROR", "0"), "Uploading": ("NOT_UPLOADED", "0")}
    state, percent = states.get(template.state, ("DOWNLOAD_IN_PROGRESS", "0"))
    return {"datastore": "images", "downloadState": state, "downloadPercent": percent}
