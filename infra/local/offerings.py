"""What users of the local cloud choose from: offerings, a template that boots in seconds, and a network."""

from __future__ import annotations

import time
import urllib.request
from pathlib import Path
from typing import Any

from infra.local.api import Api, Row
from infra.local.cloud import invoke
from infra.local.home import Home
from infra.local.progress import Say, Skipped

SIZES: dict[str, dict[str, Any]] = {
    "Small": {"displaytext": "1 core, 128 MiB", "cpunumber": 1, "cpuspeed": 500, "memory": 128},
    "Medium": {"displaytext": "2 cores, 512 MiB", "cpunumber": 2, "cpuspeed": 1000, "memory": 512},
}
DISKS: dict[str, dict[str, Any]] = {
    "Data": {"displaytext": "1 GiB", "disksize": 1},
    "Custom data": {"displaytext": "Say how much", "customized": "true"},
}
NETWORK_OFFERING = "DefaultIsolatedNetworkOfferingWithSourceNatService"
NETWORK = "hello-net"
PATIENCE = 120.0  # seconds until an image is checked, converted and kept


def make_offerings(home: Home, api: Api, say: Say) -> None:
    """Sizes of guests, disks, and kinds of networks."""
    for name, fields in SIZES.items():
        _ensure(api, ("listServiceOfferings", "serviceoffering"), "createServiceOffering", name, fields)
    for name, fields in DISKS.items():
        _ensure(api, ("listDiskOfferings", "diskoffering"), "createDiskOffering", name, fields)
    if not any(row["name"] == NETWORK_OFFERING for row in api.rows("listNetworkOfferings", "networkoffering")):
        invoke(home, "network", "seed_offerings", {})
    say(", ".join((*SIZES, *DISKS)))


def make_network(api: Api, zone: Row, say: Say) -> Row:
    """An isolated network for first guests."""
    offerings = api.rows("listNetworkOfferings", "networkoffering", name=NETWORK_OFFERING)
    if not offerings:
        raise Skipped(f"there is no network offering {NETWORK_OFFERING}")
    network = api.ensure(
        ("listNetworks", "network"), NETWORK,
        lambda: api.call("createNetwork", name=NETWORK, displaytext="For first guests", zoneid=zone["id"],
                         networkofferingid=offerings[0]["id"]),
        zoneid=zone["id"],
    )  # fmt: skip
    say(f"{NETWORK} {network['cidr']}")
    return network


def make_template(home: Home, api: Api, zone: Row, image: Path, hypervisor: str, say: Say) -> Row:
    """An image as a template named after its file: uploaded, then checked and converted as any other image is."""
    name = image.stem
    found = _template(api, zone, name)
    if found is None or _failed(found):
        say("uploading")
        parameters = api.call(
            "getUploadParamsForTemplate", name=name, displaytext="A small guest to begin with", hypervisor=hypervisor,
            format=image.suffix[1:].upper(), zoneid=zone["id"], ispublic="true", isfeatured="true",
        )["getuploadparams"]  # fmt: skip
        _upload(parameters["postURL"], image)
        invoke(home, "storage", "find_uploads", {})
    deadline = time.monotonic() + PATIENCE
    while True:
        found = _template(api, zone, name)
        if found is not None and found["isready"]:
            say(found["id"])
            return found
        if found is not None and _failed(found):
            raise RuntimeError(f"template {name} was refused: {found.get('status')}")
        if time.monotonic() > deadline:
            raise TimeoutError(f"template {name} is not ready: {found.get('status') if found else 'it is not listed'}")
        say(str(found.get("status", "waiting")) if found else "waiting")
        time.sleep(0.5)


def _ensure(api: Api, listing: tuple[str, str], create: str, name: str, fields: dict[str, Any]) -> None:
    api.ensure(listing, name, lambda: api.call(create, name=name, **fields))


def _template(api: Api, zone: Row, name: str) -> Row | None:
    """The newest of that name: one that failed is left where an operator sees why."""
    rows = api.rows("listTemplates", "template", templatefilter="self", name=name, zoneid=zone["id"])
    ready = [row for row in rows if row["isready"]] or rows
    return max(ready, key=lambda row: str(row["created"]), default=None)


def _failed(template: Row) -> bool:
    return any(detail["downloadState"] == "DOWNLOAD_ERROR" for detail in template["downloaddetails"])


def _upload(url: str, image: Path) -> None:
    request = urllib.request.Request(url, data=image.read_bytes(), method="PUT")  # noqa: S310 - our cloud's answer
    with urllib.request.urlopen(request, timeout=60):  # noqa: S310 - as above
        pass
