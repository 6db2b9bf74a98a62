"""registerUserKeys, getUserKeys, getUser."""

from __future__ import annotations

import pytest

from javelin.data.records.api_key import ApiKey
from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import PERSON, People


def test_new_keys_replace_the_old_ones(cloud: Cloud, people: People) -> None:
    account = people.account("ada")
    ada, user_id = people.caller(account), account["user"][0]["id"]
    first = cloud.call("registerUserKeys", ada, id=user_id)["userkeys"]
    second = cloud.call("registerUserKeys", id=user_id)["userkeys"]
    with pytest.raises(ApiKey.DoesNotExist):
        ApiKey.get(first["apikey"])
    assert ApiKey.get(second["apikey"]).secret.reveal() == second["secretkey"]
    assert cloud.call("getUserKeys", ada, id=user_id)["userkeys"]["secretkey"] == second["secretkey"]
    assert cloud.call("getUser", userapikey=second["apikey"])["user"]["username"] == "ada"


def test_an_administrator_never_reads_a_secret(cloud: Cloud, people: People) -> None:
    user_id = people.account("ada")["user"][0]["id"]
    cloud.call("registerUserKeys", id=user_id)
    assert set(cloud.call("getUserKeys", id=user_id)["userkeys"]) == {"apikey", "apikeyaccess"}
    assert "secretkey" not in cloud.call("listUsers", listall="true", id=user_id)["user"][0]


@pytest.mark.parametrize("command", ["registerUserKeys", "getUserKeys"])
def test_nobody_takes_the_keys_of_others(cloud: Cloud, people: People, command: str) -> None:
    domain = people.domain("d")
    boss = people.caller(people.account("boss", 2, domain["id"]))
    ada = people.account("ada", 0, domain["id"])
    stranger = people.caller(people.account("eve", 0, domain["id"]))
    root_user = people.account("root2", 1)["user"][0]["id"]
    colleague = cloud.call("createUser", account="ada", domainid=domain["id"], username="bob", **PERSON)["user"]["id"]
    for caller, victim, code in (
        (stranger, ada["user"][0]["id"], 431),
        (boss, root_user, 431),
        (people.caller(ada), colleague, 531),
    ):
        with pytest.raises(Refused) as refusal:
            cloud.call(command, caller, id=victim)
        assert refusal.value.code == code


def test_a_resource_admin_cannot_become_root(cloud: Cloud, people: People) -> None:
    resource_admin = people.caller(people.account("ra", 3))
    with pytest.raises(Refused) as refusal:
        cloud.call("registerUserKeys", resource_admin, id=people.account("root2", 1)["user"][0]["id"])
    assert refusal.value.code == 531
