"""Which figures to hide, so that no small count can be worked out from those that are shown.

Small counts are hidden first. Then, for each hidden number, the fewest further figures are hidden that
leave at least three values possible for it: its own, and two that fit everything that is shown.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from db.models import FEWER, WITHHELD
from db.rules.counts import SMALL, Count, FigureCounts
from db.rules.possible_values import Possible, PublishedSums, Target
from db.rules.table_sums import System, find_systems
from db.rules.unknown_counts import with_numbers

# How the two other values of a hidden number differ from its own.
_OTHERS = ((-1, 1), (1, 2), (-2, -1))
# What hiding a figure costs, in figures. An open KPI's is hidden only where nothing else helps. One that was
# shown before a newer one came is known: hiding the newer one helps more. Large numbers and totals last.
_OPEN, _OLDER, _LARGE, _TOTAL = 1000.0, 0.08, 0.05, 0.02


@lru_cache(maxsize=1000)
def hidden_figures(figures: tuple[FigureCounts, ...]) -> Mapping[int, str]:
    """The figures of one family of KPIs to hide: their places, each with the symbol shown instead.

    `FEWER` says that the count is from 1 to 5. `WITHHELD` says that it is, or that it would give one away.
    A figure that its publisher has hidden is protected like a small one.
    """
    figures = with_numbers(figures)
    hidden = _small_figures(figures)
    if not hidden:
        return {}
    tables = list(_tables(figures))
    before = -1
    # Figures of two tables, such as a rate and its denominator, may each need the other's protection.
    while before != len(hidden):
        before = len(hidden)
        for table in tables:
            hidden |= table.protect(hidden)
    symbols = {at: FEWER if figures[at].counts_few else WITHHELD for at in hidden}
    for table in tables:
        if not table.can_tell_small_ones(hidden):
            symbols |= dict.fromkeys(hidden & table.members, WITHHELD)
    return symbols


def _small_figures(figures: Sequence[FigureCounts]) -> set[int]:
    """The figures that hold a small count, and those of any KPI of the family that publish the same."""
    small = {at for at, figure in enumerate(figures) if figure.is_small and figure.is_protected}
    places = {count.place for at in small for count in figures[at].counts if count.number in SMALL}
    return small | {
        at
        for at, figure in enumerate(figures)
        if any(count.place in places and count.number in SMALL for count in figure.counts)
    }


def _tables(figures: Sequence[FigureCounts]) -> Iterator["_Table"]:
    publishers: dict[Count, list[int]] = defaultdict(list)
    for at, figure in enumerate(figures):
        for count in figure.counts:
            publishers[count].append(at)
    for system in find_systems(list(publishers)):
        yield _Table(system, publishers, figures)


class _Table:
    """Figures that may give each other away. `members` are their places among all figures."""

    def __init__(
        self, system: System, publishers: Mapping[Count, Sequence[int]], figures: Sequence[FigureCounts]
    ) -> None:
        self._figures = figures
        self._sums = PublishedSums(system, publishers, figures)
        self.members = {at for count in system.counts for at in publishers[count]}
        # Numbers that fit everything shown. What fits while less is hidden still fits with more hidden.
        self._possible: list[Sequence[int]] = []

    def protect(self, hidden: set[int]) -> set[int]:
        """The figures to hide in this table besides those that are hidden already."""
        if len(self._sums) < 2 or not hidden & self.members:
            return set()
        all_hidden = set(hidden)
        checked: set[Target] = set()
        while waiting := [one for one in self._targets(all_hidden) if one not in checked]:
            # The smallest first: what makes room for it often makes room for the others.
            target = min(waiting, key=lambda one: (self._sums.value(one), one.sum))
            checked.add(target)
            all_hidden |= self._make_room(target, all_hidden)
        return all_hidden - hidden

    def _targets(self, hidden: set[int]) -> list[Target]:
        """The numbers that nothing shows but hidden figures."""
        found = (
            target
            for at in sorted(hidden & self.members)
            for target in self._sums.targets(self._figures[at], hidden)
        )
        return list(dict.fromkeys(found))

    def _make_room(self, target: Target, hidden: set[int]) -> set[int]:
        """The fewest figures to hide as well, so that three values are possible for the target."""
        if self._has_room(target):
            return set()
        candidates = self._candidates(hidden)
        # Mostly there is room already, which is found much faster.
        for costs in ({}, {at: self._cost(at) for at in sorted(candidates)}):
            found = [self._find(target, others, hidden, costs) for others in _OTHERS]
            best = min(
                filter(None, found), key=lambda one: sum(costs[at] for at in one.figures), default=None
            )
            if best is not None:
                self._possible += best.numbers
                return set(best.figures)
        # Only hiding everything is left.
        return candidates

    def _find(
        self,
        target: Target,
        others: tuple[int, int],
        hidden: set[int],
        costs: Mapping[int, float],
        most: Mapping[int | None, int] | None = None,
    ) -> Possible | None:
        value = self._sums.value(target)
        return self._sums.find(target, [value + one for one in others], hidden, costs, most or {})

    def _has_room(self, target: Target) -> bool:
        """Whether the numbers found so far give the target three values."""
        less = target.less
        values = {one[target.sum] - (0 if less is None else one[less]) for one in self._possible}
        return len(values | {self._sums.value(target)}) >= 3

    def _candidates(self, hidden: set[int]) -> set[int]:
        """The figures that may be hidden as well. A count of 0 is always shown; a rate of 0 may be hidden."""
        return {at for at in self.members - hidden if any(count.number for count in self._figures[at].counts)}

    def _cost(self, at: int) -> float:
        figure = self._figures[at]
        newest = max(self._figures[one].recorded_at for one in self.members)
        cost = 1 + _LARGE * max(count.number or 0 for count in figure.counts) / max(1, self._sums.largest)
        cost += _OLDER if figure.recorded_at < newest else 0
        cost += _TOTAL if not any(count.categories for count in figure.counts) else 0
        return cost if figure.is_protected else cost + _OPEN

    def can_tell_small_ones(self, hidden: set[int]) -> bool:
        """Whether three values stay possible for each hidden number when the symbols tell which are small."""
        own = hidden & self.members
        if not own or len(self._sums) < 2:
            return True
        if not all(self._figures[at].counts_few for at in own):
            return False
        most = {self._sums.counted(self._figures[at]): max(SMALL) for at in own}
        return all(
            any(self._find(target, others, hidden, {}, most) is not None for others in _OTHERS)
            for target in self._targets(hidden)
        )
