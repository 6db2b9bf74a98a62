"""Reports of hosts: heartbeats, changes of guests, alerts - believed only when the host's own bridge signed them."""

from __future__ import annotations

from functions.fabric_monitoring import _guests, _heartbeat, _strays
from functions.fabric_monitoring._sender import authentic
from javelin.data.records.affinity_place import AffinityPlace
from javelin.data.records.host import Host
from javelin.data.records.host_key import HostKey
from javelin.data.records.host_status import HostStatus
from javelin.data.records.lease import Lease
from javelin.data.records.network import Network
from javelin.data.records.sighting import Sighting
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.stray import Stray
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.messaging.consumers import Queue, consumer
from javelin.messaging.events import ANNOUNCE, announce, of_cloud
from javelin.messaging.hosts import SEND_TO_HOSTS
from javelin.messaging.reports import DomainChanges, Heartbeat, HostAlert, Inventory, Report
from javelin.observability.metrics import count

SENTENCE = 1000  # characters of an alert that are kept


def receive(body: str) -> None:
    """One report. What cannot be read raises and ends in the dead-letter queue; what is not authentic is announced."""
    report = Report.model_validate_json(body)
    if not authentic(report):
        count("fabric_monitoring", "RefusedReports")
        said = f"A report in the name of host {report.host} was refused: the host's bridge did not sign it"
        announce(of_cloud("HOST.REPORT.REFUSED", said, resource_type="Host", resource_id=report.host, level="ERROR"))
        return
    host = Host.find(report.host)
    if host is None:
        return
    match report.kind:
        case "heartbeat":
            beat = Heartbeat.model_validate(report.body)
            _heartbeat.hear(host, report, beat)
            if beat.domains is not None:
                _heartbeat.remind(host, beat)
                _guests.sync(host, beat.domains, report.at, complete=True)
        case "domains":
            changes = DomainChanges.model_validate(report.body)
            _guests.sync(host, changes.domains, report.at, complete=False)
        case "inventory":
            _strays.look(host, Inventory.model_validate(report.body).held, report.at)
        case "alert":
            alert = HostAlert.model_validate(report.body)
            said = f"Host {host.name}: {alert.subject}: {alert.text}"[:SENTENCE]
            announce(of_cloud("HOST.ALERT", said, resource_type="Host", resource_id=host.id, level="WARN"))


handler = consumer(
    receive, Queue(name="reports", batch=10, window=1),
    grants=[HostKey.read, Host.write, HostStatus.write, StoragePool.write, VirtualMachine.write, Lease.write,
            Sighting.write, AffinityPlace.write, Volume.read, Network.read, Stray.write, *ANNOUNCE, *SEND_TO_HOSTS],
    timeout=60,
)  # fmt: skip
