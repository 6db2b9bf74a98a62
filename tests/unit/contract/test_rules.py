"""Rules of roles: against a naive model, and what no wildcard may bring in."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from javelin.contract.caller import EVERYONE, RoleType
from javelin.contract.rules import ALWAYS, PATTERN, Rule, allows, beyond, commands_of, decide, fits, includes

COMMANDS = sorted({command for kind in EVERYONE for command in commands_of(kind)})
PIECES = ("list", "Virtual", "machine", "create", "Zone", "s", "")


def naive(pattern: str, command: str) -> bool:
    """As CloudStack reads a rule: a regular expression."""
    return re.fullmatch(re.escape(pattern.lower()).replace(r"\*", ".*"), command.lower()) is not None


patterns = st.lists(st.sampled_from([*PIECES, "*"]), min_size=1, max_size=6).map("".join)
names = st.one_of(st.sampled_from(COMMANDS), st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
rules = st.lists(st.builds(Rule, st.one_of(patterns, st.sampled_from(COMMANDS)), st.booleans()), max_size=8)
kinds = st.sampled_from(sorted(EVERYONE))


@given(patterns, names)
def test_patterns_fit_as_the_regular_expression_does(pattern: str, command: str) -> None:
    assert fits(pattern, command) is naive(pattern, command)


@given(rules, names)
def test_the_first_rule_that_fits_wins(every: list[Rule], command: str) -> None:
    wanted = None
    for rule in reversed(every):
        if naive(rule.pattern, command):
            wanted = rule.allow
    assert decide(every, command) is wanted
    assert allows(every, command) is (wanted is True or command in ALWAYS)


@given(rules, rules, kinds)
def test_who_includes_another_has_each_of_its_commands(mine: list[Rule], theirs: list[Rule], kind: RoleType) -> None:
    more = [command for command in commands_of(kind) if allows(theirs, command) and not allows(mine, command)]
    assert not (more and includes(mine, theirs, kind))
    assert includes(mine, mine, kind)
    assert includes(None, theirs, kind)


@pytest.mark.parametrize(
    ("mine", "theirs", "included"),
    [
        ([Rule("list*", True)], [Rule("listZones", True)], True),
        ([Rule("listZones", True)], [Rule("list*", True)], False),
        ([Rule("listHosts", False), Rule("*", True)], [Rule("list*", True)], False),
        ([Rule("listHosts", False), Rule("*", True)], [Rule("listHosts", False), Rule("list*", True)], True),
        ([Rule("*", True)], None, True),
        ([Rule("createZone", False), Rule("*", True)], None, False),
        ([Rule("list*", True)], [Rule("*", False), Rule("deleteZone", True)], True),
    ],
)
def test_wildcards_are_weighed_command_by_command(mine: list[Rule], theirs: list[Rule] | None, included: bool) -> None:
    assert includes(mine, theirs, "Admin") is included


def test_a_wildcard_brings_in_commands_that_are_not_served_yet() -> None:
    """Who has all that is served of create*, but not the wildcard, does not give it."""
    served = [Rule(command, True) for command in COMMANDS if command.startswith("create")]
    assert not includes(served, [Rule("create*", True)], "Admin")


def test_the_type_bounds_what_rules_name() -> None:
    assert beyond("User", "createZone")
    assert beyond("User", "CREATEZONE")
    assert not beyond("User", "listZones")
    assert not beyond("User", "create*")
    assert not beyond("User", "uploadCustomCertificate")  # not served, and so nobody's


def test_what_is_no_pattern() -> None:
    assert all(PATTERN.fullmatch(good) for good in ("listZones", "*", "list*s", "createIp6Something"))
    assert not any(
        PATTERN.fullmatch(bad) for bad in ("", "list Zones", "list.*", "listZones\n", "l\u0131st*", "a" * 101)
    )


def test_hostile_patterns_cost_little() -> None:
    spent = time.process_time()
    assert not fits("*a" * 50 + "b", "a" * 5000)
    assert time.process_time() - spent < 1
