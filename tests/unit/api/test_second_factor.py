"""Second factors: sessions wait for them, codes are good once, and nobody who knows the password alone gets around them."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from javelin.contract.caller import Caller
from javelin.data import login_settings, settings
from javelin.data.records.second_factor import SecondFactor
from javelin.data.records.session import Session
from javelin.data.records.user import ROOT_USER, User
from tests.cloud import Cloud, Refused
from tests.unit.api.edge import Answer, Edge
from tests.unit.api.test_login import ask, login
from tests.unit.identity.conftest import PERSON

SETUP, VALIDATE = "setupUserTwoFactorAuthentication", "validateUserTwoFactorAuthenticationCode"


class Device:
    """A browser and the user's device, at a time that stands still until it is moved."""

    def __init__(self, edge: Edge, moment: list[float]) -> None:
        self.edge, self.moment = edge, moment
        self.session = login(edge)

    def do(self, command: str, **parameters: str) -> Answer:
        """A command in the session."""
        key = self.session.json["loginresponse"]["sessionkey"]
        given = {"command": command, "response": "json", "sessionkey": key, **parameters}
        return self.edge.post(given, self.session.cookies)

    def setup(self) -> str:
        """The secret of a factor that does not count yet."""
        secret: str = self.do(SETUP).json["setupusertwofactorauthenticationresponse"]["setup2fa"]["secretcode"]
        return secret

    def code(self, secret: str) -> str:
        """What the device shows the next time that it shows something else."""
        self.moment[0] += 30
        return pyotp.TOTP(secret).at(int(self.moment[0]))

    def prove(self, secret: str) -> Answer:
        """Give a code that was not used."""
        return self.do(VALIDATE, codefor2fa=self.code(secret))

    def enrol(self) -> str:
        """The secret of a factor that counts, and a new session that waits for it."""
        secret = self.setup()
        assert self.prove(secret).status == 200
        self.session = login(self.edge)
        return secret


@pytest.fixture
def device(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> Device:
    """The administrator's, where second factors are allowed."""
    moment = [time.time()]
    monkeypatch.setattr("functions.identity._second_factor.time.time", lambda: moment[0])
    settings.change(login_settings.SECOND_FACTOR, "true")
    return Device(edge, moment)


def test_a_factor_counts_from_its_first_right_code(device: Device) -> None:
    secret = device.setup()
    assert login(device.edge).json["loginresponse"]["is2faenabled"] == "false"
    assert device.do(VALIDATE, codefor2fa="000000").status == 511
    assert User.require(ROOT_USER).second_factor is None
    assert device.prove(secret).json == {"validateusertwofactorauthenticationcoderesponse": {"success": True}}
    told = login(device.edge).json["loginresponse"]
    names = ("is2faenabled", "is2faverified", "providerfor2fa", "issuerfor2fa")
    assert [told[name] for name in names] == ["true", "false", "totp", "Javelin"]
    shown = device.edge.call("listUsers", id=ROOT_USER).json["listusersresponse"]["user"][0]
    assert (shown["is2faenabled"], shown["is2famandated"]) == (True, False)


def test_a_session_waits_and_then_serves(device: Device) -> None:
    secret = device.enrol()
    for command in ("listApis", "listUserTwoFactorAuthenticatorProviders"):
        assert device.do(command).status == 200
    assert device.prove(secret).status == 200
    assert ask(device.edge, device.session) == 200


@pytest.mark.parametrize("command", ["listUsers", "updateUser", "queryAsyncJobResult", "noSuchCommand", ""])
def test_nothing_else_goes_before_and_trying_ends_the_session(device: Device, command: str) -> None:
    device.enrol()
    answer = device.do(command, id=ROOT_USER, password="stolen", currentpassword="correct horse")
    assert answer.status == 511
    assert {"uuidList": [], "errorcode": 511}.items() <= next(iter(answer.json.values())).items()
    assert device.do("listApis").status == 401
    assert login(device.edge).status == 200


def test_traces_wait_too(device: Device) -> None:
    device.enrol()
    key, cookies = device.session.json["loginresponse"]["sessionkey"], device.session.cookies
    path = f"/client/trace/00000000-0000-4000-8000-000000000001?format=json&sessionkey={key}"
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    assert device.edge.client.http.get(path, headers=headers).status_code == 511


def test_a_code_is_good_once_and_about_its_time(device: Device) -> None:
    secret = device.enrol()
    code = device.code(secret)
    for early_or_late in (-90, 90):
        device.moment[0] += early_or_late
        assert device.do(VALIDATE, codefor2fa=code).status == 511
        device.moment[0] -= early_or_late
    assert device.do(VALIDATE, codefor2fa=code).status == 200
    device.session = login(device.edge)
    assert device.do(VALIDATE, codefor2fa=code).status == 511
    assert ask(device.edge, device.session) == 511


def test_of_the_same_code_sent_at_once_one_is_taken(device: Device, cloud: Cloud) -> None:
    code = device.code(device.enrol())
    admin = cloud.root.model_copy(update={"user_id": ROOT_USER})

    def send(_: int) -> str:
        try:
            cloud.call(VALIDATE, admin, codefor2fa=code)
        except Refused as refused:
            return str(refused.code)
        return "taken"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == ["511", "511", "511", "taken"]


def test_so_many_codes_are_tried_and_then_not_even_the_right_one(device: Device) -> None:
    secret = device.enrol()
    wrong = [device.do(VALIDATE, codefor2fa=f"{number:06}").status for number in range(6)]
    assert wrong == [511] * 5 + [531]
    assert device.prove(secret).status == 531
    explained = device.do(VALIDATE, codefor2fa="000000", explain="true")
    assert (explained.status, "cannot be explained" in explained.text) == (431, True)


def test_a_factor_that_counts_is_not_replaced(device: Device) -> None:
    secret = device.enrol()
    assert device.do(SETUP).status == 431
    assert device.do(SETUP, enable="false").status == 511
    assert device.prove(secret).status == 200
    kept = SecondFactor.of(ROOT_USER)
    assert kept is not None
    assert kept.secret.reveal() == secret


def test_a_factor_goes_right_after_a_code_in_its_session_alone(device: Device) -> None:
    secret = device.enrol()
    assert device.prove(secret).status == 200
    assert device.edge.call(SETUP, enable="false").status == 511  # who has the keys has no device
    device.moment[0] += 601
    assert device.do(SETUP, enable="false").status == 511
    assert device.prove(secret).status == 200
    assert device.do(SETUP, enable="false").status == 200
    assert (SecondFactor.of(ROOT_USER), User.require(ROOT_USER).second_factor) == (None, None)
    assert login(device.edge).json["loginresponse"]["is2faenabled"] == "false"


def _eve(cloud: Cloud) -> Caller:
    made = cloud.call("createAccount", username="eve", accounttype=0, **PERSON)["account"]
    return Caller(
        user_id=made["user"][0]["id"], account_id=made["id"], account="eve", domain_id=made["domainid"], domain_path="/",
        role_id=made["roleid"], role_type="User", username="eve",
    )  # fmt: skip


def test_administrators_take_away_and_never_set_up(device: Device, cloud: Cloud) -> None:
    eve = _eve(cloud)
    secret = cloud.call(SETUP, eve)["setup2fa"]["secretcode"]
    cloud.call(VALIDATE, eve, codefor2fa=device.code(secret))
    root = User.require(ROOT_USER)
    for caller, target in ((cloud.root, eve.user_id), (eve, root.id)):
        with pytest.raises(Refused):
            cloud.call(SETUP, caller, userid=target)
    with pytest.raises(Refused):
        cloud.call(SETUP, eve, enable="false")
    waiting = cloud.root.model_copy(update={"unproved": True})
    with pytest.raises(Refused) as refused:
        cloud.call(SETUP, waiting, userid=eve.user_id, enable="false")
    assert refused.value.code == 511
    assert User.require(eve.user_id).second_factor == "totp"
    cloud.call(SETUP, userid=eve.user_id, enable="false")
    assert User.require(eve.user_id).second_factor is None


@pytest.mark.parametrize("by", ["user", "domain"])
def test_who_must_have_one_sets_it_up_at_the_next_login(device: Device, cloud: Cloud, by: str) -> None:
    eve = _eve(cloud)
    if by == "domain":
        settings.change(login_settings.SECOND_FACTOR_MANDATED, "true", "domain", eve.domain_id)
    else:
        settings.change(login_settings.SECOND_FACTOR, "false")
        shown = cloud.call("updateUser", id=eve.user_id, mandate2fa="true")["user"]
        assert shown["is2famandated"] is True
    device.session = login(device.edge, username="eve", password=PERSON["password"])
    told = device.session.json["loginresponse"]
    assert (told["is2faenabled"], told["is2faverified"], "providerfor2fa" in told) == ("true", "false", False)
    assert device.prove(device.setup()).status == 200
    assert device.do("listUsers").status == 200


def test_a_factor_holds_when_the_domain_has_none_any_more(device: Device, cloud: Cloud) -> None:
    device.enrol()
    settings.change(login_settings.SECOND_FACTOR, "false")
    assert ask(device.edge, login(device.edge)) == 511
    with pytest.raises(Refused, match=login_settings.SECOND_FACTOR.name) as refused:
        cloud.call(SETUP, _eve(cloud))
    assert refused.value.code == 531


def test_nobody_frees_itself(device: Device, cloud: Cloud) -> None:
    eve = _eve(cloud)
    cloud.call("updateUser", id=eve.user_id, mandate2fa="true")
    with pytest.raises(Refused) as refused:
        cloud.call("updateUser", eve, id=eve.user_id, mandate2fa="false", firstname="Changed")
    assert refused.value.code == 531
    kept = User.require(eve.user_id)
    assert (kept.second_factor_mandated, kept.first_name) == (True, PERSON["firstname"])


def test_no_code_without_a_factor_and_none_is_left_of_a_deleted_user(device: Device, cloud: Cloud) -> None:
    eve = _eve(cloud)
    with pytest.raises(Refused) as refused:
        cloud.call(VALIDATE, eve, codefor2fa="123456")
    assert refused.value.code == 431
    cloud.call(SETUP, eve)
    cloud.call("deleteUser", id=eve.user_id)
    assert not list(SecondFactor.scan())


def test_secrets_are_long_random_and_kept_where_nothing_shows_them(device: Device) -> None:
    secrets = {device.setup() for _ in range(3)}
    assert len(secrets) == 3
    assert all(len(one) == 32 for one in secrets)
    assert not any(one in json.dumps(device.edge.call("listUsers").json) for one in secrets)
    assert not any(one in str([row.attribute_values for row in Session.scan()]) for one in secrets)
    assert "***" in str(SecondFactor.of(ROOT_USER).secret)  # type: ignore[union-attr]  # it was just set up
