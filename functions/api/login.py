"""login: start a session of a user in a browser."""

from __future__ import annotations

from pydantic import Field

from functions.api import _sessions
from functions.api._guesses import COUNT_GUESSES, Guess
from functions.api._login_names import READ_USERS, domain_of, user_named
from javelin.contract.caller import Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, SecretText, Text
from javelin.contract.responses import Bare
from javelin.data.passwords import password_matches

WRONG = "Unable to authenticate: check the user name, the password and the domain."


class Login(Request):
    """Starts a session: the answer's session key and the cookies go with every later request."""

    username: Text = Field(description="The user's name")
    password: SecretText = Field(description="The user's password")
    domain: Text | None = Field(None, description="The path of the user's domain, /a/b; ROOT when left out")
    domainid: Text | None = Field(None, description="The user's domain, instead of its path")
    jsessionid: Text | None = Field(None, description="Put here by the edge: the session that the request came with")
    sourceaddress: Text | None = Field(None, description="Put here by the edge: the address that the request came from")


@operation(
    Login, roles=frozenset(), post_only=True, memory=512, environment=_sessions.ENVIRONMENT, secret_answer=True,
    grants=[*_sessions.START_SESSION, *READ_USERS, *COUNT_GUESSES],
    event="USER.LOGIN",
)  # fmt: skip
def handler(request: Login, caller: Caller) -> Bare:
    """Whatever is wrong, the answer is the same and takes the same time."""
    domain_id = domain_of(request.domain, request.domainid)
    guess = Guess(domain_id, request.username, request.sourceaddress or "")
    found = user_named(domain_id, request.username)
    right = password_matches(request.password, found[0].password if found else None)
    if not right or found is None:
        raise guess.wrong(WRONG)
    guess.right()
    return _sessions.start(*found, request.jsessionid, request.sourceaddress)
