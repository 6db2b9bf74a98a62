"""Old and new code run side by side: older items are upgraded when read, newer ones lose nothing to older code."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.data.folded import unfold
from javelin.data.record import Raw
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.transaction import Transaction
from tests.cloud import Cloud


def shout(item: Raw) -> None:
    """The second shape has `network_domain`, which the first shape's name gives."""
    item.setdefault("network_domain", {"S": unfold(item["name"]["S"]).lower() + ".example"})


def explode(item: Raw) -> None:
    raise AssertionError(f"an item of the newest shape is not upgraded: {item}")


def stored(cloud: Cloud) -> dict[str, Any]:
    found: dict[str, Any] = Domain._get_connection().get_item(ROOT_DOMAIN)["Item"]
    return found


def test_an_older_item_is_upgraded_when_read_and_stored_so_when_saved(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Domain.require(ROOT_DOMAIN).network_domain is None
    monkeypatch.setattr(Domain, "upgrades", (shout,))
    read = Domain.require(ROOT_DOMAIN)
    assert (read.network_domain, int(read.schema)) == ("root.example", 2)
    assert [one.network_domain for one in Domain.load_all([ROOT_DOMAIN])] == ["root.example"]
    assert "network_domain" not in stored(cloud)

    transaction = Transaction()
    transaction.save(read)
    transaction.commit()
    assert stored(cloud)["network_domain"] == {"S": "root.example"}
    assert stored(cloud)["schema"] == {"N": "2"}


def test_an_item_of_the_newest_shape_is_read_as_it_is(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Domain, "upgrades", (shout,))
    made = Domain("00000000-0000-7000-8000-000000000077", name="New", path="/new/", parent_id=ROOT_DOMAIN)
    made.save()
    monkeypatch.setattr(Domain, "upgrades", (explode,))
    assert Domain.require(made.id).network_domain is None


def test_older_code_keeps_what_newer_code_has_added(cloud: Cloud) -> None:
    root = Domain.require(ROOT_DOMAIN)
    connection = Domain._get_connection()
    item = stored(cloud) | {"schema": {"N": "2"}, "colour": {"S": "green"}}
    connection.put_item(ROOT_DOMAIN, attributes={name: value for name, value in item.items() if name != "id"})

    root = Domain.require(ROOT_DOMAIN)
    root.network_domain = "changed.example"
    transaction = Transaction()
    transaction.save(root)
    transaction.commit()
    after = stored(cloud)
    assert (after["colour"], after["network_domain"]) == ({"S": "green"}, {"S": "changed.example"})
    assert after["schema"] == {"N": "2"}
    assert int(after["version"]["N"]) == int(item["version"]["N"]) + 1


def test_what_was_emptied_is_gone_after_a_save(cloud: Cloud) -> None:
    for wanted in ("given.example", None):
        root = Domain.require(ROOT_DOMAIN)
        root.network_domain = wanted
        transaction = Transaction()
        transaction.save(root)
        transaction.commit()
        assert Domain.require(ROOT_DOMAIN).network_domain == wanted
    assert "network_domain" not in stored(cloud)
