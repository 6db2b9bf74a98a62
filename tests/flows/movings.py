"""The flows by which what is in a domain follows it, and what an account or a project owns tells its new name."""

from __future__ import annotations

from functools import partial
from typing import Any

from javelin.contract.caller import Caller
from javelin.contract.errors import InternalError
from javelin.data import limits
from javelin.data.ids import new_id
from javelin.data.records.account import Account
from javelin.data.records.address import Address
from javelin.data.records.network import Network
from javelin.data.transaction import Transaction
from tests.cloud import caller_of
from tests.flows.differences import but
from tests.flows.scenario import Scenario, named
from tests.flows.stage import NoGuest, Stage, guest, running, shared

Json = dict[str, Any]
PERSON = {"email": "a@example.org", "firstname": "A", "lastname": "B", "password": "a long password"}
VM, MOST = 0, {"upper": 5, "lower": 3, "aim": 6}  # the domains' limits of guests
TOLD = (  # of what was
    "Job", "Event", "ArchivedEvent", "UsageRecord", "UsageMeter", "UsageMark", "History", "Lease", "Sequence",
)  # fmt: skip


def housed(stage: Stage) -> None:
    """An account in a domain below another has a guest, a network with a way out, a key pair, a tag and a project."""
    cloud = stage.world.cloud
    upper = cloud.call("createDomain", name="upper")["domain"]["id"]
    lower = cloud.call("createDomain", name="lower", parentdomainid=upper)["domain"]["id"]
    aim = cloud.call("createDomain", name="aim")["domain"]["id"]
    cloud.call("createAccount", username="two", accounttype=0, domainid=lower, **PERSON)
    for name, home in (("upper", upper), ("lower", lower), ("aim", aim)):
        cloud.call("updateResourceLimit", domainid=home, resourcetype=VM, max=MOST[name])
    account = Account.require(named(stage, "Account", "two"))
    tenant = caller_of(account)
    network = _network(stage, tenant)
    cloud.call("deployVirtualMachine", tenant, **guest(stage.ground) | {"networkids": network})
    stage.world.finish()
    cloud.call("createSSHKeyPair", tenant, name="key")
    cloud.call("createTags", tenant, resourceids=network, resourcetype="Network", tags__0__key="a", tags__0__value="b")
    cloud.call("createProject", tenant, name="crew")


def _network(stage: Stage, tenant: Caller) -> str:
    network = Network(
        new_id(), account_id=tenant.account_id, account=tenant.account, domain_id=tenant.domain_id,
        domain_path=tenant.domain_path, name="own", display_text="own", offering_id=new_id(), cidr="10.1.3.0/24",
        gateway="10.1.3.1", netmask="255.255.255.0", router_ip="10.1.3.254", vni=1003, source_nat=True,
        zone_id=stage.ground.zone, zone_name="z1",
    )  # fmt: skip
    transaction = Transaction()
    transaction.create(network)
    transaction.claim(Network.vni_claim(1003), network.id, InternalError("the number is taken"))
    transaction.create(Address(network.id, network.router_ip, nic_id=network.id, vm_id=network.id))
    limits.use(transaction, tenant, network=1)
    transaction.commit()
    return str(network.id)


def move_domain(stage: Stage) -> Json:
    """With all that is in it, below another."""
    target = named(stage, "Domain", "aim")
    return stage.world.cloud.call("moveDomain", domainid=named(stage, "Domain", "upper"), parentdomainid=target)


def rename_domain(stage: Stage) -> Json:
    """In which another is."""
    renamed = [row["id"] for row in stage.world.records("Domain") if row["name"] in ("upper", "other")]
    if not renamed:
        raise NoGuest
    return stage.world.cloud.call("updateDomain", id=renamed[0], name="other")


def everything_is_at(path: str, stage: Stage) -> list[str]:
    """No record tells that the domain was elsewhere, and the domains may have what they might."""
    world = stage.world
    tables = [name for name in world.tables.names() if name not in TOLD]
    left = [(name, row) for name in tables for row in world.records(name) if "/upper/" in str(row).replace(path, "")]
    owned = [row for name in world.tables.names() for row in world.records(name) if row.get("account") == "two"]
    there = {row["domain_path"] for row in owned if "domain_path" in row}
    quotas = {row["scope"]: row for row in world.records("Quota")}
    may = {name: quotas[f"{path}{more}"]["limit_user_vm"] for name, more in (("upper", ""), ("lower", "lower/"))}
    has = {name: quotas[f"{path}{more}"]["used_user_vm"] for name, more in (("upper", ""), ("lower", "lower/"))}
    wrong = [f"is left: {one}" for one in left] + [f"is at {one}" for one in there - {f"{path}lower/"}]
    wrong += [] if may == {name: MOST[name] for name in may} else [f"limits are {may}"]
    return wrong + ([] if has == dict.fromkeys(has, 1) else [f"{has} guests are counted"])


def rename_account(stage: Stage) -> Json:
    """Which has a guest, networks and a template."""
    return stage.world.cloud.call("updateAccount", id=stage.ground.tenant.account_id, newname="deux")


def rename_project(stage: Stage) -> Json:
    """With its account."""
    (key, *_) = [row["id"] for row in stage.world.records("Project")] or [""]
    if not key:
        raise NoGuest
    return stage.world.cloud.call("updateProject", id=key, name="band", displaytext="band")


def account_is_renamed(stage: Stage) -> list[str]:
    """All that it owns tells so, and its name from before is free."""
    rows = [row for table in stage.world.tables.names() if table not in TOLD for row in stage.world.records(table)]
    left = [row for row in rows if row.get("account") == "tenant" or row.get("former_name")]
    claims = [row["name"] for row in stage.world.records("Claim") if row["name"].startswith("account/")]
    return [f"is left: {row}" for row in left] + [f"{name} is taken" for name in claims if name.endswith("/tenant")]


def project_is_renamed(stage: Stage) -> list[str]:
    """Nothing tells its name from before."""
    tables = [table for table in stage.world.tables.names() if table not in TOLD]
    return [f"{table}: {row}" for table in tables for row in stage.world.records(table) if "crew" in str(row)]


ON_THE_WAY = but("/records/")  # what has followed is where it belongs, and the rest follows by the same call

MOVINGS = (
    Scenario("identity/move_domain", housed, move_domain, partial(everything_is_at, "/aim/upper/"), ON_THE_WAY),
    Scenario(
        "identity/move_domain", housed, rename_domain, partial(everything_is_at, "/other/"), ON_THE_WAY,
        variant="to another name",
    ),
    Scenario("identity/rename_account", running, rename_account, account_is_renamed, ON_THE_WAY),
    Scenario(
        "identity/rename_account", shared, rename_project, project_is_renamed, ON_THE_WAY,
        variant="of a project",
    ),
)  # fmt: skip
