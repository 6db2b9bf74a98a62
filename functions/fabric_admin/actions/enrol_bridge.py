"""A bridge trades the one-time token of its host for what it needs to take commands and to report."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import time
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from functions.fabric_admin._enrolment import digest_of
from javelin.contract.errors import Unauthorized
from javelin.contract.grants import Grant, arn
from javelin.data.records.host import Host
from javelin.data.records.host_key import HostKey
from javelin.data.records.host_status import HostStatus
from javelin.data.records.storage_pool import StoragePool
from javelin.data.transaction import Transaction
from javelin.discovery import names
from javelin.discovery.clients import endpoint, queue_url, region
from javelin.messaging import hosts, pools
from javelin.messaging.consumers import Call, consumer
from javelin.messaging.events import ANNOUNCE, announce, of_cloud

FIND_REPORTS = Grant(("sqs:GetQueueUrl",), (arn("sqs", names.REPORTS_QUEUE),))
REFUSAL = {"error": "The token is not valid: it was used, it expired, or it never was. Ask for a new one."}
# Origins only: noVNC reaches its WebSocket from the root of where it came from.
ORIGIN = r"^(https?://([A-Za-z0-9.-]{1,200}|\[[0-9a-fA-F:.]{2,45}\])(:[0-9]{1,5})?/?)?$"


def _origin(url: str) -> str:
    """Without its last slash. Raises ValueError for a port that is none."""
    if urlsplit(url).port == 0:
        raise ValueError("port 0 is nowhere")
    return url.rstrip("/")


class Enrolment(BaseModel):
    """What a bridge says about itself: `public_key` is its raw Ed25519 key in base64, `console_url` is where browsers
    reach the console proxy beside it, empty without one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: str = Field(min_length=40, max_length=200, repr=False)
    public_key: str = Field(max_length=64)
    driver: Literal["libvirt", "simulated"]
    hypervisor: str = Field(max_length=100)
    accelerated: bool
    cpus: int = Field(ge=1, le=4096)
    mhz: int = Field(ge=1, le=20_000)
    memory_mib: int = Field(ge=1, le=2**26)
    address: IPv4Address
    console_url: Annotated[str, StringConstraints(pattern=ORIGIN), AfterValidator(_origin)] = ""

    def key(self) -> bytes:
        """The public key's 32 bytes. Raises ValueError."""
        raw = base64.b64decode(self.public_key, validate=True)
        if len(raw) != 32:
            raise ValueError("an Ed25519 public key has 32 bytes")
        return raw


def enrol(event: dict[str, Any]) -> dict[str, Any]:
    """Take the token and answer with the host's identity; a token that is not good is refused and announced."""
    try:
        wish = Enrolment.model_validate(event)
        public_key = wish.key()
    except (ValidationError, binascii.Error, ValueError):
        return {"status": 400, "body": {"error": "The enrolment is not complete; use the bridge that fits this cloud."}}
    host = _host_of(wish.token)
    if host is None:
        return _refused(host, wish)
    commands, command_key = hosts.open_queue(host.id), secrets.token_bytes(32)
    try:
        _accept(host, wish, public_key, command_key)
    except Unauthorized:
        return _refused(host, wish)
    _attach_pools(host)
    said = f"The bridge of host {host.name} enrolled from {wish.address}"
    announce(of_cloud("HOST.ENROL", said, resource_type="Host", resource_id=host.id))
    identity = {
        "host": host.id,
        "command_key": base64.b64encode(command_key).decode(),
        "region": region(),
        "commands_queue": commands,
        "reports_queue": queue_url(names.REPORTS_QUEUE),
        "aws_endpoint": endpoint(),
    }
    return {"status": 200, "body": identity}


def _host_of(token: str) -> Host | None:
    """The host whose unexpired token this is."""
    try:
        key = HostKey.get(token.partition(".")[0], consistent_read=True)
    except HostKey.DoesNotExist:
        return None
    fits = hmac.compare_digest((key.enrolment_digest or "").encode(), digest_of(token).encode())
    return Host.find(key.host_id) if fits and int(key.enrolment_expires or 0) > time.time() else None


def _accept(host: Host, wish: Enrolment, public_key: bytes, command_key: bytes) -> None:
    """Use the token up and bring the host Up, or raise Unauthorized if another bridge was first."""
    transaction = Transaction()
    transaction.update(
        HostKey(host.id),
        [HostKey.public_key.set(public_key), HostKey.command_key.set(command_key), HostKey.revoked.set(0),
         HostKey.enrolment_digest.remove(), HostKey.enrolment_expires.remove()],
        HostKey.enrolment_digest == digest_of(wish.token),
        Unauthorized("used meanwhile"),
    )  # fmt: skip
    transaction.update(
        Host(host.id),
        [Host.state.set("Up"), Host.driver.set(wish.driver), Host.address.set(str(wish.address)),
         Host.console_url.set(wish.console_url),
         Host.cpus.set(wish.cpus), Host.mhz.set(wish.mhz), Host.memory_mib.set(wish.memory_mib),
         Host.hypervisor_version.set(wish.hypervisor), Host.accelerated.set(wish.accelerated), Host.disconnected.remove()],
        Host.id.exists(),
        Unauthorized("deleted meanwhile"),
    )  # fmt: skip
    transaction.update(HostStatus(host.id), [HostStatus.seen.set(int(time.time()))])
    transaction.commit()


def _attach_pools(host: Host) -> None:
    """Tell the host of the pools that were there before it."""
    for pool in StoragePool.load_all(row.id for row in StoragePool.by_zone.query(host.zone_id)):
        if pool.serves(host):
            pools.attach(pool, host.id)


def _refused(host: Host | None, wish: Enrolment) -> dict[str, Any]:
    name = host.name if host else "unknown"
    said = f"An enrolment from {wish.address} for host {name} was refused: its token is not valid"
    key = host.id if host else ""
    announce(of_cloud("HOST.ENROLMENT.REFUSED", said, resource_type="Host", resource_id=key, level="ERROR"))
    return {"status": 401, "body": REFUSAL}


handler = consumer(
    enrol, Call(),
    grants=[Host.write, HostKey.write, HostStatus.write, StoragePool.read, hosts.OPEN_QUEUE, *hosts.SEND_TO_HOSTS,
            FIND_REPORTS, *ANNOUNCE],
)  # fmt: skip
