"""What hosts hold and no record tells of: told at the second look, once a day, and left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from functions.fabric_monitoring import _strays
from javelin.data.ids import new_id
from javelin.data.records.stray import Stray
from javelin.data.records.volume import Volume
from javelin.data.transaction import Transaction
from javelin.messaging.reports import Held, Inventory
from tests.unit.fabric_monitoring.world import World

POOL, OTHER = new_id(), new_id()
START = datetime(2026, 1, 1, tzinfo=UTC)
TOLD = ("HOST.ALERT", "WARN")


def tells(world: World, held: Held, seconds: float) -> list[tuple[str, str]]:
    """What operators hear when a host tells that it holds something."""
    assert world.report(world.hosts[0], Inventory(held=(held,)), START + timedelta(seconds=seconds))
    return world.ear.heard()


def stray(kind: str) -> Held:
    """Something that nobody knows."""
    return Held.model_validate({"kind": kind, "id": new_id(), "pool": POOL if kind == "volume" else None})


@pytest.mark.parametrize("kind", ["volume", "network"])
def test_what_nobody_knows_is_told_at_the_second_look_and_once_a_day(world: World, kind: str) -> None:
    held = stray(kind)
    assert tells(world, held, 0) == []
    assert tells(world, held, 0) == [], "the same report again"
    assert tells(world, held, _strays.SETTLED - 1) == []
    assert tells(world, held, _strays.SETTLED) == [TOLD]
    assert tells(world, held, 2 * _strays.SETTLED) == []
    assert tells(world, held, _strays.SETTLED + _strays.AGAIN) == [TOLD]


def test_looks_that_come_in_the_wrong_order_are_two_looks(world: World) -> None:
    held = stray("volume")
    assert tells(world, held, _strays.SETTLED) == []
    assert tells(world, held, 0) == [TOLD]


def test_a_volume_is_known_in_the_pool_of_its_record_alone(world: World) -> None:
    root, key = world.fabric.cloud.root, new_id()
    transaction = Transaction()
    transaction.create(
        Volume(
            key, name="root", size=1, zone_id=world.fabric.zone, zone_name="z1", pool_id=POOL, account_id=root.account_id,
            account=root.account, domain_id=root.domain_id, domain_path=root.domain_path,
        )
    )  # fmt: skip
    transaction.commit()
    for pool, heard in ((POOL, []), (OTHER, [TOLD])):
        held = Held(kind="volume", id=key, pool=pool)
        assert tells(world, held, 0) == []
        assert tells(world, held, _strays.SETTLED) == heard
    assert Stray.get(key).expires > START.timestamp() + _strays.KEEP
