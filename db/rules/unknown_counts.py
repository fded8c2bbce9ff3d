"""Counts that a publisher has hidden: numbers that fit in their place, so that they can be protected."""

from dataclasses import replace

from db.rules.counts import SMALL, Count, FigureCounts
from db.rules.table_sums import System, find_systems
from db.rules.whole_numbers import NO_LIMIT, Row, solve


def with_numbers(figures: tuple[FigureCounts, ...]) -> tuple[FigureCounts, ...]:
    """The figures with a number for each count that has none; without the count where no number fits.

    A hidden count is from 1 to 5 where that fits all that is known. What its number really is does not
    matter: it must not be possible to work it out.
    """
    unknown = {count for figure in figures for count in figure.counts if count.number is None}
    if not unknown:
        return figures
    counts = list(dict.fromkeys(count for figure in figures for count in figure.counts))
    numbers: dict[Count, int] = {}
    for system in find_systems(counts):
        if unknown & set(system.counts):
            numbers |= _fitting(system)
    return tuple(_filled(figure, unknown, numbers) for figure in figures)


def _fitting(system: System) -> dict[Count, int]:
    equations = [Row({one.whole: -1} | dict.fromkeys(one.parts, 1), 0, 0) for one in system.equations]
    for least, most in ((min(SMALL), max(SMALL)), (0, NO_LIMIT)):
        rows = [
            Row(dict.fromkeys(cells, 1), *((least, most) if count.number is None else (count.number,) * 2))
            for count, cells in zip(system.counts, system.sums, strict=True)
        ]
        found = solve([*equations, *rows], system.cell_count, [])
        if found is not None:
            pairs = zip(system.counts, system.sums, strict=True)
            return {
                count: sum(found[0][cell] for cell in cells) for count, cells in pairs if count.number is None
            }
    return {}


def _filled(figure: FigureCounts, unknown: set[Count], numbers: dict[Count, int]) -> FigureCounts:
    if figure.whole not in unknown or figure.whole is None:
        return figure
    number = numbers.get(figure.whole)
    if number is None:
        return replace(figure, whole=None)
    return replace(
        figure,
        whole=replace(figure.whole, number=number),
        is_small=number in SMALL,
        counts_few=number in SMALL,
    )
