"""XmR charts by the rules of NHS England's Making Data Count: process limits and special causes.

The arithmetic is exact, on the decimals as they are written. With floating point, a point on the mean could
count as above or below it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

RULES = "Making Data Count rules"
_SCREEN = Fraction("3.267")
_WIDTH = Fraction("2.66")
_NEAR = Fraction(2, 3)
_RUN = 7


class Rule(StrEnum):
    """The rules for a special cause, in words for people. Where several apply, the first one is shown."""

    OUTSIDE = "a point outside the limits"
    SHIFT = "seven in a row on one side of the mean"
    TREND = "seven in a row rising or falling"
    NEAR = "two of three near a limit"


@dataclass(frozen=True)
class Limits:
    """The mean, the process limits, and the near limits at two thirds of the way from the mean to those."""

    mean: Fraction
    lower: Fraction
    upper: Fraction
    near_lower: Fraction
    near_upper: Fraction


def exact(values: Sequence[float]) -> list[Fraction]:
    """The values as exact fractions of the decimals they are written as: 0.1 is 1/10."""
    return [Fraction(repr(value)) for value in values]


def limits(values: Sequence[float]) -> Limits:
    """The limits of a series of two or more values, oldest first.

    Moving ranges of at least 3.267 times the average range are left out, once, and the average of the others
    sets the width.
    """
    points = exact(values)
    mean = sum(points, Fraction()) / len(points)
    ranges = [abs(after - before) for before, after in pairwise(points)]
    average = sum(ranges, Fraction()) / len(ranges)
    screened = [one for one in ranges if one < _SCREEN * average] or ranges
    width = _WIDTH * sum(screened, Fraction()) / len(screened)
    near = _NEAR * width
    return Limits(mean, mean - width, mean + width, mean - near, mean + near)


def signals(values: Sequence[float]) -> list[frozenset[Rule]]:
    """For each value, the rules by which it is a special cause. Empty for common cause."""
    points = exact(values)
    rules: list[set[Rule]] = [set() for _ in points]
    for index, rule in find_signals(points, limits(values)):
        rules[index].add(rule)
    return [frozenset(one) for one in rules]


def find_signals(points: Sequence[Fraction], bounds: Limits) -> Iterator[tuple[int, Rule]]:
    """The index of each special cause among the points, with the rule. A point can come several times."""
    sides = [(point > bounds.mean) - (point < bounds.mean) for point in points]
    outside = [not bounds.lower <= point <= bounds.upper for point in points]
    near = [
        not is_outside and not bounds.near_lower <= point <= bounds.near_upper
        for point, is_outside in zip(points, outside, strict=True)
    ]
    steps = [(after > before) - (after < before) for before, after in pairwise(points)]
    yield from ((index, Rule.OUTSIDE) for index, is_outside in enumerate(outside) if is_outside)
    for start in range(len(points) - _RUN + 1):
        if abs(sum(sides[start : start + _RUN])) == _RUN:
            yield from ((index, Rule.SHIFT) for index in range(start, start + _RUN))
        if abs(sum(steps[start : start + _RUN - 1])) == _RUN - 1:
            yield from ((index, Rule.TREND) for index in range(start, start + _RUN))
    for start in range(len(points) - 2):
        three = range(start, start + 3)
        if sum(near[index] for index in three) >= 2 and abs(sum(sides[index] for index in three)) == 3:
            # All three points make the pattern, but only those near the limit are special causes.
            yield from ((index, Rule.NEAR) for index in three if near[index])
