"""The XmR rules, tested with published examples and against a second implementation."""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.rules import spc
from db.rules.spc import Rule, limits, signals

# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2: the flow rate of ten batches. Its limits use
# 3/1.128, which differs from 2.66 in the fourth figure.
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
# D. C. Montgomery and G. C. Runger, Applied Statistics and Probability for Engineers, table 16-3: the
# concentration of a chemical process in twenty observations; mean 99.1, average moving range 2.59.
_CONCENTRATION = """
102.0 94.8 98.3 98.4 102.0 98.5 99.0 97.7 100.0 98.1
101.3 98.7 101.1 98.4 97.0 96.7 100.3 101.4 97.2 101.0
"""
CONCENTRATION = [float(value) for value in _CONCENTRATION.split()]


@pytest.mark.parametrize(
    ("values", "mean", "lower", "upper", "within"),
    [(FLOW, 50.81, 45.8159, 55.8041, 0.001), (CONCENTRATION, 99.1, 92.21, 105.99, 0.02)],
    ids=["flow rate", "concentration"],
)
def test_published_examples_have_the_published_limits_and_no_special_cause(
    values: list[float], mean: float, lower: float, upper: float, within: float
) -> None:
    found = limits(values)

    assert float(found.mean) == pytest.approx(mean, abs=within)
    assert float(found.lower) == pytest.approx(lower, abs=within)
    assert float(found.upper) == pytest.approx(upper, abs=within)
    assert signals(values) == [frozenset()] * len(values)


def test_a_wild_moving_range_is_left_out_of_the_limits_once() -> None:
    """Twelve steps of 1 and one of 40 and back: the average range is 7, and 40 is over 3.267 times that."""
    values = [10.0, 11, 10, 11, 10, 11, 50, 10, 11, 10, 11, 10, 11, 10]
    found = limits(values)

    assert float(found.upper - found.mean) == pytest.approx(2.66 * 1)
    assert signals(values)[6] == {Rule.OUTSIDE}


def _limits(mean: int, near: int, width: int) -> spc.Limits:
    """Limits `width` from the mean on both sides, with the near limits at `near`."""
    mean_, near_, width_ = (Fraction(number) for number in (mean, near, width))
    return spc.Limits(mean_, mean_ - width_, mean_ + width_, mean_ - near_, mean_ + near_)


# The cases with which the package NHSRplotthedots tests its rules, as values around a mean of 0.
@pytest.mark.parametrize(
    ("near", "sides", "flagged"),
    [
        ((1, 0, 1), (1, 1, 1), {0, 2}),
        ((0, 0, 1, 0, 1, 0, 0), (1,) * 7, {2, 4}),
        ((0, 0, 1, 1, 0, 0, 0), (1,) * 7, {2, 3}),
        ((1, 0, 1), (1, -1, 1), set()),
        ((0, 0, 1, 0, 1, 0, 0), (1, -1, 1, -1, 1, -1, 1), set()),
    ],
)
def test_two_of_three_near_a_limit_on_one_side(
    near: Sequence[int], sides: Sequence[int], flagged: set[int]
) -> None:
    points = spc.exact([side * (2.5 if close else 0.5) for close, side in zip(near, sides, strict=True)])
    found = {index for index, rule in spc.find_signals(points, _limits(0, 2, 3)) if rule is Rule.NEAR}

    assert found == flagged


def test_seven_falling_are_all_flagged_and_those_beside_them_are_not() -> None:
    falling = spc.exact([2.0, 7, 6, 5, 4, 3, 2, 1, 3])
    found = spc.find_signals(falling, _limits(4, 40, 50))

    assert sorted(index for index, rule in found if rule is Rule.TREND) == list(range(1, 8))


def test_a_point_on_the_mean_breaks_a_run() -> None:
    bounds = _limits(0, 6, 9)
    run = [1.0, 1, 1, 1, 1, 1, 1]
    broken = [1.0, 1, 1, 0, 1, 1, 1]

    assert {rule for _, rule in spc.find_signals(spc.exact(run), bounds)} == {Rule.SHIFT}
    assert not list(spc.find_signals(spc.exact(broken), bounds))


def _second_implementation(values: Sequence[Decimal]) -> list[set[Rule]]:
    """The same rules by other means: scaled whole numbers, and regular expressions over signs."""
    # Whole numbers times n, so that the mean needs no division.
    n, points = len(values), [int(value * 100) for value in values]
    steps = [abs(after - before) for before, after in pairwise(points)]
    screened = [step for step in steps if 1000 * step * len(steps) < 3267 * sum(steps)] or steps
    # A point is outside the limit when n*x - total > 2.66 * n * average range.
    width = 266 * n * sum(screened)
    distances = [(n * point - sum(points)) * 100 * len(screened) for point in points]
    sides = "".join("0ud"[(far > 0) - (far < 0)] for far in distances)
    zones = "".join(
        "o" if abs(far) > width else "c" if 3 * abs(far) > 2 * width else "." for far in distances
    )
    moves = "".join("=rf"[(after > before) - (after < before)] for before, after in pairwise(points))
    found = [{Rule.OUTSIDE} if one == "o" else set() for one in zones]
    for pattern, signs, rule, more in (
        (r"u{7,}|d{7,}", sides, Rule.SHIFT, 0),
        (r"r{6,}|f{6,}", moves, Rule.TREND, 1),
    ):
        for run in re.finditer(pattern, signs):
            for place in range(run.start(), run.end() + more):
                found[place].add(rule)
    for start in range(n - 2):
        if sides[start : start + 3] in ("uuu", "ddd") and zones[start : start + 3].count("c") >= 2:
            for place in (place for place in range(start, start + 3) if zones[place] == "c"):
                found[place].add(Rule.NEAR)
    return found


_POINTS = st.decimals(0, 100, places=2)
# Random values rarely have runs, trends and outliers, so some series drift and some have two levels.
_SERIES = st.one_of(
    st.lists(_POINTS, min_size=12, max_size=60),
    st.lists(st.decimals(0, 3, places=1), min_size=12, max_size=40).map(
        lambda points: [point + index for index, point in enumerate(points)]
    ),
    st.tuples(
        st.lists(st.decimals(10, 12, places=1), min_size=6, max_size=20),
        st.lists(st.decimals(12, 15, places=1), min_size=6, max_size=20),
    ).map(lambda levels: [*levels[0], *levels[1]]),
)


@settings(max_examples=1000, deadline=None)
@given(_SERIES)
def test_a_thousand_series_have_the_signals_that_the_second_implementation_finds(
    values: list[Decimal],
) -> None:
    found = [set(rules) for rules in signals([float(value) for value in values])]

    assert found == _second_implementation(values)
