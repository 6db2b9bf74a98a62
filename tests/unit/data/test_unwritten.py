"""Writes that are explained: conditions hold or fail as they would, what a call wrote itself counts, nothing is there after."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from javelin.contract.errors import ConcurrentOperation, InvalidParameter, ResourceInUse
from javelin.contract.explaining import Picture, explaining
from javelin.data.records.claim import Claim
from javelin.data.records.job import Job
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from tests.cloud import Cloud

TAKEN = ResourceInUse("taken")


@pytest.fixture
def zone(cloud: Cloud) -> Zone:
    """A zone that is there."""
    transaction = Transaction()
    made = Zone("z-1", name="z", dns1="8.8.8.8", internal_dns1="8.8.8.8")
    transaction.create(made)
    transaction.claim("zone/z", "z-1", TAKEN)
    transaction.commit()
    return Zone.require("z-1")


@pytest.fixture
def would(zone: Zone) -> Iterator[Picture]:
    """Explaining, with the zone there."""
    with explaining() as picture:
        yield picture


def test_the_error_is_that_of_the_condition_that_failed(would: Picture) -> None:
    transaction = Transaction()
    transaction.delete(Claim("never/there"))  # has no condition, and its place among the reasons
    transaction.claim("free", "z-1", InvalidParameter("free is not taken"))
    transaction.claim("zone/z", "z-2", TAKEN)
    with pytest.raises(ResourceInUse, match="taken"):
        transaction.commit()
    assert would.told() == {}


def test_a_record_that_somebody_wrote_since_is_refused(zone: Zone) -> None:
    stale = Zone.require(zone.id)
    zone.change(Zone.name.set("other"))  # counts the version up
    transaction = Transaction()
    transaction.save(stale)
    with explaining(), pytest.raises(ConcurrentOperation):
        transaction.commit()


def test_single_writes_say_whether_their_condition_holds(would: Picture, zone: Zone) -> None:
    assert not zone.change(Zone.name.set("x"), when=Zone.name == "y")
    assert zone.change(Zone.name.set("x"), when=Zone.name == "z")
    zone.delete(add_version_condition=False)
    assert Zone.require(zone.id).name == "z"
    assert would.told() == {"changes": [{"kind": "Zone", "count": 1}]}


def test_what_the_call_itself_would_have_written_is_taken_as_it_would_be(would: Picture) -> None:
    first, second = Transaction(), Transaction()
    first.claim("new", "z-1", TAKEN)
    first.commit()
    second.update(Claim("new"), [Claim.owner.set("z-2")], Claim.owner == "z-1", TAKEN)
    second.commit()
    assert would.told() == {"creates": [{"kind": "Claim", "count": 1}]}
    assert [one.owner for one in would.created] == ["z-1"]


def test_batches_are_noted_and_not_written(would: Picture) -> None:
    with Claim.batch_write() as batch:
        batch.delete(Claim("zone/z"))
        batch.save(Claim("b", owner="z-1"))
    assert would.told() == {
        "creates": [{"kind": "Claim", "count": 1}], "deletes": [{"kind": "Claim", "count": 1}],
    }  # fmt: skip
    assert [row.name for row in Claim.scan() if row.name in ("zone/z", "b")] == ["zone/z"]


def test_a_put_of_what_must_be_there_is_a_change(would: Picture, zone: Zone) -> None:
    transaction = Transaction()
    transaction.save(zone)
    transaction.commit()
    assert would.told() == {"changes": [{"kind": "Zone", "count": 1}]}


def test_conditions_on_what_is_not_written_are_checked_and_not_noted(would: Picture, zone: Zone) -> None:
    transaction = Transaction()
    transaction.check(Zone, zone.id, Zone.name == "z")
    transaction.commit()
    gone = Transaction()
    gone.check(Job, "no-job", Job.id.exists(), TAKEN)
    with pytest.raises(ResourceInUse):
        gone.commit()
    assert would.told() == {}
