"""XmR charts by the rules of NHS England's Making Data Count: the limits, and what is special cause.

The arithmetic is exact, on the decimals as they are written: a point that is on the mean is on it.
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
    OUTSIDE = "a point outside the limits"
    SHIFT = "seven in a row on one side of the mean"
    TREND = "seven in a row rising or falling"
    NEAR = "two of three near a limit"


@dataclass(frozen=True)
class Limits:
    """The mean, the process limits, and the near limits at two thirds of the way to them."""

    mean: Fraction
    lower: Fraction
    upper: Fraction
    near_lower: Fraction
    near_upper: Fraction


def exact(values: Sequence[float]) -> list[Fraction]:
    return [Fraction(repr(value)) for value in values]


def limits(values: Sequence[float]) -> Limits:
    """The limits of two values or more, in their order.

    Moving ranges of at least 3.267 times their average are left out once, and the average taken again.
    """
    points = exact(values)
    mean = sum(points, Fraction()) / len(points)
    ranges = [abs(after - before) for before, after in pairwise(points)]
    average = sum(ranges, Fraction()) / len(ranges)
    kept = [one for one in ranges if one < _SCREEN * average] or ranges
    width = _WIDTH * sum(kept, Fraction()) / len(kept)
    near = _NEAR * width
    return Limits(mean, mean - width, mean + width, mean - near, mean + near)


def signals(values: Sequence[float]) -> list[frozenset[Rule]]:
    """For each value the rules by which it is special cause; none for common cause."""
    points, found = exact(values), limits(values)
    at: list[set[Rule]] = [set() for _ in points]
    for place, rule in _found(points, found):
        at[place].add(rule)
    return [frozenset(one) for one in at]


def _found(points: Sequence[Fraction], known: Limits) -> Iterator[tuple[int, Rule]]:
    sides = [(point > known.mean) - (point < known.mean) for point in points]
    outside = [not known.lower <= point <= known.upper for point in points]
    near = [
        not out and not known.near_lower <= point <= known.near_upper
        for point, out in zip(points, outside, strict=True)
    ]
    steps = [(after > before) - (after < before) for before, after in pairwise(points)]
    yield from ((place, Rule.OUTSIDE) for place, out in enumerate(outside) if out)
    for place in range(len(points) - _RUN + 1):
        if abs(sum(sides[place : place + _RUN])) == _RUN:
            yield from ((one, Rule.SHIFT) for one in range(place, place + _RUN))
        if abs(sum(steps[place : place + _RUN - 1])) == _RUN - 1:
            yield from ((one, Rule.TREND) for one in range(place, place + _RUN))
    for place in range(len(points) - 2):
        three = range(place, place + 3)
        if sum(near[one] for one in three) >= 2 and abs(sum(sides[one] for one in three)) == 3:
            # All three make the pattern; those near the limit are what it shows.
            yield from ((one, Rule.NEAR) for one in three if near[one])


def assurance(known: Limits, target: float, *, high: bool) -> str:
    """Whether a process that goes on as it does will meet a target: always, never, or by chance."""
    wanted = exact([target])[0]
    if known.lower <= wanted <= known.upper:
        return "hit and miss"
    above = wanted > known.upper
    return "consistently fails" if above is high else "consistently passes"
