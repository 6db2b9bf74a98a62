"""Brings the local cloud up, step by step; a step whose work is done only looks."""

from __future__ import annotations

from pathlib import Path

from infra.local import cloud, console, fabric, guests, hello, hosts, machine, offerings, survivors, told
from infra.local.api import Api, Row
from infra.local.fabric import Fabric, Plan
from infra.local.guests import nano
from infra.local.home import Home
from infra.local.progress import Progress


def up(home: Home, progress: Progress, *, simulated: int, bare: bool) -> None:
    """From nothing, or from whatever the last run left, to a cloud that serves."""
    image = _simulated_image(home) if simulated else _prepare(home, progress)
    keys = _control_plane(home, progress)
    api = Api(home.endpoint, keys.key, keys.secret)
    zone, place = _fabric(home, progress, api, simulated)
    with progress.step("offerings") as say:
        offerings.make_offerings(home, api, say)
    with progress.step("open the zone") as say:
        fabric.enable_zone(api, zone, say)
    with progress.step("jobs that were under way") as say:
        cloud.reconcile(home, say)
    template, network = _to_begin_with(home, progress, api, place, zone, image)
    if template is not None and network is not None and not simulated and not bare:
        _first_guest(home, progress, api, zone, template, network)
    told.tell(progress.console, home, keys, progress.skipped)


def _simulated_image(home: Home) -> Path:
    """What simulated hosts take for an image."""
    image = home.folder / "guests" / "nano.raw"
    image.parent.mkdir(exist_ok=True)
    image.write_bytes(nano.disk_image())
    return image


def _prepare(home: Home, progress: Progress) -> Path:
    """This machine, able to run guests, and the image of the first one."""
    with progress.step("packages") as say:
        installed = machine.ensure_packages(progress=say)
        say(f"{len(installed)} installed" if installed else "all there")
    with progress.step("libvirt") as say:
        machine.ensure_libvirt(progress=say)
        say("answers")
    with progress.step("guest images") as say:
        images = guests.build(home.folder / "guests", progress=say)
        say(", ".join(images))
    return images["tiny"]


def _control_plane(home: Home, progress: Progress) -> cloud.Keys:
    with progress.step("embedded AWS") as say:
        cloud.start_aws(home, say)
    with progress.step("deploy") as say:
        cloud.deploy(home, say)
    with progress.step("administrator") as say:
        keys = cloud.bootstrap(home, say)
    with progress.step("front") as say:
        cloud.start_front(home, say)
    return keys


def _fabric(home: Home, progress: Progress, api: Api, simulated: int) -> tuple[Row, Fabric]:
    plan = Plan.of(home)
    with progress.step("zone") as say:
        zone = fabric.make_zone(api, say)
    with progress.step("physical network") as say:
        fabric.make_physical_network(api, plan, zone, say)
    with progress.step("public addresses") as say:
        fabric.make_public_addresses(api, plan, zone, say)
    with progress.step("pod and cluster") as say:
        place = fabric.make_cluster(api, zone, "Simulator" if simulated else "KVM", say)
    count = simulated or 1
    with progress.step("hosts") as say:
        hosts.add_hosts(home, api, place, count, say)
    wanted = [] if simulated or hosts.bridge_process(home).running() else survivors.running(api, console.HOST)
    with progress.step("bridge") as say:
        hosts.run_bridge(home, say)
    with progress.step("hosts are up") as say:
        hosts.wait_until_up(home, api, count, say)
    if wanted:
        with progress.step("guests that ran") as say:
            survivors.start_again(api, wanted, say)
    if not simulated:
        with progress.step("console proxy") as say:
            console.start_console(home, say)
    with progress.step("storage pool") as say:
        fabric.make_pool(api, place, home, say)
    return zone, place


def _to_begin_with(
    home: Home, progress: Progress, api: Api, place: Fabric, zone: Row, image: Path
) -> tuple[Row | None, Row | None]:
    """A template and a network."""
    template: Row | None = None
    network: Row | None = None
    with progress.step(f"template {image.stem}") as say:
        template = offerings.make_template(home, api, zone, image, place.hypervisor, say)
    with progress.step(f"network {offerings.NETWORK}") as say:
        network = offerings.make_network(api, zone, say)
    return template, network


def _first_guest(home: Home, progress: Progress, api: Api, zone: Row, template: Row, network: Row) -> None:
    guest: hello.Guest | None = None
    with progress.step("guest hello") as say:
        guest = hello.deploy(home, api, zone, template, network, say)
    if guest is not None:
        with progress.step("guest hello has booted") as say:
            hello.wait_until_booted(home, guest, say)
