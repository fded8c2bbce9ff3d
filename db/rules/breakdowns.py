"""Breakdowns as people write them: `Area: North`, crossed `Area: North; Sex: Boys`, and ranges of ages."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import pairwise

# One dimension with its category: ("Area", "North").
Pair = tuple[str, str]
# What a figure is broken down by, in the order of the dimensions. Empty for the total.
Categories = tuple[Pair, ...]

# What separates two pairs, or the parts of one crossed name. A comma inside a category does not: a
# dimension and its colon must follow.
_NEXT_PAIR = re.compile(r"\s*(?:[;,/|&×+]|\bx\b|\band\b|\bby\b)\s*(?=[^:;,/|&×+]{1,60}:)", re.IGNORECASE)
_CROSSED = re.compile(r"\s*(?:[;,/|&×+]|\bx\b|\band\b|\bby\b)\s*", re.IGNORECASE)
_EVERYONE = frozenset(
    "all both total everyone everybody persons people overall whole county any children".split()
)
_RANGE = re.compile(r"(?:aged?\s+)?(\d{1,3})\s*(?:-|–|to)\s*(\d{1,3})(?:\s*years?)?")
_BELOW = re.compile(r"(?:aged?\s+)?(?:under|below|less than|fewer than)\s+(\d{1,3})(?:\s*years?)?")
_FROM = re.compile(
    r"(?:aged?\s+)?(\d{1,3})\s*(?:\+|plus|(?:years?\s+)?(?:and|or)\s+(?:over|more|older|above))"
)
_ONE = re.compile(r"(?:aged?\s+)?(\d{1,3})(?:\s*years?(?:\s+olds?)?)?")
_NO_END = 1000


@lru_cache(maxsize=10_000)
def read_breakdown(text: str) -> Categories:
    """The pairs of a breakdown, in the order of their dimensions, without those that mean everyone.

    A breakdown without a colon is a category of a dimension without a name.
    """
    pairs = [_pair(part) for part in _NEXT_PAIR.split(text) if part.strip()]
    return tuple(sorted(pair for pair in pairs if pair[1].casefold() not in _EVERYONE))


def _pair(text: str) -> Pair:
    dimension, colon, category = text.partition(":")
    name, value = (dimension, category) if colon else ("", dimension)
    return " ".join(name.split()).casefold(), " ".join(value.split()).casefold()


def cross_joint_names(known: Collection[Categories]) -> dict[Categories, Categories]:
    """The crossings among breakdowns that are written as one pair: `Area by sex: North boys`.

    Each is returned with the two pairs it means, where both dimensions and both categories are known.
    """
    categories: dict[str, set[str]] = {}
    for pairs in known:
        for dimension, category in pairs:
            categories.setdefault(dimension, set()).add(category)
    crossed = {pairs: _cross(pairs[0], categories) for pairs in known if len(pairs) == 1}
    return {pairs: found for pairs, found in crossed.items() if found}


def _cross(pair: Pair, categories: dict[str, set[str]]) -> Categories | None:
    names = [part for part in _CROSSED.split(pair[0]) if part]
    # A crossing without a dimension may be of any two.
    dimensions = names if len(names) == 2 else sorted(categories) if not pair[0] else []
    wanted = _words(pair[1])
    for first in dimensions:
        for second in dimensions:
            if first < second and {first, second} <= categories.keys():
                for one in categories[first]:
                    rest = wanted - _words(one)
                    for other in categories[second] if rest != wanted else ():
                        if rest == _words(other):
                            return ((first, one), (second, other))
    return None


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))


def shortest_ranges(categories: Iterable[str]) -> dict[str, list[str]]:
    """The categories that are ranges of numbers and overlap, each with the shortest ranges that fill it.

    `0-4`, `5-9` and `under 10` give `under 10` as [`0-4`, `5-9`]. Empty where none overlaps another.
    """
    read = {category: _read_range(category) for category in categories}
    ranges = {category: found for category, found in read.items() if found}
    ordered = sorted(ranges.values())
    if not any(following[0] < before[1] for before, following in pairwise(ordered)):
        return {}
    edges = sorted({edge for found in ordered for edge in found})
    return {
        category: [
            f"{start}-{end - 1}" for start, end in pairwise(edges) if found[0] <= start and end <= found[1]
        ]
        for category, found in ranges.items()
    }


def _read_range(category: str) -> tuple[int, int] | None:
    """The numbers from the first to the one after the last; None for any other category."""
    if found := _RANGE.fullmatch(category):
        return int(found[1]), int(found[2]) + 1
    if found := _BELOW.fullmatch(category):
        return 0, int(found[1])
    if found := _FROM.fullmatch(category):
        return int(found[1]), _NO_END
    if found := _ONE.fullmatch(category):
        return int(found[1]), int(found[1]) + 1
    return None
