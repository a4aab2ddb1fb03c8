"""Rules about who must not stand together, and what newer moves leave of them."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from pixsort_desktop.grouping.constraints import Apart, Separation, overruled

ids = st.frozensets(st.integers(0, 12), max_size=8)


def pairs(rules: list[Apart]) -> set[frozenset[int]]:
    return {frozenset(pair) for rule in rules for pair in product(rule.one, rule.other)}


@given(ids, ids, ids)
def test_what_is_void_and_what_is_left_are_exactly_the_rule(
    one: frozenset[int], other: frozenset[int], now: frozenset[int]
) -> None:
    rule = Apart(one, other - one)
    if not rule.broken_by(now):
        assert not [pair for pair in pairs([rule]) if pair <= now]
        return
    void, left = overruled(rule, now)
    assert pairs([void]) == {pair for pair in pairs([rule]) if pair <= now}
    assert pairs([*left]) == pairs([rule]) - pairs([void])
    assert not any(rest.broken_by(now) for rest in left)


@given(st.lists(st.tuples(ids, ids), max_size=4), st.lists(st.integers(0, 12), unique=True))
def test_companies_hold_no_pair_that_a_rule_parts(
    drawn: list[tuple[frozenset[int], frozenset[int]]], order: list[int]
) -> None:
    rules = [Apart(one, other - one) for one, other in drawn]
    separation = Separation(rules)
    parts = separation.parts(order)
    assert sorted(photo for part in parts for photo in part) == sorted(order)
    forbidden = pairs(rules)
    assert not any(frozenset(pair) in forbidden for part in parts for pair in product(part, part))
    for photo in range(13):
        met = any(frozenset((photo, other)) in forbidden for other in order)
        assert separation.company(order).admits(photo) == (not met)
