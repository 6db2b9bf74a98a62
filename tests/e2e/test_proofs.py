"""How users prove who they are, on the wire: second factors, forgotten passwords, providers of OpenID Connect."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from tests import oidc
from tests.e2e.local_cloud import LocalCloud, eventually
from tests.e2e.sessions import login, with_session
from tests.e2e.signed import Answer, Client
from tests.e2e.site import Site, Tenant
from tests.oidc import CLIENT, SECRET, Provider

SETTINGS = {
    "enable.user.2fa": "true", "user.password.reset.enabled": "true", "oauth2.enabled": "true",
    "oauth2.allowed.internal.sites": "127.0.0.0/8",
}  # fmt: skip
VALIDATE = "validateUserTwoFactorAuthenticationCode"


@pytest.fixture(scope="module")
def user(site: Site) -> Iterator[Tenant]:
    """A user where everything is allowed."""
    for name, value in SETTINGS.items():
        site.api.call("updateConfiguration", name=name, value=value)
    yield site.tenant("proofs-user")
    for name in SETTINGS:
        default = "" if name.endswith("sites") else "false"
        site.api.call("updateConfiguration", name=name, value=default)


def post(cloud: LocalCloud, command: str, **parameters: str) -> Answer:
    return Client(cloud.home.endpoint).post({"command": command, "response": "json", **parameters})


def settled(ask: Any, wanted: str) -> Answer:
    """The answer once functions have read the settings: they keep them for seconds."""
    answer: Answer = eventually(lambda: found if (found := ask()).status == 200 else None, wanted)
    return answer


def next_code(secret: str, used: list[str]) -> str:
    """A code that was not used: soon if it must be the next one."""
    codes = pyotp.TOTP(secret)
    code = eventually(lambda: found if (found := codes.now()) not in used else "", "another code")
    used.append(code)
    return code


def test_a_second_factor(cloud: LocalCloud, site: Site, user: Tenant) -> None:
    used: list[str] = []
    session = login(cloud, user.name, user.password)
    told = settled(lambda: user.raw.call("setupUserTwoFactorAuthentication"), "second factors").inside["setup2fa"]
    secret = told["secretcode"]
    cloud.secrets["secret of a second factor"] = secret
    providers = with_session(cloud, session, "listUserTwoFactorAuthenticatorProviders").inside["providers"]
    assert [one["name"] for one in providers] == ["totp"]
    assert with_session(cloud, session, VALIDATE, codefor2fa=next_code(secret, used)).status == 200
    waiting = login(cloud, user.name, user.password)
    assert (waiting.inside["is2faenabled"], waiting.inside["is2faverified"]) == ("true", "false")
    assert with_session(cloud, waiting, "listApis").status == 200
    assert with_session(cloud, waiting, VALIDATE, codefor2fa=used[0]).status == 511
    assert with_session(cloud, waiting, "listUsers").status == 511
    assert with_session(cloud, waiting, "listApis").status == 401
    site.api.call("setupUserTwoFactorAuthentication", userid=user.user, enable="false")
    assert login(cloud, user.name, user.password).inside["is2faenabled"] == "false"


def test_a_forgotten_password(cloud: LocalCloud, user: Tenant) -> None:
    sqs, sns = cloud.aws("sqs"), cloud.aws("sns")
    queue = sqs.create_queue(QueueName="letters-of-the-tests")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = next(one["TopicArn"] for one in sns.list_topics()["Topics"] if one["TopicArn"].endswith("-mail"))
    subscription = sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": "true"},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    known = settled(lambda: post(cloud, "forgotPassword", username=user.name), "resets")
    unknown = post(cloud, "forgotPassword", username="nobody-at-all")
    assert (known.status, known.text) == (unknown.status, unknown.text)
    letters = eventually(
        lambda: sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"), "the letter"
    )
    sns.unsubscribe(SubscriptionArn=subscription)
    sqs.delete_queue(QueueUrl=queue)
    (letter,) = [json.loads(one["Body"]) for one in letters]
    assert letter["to"] == f"{user.name}@example.org"
    token = letter["text"].split("once: ")[1].split()[0]
    cloud.secrets["token of a forgotten password"] = token
    for username, status in (("nobody-at-all", 531), (user.name, 200), (user.name, 531)):
        given = {"username": username, "token": token, "password": "another-password-here"}
        assert post(cloud, "resetPassword", **given).status == status
    assert login(cloud, user.name, user.password).status == 531
    assert login(cloud, user.name, "another-password-here").status == 200


@pytest.fixture(scope="module")
def provider(site: Site, user: Tenant) -> Iterator[tuple[Provider, str]]:
    """A provider on this machine, registered, and its id."""
    with oidc.provider() as found:
        given: dict[str, Any] = {
            "provider": "local", "description": "Ours", "clientid": CLIENT, "secretkey": SECRET,
            "redirecturi": "https://cloud.example.org/client/verifyOauth",
            "details[0].issuer": found.issuer, "details[0].authorities": found.authorities,
        }  # fmt: skip
        raw = site.cloud.raw
        made = raw.post(raw.signed("registerOauthProvider", **given))
        assert made.status == 200, made.text
        yield found, made.inside["oauthprovider"]["id"]


def test_a_login_by_a_provider(cloud: LocalCloud, site: Site, user: Tenant, provider: tuple[Provider, str]) -> None:
    honest, id_ = provider
    nobody = Client(cloud.home.endpoint)
    shown = nobody.get({"command": "listOauthProvider", "response": "json"}).inside["oauthprovider"]
    assert [(one["provider"], one["clientid"]) for one in shown] == [("local", CLIENT)]
    begun = settled(
        lambda: nobody.get({"command": "startOauthLogin", "response": "json", "provider": "local"}),
        "logins by providers",
    )
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.inside["authorizationurl"]).query).items()}
    email = f"{user.name}@example.org"
    honest.vouch(email, nonce=asked["nonce"])
    back = {"response": "json", "provider": "local", "secretcode": f"code-{time.time()}", "state": asked["state"]}
    looked = nobody.get({"command": "verifyOAuthCodeAndGetUser", **back}, begun.cookies)
    assert looked.inside["oauthemail"] == {"email": email}
    session = nobody.post({"command": "oauthlogin", "email": email, **back}, begun.cookies)
    assert session.inside["userid"] == user.user
    cloud.secrets["session key of a provider's user"] = session.inside["sessionkey"]
    assert with_session(cloud, session, "listUsers").status == 200
    again = nobody.post({"command": "oauthlogin", "email": email, **back}, begun.cookies)
    assert (again.status, "Set-Cookie" in again.headers) == (531, False)
    site.api.call("updateOauthProvider", id=id_, enabled="false")
    assert nobody.get({"command": "listOauthProvider", "response": "json"}).inside == {}
    site.api.call("deleteOauthProvider", id=id_)
