"""Folded text is restored as it was, and DynamoDB finds it in any case, where Python does and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from javelin.data import folded
from javelin.data.folded import fold, unfold
from javelin.data.ids import new_id
from javelin.data.records.ssh_key_pair import SshKeyPair
from tests.unit.furnished.cloud import furnished_cloud

NAMES = ["VM-1", "vm-1", "Vm", "straße", "STRASSE", "İstanbul", "\u03a3\u0391\u03a3", "a\nB", "x" * 250 + "Y", "3", ""]


@pytest.fixture(scope="module")
def kept() -> Iterator[dict[str, str]]:
    """Key pairs of these names, by id."""
    with furnished_cloud() as cloud:
        owner = cloud.callers["user"]
        owned = {"account_id": owner.account_id, "account": "a", "domain_id": "d", "domain_path": "/"}
        names = {new_id(): name for name in NAMES}
        with SshKeyPair.batch_write() as batch:
            for key, name in names.items():
                batch.save(SshKeyPair(key, name=name, fingerprint="f", public_key="k", **owned))
        yield names


@given(st.text())
def test_what_is_folded_unfolds(text: str) -> None:
    assert unfold(fold(text)) == text


def test_text_without_capitals_is_kept_as_it_is() -> None:
    assert fold("web-1") == "web-1"
    assert len(fold("VM-" + "0" * 36)) == 39 + 2  # the end of the text, and one mark for four letters


@pytest.mark.parametrize(
    "wanted", ["vm", "VM-", "1", "STRASSE", "ß", "i", "\u03c3", "\u03b1\u03c2", "A\nb", "xy", "3", "0", "\n"]
)
def test_dynamodb_finds_what_python_finds(kept: dict[str, str], wanted: str) -> None:
    part = {row.id for row in SshKeyPair.scan(folded.holds(SshKeyPair.name, wanted)) if row.id in kept}
    assert part == {key for key, name in kept.items() if wanted.lower() in name.lower()}
    whole = {row.id for row in SshKeyPair.scan(folded.same(SshKeyPair.name, wanted)) if row.id in kept}
    assert whole == {key for key, name in kept.items() if wanted.lower() == name.lower()}


@pytest.mark.parametrize("name", NAMES)
def test_an_exact_name_is_told_from_others(kept: dict[str, str], name: str) -> None:
    found = [row.name for row in SshKeyPair.scan(SshKeyPair.name == name) if row.id in kept]
    assert found == [name]
