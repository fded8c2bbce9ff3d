"""Which values a hidden number can have, for somebody who knows all figures shown and all sums that hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from db.rules.counts import Count, FigureCounts
from db.rules.table_sums import Cells, System
from db.rules.whole_numbers import NO_LIMIT, Row, solve

# A figure that is hidden to protect another varies by no more than this. It keeps the problems small.
_VARIES = 12


@dataclass(frozen=True)
class Target:
    """A hidden number: a sum, or a sum less another (`less`): those whom a rate does not count.

    Both are places among the sums. `least` is the least that the number can be.
    """

    sum: int
    less: int | None
    least: int


@dataclass(frozen=True)
class Possible:
    """Figures that have to be hidden, and sets of numbers that are then possible, each by sum."""

    figures: Sequence[int]
    numbers: Sequence[Sequence[int]]


@dataclass
class _Sum:
    """One number that figures publish: the sum of cells, its value, and the figures that publish it.

    `least` is the least it can be: a hidden count is at least 1, but a rate may count nobody.
    """

    cells: Cells
    value: int
    least: int = 1
    figures: set[int] = field(default_factory=set)


class PublishedSums:
    """The numbers that figures publish in one system of sums. `figures` are known by their places."""

    def __init__(
        self, system: System, publishers: Mapping[Count, Sequence[int]], figures: Sequence[FigureCounts]
    ) -> None:
        self._system = system
        self._sums: list[_Sum] = []
        self._sum_of: dict[Count, int] = {}
        by_cells: dict[tuple[Cells, int], int] = {}
        for count, cells in zip(system.counts, system.sums, strict=True):
            # `unknown_counts` has put numbers where none were.
            number = count.number or 0
            at = by_cells.setdefault((cells, number), len(self._sums))
            if at == len(self._sums):
                self._sums.append(_Sum(cells, number))
            self._sum_of[count] = at
            self._sums[at].figures.update(publishers[count])
            if any(figures[one].part == count for one in publishers[count]):
                self._sums[at].least = 0

    def __len__(self) -> int:
        return len(self._sums)

    @property
    def largest(self) -> int:
        return max(one.value for one in self._sums)

    def value(self, target: Target) -> int:
        return self._sums[target.sum].value - (0 if target.less is None else self._sums[target.less].value)

    def counted(self, figure: FigureCounts) -> int | None:
        """The sum of those whom a figure counts; None where it is no sum of this system."""
        count = figure.part or figure.whole
        return None if count is None else self._sum_of.get(count)

    def targets(self, figure: FigureCounts, hidden: set[int]) -> list[Target]:
        """The numbers of a hidden figure that no other figure shows and that sums may give away."""
        sums = [self._sum_of[count] for count in figure.counts if count in self._sum_of]
        usable = [one for one in sums if one not in self._disagreeing]
        found = [
            Target(one, None, self._sums[one].least) for one in usable if self._sums[one].figures <= hidden
        ]
        return [*found, Target(usable[0], usable[1], 0)] if len(usable) == 2 else found

    @cached_property
    def _disagreeing(self) -> set[int]:
        """The fewest sums without which all others hold. Nothing can be worked out with these."""
        equations = self._equations(0)
        exact = [Row(dict.fromkeys(one.cells, 1), one.value, one.value) for one in self._sums]
        if solve([*equations, *exact], self._system.cell_count, []) is not None:
            return set()
        limit = sum(one.value for one in self._sums) + 1
        loose = [
            bound
            for at, one in enumerate(self._sums)
            for bound in _loosened(dict.fromkeys(one.cells, 1), one.value, at, one.value, limit)
        ]
        found = solve([*equations, *loose], self._system.cell_count, [1.0] * len(self._sums))
        if found is None:
            return set(range(len(self._sums)))
        return {at for at, left_out in enumerate(found[1]) if left_out}

    def find(
        self,
        target: Target,
        values: Sequence[int],
        hidden: set[int],
        costs: Mapping[int, float],
        most: Mapping[int | None, int],
    ) -> Possible | None:
        """The cheapest figures to hide as well so that the target can have each of these values, or None.

        `costs` has what it costs to hide each figure that may be hidden. `most` has the largest value of a
        hidden sum, where its symbol tells that.
        """
        told = most.get(target.sum) if target.less is None else None
        if min(values) < (target.least if told is None else 1) or max(values) > (told or NO_LIMIT):
            return None
        switches = {figure: at for at, figure in enumerate(costs)}
        rows: list[Row] = []
        for at, value in enumerate(values):
            first_cell = at * self._system.cell_count
            rows += self._equations(first_cell)
            rows += self._published(first_cell, hidden, switches, most)
            rows.append(Row(self._terms(target, first_cell), value, value))
        found = solve(rows, len(values) * self._system.cell_count, list(costs.values()))
        if found is None:
            return None
        cells, switched = found
        numbers = [
            [sum(cells[first_cell + cell] for cell in one.cells) for one in self._sums]
            for first_cell in range(0, len(cells), self._system.cell_count)
        ]
        return Possible([figure for figure, at in switches.items() if switched[at]], numbers)

    def _terms(self, target: Target, first_cell: int) -> dict[int, int]:
        terms = {first_cell + cell: 1 for cell in self._sums[target.sum].cells}
        for cell in self._sums[target.less].cells if target.less is not None else ():
            terms[first_cell + cell] = terms.get(first_cell + cell, 0) - 1
        return terms

    def _equations(self, first_cell: int) -> list[Row]:
        return [
            Row({first_cell + one.whole: -1} | {first_cell + part: 1 for part in one.parts}, 0, 0)
            for one in self._system.equations
        ]

    def _published(
        self, first_cell: int, hidden: set[int], switches: Mapping[int, int], most: Mapping[int | None, int]
    ) -> list[Row]:
        """What each sum can be: its value, more or less where it is hidden, or where a switch hides it."""
        rows: list[Row] = []
        for at, one in enumerate(self._sums):
            terms = {first_cell + cell: 1 for cell in one.cells}
            shown = one.figures - hidden
            if at in self._disagreeing:
                continue
            if not shown:
                # Where a symbol says that a number is small, it says too that it is not 0.
                rows.append(Row(terms, 1 if at in most else one.least, most.get(at, NO_LIMIT)))
            elif shown <= switches.keys():
                less = min(_VARIES, one.value - one.least)
                for figure in sorted(shown):
                    rows += _loosened(terms, one.value, switches[figure], less, _VARIES)
            else:
                rows.append(Row(terms, one.value, one.value))
        return rows


def _loosened(terms: Mapping[int, int], value: int, switch: int, less: int, more: int) -> list[Row]:
    """The terms add up to a value, or to as much as `less` under it or `more` over it with the switch on."""
    return [
        Row(terms, -NO_LIMIT, value, {switch: -more}),
        Row(terms, value, NO_LIMIT, {switch: less}),
    ]
