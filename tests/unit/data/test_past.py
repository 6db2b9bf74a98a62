"""asof: lists and gets of what the cloud was, held against a naive model of what happened."""

from __future__ import annotations

import json
import random
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from javelin.contract import asof
from javelin.contract.caller import Caller
from javelin.contract.secret import Secret
from javelin.data import past, settings
from javelin.data.records.history import History
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.records.user import User
from javelin.data.records.zone import Zone
from tests.cloud import Cloud, Refused
from tests.unit.data.stories import Story, id_of

Json = dict[str, Any]


def pair(caller: Caller, story: Story, second: int, number: int, name: str) -> SshKeyPair:
    """A key pair that was made then."""
    return SshKeyPair(
        id_of(story.start + second, number), account_id=caller.account_id, account=caller.account,
        domain_id=caller.domain_id, domain_path=caller.domain_path, name=name, public_key="k", fingerprint="0",
    )  # fmt: skip


def names(cloud: Cloud, story: Story, second: int, caller: Caller | None = None, **asked: Any) -> list[tuple[str, str]]:
    """Name and fingerprint of the pairs as they were."""
    answer = cloud.call("listSSHKeyPairs", caller, asof=story.at(second), **asked)
    return [(row["name"], row["fingerprint"]) for row in answer.get("sshkeypair", [])]


def test_a_record_is_shown_as_it_was(cloud: Cloud) -> None:
    story = Story()
    one = pair(cloud.root, story, 10, 1, "one")
    story.make(10, one)
    story.change(20, one, fingerprint="1")
    story.change(20, one, fingerprint="2")
    story.delete(30, one)
    story.tell()
    told = {second: names(cloud, story, second) for second in (9, 10, 19, 20, 29, 30)}
    assert told == {
        9: [], 10: [("one", "0")], 19: [("one", "0")], 20: [("one", "2")], 29: [("one", "2")], 30: [],
    }  # fmt: skip


def test_what_is_shown_as_made_then_was_there_then(cloud: Cloud) -> None:
    story = Story()
    made = pair(cloud.root, story, 10, 1, "one")
    story.make(10, made)
    made.change(SshKeyPair.created.set(made.created + timedelta(milliseconds=700)))
    assert [names(cloud, story, second) for second in (9, 10)] == [[], [("one", "0")]]


def test_what_never_changed_needs_no_history(cloud: Cloud) -> None:
    story = Story()
    story.make(10, pair(cloud.root, story, 10, 1, "one"))
    assert names(cloud, story, 9) == []
    assert names(cloud, story, 11) == [("one", "0")]
    assert names(cloud, story, 11, name="two") == []


def test_lists_with_sort_keys_are_in_the_order_of_then(cloud: Cloud) -> None:
    story = Story()
    zones = [
        Zone(id_of(story.start + 1, number), name=f"z{number}", dns1="1.1.1.1", internal_dns1="1.1.1.1",
             allocation_state="Enabled") for number in range(3)
    ]  # fmt: skip
    for zone in zones:
        story.make(1, zone)
    story.change(10, zones[0], sort_key=5, placed="yes")
    story.change(20, zones[0], sort_key=0)
    story.change(20, zones[2], sort_key=-1, placed="yes")
    story.tell()

    def order(second: int, **asked: Any) -> list[str]:
        return [row["name"] for row in cloud.call("listZones", asof=story.at(second), **asked)["zone"]]

    told = {second: order(second) for second in (9, 19, 21)}
    assert told == {9: ["z0", "z1", "z2"], 19: ["z1", "z2", "z0"], 21: ["z2", "z0", "z1"]}
    assert order(21) == [row["name"] for row in cloud.call("listZones")["zone"]]
    assert (order(19, page=2, pagesize=2), order(19, keyword="z")) == (["z0"], told[19])
    settings.change(settings.SORT_ASCENDING, "false")
    assert order(19) == ["z0", "z1", "z2"]


def test_pages_and_filters_of_the_past(cloud: Cloud) -> None:
    story = Story()
    pairs = [pair(cloud.root, story, second, second, f"pair-{second}") for second in range(12)]
    for second, one in enumerate(pairs):
        story.make(second, one)
    story.delete(20, pairs[3])
    story.change(20, pairs[5], name="renamed")
    story.tell()
    answer = cloud.call("listSSHKeyPairs", asof=story.at(19), page=2, pagesize=4)
    assert [row["name"] for row in answer["sshkeypair"]] == ["pair-4", "pair-5", "pair-6", "pair-7"]
    assert answer["count"] == 12
    assert names(cloud, story, 19, name="pair-5") == [("pair-5", "0")]
    assert names(cloud, story, 20, name="pair-5") == []
    assert names(cloud, story, 19, keyword="PAIR-3") == [("pair-3", "0")]


@dataclass
class Model:
    """What was there at each second, by the pair's number."""

    rows: dict[int, str] = field(default_factory=dict)
    then: dict[int, dict[int, str]] = field(default_factory=dict)


@pytest.mark.parametrize("seed", range(6))
def test_any_story_told_in_any_way_is_the_model_s(cloud: Cloud, seed: int) -> None:
    """Batches of the streams come twice and, of different records, in any order."""
    chance, story, model = random.Random(seed), Story(), Model()
    pairs: dict[int, SshKeyPair] = {}
    told: list[Json] = []
    for second in range(1, 25):
        for _ in range(chance.randint(0, 3)):
            _something_happens(chance, story, model, pairs, second, cloud.root)
        model.then[second] = dict(model.rows)
    batches = [story.records[start : start + 5] for start in range(0, len(story.records), 5)]
    for batch in batches:
        told.append({"batch": batch})
        story.tell(batch)
    for again in chance.sample(told, len(told) // 2):
        story.tell(again["batch"])
    for second, rows in model.then.items():
        assert names(cloud, story, second) == [(f"pair-{number}", rows[number]) for number in sorted(rows)], second


def _something_happens(
    chance: random.Random, story: Story, model: Model, pairs: dict[int, SshKeyPair], second: int, caller: Caller
) -> None:
    if not model.rows or chance.random() < 0.4:
        number = len(pairs)
        pairs[number] = pair(caller, story, second, number, f"pair-{number}")
        story.make(second, pairs[number])
        model.rows[number] = "0"
        return
    number = chance.choice(sorted(model.rows))
    if chance.random() < 0.6:
        model.rows[number] = str(chance.randint(1, 99))
        story.change(second, pairs[number], fingerprint=model.rows[number])
    else:
        del model.rows[number]
        story.delete(second, pairs[number])


def test_nobody_sees_of_the_past_what_is_not_his_now(cloud: Cloud) -> None:
    """Whose a thing is is what is known last of it."""
    story, mine, other = Story(), cloud.caller("mine"), cloud.caller("other")
    one, gone = pair(mine, story, 10, 1, "given"), pair(mine, story, 10, 2, "gone")
    story.make(10, one)
    story.make(10, gone)
    story.delete(15, gone)
    whose = {name: getattr(other, name) for name in past.OWNER}
    story.change(20, one, **whose)
    story.tell()
    assert names(cloud, story, 12, mine) == [("gone", "0")]
    assert names(cloud, story, 12, other) == [("given", "0")]
    assert names(cloud, story, 12, mine, id=one.id) == []
    assert names(cloud, story, 12, other, id=gone.id) == []
    assert sorted(names(cloud, story, 12, cloud.root, listall="true")) == [("given", "0"), ("gone", "0")]


def test_secrets_are_not_kept(cloud: Cloud) -> None:
    story = Story()
    user = User(
        id_of(story.start, 1), account_id=cloud.root.account_id, account="admin", domain_id=cloud.root.domain_id,
        domain_path="/", username="u", first_name="f", last_name="l", email="e", password=Secret("hashed"),
    )  # fmt: skip
    story.make(1, user)
    story.change(2, user, first_name="g")
    story.tell()
    images = [json.loads(zlib.decompress(row.image)) for row in History.query(user.id)]
    assert [image["first_name"] for image in images] == [{"S": "f"}]
    assert "password" not in images[0]
    assert "hashed" not in json.dumps(images)


def test_related_records_are_of_then_too(cloud: Cloud) -> None:
    story = Story()
    zone = Zone(id_of(story.start, 1), name="old", network_type="Advanced", dns1="8.8.8.8", internal_dns1="8.8.8.8")
    story.make(1, zone)
    story.change(5, zone, name="new")
    story.tell()
    assert [row["name"] for row in cloud.call("listZones", asof=story.at(2))["zone"]] == ["old"]
    with asof.at(datetime.fromtimestamp(story.start + 2, UTC)):
        assert Zone.require(zone.id).name == "old"


@pytest.mark.parametrize(
    ("command", "when", "said"),
    [
        ("listZones", "tomorrow", "is not a date"),
        ("listZones", (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d"), "has not come yet"),
        ("listZones", "2020-01-01", "kept for 90 days"),
        ("listEvents", "hour", "the present alone"),
        ("listApis", "hour", "of the past|the present alone"),
        ("listHypervisors", "hour", "nothing of the past"),
        ("createZone", "hour", "the present alone"),
    ],
)
def test_what_cannot_be_asked_is_refused(cloud: Cloud, command: str, when: str, said: str) -> None:
    moment = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S+0000") if when == "hour" else when
    needed = {"name": "z", "networktype": "Advanced", "dns1": "8.8.8.8", "internaldns1": "8.8.8.8"}
    with pytest.raises(Refused, match=said) as refused:
        cloud.call(command, asof=moment, **(needed if command == "createZone" else {}))
    assert refused.value.code == 431
    assert cloud.call("listZones") == {}


def test_the_grant_is_that_of_the_record() -> None:
    """The contract's package names the table without knowing the record."""
    assert History.read == asof.GRANT
