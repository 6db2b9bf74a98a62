"""Providers of OpenID Connect: who registers them, what they must be, and what nobody is shown."""

from __future__ import annotations

import pytest

from javelin.data.records.oauth_provider import OauthProvider
from tests.cloud import Cloud, Refused
from tests.unit.api.edge import Edge

GIVEN = {
    "provider": "local", "description": "Ours", "clientid": "client", "secretkey": "the secret of the client",
    "redirecturi": "https://cloud.example.org/client/verifyOauth", "details__0__issuer": "https://id.example.org/realm",
}  # fmt: skip


def test_a_provider_comes_is_changed_and_goes(cloud: Cloud) -> None:
    made = cloud.call("registerOauthProvider", **GIVEN)["oauthprovider"]
    assert made == {
        "id": made["id"], "provider": "local", "name": "local", "description": "Ours", "clientid": "client",
        "redirecturi": GIVEN["redirecturi"], "enabled": True,
    }  # fmt: skip
    changed = cloud.call("updateOauthProvider", id=made["id"], description="Theirs", secretkey="new", enabled="false")
    assert changed["oauthprovider"] == made | {"description": "Theirs", "enabled": False}
    kept = OauthProvider.require(made["id"])
    assert (kept.secret.reveal(), kept.issuer, kept.client_id) == ("new", GIVEN["details__0__issuer"], "client")
    cloud.call("deleteOauthProvider", id=made["id"])
    assert cloud.call("listOauthProvider") == {}
    cloud.call("registerOauthProvider", **GIVEN)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"provider": "a b"}, "letters"), ({"provider": "../up"}, "letters"),
        ({"details__0__issuer": ""}, "issuer=https"), ({"details__0__issuer": "http://id.example.org"}, "https"),
        ({"details__0__issuer": "https://id.example.org?x=1"}, "https"), ({"details__0__issuer": "id"}, "issuer"),
        ({"details__0__issuer": "https://user@id.example.org"}, "issuer"), ({"details__0__jwks": "x"}, "details"),
        ({"details__0__authorities": "no certificate"}, "PEM"), ({"redirecturi": "javascript:alert(1)"}, "redirecturi"),
        ({"redirecturi": "https://cloud.example.org/#x"}, "#"),
    ],
)  # fmt: skip
def test_what_would_not_do_is_refused(cloud: Cloud, changed: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        cloud.call("registerOauthProvider", **GIVEN | changed)
    assert refused.value.code == 431
    assert not list(OauthProvider.scan())


def test_google_is_known_and_others_must_say_where_they_are(cloud: Cloud) -> None:
    given = {name: value for name, value in GIVEN.items() if name != "details__0__issuer"}
    made = cloud.call("registerOauthProvider", **given | {"provider": "google"})["oauthprovider"]
    assert OauthProvider.require(made["id"]).issuer == "https://accounts.google.com"
    with pytest.raises(Refused, match="Say where github is"):
        cloud.call("registerOauthProvider", **given | {"provider": "github"})


def test_a_name_is_one_provider_s(cloud: Cloud) -> None:
    cloud.call("registerOauthProvider", **GIVEN)
    with pytest.raises(Refused, match="already"):
        cloud.call("registerOauthProvider", **GIVEN | {"provider": "LOCAL"})
    assert len(list(OauthProvider.scan())) == 1


def test_changes_are_as_sound_as_what_is_registered(cloud: Cloud) -> None:
    made = cloud.call("registerOauthProvider", **GIVEN)["oauthprovider"]
    with pytest.raises(Refused, match="redirecturi"):
        cloud.call("updateOauthProvider", id=made["id"], redirecturi="ftp://x", description="Theirs")
    assert OauthProvider.require(made["id"]).description == "Ours"


def test_who_has_not_logged_in_sees_where_it_can(edge: Edge, cloud: Cloud) -> None:
    one = cloud.call("registerOauthProvider", **GIVEN)["oauthprovider"]
    cloud.call("registerOauthProvider", **GIVEN | {"provider": "other"})
    cloud.call("updateOauthProvider", id=one["id"], enabled="false")
    asked = {"command": "listOauthProvider", "response": "json"}
    shown = edge.get(asked)
    assert [row["provider"] for row in shown.json["listoauthproviderresponse"]["oauthprovider"]] == ["other"]
    assert GIVEN["secretkey"] not in shown.text
    assert edge.get({**asked, "id": one["id"]}).json == {"listoauthproviderresponse": {}}
    assert edge.call("listOauthProvider").json["listoauthproviderresponse"]["count"] == 2
    assert edge.call("listOauthProvider", keyword="oth").json["listoauthproviderresponse"]["count"] == 1
    assert edge.get({**asked, "apiKey": "nobody's", "signature": "x"}).status == 401
    assert edge.get({**asked, "sessionkey": "nobody's"}).status == 401
