"""A zone with pod, cluster and hosts for tests, and bridges that enrol as the real one does."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from functions.fabric_admin.actions import bridge_credentials, enrol_bridge
from tests.cloud import Cloud, Context

ZONE = {"name": "z1", "networktype": "Advanced", "dns1": "8.8.8.8", "internaldns1": "8.8.4.4"}
MACHINE = {"hypervisor": "QEMU 7.2.15", "accelerated": True, "cpus": 8, "mhz": 2400, "memory_mib": 16384}


@dataclass
class Bridge:
    """A bridge's side of enrolment and credentials."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    identity: dict[str, Any] = field(default_factory=dict)

    def enrol(self, token: str, **changed: Any) -> dict[str, Any]:
        """Ask to enrol; keeps the identity of a success."""
        public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        wish = {"token": token, "public_key": base64.b64encode(public).decode(), "driver": "libvirt",
                "address": "10.0.0.11", **MACHINE, **changed}  # fmt: skip
        answer: dict[str, Any] = enrol_bridge.handler(wish, Context())
        if answer["status"] == 200:
            self.identity = answer["body"]
        return answer

    def proof(self, **changed: Any) -> dict[str, Any]:
        """A signed request for credentials."""
        fields = {"host": self.identity["host"], "at": datetime.now(UTC).isoformat(),
                  "nonce": secrets.token_urlsafe(24), **changed}  # fmt: skip
        return {**fields, "signature": self.sign(fields)}

    def sign(self, fields: dict[str, Any]) -> str:
        """Base64 Ed25519 over canonical JSON."""
        return base64.b64encode(
            self.key.sign(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode())
        ).decode()

    def credentials(self, proof: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask for credentials."""
        answer: dict[str, Any] = bridge_credentials.handler(proof or self.proof(), Context())
        return answer


@dataclass
class Fabric:
    """A zone with one pod and one cluster."""

    cloud: Cloud
    zone: str
    pod: str
    cluster: str

    def add_host(self, name: str = "10.0.0.11", **changed: Any) -> dict[str, Any]:
        """Add a host that waits for its bridge."""
        where = {"zoneid": self.zone, "podid": self.pod, "clusterid": self.cluster}
        made = self.cloud.call("addHost", **{**where, "hypervisor": "KVM", "url": f"http://{name}", **changed})
        host: dict[str, Any] = made["host"][0]
        return host

    def enrolled(self, name: str = "10.0.0.11", **changed: Any) -> tuple[str, Bridge]:
        """Add a host and enrol its bridge; answers its id and the bridge."""
        host, bridge = self.add_host(name, **changed), Bridge()
        assert bridge.enrol(host["details"]["enrolment.token"], address=name)["status"] == 200
        return host["id"], bridge


def build(cloud: Cloud) -> Fabric:
    """A zone with one pod and one cluster."""
    zone = cloud.call("createZone", **ZONE)["zone"]["id"]
    pod = cloud.call("createPod", name="p1", zoneid=zone)["pod"]["id"]
    cluster = cloud.call(
        "addCluster", clustername="c1", zoneid=zone, podid=pod, hypervisor="KVM", clustertype="CloudManaged"
    )["cluster"][0]["id"]
    return Fabric(cloud, zone, pod, cluster)
