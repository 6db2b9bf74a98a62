"""Paging: which pages may be asked for, and what they hold."""

from __future__ import annotations

import pytest

from javelin.contract.errors import InvalidParameter
from javelin.contract.parameters import ListRequest, bind
from javelin.data.lists import Window, window
from tests.cloud import Cloud, Refused


@pytest.mark.parametrize(
    ("page", "size", "wanted"),
    [(None, None, (0, 500)), ("1", "10", (0, 10)), ("3", "10", (20, 10)), ("0", "10", (0, 10)), ("-5", "10", (0, 10)),
     (None, "-1", (0, 2**31)), ("1", "500", (0, 500))],
)  # fmt: skip
def test_windows(page: str | None, size: str | None, wanted: tuple[int, int]) -> None:
    raw = {name: value for name, value in (("page", page), ("pagesize", size)) if value is not None}
    assert window(bind(ListRequest, raw)) == Window(*wanted)


@pytest.mark.parametrize(("page", "size"), [("1", None), (None, "10"), ("1", "-1"), ("1", "501"), ("1", "0")])
def test_half_a_pair_and_too_much_are_refused(page: str | None, size: str | None) -> None:
    raw = {name: value for name, value in (("page", page), ("pagesize", size)) if value is not None}
    with pytest.raises(InvalidParameter):
        window(bind(ListRequest, raw))


def test_pages_cover_everything_once_and_count_it(cloud: Cloud) -> None:
    names = [f"d{number}" for number in range(5)]
    for name in names:
        cloud.call("createDomain", name=name)
    seen = []
    for page in ("1", "2", "3"):
        body = cloud.call("listDomains", page=page, pagesize="2", keyword="d")
        assert body["count"] == 5
        seen += [row["name"] for row in body["domain"]]
    assert seen == names
    assert cloud.call("listDomains", page="4", pagesize="2", keyword="d") == {"count": 5}
    with pytest.raises(Refused, match="go together"):
        cloud.call("listDomains", page="1")
