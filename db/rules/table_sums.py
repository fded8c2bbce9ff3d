"""The sums that hold between counts: parts and whole, crossed breakdowns, and periods within periods.

Every count is a sum of cells. A cell is one combination of categories in one of the shortest intervals
between the dates at which any period begins or ends. So months, quarters, the year to date and rolling
years need no rules of their own.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise, product

from db.rules.breakdowns import Categories, shortest_ranges
from db.rules.category_sums import Numbers, find_nested, sums_by_number
from db.rules.counts import COUNTED, Count

# Indexes of cells that add up to a count.
Cells = tuple[int, ...]


@dataclass(frozen=True)
class Equation:
    """`whole` is as much as all `parts` together: indexes of cells."""

    whole: int
    parts: Cells


@dataclass
class System:
    """Counts that may give each other away, with the cells that each is the sum of.

    `sums` has the cells of each count; counts of one place and span are one sum, whoever publishes them.
    """

    counts: list[Count]
    sums: list[Cells] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)
    cell_count: int = 0


def find_systems(counts: Sequence[Count]) -> Iterator[System]:
    """The counts in groups that cannot give each other away, each group as one system of sums."""
    by_root: dict[tuple[str, bool], list[Count]] = defaultdict(list)
    for count in counts:
        by_root[count.root, count.is_moment].append(count)
    for group in by_root.values():
        for cluster in _overlapping(group):
            yield _Builder(cluster).system()


def _overlapping(counts: Sequence[Count]) -> Iterator[list[Count]]:
    """Counts in clusters whose spans overlap. Spans that only follow each other are apart."""
    ends, cluster = date.min, list[Count]()
    for count in sorted(counts, key=lambda one: (one.starts, one.ends)):
        if cluster and count.starts >= ends:
            yield cluster
            cluster = []
        cluster.append(count)
        ends = max(ends, count.ends)
    if cluster:
        yield cluster


class _Builder:
    """Builds the system of one cluster."""

    def __init__(self, counts: list[Count]) -> None:
        self._counts = counts
        edges = sorted({edge for count in counts for edge in (count.starts, count.ends)})
        self._intervals = list(pairwise(edges))
        self._ranges = _ranges(counts)
        self._cells: dict[tuple[Categories, int], int] = {}
        self._system = System(counts)

    def system(self) -> System:
        leaves = [self._leaves(count.categories) for count in self._counts]
        for combinations, count in zip(leaves, self._counts, strict=True):
            inside = self._inside(count)
            cells = tuple(self._cell(one, at) for one in combinations for at in inside)
            self._system.sums.append(cells)
        if len(self._counts) > 1:
            self._add_equations({one for combinations in leaves for one in combinations})
        self._system.cell_count = len(self._cells)
        return self._system

    def _leaves(self, categories: Categories) -> list[Categories]:
        """The combinations that a count is the sum of: several where it is of a longer range of ages."""
        choices = [
            [(dimension, one) for one in self._ranges.get(dimension, {}).get(category, [category])]
            for dimension, category in categories
        ]
        return [tuple(pairs) for pairs in product(*choices)]

    def _inside(self, count: Count) -> list[int]:
        return [
            at
            for at, (starts, ends) in enumerate(self._intervals)
            if count.starts <= starts and ends <= count.ends
        ]

    def _cell(self, categories: Categories, interval: int) -> int:
        return self._cells.setdefault((categories, interval), len(self._cells))

    def _add_equations(self, combinations: set[Categories]) -> None:
        """Each combination is the sum of those that have one more dimension, and of narrower categories."""
        parts: dict[tuple[Categories, str], set[Categories]] = defaultdict(set)
        waiting = list(combinations)
        seen = set(combinations)
        while waiting:
            categories = waiting.pop()
            for at, (dimension, _) in enumerate(categories):
                whole = categories[:at] + categories[at + 1 :]
                parts[whole, dimension].add(categories)
                if whole not in seen:
                    seen.add(whole)
                    waiting.append(whole)
        numbers = self._numbers()
        nested = find_nested(seen, numbers)
        for (whole, dimension), found in sorted(parts.items()):
            inside = {one for other in found for one in nested.get(other, set()) & found}
            if inside and self._compare(numbers.get(whole, {}), sorted(found), numbers)[1]:
                # With the narrower categories there are more people than in all: they are in the wider ones.
                found = found - inside
            else:
                nested = {wide: narrow - inside for wide, narrow in nested.items()}
            self._add_table(whole, dimension, sorted(found), numbers)
        for wide, narrow in sorted(nested.items()):
            if narrow:
                self._add_table(wide, "narrower", sorted(narrow), numbers)

    def _numbers(self) -> Numbers:
        numbers: dict[Categories, dict[tuple[int, ...], int]] = defaultdict(dict)
        for count in self._counts:
            [first, *others] = self._leaves(count.categories)
            if not others and count.number is not None:
                numbers[first][tuple(self._inside(count))] = count.number
        return numbers

    def _add_table(
        self, whole: Categories, dimension: str, parts: Sequence[Categories], numbers: Numbers
    ) -> None:
        """The equations of a whole and its parts, for each interval in which the parts can add up to it."""
        left_over, beyond = self._compare(numbers.get(whole, {}), parts, numbers)
        has_rest = dimension.startswith(COUNTED) or len(parts) == 1
        for at in range(len(self._intervals)):
            if at not in beyond:
                cells = [self._cell(one, at) for one in parts]
                if has_rest or at in left_over:
                    # People in no published category: a cell that nothing is known about.
                    cells.append(self._cell((*whole, (f"rest of {dimension}", "")), at))
                self._system.equations.append(Equation(self._cell(whole, at), tuple(cells)))
        self._add_sums_by_number(whole, parts, numbers)

    def _add_sums_by_number(self, whole: Categories, parts: Sequence[Categories], numbers: Numbers) -> None:
        """The sums that hold by their numbers alone, where the parts overlap or have no known whole.

        Anybody who sees the table can find them: some parts add up to the whole, or to another part.
        """
        spans = {span for one in parts for span in numbers.get(one, {})}
        for span in spans:
            known = {one: numbers[one][span] for one in parts if span in numbers.get(one, {})}
            total = numbers.get(whole, {}).get(span)
            if total is not None and sum(known.values()) <= total:
                continue
            for target, summands in sums_by_number(known, None if total is None else (whole, total)):
                for at in span:
                    cells = tuple(self._cell(one, at) for one in summands)
                    self._system.equations.append(Equation(self._cell(target, at), cells))

    def _compare(
        self,
        wholes: Mapping[tuple[int, ...], int],
        parts: Sequence[Categories],
        numbers: Numbers,
    ) -> tuple[set[int], set[int]]:
        """The intervals in which all parts add up to less than the whole, and those with more."""
        left_over: set[int] = set()
        beyond: set[int] = set()
        for inside, number in wholes.items():
            known = [numbers[one][inside] for one in parts if inside in numbers.get(one, {})]
            if sum(known) > number:
                beyond.update(inside)
            elif sum(known) < number and len(known) == len(parts):
                left_over.update(inside)
        return left_over, beyond


def _ranges(counts: Sequence[Count]) -> dict[str, dict[str, list[str]]]:
    """The shortest ranges of each dimension whose categories are ranges that overlap."""
    categories: dict[str, set[str]] = defaultdict(set)
    for count in counts:
        for dimension, category in count.categories:
            categories[dimension].add(category)
    return {name: found for name, known in categories.items() if (found := shortest_ranges(known))}
