"""addHost: expect a host, and show once what its bridge enrols with."""

from __future__ import annotations

import os
import re
from ipaddress import IPv4Address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from functions.fabric_admin._enrolment import command_line, new_token
from functions.fabric_admin._host import HostResponse, show
from javelin.contract.caller import OPERATORS, Caller
from javelin.contract.errors import ApiError, InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import OneOf, Request, SecretText, Text, TextList, Uuid
from javelin.contract.responses import Listing
from javelin.data.counting import enter
from javelin.data.dedications import owners_of
from javelin.data.ids import new_id
from javelin.data.records.claim import Claim
from javelin.data.records.cluster import Cluster
from javelin.data.records.dedication import Dedication
from javelin.data.records.host import Host
from javelin.data.records.host_key import HostKey
from javelin.data.records.pod import Pod
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE, announce, of_cloud
from javelin.messaging.hosts import OPEN_QUEUE, close_queue, open_queue

NAME = re.compile(r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$")
DRIVERS = {"KVM": "libvirt", "Simulator": "simulated"}


class AddHost(Request):
    """Adds a host. The answer's details hold, this once, the command to run on it: its bridge then enrols by itself.

    The cloud never logs in to a host: username and password are accepted for older clients and thrown away.
    """

    zoneid: Uuid = Field(description="The zone")
    podid: Uuid = Field(description="The pod")
    clusterid: Uuid | None = Field(None, description="The cluster; or give clustername")
    clustername: Text | None = Field(None, description="The name of the cluster in the pod; or give clusterid")
    url: Text = Field(description="http://<name or address of the host>")
    hypervisor: Annotated[Text, OneOf(tuple(DRIVERS))] = Field(description="KVM, or Simulator for a test")
    hosttags: TextList | None = Field(None, description="Tags that offerings may ask for")
    allocationstate: Annotated[Text, OneOf(("Enabled", "Disabled"))] = Field(
        "Enabled", description="Enabled or Disabled"
    )
    username: Text | None = Field(None, description="Not needed: thrown away")
    password: SecretText | None = Field(None, description="Not needed: thrown away")


@operation(
    AddHost, roles=OPERATORS,
    grants=[Host.write, HostKey.write, Claim.write, Sequence.write, Cluster.write, Pod.read, Dedication.read,
            OPEN_QUEUE, *ANNOUNCE],
    answers=HostResponse, object_name="host", refuses=("storageaccessgroups", "externaldetails"),
    environment=("JAVELIN_ENDPOINT",), secret_answer=True,
    event="HOST.ADD",
)  # fmt: skip
def handler(request: AddHost, caller: Caller) -> Listing:
    """A host that is Connecting until its bridge enrols."""
    cluster = _cluster(request)
    pod, name = Pod.require(cluster.pod_id), _host_name(request.url)
    host = Host(
        new_id(), name=name, zone_id=cluster.zone_id, zone_name=cluster.zone_name, pod_id=cluster.pod_id,
        pod_name=cluster.pod_name, cluster_id=cluster.id, cluster_name=cluster.name, hypervisor=request.hypervisor,
        driver=DRIVERS[request.hypervisor], address=_address(name), resource_state=request.allocationstate,
        cluster_open=cluster.allocation_state == "Enabled", pod_open=pod.allocation_state == "Enabled",
        tags=request.hosttags or [], cpu_overcommit=cluster.cpu_overcommit, memory_overcommit=cluster.memory_overcommit,
    )  # fmt: skip
    host.dedicated_to = owners_of(host)
    token = new_token(host.id)
    taken = InvalidParameter(
        f"There is a host {name} in zone {cluster.zone_name} already; choose another, or delete it."
    )
    transaction = Transaction()
    transaction.claim(f"host/{cluster.zone_id}/{name}", host.id, taken)
    transaction.create(HostKey(host.id, enrolment_digest=token.digest, enrolment_expires=token.expires))
    transaction.create(host)
    enter(transaction, Cluster, cluster.id)
    open_queue(host.id)
    try:
        transaction.commit()
    except ApiError:
        close_queue(host.id)
        raise
    announce(of_cloud("HOST.ADD", f"{caller.account} added host {name}", resource_type="Host", resource_id=host.id))
    once = {
        "enrolment.token": token.text,
        "enrolment.command": command_line(os.environ["JAVELIN_ENDPOINT"], token, DRIVERS[request.hypervisor]),
    }
    return Listing("host", [show(host, None, once)], 1)


def _cluster(request: AddHost) -> Cluster:
    key = request.clusterid
    if key is None:
        if request.clustername is None:
            raise InvalidParameter("Say which cluster the host joins: give clusterid or clustername.")
        claim = f"cluster/{request.podid}/{request.clustername}".lower()
        key = next((found.owner for found in Claim.batch_get([claim])), "")
        if not key:
            raise InvalidParameter(f"There is no cluster {request.clustername} in the pod; make it with addCluster.")
    cluster = Cluster.require(key)
    if (cluster.zone_id, cluster.pod_id) != (request.zoneid, request.podid):
        raise InvalidParameter(
            f"Cluster {cluster.name} is not there: give zoneid {cluster.zone_id} and podid {cluster.pod_id}."
        )
    if cluster.hypervisor != request.hypervisor:
        raise InvalidParameter(f"Cluster {cluster.name} is of {cluster.hypervisor} hosts; give hypervisor accordingly.")
    return cluster


def _host_name(url: str) -> str:
    try:
        name = urlsplit(url if "://" in url else f"http://{url}").hostname or ""
    except ValueError:
        name = ""
    if not NAME.match(name):
        raise InvalidParameter("url does not name a host; write http://<name or address>.")
    return name


def _address(name: str) -> str:
    try:
        return str(IPv4Address(name))
    except ValueError:
        return ""
