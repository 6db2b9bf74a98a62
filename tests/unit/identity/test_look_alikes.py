"""Names that could be taken for others are refused wherever somebody or something of somebody's gets a name."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud, Refused
from tests.unit.projects import project_in

TAKEN = [
    "\u0430dmin",  # a Cyrillic a
    "adm\u0456n",  # a Ukrainian i
    "\u03b1dmin",  # a Greek alpha
    "\u0440\u0430\u0443\u0440\u0430",  # all of them Cyrillic, and each like a Latin letter
    "ad\u200bmin",  # a space without width
    "admin\u2060",
    "ad\u00admin",  # a hyphen that is not shown
    "\u202enimda",  # from right to left
    "\uff41\uff44\uff4d\uff49\uff4e",  # of full width
    "\ufb01nance",  # a ligature
    "ad\u00a0min",  # another space
    "e\u0301mile",  # what has a character of its own
    "\U0001d41admin",  # a mathematical letter
]
GOOD = [
    "Müller & Søn",
    "Иван Петров",
    "Ελένη Παππά",
    "山田 taro",
    "やまだタロウ",
    "김철수",
    "Anaïs-2 (ops)",
    "שרה כהן",
    "عائشة",
]


@pytest.mark.parametrize("name", TAKEN)
def test_what_looks_like_another_is_refused(cloud: Cloud, name: str) -> None:
    ada = cloud.caller("ada")
    person = {"email": "x@example.org", "firstname": "x", "lastname": "x", "password": "not a secret"}
    made = cloud.call("createAccount", username="bob", accounttype=0, **person)["account"]
    crew = project_in(ada).id
    wishes = [
        ("createAccount", {"username": "x", "account": name, "accounttype": 0, **person}, None),
        ("createAccount", {"username": name, "account": "x", "accounttype": 0, **person}, None),
        ("createUser", {"username": name, "account": "ada", **person}, None),
        ("updateUser", {"id": made["user"][0]["id"], "username": name}, None),
        ("createDomain", {"name": name}, None),
        ("createRole", {"name": name, "type": "User"}, None),
        ("createProject", {"name": name, "displaytext": "x"}, ada),
        ("createProjectRole", {"name": name, "projectid": crew}, None),
    ]
    for command, asked, caller in wishes:
        with pytest.raises(Refused) as refused:
            cloud.call(command, caller or cloud.root, **asked)
        assert refused.value.code == 431, command
        assert "name" in refused.value.text


@pytest.mark.parametrize("name", GOOD)
def test_names_of_all_languages_are_taken(cloud: Cloud, name: str) -> None:
    made = cloud.call("createDomain", name=name)["domain"]
    assert made["name"] == name
