"""What registering a template and uploading one have in common: their parameters, checks and the new record."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter, PermissionDenied
from javelin.contract.parameters import Details, Flag, Integer, Length, OneOf, Request, Text, Uuid
from javelin.data import limits
from javelin.data.guest_systems import READ_SYSTEMS, name_of
from javelin.data.ids import new_id
from javelin.data.reach import account_named
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain
from javelin.data.records.sequence import Sequence
from javelin.data.records.template import Template
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.data.zones import require_open

FORMATS = ("QCOW2", "RAW", "VMDK", "VHD", "VHDX")
DIGESTS = {"MD5": 32, "SHA-1": 40, "SHA-224": 56, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128}
GRANTS = (Template.write, *limits.COUNT, Claim.read, Domain.read, Zone.read, Sequence.write, *READ_SYSTEMS)


class NewTemplate(Request):
    """The parameters of every new template."""

    name: Text = Field(description="The template's name")
    displaytext: Annotated[Text, Length(4096)] | None = Field(None, description="What people read about it")
    format: Text = Field(description="The image's format: QCOW2, RAW, VMDK, VHD or VHDX")
    hypervisor: Annotated[Text, OneOf(("KVM", "Simulator", "Any"))] = Field(description="KVM")
    checksum: Text | None = Field(None, description="Of the image: {SHA-256}hex; hex alone is MD5")
    account: Text | None = Field(None, description="Register for this account; needs domainid")
    domainid: Uuid | None = Field(None, description="The domain of that account")
    projectid: Uuid | None = Field(None, description="Register for this project, instead of account and domainid")
    ostypeid: Uuid | None = Field(None, description="The operating system in it")
    arch: Annotated[Text, OneOf(("x86_64",))] = Field("x86_64", description="x86_64")
    bits: Integer = Field(64, description="64 or 32")
    details: Details = Field(default_factory=dict, description="Details to keep with it")
    isdynamicallyscalable: Flag = Field(False, description="Whether its guests can be scaled while they run")
    isextractable: Flag = Field(False, description="Whether it may be downloaded")
    isfeatured: Flag = Field(False, description="Whether it is recommended to everybody, for operators")
    ispublic: Flag = Field(False, description="Whether everybody may use it")
    isrouting: Flag = Field(False, description="Routers need no template here; leave it out")
    passwordenabled: Flag = Field(False, description="Whether it takes a password at the first boot")
    requireshvm: Flag = Field(True, description="Whether it needs hardware virtualization")
    sshkeyenabled: Flag = Field(False, description="Whether it takes SSH keys at the first boot")
    templatetag: Text | None = Field(None, description="A word that operators put on it")
    templatetype: Text | None = Field(None, description="USER; operators may say BUILTIN")
    deployasis: Flag = Field(False, description="Whether it brings its own virtual hardware; not supported")
    forcks: Flag = Field(False, description="Whether it is for Kubernetes clusters; not supported")


def make(transaction: Transaction, request: NewTemplate, caller: Caller, zone_id: str | None) -> Template:
    """A template that the transaction creates, counted in its account's limits."""
    for name in ("isrouting", "deployasis", "forcks"):
        if getattr(request, name):
            raise InvalidParameter(f"{name} is not supported here; leave it out.")
    form = request.format.upper()
    if form not in FORMATS:
        raise InvalidParameter(f"Format {request.format} cannot be registered; it may be {', '.join(FORMATS)}.")
    kind = (request.templatetype or "USER").upper()
    if kind not in ("USER", "BUILTIN") or (kind == "BUILTIN" and not caller.is_root):
        raise PermissionDenied(
            "templatetype is USER; only operators of the cloud may say BUILTIN, nobody else any other."
        )
    account = account_named(caller, request.account, request.domainid, request.projectid)
    zone = usable_zone(zone_id, caller) if zone_id else None
    template = Template(
        new_id(), account_id=account.id, account=account.name, domain_id=account.domain_id,
        domain_path=account.domain_path, name=request.name, display_text=request.displaytext or request.name,
        format=form, hypervisor="KVM", os_type_id=request.ostypeid, os_type_name=name_of(request.ostypeid),
        zone_id=zone.id if zone else None,
        zone_name=zone.name if zone else None, checksum=checksum(request.checksum), public=request.ispublic,
        featured=request.isfeatured and caller.is_root, extractable=request.isextractable,
        password_enabled=request.passwordenabled, ssh_key_enabled=request.sshkeyenabled,
        dynamically_scalable=request.isdynamicallyscalable, requires_hvm=request.requireshvm,
        bits=request.bits, arch=request.arch, template_type=kind, template_tag=request.templatetag,
        details=dict(request.details) or None,
    )  # fmt: skip
    transaction.create(template)
    limits.use(transaction, account, template=1)
    return template


def usable_zone(zone_id: str, caller: Caller) -> Zone:
    """The zone, if the caller may use it."""
    zone = Zone.require(zone_id)
    require_open(zone, caller)
    return zone


def checksum(text: str | None) -> str | None:
    """The checksum, if it is one of a kind that hosts know."""
    if text is None:
        return None
    name, _, value = text[1:].partition("}") if text.startswith("{") else ("MD5", "", text)
    length = DIGESTS.get(name.upper())
    if length is None or not re.fullmatch(rf"[0-9a-fA-F]{{{length}}}", value):
        raise InvalidParameter(
            f"checksum {text[:40]} is not one: write {{SHA-256}} and 64 hexadecimal digits, or MD5's 32 alone."
        )
    return f"{{{name.upper()}}}{value.lower()}"


def source(url: str) -> str:
    """The address to download from: http or https, a host, no user name in it. Whether the host may be asked is
    decided by the bridge that resolves it."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good:
        raise InvalidParameter("url must be an address such as https://example.org/image.qcow2, with http or https.")
    if parts.username is not None or parts.password is not None:
        raise InvalidParameter("url holds a user name or password, which would be kept and shown; use one without.")
    return url
