"""Sessions, as browsers have them."""

from __future__ import annotations

from tests.e2e.local_cloud import LocalCloud
from tests.e2e.signed import Answer, Client


def login(cloud: LocalCloud, username: str, password: str, **more: str) -> Answer:
    """What a login answers; no log may hold what proves the session."""
    fields = {"command": "login", "username": username, "password": password, "response": "json", **more}
    answer = Client(cloud.home.endpoint).post(fields)
    if answer.status == 200:
        cloud.secrets |= {
            f"session key {len(cloud.secrets)}": answer.inside["sessionkey"],
            f"session cookie {len(cloud.secrets)}": answer.cookies["JSESSIONID"],
        }
    return answer


def with_session(cloud: LocalCloud, session: Answer, command: str, **more: str) -> Answer:
    """A command of whoever logged in, as browsers send it: the cookies, and the session key among the parameters."""
    fields = {"command": command, "response": "json", "sessionkey": session.inside["sessionkey"], **more}
    return Client(cloud.home.endpoint).get(fields, session.cookies)
