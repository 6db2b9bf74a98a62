"""What most tests need of a cloud: a place, a template, an offering, a network; and other users than the administrator."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from infra.local.api import Api, Row
from infra.local.offerings import NETWORK_OFFERING
from tests.e2e.local_cloud import LocalCloud, eventually
from tests.e2e.signed import Client, Key

SIMULATED_IMAGE = "https://images.example.org/simulated.qcow2"  # simulated hosts fetch nothing
ROLES = {"User": 0, "Admin": 1, "DomainAdmin": 2}


@dataclass(frozen=True)
class Tenant:
    """A user of an account of its own."""

    cloud: LocalCloud
    name: str
    user: str
    password: str
    account: str
    domain: str
    key: Key

    @cached_property
    def api(self) -> Api:
        """Calls that wait for their jobs."""
        return self.cloud.api_of(self.key)

    @cached_property
    def raw(self) -> Client:
        """Calls whose answers are taken as they come."""
        return Client(self.cloud.home.endpoint, self.key)


@dataclass(frozen=True)
class Site:
    """A cloud and the ids to deploy with."""

    cloud: LocalCloud

    @cached_property
    def api(self) -> Api:
        """The administrator."""
        return self.cloud.api

    @cached_property
    def zone(self) -> str:
        """The only zone."""
        (zone,) = self.api.rows("listZones", "zone")
        return str(zone["id"])

    @cached_property
    def offering(self) -> str:
        """The smallest size of guests."""
        return str(self.api.rows("listServiceOfferings", "serviceoffering", name="Small")[0]["id"])

    @cached_property
    def network_offering(self) -> str:
        """Isolated networks."""
        return str(self.api.rows("listNetworkOfferings", "networkoffering", name=NETWORK_OFFERING)[0]["id"])

    @cached_property
    def network(self) -> str:
        """A network of the administrator."""
        return str(self.new_network(self.api, "shared-by-tests")["id"])

    @cached_property
    def template(self) -> str:
        """A template of the simulated hosts that everybody may use."""
        return str(self.new_template(self.api, "simulated", ispublic="true")["id"])

    def new_network(self, api: Api, name: str) -> Row:
        """An isolated network of whoever calls."""
        network: Row = api.call(
            "createNetwork", name=name, displaytext=name, zoneid=self.zone, networkofferingid=self.network_offering
        )["network"]
        return network

    def new_template(self, api: Api, name: str, **parameters: str) -> Row:
        """A template of whoever calls, ready."""
        row = api.call(
            "registerTemplate", name=name, displaytext=name, format="QCOW2", hypervisor="KVM", zoneid=self.zone,
            url=SIMULATED_IMAGE, requireshvm="true", **parameters,
        )["template"][0]  # fmt: skip

        def ready() -> Row | None:
            (found,) = api.rows("listTemplates", "template", templatefilter="self", id=row["id"])
            return found if found["isready"] else None

        return eventually(ready, f"template {name}") or row

    def wish(self, **parameters: Any) -> dict[str, Any]:
        """The parameters of a deployment in the shared network."""
        wish = {"zoneid": self.zone, "serviceofferingid": self.offering, **parameters}
        if "templateid" not in wish:
            wish["templateid"] = self.template
        if "networkids" not in wish:
            wish["networkids"] = self.network
        return wish

    def deploy(self, api: Api | None = None, **parameters: Any) -> Row:
        """A guest that runs (or is stopped, if the parameters say so)."""
        machine: Row = (api or self.api).call("deployVirtualMachine", **self.wish(**parameters))["virtualmachine"]
        return machine

    def machine(self, id_: str, api: Api | None = None) -> Row | None:
        """A guest as it is listed; None if it is not."""
        rows = (api or self.api).rows("listVirtualMachines", "virtualmachine", id=id_)
        return rows[0] if rows else None

    def domain(self, name: str, parent: str | None = None) -> str:
        """A new domain's id."""
        return str(self.api.call("createDomain", name=name, parentdomainid=parent)["domain"]["id"])

    def tenant(self, name: str, role: str = "User", domain: str | None = None) -> Tenant:
        """A new account with one user, who has keys and a password that no log may hold."""
        password = secrets.token_urlsafe(16)
        account = self.api.call(
            "createAccount", username=name, password=password, email=f"{name}@example.org", firstname=name,
            lastname="Tester", account=name, accounttype=ROLES[role], domainid=domain,
        )["account"]  # fmt: skip
        (user,) = account["user"]
        keys = self.api.call("registerUserKeys", id=user["id"])["userkeys"]
        key = Key(keys["apikey"], keys["secretkey"])
        self.cloud.secrets |= {f"password of {name}": password, f"secret key of {name}": key.secret}
        return Tenant(self.cloud, name, user["id"], password, account["id"], account["domainid"], key)


def remove(site: Site, *machines: Row) -> None:
    """Leave nothing of these guests."""
    for machine in machines:
        if site.machine(machine["id"]) is not None:
            site.api.call("destroyVirtualMachine", id=machine["id"], expunge="true")


def new_public_key() -> str:
    """The line of a .pub file; nobody has its private key."""
    public = Ed25519PrivateKey.generate().public_key()
    return f"{public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()} test@example.org"
