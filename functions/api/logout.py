"""logout: end a session."""

from __future__ import annotations

from pydantic import Field

from functions.api._callers import find_session
from functions.api._sessions import START_SESSION, tell
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text
from javelin.contract.responses import Bare
from javelin.data.fetch import fetch
from javelin.data.records.account import Account
from javelin.data.records.user import User

GONE = "; Max-Age=0; HttpOnly; SameSite=Lax; Path=/client"


class Logout(Request):
    """Ends the session that the request's cookie names."""

    jsessionid: Text | None = Field(None, description="Put here by the edge: the session that the request came with")


@operation(Logout, roles=frozenset(), grants=[*START_SESSION, User.read, Account.read], event="USER.LOGOUT")
def handler(request: Logout, caller: Caller) -> Bare:
    """The browser forgets its cookies too."""
    session = find_session(request.jsessionid or "")
    if session is None:
        raise InvalidParameter("There is no session to end; log in first.")
    session.delete()
    found = fetch([(User, session.user_id), (Account, session.account_id)])
    user, account = found.find(User, session.user_id), found.find(Account, session.account_id)
    if user is not None and account is not None:
        tell("USER.LOGOUT", f"User {user.username} logged out", user, account)
    return Bare({"description": "success"}, {"JSESSIONID": GONE, "sessionkey": GONE})
