"""An attacker of a published table: every value that a hidden figure can still have.

It knows what a reader knows: the rows as shown, what their symbols mean, and which figures add up to which.
It searches all whole numbers, and shares no code with the rules that hide figures.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise, product
from typing import NamedTuple

from db.models import FEWER, Observation, Unit

# From the first day to the day after the last.
Period = tuple[date, date]
# The "Dimension: category" pairs of a breakdown. The total has none.
Group = frozenset[str]
# Places in the list of cells: the first cell is the sum of the others.
Sum = tuple[int, ...]

VALUE, NUMERATOR, REST, DENOMINATOR = "value", "numerator", "rest", "denominator"
# The largest value tried, in multiples of the largest one shown. The second is tried where the first leaves
# too few values.
_CAPS = (4, 40)


class Cell(NamedTuple):
    """One count of one group of people in one period, shown or not."""

    measure: str
    period: Period
    group: Group


class Attacker:
    """What a reader of the rows can work out. The categories in the rows are all that a dimension has.

    A row of numbers has one count, VALUE. A row of percentages has NUMERATOR, REST and DENOMINATOR.
    """

    def __init__(self, unit: Unit, rows: Sequence[Observation]) -> None:
        self.counts = (NUMERATOR, REST, DENOMINATOR) if unit is Unit.PERCENT else (VALUE,)
        self._places: dict[Cell, int] = {}
        sums = list(self._find_sums(rows))
        shown = {self._place(row, count): row for row in rows for count in self.counts}
        self._sums = _without_idle(sums, shown)
        self._low = [0] * len(self._places)
        self._high: list[int | None] = [None] * len(self._places)
        beside_fewer = self._find_beside_fewer(rows)
        for row, count in product(rows, self.counts):
            at = self._place(row, count)
            self._low[at], self._high[at] = _range(row, count, at in beside_fewer)

    def allows(self, row: Observation, count: str, value: int) -> bool:
        """Whether the number or symbol of the row, and of no other, lets the count have this value."""
        at = self._place(row, count)
        high = self._high[at]
        return self._low[at] <= value and (high is None or value <= high)

    def find_values(self, row: Observation, count: str, enough: int = 3) -> set[int]:
        """Values that the count can have: `enough` of them or, where there are fewer, every one."""
        found: set[int] = set()
        largest = max((high for high in self._high if high is not None), default=0)
        for times in _CAPS:
            high = [100 + times * largest if one is None else one for one in self._high]
            found = find_values(self._low, high, self._sums, self._place(row, count), enough)
            if len(found) >= enough:
                break
        return found

    def _place(self, row: Observation, count: str) -> int:
        return self._at(Cell(count, _period(row), _group(row)))

    def _at(self, cell: Cell) -> int:
        return self._places.setdefault(cell, len(self._places))

    def _find_sums(self, rows: Sequence[Observation]) -> Iterator[Sum]:
        periods, sums_of_periods = _add_up_periods({_period(row) for row in rows})
        groups, sums_of_groups = _add_up_groups({_group(row) for row in rows})
        for count, period, tied in product(self.counts, periods, sums_of_groups):
            yield tuple(self._at(Cell(count, period, group)) for group in tied)
        for count, group, joined in product(self.counts, groups, sums_of_periods):
            yield tuple(self._at(Cell(count, period, group)) for period in joined)
        if DENOMINATOR in self.counts:
            for period, group in product(periods, groups):
                yield tuple(self._at(Cell(count, period, group)) for count in (DENOMINATOR, NUMERATOR, REST))

    def _find_beside_fewer(self, rows: Sequence[Observation]) -> set[int]:
        """The cells that sums connect to one that is shown as fewer than 6."""
        fewer = {self._place(row, count) for row in rows if row.symbol == FEWER for count in self.counts}
        tables = [set().union(*sums) for sums in _connected(self._sums, range(len(self._places)))]
        return fewer.union(*(table for table in tables if table & fewer))


def find_values(low: list[int], high: list[int], sums: Sequence[Sum], at: int, enough: int) -> set[int]:
    """Values of one cell for which every cell has a value within its range and every sum holds.

    There are `enough` of them or, where fewer exist, every one.
    """
    found: set[int] = set()
    ranges = [(low[at], high[at])]
    while ranges and len(found) < enough:
        least, most = ranges.pop()
        lowest, highest = low.copy(), high.copy()
        lowest[at], highest[at] = least, most
        if least <= most and _solve(lowest, highest, sums):
            found.add(lowest[at])
            ranges += [(least, lowest[at] - 1), (lowest[at] + 1, most)]
    return found


def _solve(low: list[int], high: list[int], sums: Sequence[Sum]) -> bool:
    """Whether there is a solution. If so, `low` becomes one."""
    if not _narrow(low, high, sums):
        return False
    open_cells = {at for one in sums for at in one if low[at] < high[at]}
    return all(_branch(low, high, tied, open_cells) for tied in _connected(sums, open_cells))


def _branch(low: list[int], high: list[int], sums: Sequence[Sum], open_cells: set[int]) -> bool:
    """Solve with the lower half of the narrowest range, then with the upper half."""
    cells = {at for one in sums for at in one}
    at = min(cells & open_cells, key=lambda one: high[one] - low[one])
    middle = (low[at] + high[at]) // 2
    for least, most in ((low[at], middle), (middle + 1, high[at])):
        lowest, highest = low.copy(), high.copy()
        lowest[at], highest[at] = least, most
        if _solve(lowest, highest, sums):
            low[:] = lowest
            return True
    return False


def _narrow(low: list[int], high: list[int], sums: Sequence[Sum]) -> bool:
    """Narrow every range to what the sums leave, and say whether each still has a value."""
    changed = True
    while changed:
        changed = False
        for total, *parts in sums:
            least, most = sum(low[at] for at in parts), sum(high[at] for at in parts)
            limits = [(total, least, most)]
            limits += [(at, low[total] - most + high[at], high[total] - least + low[at]) for at in parts]
            for at, lowest, highest in limits:
                if lowest > low[at] or highest < high[at]:
                    low[at], high[at] = max(low[at], lowest), min(high[at], highest)
                    changed = True
                    if low[at] > high[at]:
                        return False
    return True


def _connected(sums: Sequence[Sum], links: Collection[int]) -> list[list[Sum]]:
    """The sums that have a link, in lists; two lists have no link in common."""
    tables: list[tuple[set[int], list[Sum]]] = []
    for one in sums:
        cells = {at for at in one if at in links}
        members = [one] if cells else []
        apart = []
        for table in tables:
            if table[0] & cells:
                cells |= table[0]
                members += table[1]
            else:
                apart.append(table)
        tables = [*apart, (cells, members)] if cells else apart
    return [members for _, members in tables]


def _without_idle(sums: Sequence[Sum], shown: Collection[int]) -> list[Sum]:
    """Leave out each sum whose total is neither published nor in another sum: it tells nothing."""
    while True:
        used = [at for one in sums for at in one]
        kept = [one for one in sums if one[0] in shown or used.count(one[0]) > 1]
        if len(kept) == len(sums):
            return kept
        sums = kept


def _range(row: Observation, count: str, is_beside_fewer: bool) -> tuple[int, int | None]:
    """The least and the largest value of a count as the row shows it. None: no limit."""
    if row.value is None:
        if row.symbol == FEWER and count in (VALUE, NUMERATOR):
            return 1, 5
        if count == VALUE:
            return 6 if is_beside_fewer else 1, None
        return int(count == DENOMINATOR), None
    numerator, denominator = row.numerator or 0, row.denominator or 0
    amounts = {
        VALUE: row.value,
        NUMERATOR: numerator,
        REST: denominator - numerator,
        DENOMINATOR: denominator,
    }
    return round(amounts[count]), round(amounts[count])


def _period(row: Observation) -> Period:
    return row.period_start, row.period_end + timedelta(days=1)


def _group(row: Observation) -> Group:
    return frozenset(row.breakdown.split("; ")) if row.breakdown else frozenset()


def _add_up_periods(published: set[Period]) -> tuple[set[Period], list[list[Period]]]:
    """The published periods and others that help, and the sums: a period, then the periods it is made up of.

    The others are the shortest pieces, and what two overlapping periods cover together.
    """
    days = sorted({day for period in published for day in period})
    shortest = {
        piece
        for piece in pairwise(days)
        if any(start <= piece[0] and piece[1] <= end for start, end in published)
    }
    unions = {
        (one[0], other[1])
        for one, other in product(published, repeat=2)
        if one[0] < other[0] < one[1] < other[1]
    }
    pieces = published | shortest
    sums = []
    for whole in (pieces | unions) - shortest:
        for tiles in (_tile(whole, shortest), _tile(whole, pieces), _tile(whole, pieces, from_end=True)):
            if [whole, *sorted(tiles)] not in sums:
                sums.append([whole, *sorted(tiles)])
    return pieces | unions, sums


def _tile(whole: Period, pieces: set[Period], *, from_end: bool = False) -> list[Period]:
    """Cover a period with pieces, from its start or its end, each as long as fits."""
    start, end = whole
    tiles = []
    while start < end:
        inside = [one for one in pieces - {whole} if start <= one[0] and one[1] <= end]
        if from_end:
            tiles.append(min(one for one in inside if one[1] == end))
            end = tiles[-1][0]
        else:
            tiles.append(max(one for one in inside if one[0] == start))
            start = tiles[-1][1]
    return tiles


def _add_up_groups(published: set[Group]) -> tuple[set[Group], list[list[Group]]]:
    """The published groups with all that cross the same dimensions, and the sums: a group, then its parts."""
    categories: dict[str, list[str]] = {}
    for pair in sorted({pair for group in published for pair in group}):
        categories.setdefault(pair.partition(":")[0], []).append(pair)
    crossings: set[Group] = set()
    for group in published:
        names = sorted(pair.partition(":")[0] for pair in group)
        crossings |= {frozenset(some) for size in range(len(names) + 1) for some in combinations(names, size)}
    groups = {
        frozenset(pairs) for names in crossings for pairs in product(*(categories[name] for name in names))
    }
    sums = []
    for group, pairs in product(groups, categories.values()):
        parts = [group | {pair} for pair in pairs]
        if len(parts[0]) > len(group) and groups.issuperset(parts):
            sums.append([group, *parts])
    return groups, sums
