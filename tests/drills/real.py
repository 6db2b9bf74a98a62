"""The full drill: the control plane, libvirt, qemu, bridges and whole machines die, and ways to the cloud are cut."""

from __future__ import annotations

from tests.drills import alone, relief
from tests.drills.drill import run
from tests.drills.faults import CONTROL_PLANE
from tests.drills.real_cloud import RealCloud, RealDrillSite
from tests.drills.real_faults import faults_of, long_cut
from tests.drills.report import Plan, Report


def drill(plan: Plan, hosts: int, seconds: float, *, minutes: bool = True) -> Report:
    """A cloud with so many hosts, of which one is alone for so many seconds before the load begins.

    With `minutes` one of the cuts under load takes that long.
    """
    cloud = RealCloud.new()
    try:
        cloud.install(hosts)
        cloud.up()
        site = RealDrillSite(cloud)
        told = [*alone.drill(site, cloud.hosts, seconds), relief.drill(site, cloud)]
        rare = (long_cut(cloud.hosts),) if minutes else ()
        report = run(site, plan, (*CONTROL_PLANE, *faults_of(cloud.hosts), *rare))
        report.before = told
        for machine in site.api.rows("listVirtualMachines", "virtualmachine", listall="true"):
            site.api.call("destroyVirtualMachine", id=machine["id"], expunge="true")  # whose first destruction failed
        site.api.call("deleteNetwork", id=site.network)
        report.orphans += cloud.leftovers()
        return report
    finally:
        cloud.remove()
