"""Events on their way to webhooks, listWebhookDeliveries and deleteWebhookDelivery."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from functions.events.actions.deliver_event import pause_after
from javelin.data import settings
from javelin.data.ids import new_id
from javelin.data.records.account import Account
from javelin.data.records.webhook import Webhook
from javelin.data.records.webhook_delivery import WebhookDelivery
from javelin.messaging.webhooks import QUEUE, Attempt, order
from tests.cloud import Cloud, Refused
from tests.unit.events.conftest import Post
from tests.unit.events.hooks import SECRET, deliveries, hook
from tests.unit.events.receiver import Receiver
from tests.unit.events.test_event_log import happened
from tests.unit.projects import member_of, project_in


def test_an_event_arrives_signed_and_the_log_says_so(cloud: Cloud, listener: Receiver, post: Post) -> None:
    webhook = hook(cloud, listener, secretkey=SECRET)
    event = happened(cloud.root, resource_type="VirtualMachine", resource_id="vm-1")
    assert post.announce(event) == []
    assert (post.carry(), post.carry()) == (1, 0)
    ((headers, body),) = listener.posted
    assert (headers["X-CS-Event-ID"], headers["X-CS-Event"]) == (event.id, "VM.START")
    assert headers["Content-Type"].startswith("application/json")
    signed = base64.b64encode(hmac.digest(SECRET.encode(), body.encode(), hashlib.sha256)).decode()
    assert headers["X-CS-Signature"] == signed
    told = json.loads(body)
    assert (told["id"], told["resourceid"], told["account"]) == (event.id, "vm-1", cloud.root.account)
    (row,) = deliveries(cloud)
    assert (row["eventid"], row["webhookid"], row["webhookname"]) == (event.id, webhook, "ci")
    assert (row["success"], row["response"], row["payload"]) == (True, "200 thanks", body)
    assert f"X-CS-Signature: {signed}" in row["headers"]
    assert SECRET not in json.dumps(row)


def test_each_event_goes_to_those_whom_it_concerns(cloud: Cloud, listener: Receiver, post: Post) -> None:
    above = cloud.domain("a")
    below = cloud.domain("b", cloud.domain("m", above))
    ada, bob, eve = cloud.caller("ada", below), cloud.caller("bob", below), cloud.caller("eve", cloud.domain("c"))
    governor = cloud.caller("gov", above, "DomainAdmin")
    for caller, scope in ((ada, "Local"), (bob, "Local"), (eve, "Local"), (governor, "Domain"), (cloud.root, "Global"),
                          (cloud.root, "Domain"), (cloud.root, "Local")):  # fmt: skip
        hook(cloud, listener, caller, name=f"{caller.account} {scope}", scope=scope)
    hook(cloud, listener, ada, name="asleep", state="Disabled")
    post.announce(happened(ada))
    told = sorted(row["webhookname"] for row in deliveries(cloud))
    assert told == ["ada Local", "admin Domain", "admin Global", "gov Domain"]
    assert [row["webhookname"] for row in deliveries(cloud, ada)] == ["ada Local"]
    assert deliveries(cloud, eve) == []


def test_one_is_told_of_the_types_that_it_names(cloud: Cloud, listener: Receiver, post: Post) -> None:
    for name, types in (
        ("all", "*"),
        ("guests", "USER.*,VM.*"),
        ("starts", "vm.start"),
        ("stops", "VM.STOP,NETWORK.*"),
    ):
        hook(cloud, listener, name=name, eventtypes=types)
    post.announce(happened(cloud.root))  # VM.START
    assert sorted(row["webhookname"] for row in deliveries(cloud)) == ["all", "guests", "starts"]


def test_who_administers_nothing_any_more_is_told_of_its_own_alone(
    cloud: Cloud, listener: Receiver, post: Post
) -> None:
    domain = cloud.domain("a")
    ada, governor = cloud.caller("ada", domain), cloud.caller("gov", domain, "DomainAdmin")
    hook(cloud, listener, governor, name="all", scope="Domain")
    hook(cloud, listener, governor, name="own")
    Account(governor.account_id).change(Account.role_type.set("User"))
    post.announce(happened(ada), happened(governor))
    assert [row["webhookname"] for row in deliveries(cloud, governor)] == ["own"]


def test_a_project_s_webhook_is_its_members(cloud: Cloud, listener: Receiver, post: Post) -> None:
    ada, eve = cloud.caller("ada"), cloud.caller("eve")
    project = project_in(ada)
    member = member_of(project, ada)
    made = cloud.call("createWebhook", member, name="ci", payloadurl=listener.url, projectid=project.id)["webhook"]
    assert (made["projectid"], made["project"], "account" in made) == (project.id, "crew", False)
    kept = Webhook.require(made["id"])
    owner = member.model_copy(update={"account_id": kept.account_id, "account": kept.account})
    post.announce(happened(owner), happened(ada))
    assert [row["webhookid"] for row in deliveries(cloud, member)] == [made["id"]]
    assert [row["webhookid"] for row in deliveries(cloud, member, webhookid=made["id"])] == [made["id"]]
    assert deliveries(cloud, eve) == []
    with pytest.raises(Refused, match="Unable to find"):
        deliveries(cloud, eve, webhookid=made["id"])


def test_what_comes_twice_is_delivered_once(cloud: Cloud, listener: Receiver, post: Post) -> None:
    hook(cloud, listener)
    first, second = happened(cloud.root), happened(cloud.root, type="VM.STOP")
    post.announce(first)
    post.announce(first, second)  # before the first was tried: its attempt is ordered again
    attempts = [*post.waiting]
    assert len(attempts) == 3
    post.carry()
    post.announce(first, second)
    assert post.carry() == 0
    for one in attempts:
        post.attempt(one)
    assert sorted(told["id"] for told in listener.told) == sorted((first.id, second.id))
    assert sorted(row["eventtype"] for row in deliveries(cloud)) == ["VM.START", "VM.STOP"]


def test_what_fails_is_tried_again_later_and_later_and_given_up(cloud: Cloud, listener: Receiver, post: Post) -> None:
    hook(cloud, listener)
    listener.status = 503
    event = happened(cloud.root)
    post.announce(event)
    while post.carry():
        pass
    tries = settings.WEBHOOK_TRIES.value()
    assert [headers["X-CS-Event-ID"] for headers, _ in listener.posted] == [event.id] * tries
    assert post.delays == [0, *(pause_after(number) for number in range(tries - 1))] == [0, 10, 40, 160, 640]
    (row,) = deliveries(cloud)
    assert (row["success"], row["response"]) == (False, "503 thanks")
    assert WebhookDelivery.require(row["id"]).state == "Failed"


def test_one_that_is_taken_in_the_end_is_done(cloud: Cloud, listener: Receiver, post: Post) -> None:
    hook(cloud, listener)
    listener.status = 500
    post.announce(happened(cloud.root))
    post.carry()
    stale = Attempt(delivery=post.waiting[0].delivery, number=0)
    assert WebhookDelivery.require(stale.delivery).state == "Pending"
    listener.status = 204
    post.attempt(stale)
    assert len(listener.posted) == 1, "the first attempt is over"
    post.carry()
    assert (len(listener.posted), post.carry()) == (2, 0)
    assert deliveries(cloud)[0]["success"] is True


def test_a_webhook_that_rests_or_is_gone_is_told_nothing(cloud: Cloud, listener: Receiver, post: Post) -> None:
    resting, gone = hook(cloud, listener), hook(cloud, listener)
    post.announce(happened(cloud.root))
    cloud.call("updateWebhook", id=resting, state="Disabled")
    cloud.call("deleteWebhook", id=gone)
    assert post.carry() == 2
    assert listener.posted == []
    (row,) = deliveries(cloud)
    assert "disabled or deleted" in row["response"]


def test_redirects_lead_nowhere(cloud: Cloud, listener: Receiver, post: Post) -> None:
    hook(cloud, listener)
    listener.status, listener.to = 307, listener.url + "/elsewhere"
    post.announce(happened(cloud.root))
    post.carry()
    assert (len(listener.posted), deliveries(cloud)[0]["success"]) == (1, False)


def test_a_server_that_drips_is_cut_off(cloud: Cloud, listener: Receiver, post: Post) -> None:
    settings.change(settings.WEBHOOK_SECONDS, "1")
    hook(cloud, listener)
    listener.drips = True
    post.announce(happened(cloud.root))
    post.carry()
    assert "did not answer" in deliveries(cloud)[0]["response"]


def test_much_is_not_read_and_little_is_kept(cloud: Cloud, listener: Receiver, post: Post) -> None:
    hook(cloud, listener)
    listener.says = "\x00\x1b[31m" + "x" * 300_000
    post.announce(happened(cloud.root))
    post.carry()
    response = deliveries(cloud)[0]["response"]
    assert len(response) < 1010
    assert "\x1b" not in response
    assert "\x00" not in response


def test_a_name_that_leads_inside_is_not_asked(
    cloud: Cloud, listener: Receiver, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was allowed when the webhook was made, or what its name said then, does not matter."""
    port = listener.url.split(":")[2].split("/")[0]
    named = hook(cloud, listener, payloadurl=f"http://inside.example.org:{port}/")
    settings.change(settings.WEBHOOK_SITES, "")
    real = socket.getaddrinfo

    def resolve(host: str, *rest: Any, **more: Any) -> Any:
        return real("127.0.0.1" if host == "inside.example.org" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    post.announce(happened(cloud.root))
    post.carry()
    assert (
        "inside.example.org is at 127.0.0.1, where nothing is sent" in deliveries(cloud, webhookid=named)[0]["response"]
    )
    assert listener.posted == []


def test_so_many_are_kept(cloud: Cloud, listener: Receiver, post: Post) -> None:
    settings.change(settings.WEBHOOK_KEPT, "3")
    webhook = hook(cloud, listener)
    at = datetime(2026, 1, 2, tzinfo=UTC)
    events = [happened(cloud.root, at=at + timedelta(seconds=number)) for number in range(5)]
    for event in events:
        post.announce(event)
        post.carry()
    assert [row["eventid"] for row in deliveries(cloud, webhookid=webhook)] == [one.id for one in reversed(events[2:])]
    assert all(row.expires > datetime.now(UTC).timestamp() for row in WebhookDelivery.scan())


def test_deliveries_are_filtered_and_deleted(cloud: Cloud, listener: Receiver, post: Post) -> None:
    one, two = hook(cloud, listener), hook(cloud, listener)
    eve = cloud.caller("eve")
    post.announce(happened(cloud.root), happened(cloud.root, type="VM.STOP"))
    found = deliveries(cloud, webhookid=one, eventtype="vm.stop")
    assert [row["eventtype"] for row in found] == ["VM.STOP"]
    assert len(deliveries(cloud, keyword="START")) == 2
    assert (len(deliveries(cloud, startdate="2020-01-01")), deliveries(cloud, enddate="2020-01-01")) == (4, [])
    assert deliveries(cloud, eve, id=found[0]["id"]) == []
    for wrong in ({}, {"id": found[0]["id"], "webhookid": one}, {"id": found[0]["id"], "startdate": "2020-01-01"}):
        with pytest.raises(Refused):
            cloud.call("deleteWebhookDelivery", **wrong)
    for wrong in ({"id": found[0]["id"]}, {"webhookid": one}):
        with pytest.raises(Refused, match="Unable to find"):
            cloud.call("deleteWebhookDelivery", eve, **wrong)
    assert len(deliveries(cloud)) == 4
    cloud.call("deleteWebhookDelivery", id=found[0]["id"])
    cloud.call("deleteWebhookDelivery", webhookid=two, enddate="2020-01-01")
    assert len(deliveries(cloud)) == 3
    cloud.call("deleteWebhookDelivery", webhookid=two, startdate="2020-01-01")
    assert [row["webhookid"] for row in deliveries(cloud)] == [one]
    assert post.carry() == 4
    assert len(listener.posted) == 1


def test_attempts_wait_in_the_queue(cloud: Cloud) -> None:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=f"javelin-{QUEUE}")["QueueUrl"]
    wanted = [Attempt(delivery=f"d{number}", number=0) for number in range(12)]
    order(wanted)
    order([Attempt(delivery="later", number=3)], 640)
    bodies = [
        one["Body"] for _ in range(2)
        for one in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    ]  # fmt: skip
    assert {Attempt.model_validate_json(body) for body in bodies} == set(wanted)
    figures = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert figures["ApproximateNumberOfMessagesDelayed"] == "1"


def test_the_webhooks_of_an_event_are_found_by_an_index(cloud: Cloud, post: Post) -> None:
    Webhook(
        new_id(), account_id="a", account="a", domain_id="d", domain_path="/", name="n", payload_url="x",
        state="Enabled", scope="Local", audience="account/other",
    ).save()  # fmt: skip
    assert post.announce(happened(cloud.root), "{}") == ["1"]
    assert post.waiting == []
