"""What the cloud asks of a host: the typed payload of every bridge command, validated at both ends.

Sizes are bytes unless the name says MiB; speeds are MHz. Every command is idempotent: a repeat ends in the same state.
"""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv4Network
from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from javelin.messaging.host_models import (
    AbsolutePath,
    Command,
    ConsoleAddress,
    Disk,
    Domain,
    DomainName,
    DomainState,
    Empty,
    FetchedImage,
    Guest,
    HostName,
    Id,
    Image,
    ImageFormat,
    InstanceName,
    InterfaceName,
    MacAddress,
    Nic,
    Payload,
    Pool,
    Router,
    Segment,
    Sha256,
    Volume,
    VolumeRef,
)


class ImportImage(Command):
    """Download, inspect under limits, re-encode to qcow2 and upload an image. Result: FetchedImage.

    Refuses redirects to another host, addresses outside `allowed` that are private, loopback, link-local or metadata,
    images with a backing or data file, and bytes that are not of the declared `format`.
    """

    kind: ClassVar[str] = "import_image"
    image: Id
    url: str
    format: ImageFormat
    checksum: str | None = None  # "{SHA-256}hex" or "{MD5}hex" as CloudStack writes it, of the download
    allowed: tuple[IPv4Network, ...] = ()
    max_bytes: int
    max_virtual_size: int
    upload_url: str


class AbandonImport(Command):
    """Remove what an import that was cut off left on this host. Absent is success.

    Its fence is newer than the import's: an import that comes later is refused, and none runs when this is answered.
    """

    kind: ClassVar[str] = "abandon_import"
    image: Id


class ForgetImage(Command):
    """Remove an image from the caches of the pools, if no volume is built on it. Absent is success."""

    kind: ClassVar[str] = "forget_image"
    image: Id
    pools: tuple[Pool, ...]


class CreateVolumes(Command):
    """Create every volume: fetch the image into the pool's cache if needed, clone it, grow it."""

    kind: ClassVar[str] = "create_volumes"
    volumes: tuple[Volume, ...]


class ResizeVolume(Command):
    """Grow a volume that no running guest uses."""

    kind: ClassVar[str] = "resize_volume"
    volume: VolumeRef
    size: int = Field(gt=0)


class DeleteVolumes(Command):
    """Delete volumes. Absent is success."""

    kind: ClassVar[str] = "delete_volumes"
    volumes: tuple[VolumeRef, ...]


class ApplyNetwork(Command):
    """Make a network as described exist on this host with its router, then add `guests` and withdraw `gone` (NIC ids).

    `complete` says that `guests` is all there is: others are withdrawn.
    """

    kind: ClassVar[str] = "apply_network"
    segment: Segment
    cidr: IPv4Network
    router: Router
    guests: tuple[Guest, ...] = ()
    gone: tuple[Id, ...] = ()
    complete: bool = False


class RemoveNetwork(Command):
    """Remove router, segment and all state of a network from this host. Absent is success.

    `router_only` leaves the segment, so that guests stay connected to the network's other hosts.
    """

    kind: ClassVar[str] = "remove_network"
    network: Id
    router_only: bool = False


class UpdateSegment(Command):
    """Bring the peers of a segment up to date on a host that has, or is about to have, guests in it."""

    kind: ClassVar[str] = "update_segment"
    segment: Segment


class StartDomain(Command):
    """Connect the segments, define the domain as described and power it on. Running already is success.

    Result: DomainState. The host remembers the domain and its fence: if it crashes while the cloud is unreachable the
    bridge starts it again, and no older fence is obeyed.
    """

    kind: ClassVar[str] = "start_domain"
    domain: Domain


class StopDomain(Command):
    """Ask the guest to power off; after `grace_seconds`, or at once when `forced`, cut the power.
    Absent or off is success."""

    kind: ClassVar[str] = "stop_domain"
    domain: Id
    forced: bool = False
    grace_seconds: int = Field(default=60, ge=0, le=600)


class RebootDomain(Command):
    """Reboot a running guest: ask it, and reset it after `grace_seconds` or at once when `forced`."""

    kind: ClassVar[str] = "reboot_domain"
    domain: Id
    forced: bool = False
    grace_seconds: int = Field(default=60, ge=0, le=600)


class DestroyDomain(Command):
    """Cut the power and forget the domain: definition, logs, taps and unused segments. Absent is success.
    Volumes stay."""

    kind: ClassVar[str] = "destroy_domain"
    domain: Id


class OpenConsole(Command):
    """Where the VNC console of a running guest listens. Result: ConsoleAddress."""

    kind: ClassVar[str] = "open_console"
    domain: Id


class AttachPool(Command):
    """Make the directories of a pool and report its capacity with every heartbeat from now on."""

    kind: ClassVar[str] = "attach_pool"
    pool: Pool


class TellAll(Command):
    """Look at all guests, pools and volumes anew, and tell the cloud of them. Result: Empty, once the cloud took it."""

    kind: ClassVar[str] = "tell_all"


class CancelCommand(Command):
    """Stop a command that was sent before, by its envelope's id: one that waits is answered with Cancelled at once, one
    that runs where it can stop. One that is done stays done; one that comes later is not begun."""

    kind: ClassVar[str] = "cancel_command"
    command: Annotated[str, StringConstraints(max_length=200)]


COMMANDS: dict[str, type[Command]] = {
    command.kind: command
    for command in (
        ImportImage, AbandonImport, ForgetImage, CreateVolumes, ResizeVolume, DeleteVolumes, ApplyNetwork,
        RemoveNetwork, UpdateSegment,
        StartDomain, StopDomain, RebootDomain, DestroyDomain, OpenConsole, AttachPool, TellAll, CancelCommand,
    )
}  # fmt: skip


class HostCommand(Payload):
    """The envelope of a command in a host's queue, signed with HMAC-SHA256 under the host's command key.

    `id` is stable over repeats: a repeat answers from the journal. `fence` orders the writers of `resource`: a host
    that has seen a higher one refuses with StaleFence. An empty `token` wants no answer.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9/_.:-]{1,200}$")]
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,60}$")]
    host: Id
    resource: Id
    fence: int = Field(ge=0)
    token: str = Field(repr=False)
    deadline: datetime
    payload: dict[str, Any]

    def command(self) -> Command:
        """The typed payload. Raises pydantic.ValidationError, or KeyError for an unknown kind."""
        return COMMANDS[self.kind].model_validate(self.payload)


__all__ = [
    "COMMANDS",
    "AbandonImport",
    "AbsolutePath",
    "ApplyNetwork",
    "AttachPool",
    "CancelCommand",
    "Command",
    "ConsoleAddress",
    "CreateVolumes",
    "DeleteVolumes",
    "DestroyDomain",
    "Disk",
    "Domain",
    "DomainName",
    "DomainState",
    "Empty",
    "FetchedImage",
    "ForgetImage",
    "Guest",
    "HostCommand",
    "HostName",
    "Id",
    "Image",
    "ImageFormat",
    "ImportImage",
    "InstanceName",
    "InterfaceName",
    "MacAddress",
    "Nic",
    "OpenConsole",
    "Payload",
    "Pool",
    "RebootDomain",
    "RemoveNetwork",
    "ResizeVolume",
    "Router",
    "Segment",
    "Sha256",
    "StartDomain",
    "StopDomain",
    "TellAll",
    "UpdateSegment",
    "Volume",
    "VolumeRef",
]
