"""Categories that are parts of other categories, found by their names and by their numbers."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations

from db.rules.breakdowns import Categories

# The known numbers of combinations of categories, each by the intervals of its span.
Numbers = Mapping[Categories, Mapping[tuple[int, ...], int]]

# Words that do not tell one category from another.
_SMALL_WORDS = frozenset("a an and as by for from in of or the to with children people persons".split())
# Of more parts than this, sums that hold by chance are too many to mean anything.
_MOST_PARTS = 10
_MOST_SUMS = 12


def find_nested(known: Collection[Categories], numbers: Numbers) -> dict[Categories, set[Categories]]:
    """The narrower categories of each: `North boys` of `North`, `Asian - Indian` of `Asian`.

    A longer name with a larger number is the wider one: `North and South` has `North` and `South` in it.
    Only single categories are compared, of one dimension or of none.
    """
    singles = sorted(one for one in known if len(one) == 1)
    words = {one: _words(one[0][1]) for one in singles}
    nested: dict[Categories, set[Categories]] = {}
    for longer in singles:
        for shorter in singles:
            same_kind = longer[0][0] in ("", shorter[0][0])
            if same_kind and words[shorter] and words[shorter] < words[longer]:
                wide, narrow = shorter, longer
                if _is_larger(numbers.get(longer, {}), numbers.get(shorter, {})):
                    wide, narrow = longer, shorter
                nested.setdefault(wide, set()).add(narrow)
    return {wide: _nearest(narrow, nested) for wide, narrow in nested.items()}


def _nearest(narrow: set[Categories], nested: Mapping[Categories, set[Categories]]) -> set[Categories]:
    """Without those that are in another of them."""
    deeper = {one for other in narrow for one in nested.get(other, ())}
    return narrow - deeper or narrow


def _words(category: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", category)) - _SMALL_WORDS


def _is_larger(first: Mapping[tuple[int, ...], int], second: Mapping[tuple[int, ...], int]) -> bool:
    """Whether the first is larger in any span that both are known for."""
    return any(first[span] > second[span] for span in first.keys() & second.keys())


def sums_by_number(
    parts: Mapping[Categories, int], whole: tuple[Categories, int] | None
) -> Iterator[tuple[Categories, Sequence[Categories]]]:
    """The sums of parts that are as much as the whole, or as another part: each with its summands.

    Sums of fewer than two parts, and of parts that are 0, say nothing. Without a known whole only the largest
    part may be one: `Oxfordshire` among its areas.
    """
    counted = {one: number for one, number in parts.items() if number > 0}
    if not 2 <= len(counted) <= _MOST_PARTS:
        return
    found = 0
    largest_first = sorted(counted.items(), key=lambda pair: -pair[1])
    if whole is None:
        largest, number = largest_first[0]
        others = [one for one, _ in largest_first[1:]]
        if len(others) > 1 and sum(counted[one] for one in others) == number:
            yield largest, others
        return
    for target, number in [whole, *largest_first]:
        smaller = [one for one, own in counted.items() if one != target and own <= number]
        for length in range(len(smaller), 1, -1):
            for summands in combinations(smaller, length):
                if sum(counted[one] for one in summands) == number:
                    yield target, summands
                    found += 1
                    if found == _MOST_SUMS:
                        return
