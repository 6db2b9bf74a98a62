"""Webhooks and usage, called as a tenant and an operator do: events arrive at a receiver, and what ran is recorded."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.e2e.local_cloud import eventually
from tests.e2e.site import Site, Tenant, remove
from tests.unit.events.receiver import Receiver, receiver

SECRET = "a webhook's secret, for no log"
ALLOWED = "webhook.allowed.internal.sites"


@pytest.fixture(scope="module")
def listener(site: Site) -> Iterator[Receiver]:
    """A receiver on this machine, which the operator allows for a while."""
    site.cloud.secrets["secret of a webhook"] = SECRET
    with receiver() as here:
        site.api.call("updateConfiguration", name=ALLOWED, value="127.0.0.0/8")
        yield here
        site.api.call("updateConfiguration", name=ALLOWED, value="")


@pytest.fixture(scope="module")
def tenant(site: Site) -> Tenant:
    """Somebody with a webhook."""
    return site.tenant("hook-owner")


def test_events_come_signed_and_are_in_the_log(site: Site, listener: Receiver, tenant: Tenant) -> None:
    api = tenant.api
    hook = eventually(  # until the setting is known everywhere
        lambda: tenant.raw.call("createWebhook", name="ci", payloadurl=listener.url, secretkey=SECRET).inside.get(
            "webhook"
        ),
        "a webhook that leads to this machine",
    )
    api.call("createSSHKeyPair", name="told")
    eventually(lambda: [one for one in listener.told if one["type"] == "REGISTER.SSH.KEYPAIR" or "told" in one["description"]],
               "an event at the receiver")  # fmt: skip
    for headers, body in listener.posted:
        signed = base64.b64encode(hmac.digest(SECRET.encode(), body.encode(), hashlib.sha256)).decode()
        assert headers["X-CS-Signature"] == signed
    assert {one["account"] for one in listener.told} == {tenant.name}
    rows = eventually(lambda: [one for one in api.rows("listWebhookDeliveries", "webhookdelivery", webhookid=hook["id"])
                               if one["success"]], "a delivery that is recorded")  # fmt: skip
    before = len(listener.posted)
    again = api.call("executeWebhookDelivery", id=rows[0]["id"])["webhookdelivery"]
    assert (again["success"], again["payload"]) == (True, rows[0]["payload"])
    assert listener.posted[before:]
    api.call("deleteWebhookDelivery", webhookid=hook["id"])
    changed = api.call("updateWebhook", id=hook["id"], state="Disabled", description="rests")["webhook"]
    assert (changed["state"], changed["description"]) == ("Disabled", "rests")
    assert [one["id"] for one in api.rows("listWebhooks", "webhook")] == [hook["id"]]
    api.call("deleteWebhook", id=hook["id"])
    assert api.rows("listWebhooks", "webhook") == []


def test_places_inside_are_refused(site: Site, tenant: Tenant) -> None:
    refused = tenant.raw.call("createWebhook", name="meta", payloadurl="http://169.254.169.254/latest")
    assert (refused.status, refused.inside["errorcode"]) == (431, 431)
    tried = tenant.api.call("executeWebhookDelivery", payloadurl="http://localhost.localdomain.invalid:8080/")
    assert tried["webhookdelivery"]["success"] is False


def test_what_ran_is_recorded(site: Site, tenant: Tenant) -> None:
    machine = site.deploy(tenant.api, networkids=site.new_network(tenant.api, "metered")["id"])
    today = datetime.now(UTC).date().isoformat()
    asked = {"startdate": today, "enddate": today, "accountid": tenant.account}

    def metered() -> set[int]:
        site.api.call("generateUsageRecords")
        return {one["usagetype"] for one in site.api.rows("listUsageRecords", "usagerecord", **asked)}

    eventually(lambda: {1, 2, 6, 30} <= metered(), "usage of a guest, its disk and its network")
    (running,) = site.api.rows("listUsageRecords", "usagerecord", **asked, type="1")
    assert (running["usageid"], running["offeringid"]) == (machine["id"], machine["serviceofferingid"])
    assert {1, 2, 3, 6} <= {one["id"] for one in site.api.rows("listUsageTypes", "usagetype")}
    assert tenant.raw.call("listUsageRecords", startdate=today, enddate=today).status == 432
    assert site.api.call("removeRawUsageRecords", interval="60")["success"]
    assert site.api.rows("listUsageRecords", "usagerecord", **asked, type="1")
    remove(site, machine)
