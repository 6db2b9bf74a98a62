"""What the cloud asks of a host: the typed payload of every bridge command, validated at both ends.

Sizes are bytes unless the name says MiB; speeds are MHz. Every command is idempotent: a repeat ends in the same state.
"""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
MacAddress = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$")]
HostName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$")]
DomainName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?$")]
InstanceName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,79}$")]
AbsolutePath = Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9._/-]{1,255}$")]
InterfaceName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,14}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
ImageFormat = Literal["qcow2", "raw", "vmdk", "vhd", "vhdx", "iso"]


class Payload(BaseModel):
    """The base of all payloads: strict, immutable, no unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Command(Payload):
    """A payload that is a command of its own; `kind` is its name on the wire and of the file in bridge/commands."""

    kind: ClassVar[str]


class Pool(Payload):
    """A directory pool of a host. Volumes are `<path>/volumes/<id>.qcow2`, cached images `<path>/images/<id>.qcow2`."""

    id: Id
    path: AbsolutePath


class Image(Payload):
    """A template in the image store; `url` is a presigned GET that outlives the command."""

    id: Id
    url: str
    sha256: Sha256
    virtual_size: int


class Volume(Payload):
    """A volume to exist on a pool: empty, or a clone of `image` grown to `size` bytes."""

    id: Id
    pool: Pool
    size: int = Field(gt=0)
    image: Image | None = None


class VolumeRef(Payload):
    """A volume that may or may not exist."""

    id: Id
    pool: Pool


class Segment(Payload):
    """The layer-2 segment of a network on a host: a Linux bridge, with a VXLAN to `peers` when the network has a VNI,
    or the host's own bridge `uplink` for a shared network."""

    network: Id
    vni: int | None = Field(default=None, ge=1, le=16777215)
    uplink: InterfaceName | None = None
    peers: tuple[IPv4Address, ...] = ()


class Guest(Payload):
    """One NIC as its network's router knows it: DHCP lease, DNS name, metadata and user data."""

    nic: Id
    vm: Id
    mac: MacAddress
    ip: IPv4Address
    hostname: HostName
    metadata: dict[str, str] = {}  # CloudStack names: instance-id, local-hostname, public-keys, service-offering ...
    user_data_url: str | None = None  # presigned GET of the decoded user data, at most 1 MiB
    password: str | None = Field(default=None, repr=False)  # served once by the password server, then forgotten
    default: bool = True  # whether this NIC carries the guest's default route


class Router(Payload):
    """The router of a network on the one host that runs it: a network namespace with dnsmasq, nftables and metadata."""

    id: Id
    gateway: IPv4Interface  # its address inside the network
    dhcp: bool = True
    dns: tuple[IPv4Address, ...] = ()  # forwarders
    domain: DomainName
    public: IPv4Interface | None = None  # source NAT address; None: no way out
    public_gateway: IPv4Address | None = None
    public_bridge: InterfaceName | None = None
    egress_allowed: bool = True


class FetchedImage(Payload):
    """What an import found: sizes in bytes, the digest of the re-encoded qcow2 that was uploaded."""

    size: int
    virtual_size: int
    sha256: Sha256


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
    """Remove router, segment and all state of a network from this host. Absent is success."""

    kind: ClassVar[str] = "remove_network"
    network: Id


class Disk(Payload):
    """A volume as the guest sees it; `position` 0 is the root disk."""

    volume: VolumeRef
    position: int = Field(ge=0, le=25)


class Nic(Payload):
    """A guest's network interface; `position` 0 is the default one."""

    id: Id
    mac: MacAddress
    ip: IPv4Address | None = None
    segment: Segment
    position: int = Field(ge=0, le=25)


class Domain(Payload):
    """A guest as it shall be defined. The libvirt UUID is `id`."""

    id: Id
    name: InstanceName
    vcpus: int = Field(ge=1, le=256)
    mhz: int = Field(ge=1)  # per virtual CPU; becomes the CPU weight
    memory_mib: int = Field(ge=1)
    disks: tuple[Disk, ...]
    nics: tuple[Nic, ...]
    keyboard: str | None = None
    boot: Literal["disk", "cdrom"] = "disk"


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


class DomainState(Payload):
    """A guest as the host sees it. `reason` is libvirt's word (booted, shutdown, crashed, destroyed, ...)."""

    id: Id
    state: Literal["Running", "Stopped", "Paused", "Absent"]
    reason: str = ""
    fence: int = 0


class ConsoleAddress(Payload):
    """A VNC listener on the host."""

    address: str
    port: int
    password: str | None = Field(default=None, repr=False)


class Empty(Payload):
    """The result of a command that has none."""


COMMANDS: dict[str, type[Command]] = {
    command.kind: command
    for command in (
        ImportImage, ForgetImage, CreateVolumes, ResizeVolume, DeleteVolumes, ApplyNetwork, RemoveNetwork,
        StartDomain, StopDomain, RebootDomain, DestroyDomain, OpenConsole, AttachPool,
    )
}  # fmt: skip


class HostCommand(Payload):
    """The envelope of a command in a host's queue, signed with HMAC-SHA256 under the host's command key.

    `id` is stable over repeats: a repeat answers from the journal. `fence` orders the writers of `resource`: a host
    that has seen a higher one refuses with StaleFence. An empty `token` wants no answer.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9/_.:-]{1,200}$")]
    kind: str
    host: Id
    resource: Id
    fence: int = Field(ge=0)
    token: str = Field(repr=False)
    deadline: datetime
    payload: dict[str, Any]

    def command(self) -> Command:
        """The typed payload. Raises pydantic.ValidationError, or KeyError for an unknown kind."""
        return COMMANDS[self.kind].model_validate(self.payload)
