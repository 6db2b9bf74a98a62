"""A local cloud whose hosts are fake ones with real libvirt, real guests and real networks."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass, field
from functools import cached_property

from bridge.identity import FILE
from infra.local import cloud, fabric, guests, offerings
from infra.local.api import Api
from infra.local.fabric import Fabric, Plan
from infra.local.home import ROOT
from tests.drills.fake_host import FakeHost, Lan, wait_for_link_to_go
from tests.e2e.local_cloud import LocalCloud, eventually
from tests.e2e.site import Site

IMAGES = ROOT / ".javelin/guests"  # where `make run` keeps them: built once per checkout
SIZE = {"displaytext": "As small as it gets", "cpunumber": 1, "cpuspeed": 50, "memory": 16}


@dataclass
class RealCloud(LocalCloud):
    """The launcher's own steps, with hosts of the drill instead of this machine."""

    hosts: list[FakeHost] = field(default_factory=list)
    furnished: bool = False

    def install(self, count: int) -> None:
        """The hosts, which are not yet switched on."""
        digest = hashlib.sha256(str(self.home.folder).encode()).digest()
        lan = Lan(f"jdr{digest.hex()[:6]}", f"10.98.{digest[1]}", (self.home.port, self.home.aws_port))
        self.hosts = [FakeHost(self.home.folder / f"hosts/kvm{number}", number, lan) for number in range(1, count + 1)]
        lan.make()
        for host in self.hosts:
            host.install()

    def up(self) -> None:
        """From nothing to a cloud whose hosts are Up; later, whatever a drill killed is started again."""
        os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
        self.home.make()
        cloud.start_aws(self.home, _quiet)
        if not self.furnished:
            self._furnish()
            self.furnished = True
        cloud.start_front(self.home, _quiet)
        cloud.reconcile(self.home, _quiet)

    def _furnish(self) -> None:
        cloud.deploy(self.home, _quiet)
        keys = cloud.bootstrap(self.home, _quiet)
        cloud.start_front(self.home, _quiet)
        api, plan = Api(self.home.endpoint, keys.key, keys.secret), Plan.of(self.home)
        zone = fabric.make_zone(api, _quiet)
        fabric.make_physical_network(api, plan, zone, _quiet)
        fabric.make_public_addresses(api, plan, zone, _quiet)
        place = fabric.make_cluster(api, zone, "KVM", _quiet)
        for host in self.hosts:
            self._ensure_host(api, place, plan, host)
        eventually(lambda: self._all_up(api), "all hosts to be Up", 120)
        fabric.make_pool(api, place, self.home, _quiet)
        offerings.make_offerings(self.home, api, _quiet)
        fabric.enable_zone(api, zone, _quiet)
        image = guests.build(IMAGES)["nano"]
        offerings.make_template(self.home, api, zone, image, place.hypervisor, _quiet)

    def remove(self) -> None:
        """Hosts first; nothing of them outlives their first process."""
        for host in self.hosts:
            host.power_off()
            for log in host.folder.glob("*.log"):
                shutil.copy(log, self.home.folder / "log" / f"{host.name}-{log.name}")
        try:
            super().remove()
        finally:
            wait_for_link_to_go(self.hosts)
            for lan in {host.lan for host in self.hosts}:
                lan.remove()

    def domains(self) -> list[tuple[str, str, str]]:
        """Host, guest, state: what each libvirt knows."""
        return [(host.name, id_, state) for host in self.hosts for id_, state in host.domains().items()]

    def volumes(self) -> list[tuple[str, str]]:
        """All files in the pool that the hosts share; by their id if they are whole."""
        return [("pool", file.name.removesuffix(".qcow2")) for file in (self.home.folder / "pool/volumes").iterdir()]

    def leftovers(self) -> list[str]:
        """Links, namespaces, processes and folders of networks, when there is no network any more."""
        look = "from bridge.network import leftovers, linux; print(*leftovers.find(linux.RUNTIME, ()), sep='\\n')"
        return [f"{host.name}: {line}" for host in self.hosts for line in host.python("-c", look).splitlines() if line]

    def _ensure_host(self, api: Api, place: Fabric, plan: Plan, host: FakeHost) -> None:
        if not host.is_on:
            host.power_on()
        if (host.state / FILE).exists():
            return
        rows = api.call(
            "addHost", zoneid=place.zone, podid=place.pod, clusterid=place.cluster, hypervisor="KVM",
            url=f"http://{host.name}",
        )["host"]  # fmt: skip
        settings = (
            f'local_bridges = ["{plan.bridge}={plan.gateway}/24"]',
            f'tunnel_address = "{host.address}"',
        )
        (host.state / "bridge.toml").write_text("".join(f"{line}\n" for line in settings))
        host.python(
            "-m", "bridge", "enrol", "--endpoint", f"{self.home.url}/client", "--state", str(host.state),
            "--address", host.address, "--token", str(rows[0]["details"]["enrolment.token"]),
        )  # fmt: skip
        (host.folder / "enrolled").touch()

    def _all_up(self, api: Api) -> bool:
        states = [row["state"] for row in api.rows("listHosts", "host", type="Routing")]
        return states == ["Up"] * len(self.hosts)


class RealDrillSite(Site):
    """The smallest guests there are."""

    @cached_property
    def offering(self) -> str:
        """Of which a host takes many."""
        self.api.ensure(
            ("listServiceOfferings", "serviceoffering"), "Drill",
            lambda: self.api.call("createServiceOffering", name="Drill", **SIZE),
        )  # fmt: skip
        return str(self.api.rows("listServiceOfferings", "serviceoffering", name="Drill")[0]["id"])

    @cached_property
    def template(self) -> str:
        """The boot-sector guest."""
        return str(self.api.rows("listTemplates", "template", templatefilter="self", name="nano")[0]["id"])


def _quiet(_: str) -> None:
    """What steps tell is for those who wait for them."""
