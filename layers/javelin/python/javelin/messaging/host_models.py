"""The parts of host commands and their results: what a volume, a network, a guest is to a host.

Sizes are bytes unless the name says MiB; speeds are MHz.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface
from typing import Annotated, ClassVar, Literal

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
    revision: int = Field(default=0, ge=0)  # of the peers: a host that knows a later one keeps its own


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
    guest_gateway: IPv4Address | None = None  # what guests are told when the network's gateway is not this router


class FetchedImage(Payload):
    """What an import found: sizes in bytes, the digest of the re-encoded qcow2 that was uploaded."""

    size: int
    virtual_size: int
    sha256: Sha256


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
