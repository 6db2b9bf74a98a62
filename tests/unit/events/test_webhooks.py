"""createWebhook, updateWebhook, deleteWebhook and listWebhooks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from javelin.contract.caller import Caller
from javelin.data import settings
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.webhook import MOST, Webhook
from tests.cloud import Cloud, Refused

URL = "https://hooks.example.org/javelin"
SECRET = "not to be seen 4711"


def hook(cloud: Cloud, caller: Caller | None = None, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = cloud.call("createWebhook", caller, **{"name": "ci", "payloadurl": URL} | fields)["webhook"]
    return made


def test_one_is_made_shown_and_its_secret_is_not(cloud: Cloud) -> None:
    made = hook(cloud, description="builds", secretkey=SECRET, sslverification="false", state="disabled")
    assert (made["state"], made["scope"], made["payloadurl"]) == ("Disabled", "Local", URL)
    assert (made["sslverification"], made["description"]) == (False, "builds")
    (listed,) = cloud.call("listWebhooks")["webhook"]
    assert listed == made
    assert SECRET not in str(listed)
    kept = Webhook.require(made["id"]).secret_key
    assert kept is not None
    assert kept.reveal() == SECRET


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://hooks.example.org/", "plain http or https"),
        ("hooks.example.org", "plain http or https"),
        ("https://user:word@hooks.example.org/", "plain http or https"),
        ("https://hooks.example.org:x/", "cannot be read"),
        ("https://hooks.example.org/a b", "spaces"),
        ("https://hooks.example.org:22/", "port 22"),
        ("http://127.0.0.1:8080/", "where nothing is sent"),
        ("http://10.0.0.1/", "where nothing is sent"),
        ("http://169.254.169.254/latest/meta-data", "where nothing is sent"),
        ("http://[::1]/", "where nothing is sent"),
        ("http://[::ffff:10.0.0.1]/", "where nothing is sent"),
    ],
)
def test_addresses_inside_and_what_is_no_address_are_refused(cloud: Cloud, url: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        hook(cloud, payloadurl=url)
    assert refused.value.code == 431
    made = hook(cloud)
    with pytest.raises(Refused, match=why):
        cloud.call("updateWebhook", id=made["id"], payloadurl=url)
    assert cloud.call("listWebhooks")["webhook"] == [made]


def test_an_operator_allows_networks_inside(cloud: Cloud) -> None:
    settings.change(settings.WEBHOOK_SITES, "10.0.0.0/8")
    assert hook(cloud, payloadurl="http://10.0.0.1/")["payloadurl"] == "http://10.0.0.1/"
    with pytest.raises(Refused):
        hook(cloud, payloadurl="http://192.168.0.1/")
    settings.forget()


def test_scopes_are_within_what_the_caller_sees(cloud: Cloud) -> None:
    domain = cloud.domain("a")
    user, governor = cloud.caller("ada", domain), cloud.caller("gov", domain, "DomainAdmin")
    for caller, scope in ((user, "Domain"), (user, "Global"), (governor, "Global")):
        with pytest.raises(Refused) as refused:
            hook(cloud, caller, scope=scope)
        assert refused.value.code == 531
    with pytest.raises(Refused, match="one of Local, Domain, Global"):
        hook(cloud, scope="Everything")
    assert hook(cloud, governor, scope="domain")["scope"] == "Domain"
    assert hook(cloud, scope="GLOBAL")["scope"] == "Global"
    assert cloud.call("listWebhooks", user) == {}
    with pytest.raises(Refused) as refused:
        hook(cloud, user, account="gov", domainid=domain.id)
    assert refused.value.code == 531


def test_accounts_get_no_webhook_that_is_told_more_than_they_see(cloud: Cloud) -> None:
    domain = cloud.domain("a")
    user, governor = cloud.caller("ada", domain), cloud.caller("gov", domain, "DomainAdmin")
    for caller, scope, account in (
        (governor, "Domain", "ada"),
        (cloud.root, "Domain", "ada"),
        (cloud.root, "Global", "gov"),
    ):
        with pytest.raises(Refused, match="does not see"):
            hook(cloud, caller, scope=scope, account=account, domainid=domain.id)
    made = hook(cloud, user)
    with pytest.raises(Refused, match="does not see"):
        cloud.call("updateWebhook", governor, id=made["id"], scope="Domain")
    assert Webhook.require(made["id"]).scope == "Local"


def test_who_may_not_make_it_does_not_redirect_it(cloud: Cloud) -> None:
    """Its owner administers nothing any more."""
    governor = cloud.caller("gov", cloud.domain("a"), "DomainAdmin")
    made = hook(cloud, governor, scope="Domain")
    Account(governor.account_id).change(Account.role_type.set("User"))
    with pytest.raises(Refused) as refused:
        cloud.call(
            "updateWebhook", governor.model_copy(update={"role_type": "User"}), id=made["id"],
            payloadurl="https://elsewhere.example.org/",
        )  # fmt: skip
    assert refused.value.code == 531
    assert Webhook.require(made["id"]).payload_url == URL


def test_changes_are_those_that_are_given(cloud: Cloud) -> None:
    made = hook(cloud, secretkey=SECRET)
    assert Webhook.require(made["id"]).audience == f"account/{cloud.root.account_id}"
    changed = cloud.call("updateWebhook", id=made["id"], name="cd", state="Disabled", sslverification="false")[
        "webhook"
    ]
    assert changed == made | {"name": "cd", "state": "Disabled", "sslverification": False}
    kept = Webhook.require(made["id"])
    assert kept.audience is None
    assert kept.secret_key is not None
    assert kept.secret_key.reveal() == SECRET
    cloud.call("updateWebhook", id=made["id"], state="Enabled", scope="Global", secretkey="other", description="d")
    kept = Webhook.require(made["id"])
    assert (kept.audience, kept.secret_key and kept.secret_key.reveal(), kept.description) == ("all", "other", "d")
    for wrong in ({"name": " "}, {"state": "Asleep"}, {"scope": "x"}):
        with pytest.raises(Refused):
            cloud.call("updateWebhook", id=made["id"], **wrong)
    assert Webhook.require(made["id"]).name == "cd"


def test_types_of_events_are_those_that_there_are(cloud: Cloud) -> None:
    made = hook(cloud)
    assert made["eventtypes"] == "*"
    for given, kept in (("vm.start,NETWORK.*", "VM.START,NETWORK.*"), ("VM.*", "VM.*"), ("VM.*,*", "*")):
        assert cloud.call("updateWebhook", id=made["id"], eventtypes=given)["webhook"]["eventtypes"] == kept
    for wrong, why in (("VM.START,VM.SING", "No event has the type VM.SING"), (",".join(["VM.*"] * 51), "50 at most")):
        with pytest.raises(Refused, match=why) as refused:
            cloud.call("updateWebhook", id=made["id"], eventtypes=wrong)
        assert refused.value.code == 431
        with pytest.raises(Refused, match=why):
            hook(cloud, eventtypes=wrong)
    assert [row["eventtypes"] for row in cloud.call("listWebhooks")["webhook"]] == ["*"]


def test_lists_are_filtered(cloud: Cloud) -> None:
    hook(cloud, name="one", description="of builds")
    hook(cloud, name="two", state="Disabled", scope="Global")
    for filters, found in (
        ({"state": "disabled"}, ["two"]), ({"scope": "local"}, ["one"]), ({"name": "one"}, ["one"]),
        ({"keyword": "BUILD"}, ["one"]), ({}, ["one", "two"]),
    ):  # fmt: skip
        assert [row["name"] for row in cloud.call("listWebhooks", **filters)["webhook"]] == found


def test_an_account_has_so_many(cloud: Cloud) -> None:
    made = [hook(cloud, name=str(number))["id"] for number in range(MOST)]
    with pytest.raises(Refused) as refused:
        hook(cloud)
    assert refused.value.code == 535
    cloud.call("deleteWebhook", id=made[3])
    hook(cloud)
    assert cloud.call("listWebhooks")["count"] == MOST


def test_those_made_at_once_share_no_slot(cloud: Cloud) -> None:
    def one(number: int) -> bool:
        try:
            hook(cloud, name=str(number))
        except Refused as refused:
            return "repeat the call" not in refused.text
        return True

    with ThreadPoolExecutor(4) as pool:
        made = sum(pool.map(one, range(8)))
    slots = [int(row.slot) for row in Webhook.scan()]
    assert made == len(slots) == len(set(slots))


def test_what_is_deleted_is_gone(cloud: Cloud) -> None:
    eve, made = cloud.caller("eve"), hook(cloud)
    with pytest.raises(Refused, match="Unable to find webhook"):
        cloud.call("deleteWebhook", eve, id=made["id"])
    assert cloud.call("deleteWebhook", id=made["id"]) == {"success": True}
    assert cloud.call("listWebhooks", listall="true") == {}
    assert Claim.owner_of(Webhook.slot_name(cloud.root.account_id, 0)) is None
    with pytest.raises(Refused):
        cloud.call("deleteWebhook", id=made["id"])
