"""Logins by a provider of OpenID Connect, as clients ask for them."""

from __future__ import annotations

from tests.oidc import CLIENT, SECRET, Provider
from tests.unit.api.edge import Answer, Edge

EMAIL = "admin@example.org"
WRONG = "check the provider, the e-mail address and the domain"


def register(edge: Edge, at: Provider, **changed: str) -> Answer:
    given = {"provider": "local", "description": "Ours", "clientid": CLIENT, "secretkey": SECRET,
             "redirecturi": "https://cloud.example.org/client/verifyOauth"}  # fmt: skip
    details = {"details[0].issuer": at.issuer, "details[0].authorities": at.authorities}
    return edge.post(edge.signed("registerOauthProvider", **given | details | changed))


def sign_in(edge: Edge, cookies: dict[str, str] | None = None, **changed: str) -> Answer:
    given = {"command": "oauthlogin", "response": "json", "provider": "local", "email": EMAIL, "secretcode": "code-1"}
    return edge.post(given | changed, cookies)


def look(edge: Edge, cookies: dict[str, str] | None = None, **changed: str) -> Answer:
    given = {"command": "verifyOAuthCodeAndGetUser", "response": "json", "provider": "local", "secretcode": "code-1"}
    return edge.get(given | changed, cookies)


def refused(answer: Answer) -> bool:
    """As every other refusal, with nothing begun."""
    return (answer.status, WRONG in answer.text, "Set-Cookie" in answer.headers) == (531, True, False)
