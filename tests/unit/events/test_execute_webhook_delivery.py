"""executeWebhookDelivery."""

from __future__ import annotations

import pytest

from javelin.data import settings
from javelin.data.ids import new_id
from tests.cloud import Cloud, Refused
from tests.unit.events.conftest import Post
from tests.unit.events.hooks import SECRET, deliveries, hook
from tests.unit.events.receiver import Receiver
from tests.unit.events.test_event_log import happened


def test_a_delivery_is_sent_again_when_asked(cloud: Cloud, listener: Receiver, post: Post) -> None:
    hook(cloud, listener)
    settings.change(settings.WEBHOOK_TRIES, "1")
    listener.status = 400
    post.announce(happened(cloud.root))
    post.carry()
    (failed,) = deliveries(cloud)
    again = cloud.call("executeWebhookDelivery", id=failed["id"])["webhookdelivery"]
    assert (again["success"], again["response"]) == (False, "400 thanks")
    listener.status = 200
    again = cloud.call("executeWebhookDelivery", id=failed["id"])["webhookdelivery"]
    assert (again["success"], again["id"], again["payload"]) == (True, failed["id"], failed["payload"])
    assert deliveries(cloud) == [again]
    assert len({body for _, body in listener.posted}) == 1
    with pytest.raises(Refused, match="give id alone"):
        cloud.call("executeWebhookDelivery", id=failed["id"], payload="{}")
    with pytest.raises(Refused, match="Unable to find"):
        cloud.call("executeWebhookDelivery", cloud.caller("eve"), id=failed["id"])


def test_one_sent_by_hand_does_not_stop_the_attempts_to_come(cloud: Cloud, listener: Receiver, post: Post) -> None:
    hook(cloud, listener)
    listener.status = 500
    post.announce(happened(cloud.root))
    post.carry()
    cloud.call("executeWebhookDelivery", id=deliveries(cloud)[0]["id"])
    post.carry()
    assert (len(listener.posted), len(post.waiting)) == (3, 1)
    listener.status = 200
    cloud.call("executeWebhookDelivery", id=deliveries(cloud)[0]["id"])
    post.carry()
    assert len(listener.posted) == 4, "it was taken already"


def test_tests_are_sent_and_not_kept(cloud: Cloud, listener: Receiver) -> None:
    webhook = hook(cloud, listener, secretkey=SECRET)
    tried = cloud.call("executeWebhookDelivery", webhookid=webhook, payload="hello")["webhookdelivery"]
    assert (tried["success"], tried["webhookid"], tried["payload"]) == (True, webhook, "hello")
    headers, body = listener.posted[0]
    assert (body, headers["Content-Type"], "X-CS-Signature" in headers) == ("hello", "text/plain; charset=UTF-8", True)
    cloud.call("executeWebhookDelivery", payloadurl=listener.url)
    cloud.call("executeWebhookDelivery", webhookid=webhook, payloadurl=listener.url)
    assert ["X-CS-Signature" in headers for headers, _ in listener.posted[1:]] == [False, False]
    assert deliveries(cloud) == []
    for wrong in ({}, {"payloadurl": "http://10.0.0.1/"}, {"webhookid": new_id()}):
        with pytest.raises(Refused):
            cloud.call("executeWebhookDelivery", **wrong)
    assert len(listener.posted) == 3


def test_an_explanation_sends_nothing(cloud: Cloud, listener: Receiver) -> None:
    told = cloud.call("executeWebhookDelivery", payloadurl=listener.url, explain="true")
    assert told["explanation"]["requests"] == [listener.url]
    assert listener.posted == []
