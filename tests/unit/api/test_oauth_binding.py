"""Logins by a provider that begin here are bound to their browser."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

from tests.oidc import CLIENT, Provider
from tests.unit.api.edge import Answer, Edge
from tests.unit.api.oauth import look, refused, sign_in


class Bound:
    """A login that begins here."""

    def __init__(self, edge: Edge) -> None:
        self.edge = edge
        self.begun = edge.get({"command": "startOauthLogin", "response": "json", "provider": "local"})
        address = self.begun.json["startoauthloginresponse"]["authorizationurl"]
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}

    def end(self, **changed: str) -> Answer:
        """Back from the provider."""
        return sign_in(self.edge, self.begun.cookies, **{"state": self.asked["state"]} | changed)


def test_a_login_that_begins_here_is_bound_to_its_browser(edge: Edge, provider: Provider) -> None:
    bound = Bound(edge)
    (line,) = bound.begun.headers["Set-Cookie"]
    assert all(word in line for word in ("HttpOnly", "SameSite=Lax", "Path=/client", "Max-Age=600"))
    assert (bound.asked["client_id"], bound.asked["response_type"]) == (CLIENT, "code")
    provider.claims["nonce"] = bound.asked["nonce"]
    assert bound.end().status == 200
    verifier = dict(provider.asked)["/token"]["code_verifier"]
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert (bound.asked["code_challenge"], bound.asked["code_challenge_method"]) == (digest, "S256")
    assert not {bound.begun.cookies["oauthstate"]} & {*bound.asked.values(), verifier}


def test_what_comes_back_to_another_browser_is_refused(edge: Edge, provider: Provider) -> None:
    one, other = Bound(edge), Bound(edge)
    provider.claims["nonce"] = one.asked["nonce"]
    assert refused(other.end())
    assert refused(other.end(state=one.asked["state"], secretcode="code-2"))
    assert refused(one.end(state="", secretcode="code-3"))
    assert refused(sign_in(edge, secretcode="code-4", state=one.asked["state"]))
    del provider.claims["nonce"]
    assert refused(one.end(secretcode="code-5"))


def test_a_look_helps_no_other_browser(edge: Edge, provider: Provider) -> None:
    bound = Bound(edge)
    provider.claims["nonce"] = bound.asked["nonce"]
    assert look(edge, bound.begun.cookies, state=bound.asked["state"]).status == 200
    assert refused(sign_in(edge))
    assert bound.end().status == 200
