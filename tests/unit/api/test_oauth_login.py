"""Logins by a provider of OpenID Connect: whom it vouches for, and every way of lying about that."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from javelin.data import login_settings, settings
from javelin.data.records.oauth_code import OauthCode
from javelin.data.records.session import Session
from javelin.data.records.user import ROOT_USER, User
from tests.cloud import Cloud
from tests.oidc import CLIENT, SECRET, Json, Provider
from tests.unit.api.edge import Edge
from tests.unit.api.oauth import EMAIL, look, refused, register, sign_in
from tests.unit.identity.conftest import PERSON


def test_who_is_vouched_for_is_in(edge: Edge, provider: Provider) -> None:
    session = sign_in(edge)
    body = session.json["oauthloginresponse"]
    assert (session.status, body["username"], body["userid"]) == (200, "admin", ROOT_USER)
    assert all("HttpOnly" in line and "SameSite=Lax" in line for line in session.headers["Set-Cookie"])
    listed = {"command": "listUsers", "response": "json", "sessionkey": body["sessionkey"]}
    assert edge.get(listed, session.cookies).status == 200
    sent = dict(provider.asked)["/token"]
    assert (sent["grant_type"], sent["code"], sent["client_secret"]) == ("authorization_code", "code-1", SECRET)


def test_a_look_at_the_code_and_the_login_with_it_ask_the_provider_once(edge: Edge, provider: Provider) -> None:
    assert look(edge).json == {"verifyoauthcodeandgetuserresponse": {"oauthemail": {"email": EMAIL}}}
    assert sign_in(edge).status == 200
    assert [path for path, _ in provider.asked].count("/token") == 1
    assert refused(sign_in(edge))
    assert not list(OauthCode.scan())


def test_a_look_is_kept_for_minutes_as_a_digest(edge: Edge, provider: Provider) -> None:
    look(edge)
    (kept,) = OauthCode.scan()
    assert "code-1" not in str(kept.attribute_values)
    kept.update([OauthCode.expires.set(int(time.time()) - 1)])
    assert refused(sign_in(edge))


def _other_key(claims: Json) -> str:
    return jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), "ES256", headers={"kid": "k1"})


def _raw(header: Json, claims: Json, secret: bytes = b"") -> str:
    """A token by hand: libraries refuse to make what attackers make."""
    parts = ".".join(
        base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in (header, claims)
    )
    seal = hmac.digest(secret, parts.encode(), hashlib.sha256) if secret else b""
    return f"{parts}.{base64.urlsafe_b64encode(seal).decode().rstrip('=')}"


def _public(provider: Provider) -> bytes:
    told = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return provider.key.public_key().public_bytes(*told)


FORGED: dict[str, Callable[[Provider], Any]] = {
    "unsigned": lambda one: lambda claims: _raw({"alg": "none", "kid": "k1"}, claims),
    "sealed with the public key": lambda one: lambda claims: _raw({"alg": "HS256", "kid": "k1"}, claims, _public(one)),
    "of another key": lambda one: _other_key,
    "cut": lambda one: lambda claims: jwt.encode(claims, one.key, "ES256", headers={"kid": "k1"})[:-8],
    "no token": lambda one: lambda claims: "token",
    "too long": lambda one: lambda claims: "x" * 20_000,
}


@pytest.mark.parametrize("how", FORGED)
def test_forged_tokens_are_refused(edge: Edge, provider: Provider, how: str) -> None:
    provider.sign = FORGED[how](provider)
    assert refused(sign_in(edge))
    assert not list(Session.scan())


TIMES = ("exp", "nbf", "iat")  # of which FALSE says how far they are from now
FALSE: dict[str, Json] = {
    "of another issuer": {"iss": "https://evil.example.org"}, "for another": {"aud": "somebody"},
    "for others too": {"aud": [CLIENT, "somebody"]}, "for nobody": {"aud": None}, "late": {"exp": -3600},
    "for ever": {"exp": None}, "of no time": {"iat": None}, "early": {"nbf": 3600},
    "of the future": {"iat": 3600}, "of no subject": {"sub": None}, "no address": {"email": None},
    "no text": {"email": [EMAIL]}, "not verified": {"email_verified": False}, "in words": {"email_verified": "true"},
    "unsaid": {"email_verified": None}, "for another login": {"nonce": "n"}, "of another": {"email": "eve@example.org"},
}  # fmt: skip


@pytest.mark.parametrize("how", FALSE)
def test_false_claims_are_refused(edge: Edge, provider: Provider, how: str) -> None:
    now = int(time.time())
    claims = provider.claims | {
        name: now + value if isinstance(value, int) and name in TIMES else value for name, value in FALSE[how].items()
    }
    provider.claims = {name: value for name, value in claims.items() if value is not None}
    assert refused(sign_in(edge))
    assert not list(Session.scan())


@pytest.mark.parametrize("header", [{"kid": "k2"}, {"kid": "k1", "crit": ["b64"], "b64": True}])
def test_headers_that_fit_no_key_are_refused(edge: Edge, provider: Provider, header: Json) -> None:
    provider.headers = header
    assert refused(sign_in(edge))


ANSWERS: dict[str, tuple[str, tuple[int, bytes, Json]]] = {
    "a redirect": ("/token", (302, b"{}", {"Location": "https://127.0.0.1/elsewhere"})),
    "an error": ("/keys", (500, b"{}", {})),
    "no JSON": ("/token", (200, b"<html>", {})),
    "a list": ("/token", (200, b"[]", {})),
    "too much": ("/token", (200, b'{"id_token": "%s"}' % (b"x" * 300_000), {})),
    "too deep": ("/token", (200, b"[" * 100_000, {})),
    "no keys": ("/keys", (200, b'{"keys": []}', {})),
    "a shared key": ("/keys", (200, b'{"keys": [{"kty": "oct", "kid": "k1", "k": "c2VjcmV0"}]}', {})),
    "another issuer": ("/.well-known/openid-configuration", (200, b'{"issuer": "https://evil.example.org"}', {})),
    "no endpoints": ("/.well-known/openid-configuration", (200, b'{"issuer": "ISSUER"}', {})),
    "plain http": ("/.well-known/openid-configuration", (200, (
        b'{"issuer": "ISSUER", "authorization_endpoint": "ISSUER/a", "jwks_uri": "ISSUER/k", '
        b'"token_endpoint": "http://127.0.0.1/t"}'
    ), {})),
}  # fmt: skip


@pytest.mark.parametrize("how", ANSWERS)
def test_what_a_provider_should_not_answer_is_refused(edge: Edge, provider: Provider, how: str) -> None:
    path, (status, body, headers) = ANSWERS[how]
    provider.answers[path] = (status, body.replace(b"ISSUER", provider.issuer.encode()), headers)
    assert refused(sign_in(edge))
    assert not any(path == "/elsewhere" for path, _ in provider.asked)


def test_private_places_are_not_asked_unless_the_operator_says_so(edge: Edge, provider: Provider) -> None:
    settings.change(login_settings.OAUTH_SITES, "10.0.0.0/8")
    assert refused(sign_in(edge))
    assert provider.asked == []


def test_a_provider_is_known_by_its_authorities_alone(edge: Edge, provider: Provider) -> None:
    assert register(edge, provider, **{"provider": "other", "details[0].authorities": ""}).status == 200
    assert refused(sign_in(edge, provider="other"))
    assert provider.asked == []


@pytest.mark.parametrize(
    "changed", [{"provider": "nobody"}, {"email": "eve@example.org"}, {"domain": "/nowhere"}, {"secretcode": ""}]
)
def test_wrong_logins_are_refused_alike(edge: Edge, provider: Provider, changed: dict[str, str]) -> None:
    assert refused(sign_in(edge, **changed))


def test_an_address_that_none_or_several_users_have_is_nobody_s(edge: Edge, provider: Provider, cloud: Cloud) -> None:
    provider.vouch("stranger@example.org")
    assert refused(sign_in(edge, email="stranger@example.org"))
    provider.vouch(EMAIL)
    domain = cloud.call("createDomain", name="d")["domain"]["id"]
    for name in ("ann", "bob"):
        cloud.call("createAccount", username=name, accounttype=0, domainid=domain, **PERSON | {"email": EMAIL})
    assert refused(sign_in(edge, secretcode="code-2", domain="/d"))
    assert sign_in(edge, secretcode="code-3").json["oauthloginresponse"]["username"] == "admin"


def test_case_makes_no_difference_and_who_is_kept_out_stays_out(edge: Edge, provider: Provider) -> None:
    provider.vouch("Admin@Example.org")
    assert sign_in(edge, email=EMAIL).status == 200
    User.require(ROOT_USER).change(User.state.set("disabled"))
    assert refused(sign_in(edge, secretcode="code-2"))


def test_a_second_factor_is_asked_for_as_after_a_password(edge: Edge, provider: Provider) -> None:
    User.require(ROOT_USER).change(User.second_factor.set("totp"))
    session = sign_in(edge)
    body = session.json["oauthloginresponse"]
    assert (body["is2faenabled"], body["is2faverified"]) == ("true", "false")
    listed = {"command": "listUsers", "response": "json", "sessionkey": body["sessionkey"]}
    assert edge.get(listed, session.cookies).status == 511


def test_operators_may_demand_that_logins_begin_here(edge: Edge, provider: Provider) -> None:
    settings.change(login_settings.OAUTH_BOUND, "true")
    assert refused(sign_in(edge))
    assert provider.asked == []


def test_where_it_is_off_nobody_is_asked(edge: Edge, provider: Provider) -> None:
    settings.change(login_settings.OAUTH, "false")
    start = edge.get({"command": "startOauthLogin", "provider": "local", "response": "json"})
    assert [one.status for one in (sign_in(edge), look(edge), start)] == [531] * 3
    assert provider.asked == []


def test_an_address_tries_so_often(edge: Edge, provider: Provider) -> None:
    settings.change(settings.LOGIN_ATTEMPTS_SOURCE, "2")
    provider.vouch("stranger@example.org")
    answers = [sign_in(edge, secretcode=f"c{number}", sourceaddress="192.0.2.9") for number in range(3)]
    assert [refused(one) for one in answers] == [True, True, False]
    assert "too many wrong attempts" in answers[2].text


def test_login_comes_by_post(edge: Edge, provider: Provider) -> None:
    given = {"command": "oauthlogin", "response": "json", "provider": "local", "email": EMAIL, "secretcode": "c"}
    assert edge.get(given).status == 405
