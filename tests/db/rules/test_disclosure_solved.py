"""No hidden count can be worked out by a reader who knows which of the figures shown add up to which."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain, pairwise, product

import pytest

from db.models import FEWER, WITHHELD, Disclosure, Kpi, Observation, PeriodType, Unit
from db.rules.disclosure import disclosed
from tests.db.rules.table_solver import DENOMINATOR, NUMERATOR, REST, VALUE, Attacker

_WHEN = datetime(2020, 1, 1, tzinfo=UTC)
# The values that must remain possible for a hidden count.
_ENOUGH = 3
# The number of tables of each kind: in an ordinary run, and under `make soak`.
_TABLES = 12, 600

# The first month, counted from April 2014, and the month after the last.
Span = tuple[int, int]
# A span and a category of each dimension.
Cell = tuple[Span, tuple[str, ...]]
# How many are counted, and how many are not. A row of numbers has only the first.
Amount = tuple[int, int]

_MONTHS: list[Span] = [(month, month + 1) for month in range(12)]
_QUARTERS: list[Span] = [(month, month + 3) for month in range(0, 12, 3)]
_HALVES: list[Span] = [(0, 6), (6, 12)]
_YEAR: Span = (0, 12)


@dataclass(frozen=True)
class Kind:
    """A kind of table: the periods that it shows, and the most categories that each dimension may have.

    If `crossed`, it also shows each category of one dimension by each of the other.
    """

    spans: Sequence[Span]
    sizes: tuple[int, ...] = ()
    crossed: bool = False
    unit: Unit = Unit.NUMBER


KINDS = {
    "one way": Kind([_YEAR], (5,)),
    "two ways, crossed": Kind([_YEAR], (3, 4), crossed=True),
    "two ways, margins only": Kind([_YEAR], (4, 4)),
    "year and quarters": Kind([*_QUARTERS, _YEAR]),
    "year and quarters by area": Kind([*_QUARTERS, _YEAR], (3,)),
    "halves and quarters": Kind([*_QUARTERS, *_HALVES]),
    "halves and quarters by area": Kind([*_QUARTERS, *_HALVES], (2,)),
    "months and quarters": Kind([*_MONTHS[:6], *_QUARTERS[:2]]),
    "months, quarters and year": Kind([*_MONTHS, *_QUARTERS, _YEAR]),
    "months and quarter by area": Kind([*_MONTHS[:3], _QUARTERS[0]], (3,)),
    "year and last quarter": Kind([_QUARTERS[3], _YEAR]),
    "year and last quarter by area": Kind([_QUARTERS[3], _YEAR], (3,)),
    "year to date by month": Kind([(0, month) for month in range(1, 9)]),
    "year to date by quarter and area": Kind([(0, month) for month in (3, 6, 9, 12)], (3,)),
    "year to date with quarters": Kind([*_QUARTERS, *((0, month) for month in (6, 9, 12))]),
    "rolling years": Kind([(month, month + 12) for month in range(0, 15, 3)]),
    "rolling years with quarters": Kind(
        [(month, month + length) for month in range(0, 15, 3) for length in (3, 12)]
    ),
    "percentages by area": Kind([_YEAR], (4,), unit=Unit.PERCENT),
    "percentages by quarter": Kind([*_QUARTERS, _YEAR], unit=Unit.PERCENT),
    "percentages by quarter and area": Kind([*_QUARTERS[2:], (6, 12)], (3,), unit=Unit.PERCENT),
}
EACH_KIND = pytest.mark.parametrize("name", KINDS)


def _first_day(month: int) -> date:
    return date(2014 + (month + 3) // 12, (month + 3) % 12 + 1, 1)


def _draw_cells(dice: random.Random, kind: Kind) -> list[Cell]:
    """The smallest parts of a table: the spans between two neighbouring first days, by every category."""
    spans = list(pairwise(sorted(set(chain.from_iterable(kind.spans)))))
    names = ("Area", "Age")
    categories = [
        [f"{name}: {at + 1}" for at in range(dice.randint(2, most))]
        for name, most in zip(names, kind.sizes, strict=False)
    ]
    return list(product(spans, product(*categories)))


def _draw_skewed(dice: random.Random, cells: Sequence[Cell]) -> dict[Cell, Amount]:
    """Amounts that are often 0 or small, more so in some tables than in others. None is out of nobody."""
    weights = dice.choice([(1, 3, 5), (3, 4, 2), (6, 3, 1), (9, 2, 1)])

    def draw() -> int:
        ranges = [(0, 0), (1, 5), (6, 60)]
        return dice.randint(*dice.choices(ranges, weights)[0])

    amounts = {cell: (draw(), draw()) for cell in cells}
    return {cell: amount if any(amount) else (0, dice.randint(6, 60)) for cell, amount in amounts.items()}


def _draw_one_small(dice: random.Random, cells: Sequence[Cell]) -> dict[Cell, Amount]:
    amounts = {cell: (dice.randint(12, 60), 0) for cell in cells}
    return {**amounts, dice.choice(cells): (dice.randint(1, 5), 0)}


def _row(kind: Kind, span: Span, breakdown: str, amounts: Sequence[Amount]) -> Observation:
    numerator, rest = sum(one for one, _ in amounts), sum(one for _, one in amounts)
    row = Observation(
        kpi_id=1,
        period_start=_first_day(span[0]),
        period_end=_first_day(span[1]) - timedelta(days=1),
        breakdown=breakdown,
        value=numerator,
        recorded_at=_WHEN,
    )
    if kind.unit is Unit.PERCENT:
        row.numerator, row.denominator = numerator, numerator + rest
        row.value = round(100 * numerator / (numerator + rest), 1)
    return row


def _add_up(kind: Kind, amounts: Mapping[Cell, Amount]) -> list[Observation]:
    """The rows of the table."""
    wholes = {pairs for _, pairs in amounts}
    groups = {(), *((pair,) for pairs in wholes for pair in pairs), *(wholes if kind.crossed else ())}
    rows = []
    for span, group in product(kind.spans, sorted(groups, key=lambda one: (len(one), one))):
        parts = [
            amount
            for (piece, pairs), amount in amounts.items()
            if span[0] <= piece[0] and piece[1] <= span[1] and set(group) <= set(pairs)
        ]
        rows.append(_row(kind, span, "; ".join(group), parts))
    return rows


def _tables(name: str, how_many: int) -> Iterator[list[Observation]]:
    """The same tables in every run."""
    dice = random.Random(name)
    for _ in range(how_many):
        yield _add_up(KINDS[name], _draw_skewed(dice, _draw_cells(dice, KINDS[name])))


def _shown(unit: Unit, rows: Sequence[Observation]) -> list[Observation]:
    kpi = Kpi(code="x", name="X", unit=unit, period_type=PeriodType.FLOW, disclosure=Disclosure.SMALL_COUNTS)
    return disclosed(kpi, rows, board=False)


def _counts(unit: Unit, row: Observation) -> dict[str, int]:
    if unit is Unit.NUMBER:
        return {VALUE: round(row.value or 0)}
    numerator, denominator = round(row.numerator or 0), round(row.denominator or 0)
    return {NUMERATOR: numerator, REST: denominator - numerator, DENOMINATOR: denominator}


def _find_leaks(unit: Unit, rows: Sequence[Observation], shown: Sequence[Observation]) -> list[str]:
    """What is wrong with a table as shown, in words: a symbol that is not true, or a count to be found.

    In a table of percentages, only the counts from 1 to 5 are to be kept from readers.
    """
    attacker = Attacker(unit, shown)
    leaks = []
    for row, seen in zip(rows, shown, strict=True):
        for count, truth in _counts(unit, row).items():
            if not attacker.allows(seen, count, truth):
                leaks.append(f"{_describe(row)}: {count} is {truth}, which {seen.symbol} does not allow")
            elif seen.value is None and (count == VALUE or 1 <= truth <= 5):
                values = attacker.find_values(seen, count, _ENOUGH)
                if len(values) < _ENOUGH:
                    leaks.append(f"{_describe(row)}: {count} can only be {sorted(values)}")
    return leaks


def _describe(row: Observation) -> str:
    return f"{row.period_start:%b %Y} to {row.period_end:%b %Y} {row.breakdown or 'in total'}"


def _describe_table(unit: Unit, rows: Sequence[Observation], shown: Sequence[Observation]) -> str:
    return "\n".join(
        f"{_describe(row)}: {seen.symbol or seen.value} for {list(_counts(unit, row).values())}"
        for row, seen in zip(rows, shown, strict=True)
    )


@EACH_KIND
@pytest.mark.soak
def test_no_hidden_count_can_be_solved_for(name: str, size: Callable[[int, int], int]) -> None:
    unit = KINDS[name].unit
    for rows in _tables(name, size(*_TABLES)):
        shown = _shown(unit, rows)
        leaks = _find_leaks(unit, rows, shown)
        assert not leaks, "\n".join(["", *leaks, _describe_table(unit, rows, shown)])


@EACH_KIND
@pytest.mark.soak
def test_every_small_count_is_hidden_and_every_zero_is_shown(
    name: str, size: Callable[[int, int], int]
) -> None:
    unit = KINDS[name].unit
    for rows in _tables(name, size(*_TABLES)):
        shown = _shown(unit, rows)
        for row, seen in zip(rows, shown, strict=True):
            counts = _counts(unit, row)
            told = f"\n{_describe(row)} is shown\n{_describe_table(unit, rows, shown)}"
            if seen.value is None:
                assert seen.symbol in (FEWER, WITHHELD)
                assert seen.numerator is seen.denominator is None
                assert counts != {VALUE: 0}, told
            else:
                assert not [count for count in counts.values() if 1 <= count <= 5], told


@pytest.mark.parametrize("name", ["one way", "two ways, crossed", "year and quarters by area"])
@pytest.mark.soak
def test_a_table_with_one_small_count_loses_at_most_four_figures(
    name: str, size: Callable[[int, int], int]
) -> None:
    dice = random.Random(name)
    for _ in range(size(*_TABLES)):
        rows = _add_up(KINDS[name], _draw_one_small(dice, _draw_cells(dice, KINDS[name])))
        shown = _shown(Unit.NUMBER, rows)
        hidden = [row for row in shown if row.value is None]
        assert len(hidden) <= 4, f"\n{_describe_table(Unit.NUMBER, rows, shown)}"


def _seen(breakdown: str, figure: float | str) -> Observation:
    row = _row(KINDS["one way"], _YEAR, breakdown, [])
    row.value, row.symbol = (None, figure) if isinstance(figure, str) else (figure, None)
    return row


@pytest.mark.parametrize(
    ("figures", "values"),
    [
        ({"": 20, "Area: North": 17, "Area: South": FEWER}, {3}),
        ({"": 10, "Area: North": FEWER, "Area: South": FEWER}, {5}),
        ({"": 9, "Area: North": FEWER, "Area: South": FEWER}, {4, 5}),
        ({"": 9, "Area: North": WITHHELD, "Area: South": FEWER}, {1, 2, 3}),
        ({"": 9, "Area: North": WITHHELD, "Area: South": WITHHELD}, set(range(1, 9))),
        ({"": WITHHELD, "Area: North": 17, "Area: South": FEWER}, {1, 2, 3, 4, 5}),
        # Of the 5 girls, 4 are in the North, so 1 is in the South, and with her 19 boys.
        (
            {"": 40, "Area: North": 20, "Area: South": 20, "Sex: Girls": 5, "Sex: Boys": 35}
            | {"Area: North; Sex: Girls": WITHHELD, "Area: North; Sex: Boys": 16}
            | {"Area: South; Sex: Girls": WITHHELD, "Area: South; Sex: Boys": WITHHELD},
            {19},
        ),
    ],
)
def test_the_attacker_finds_the_values_that_the_last_figure_can_have(
    figures: dict[str, float | str], values: set[int]
) -> None:
    rows = [_seen(breakdown, figure) for breakdown, figure in figures.items()]
    assert Attacker(Unit.NUMBER, rows).find_values(rows[-1], VALUE, 10) == values


def test_the_attacker_finds_what_trying_all_values_finds() -> None:
    """Rows of a table of two areas by two ages are hidden at random, and the total is always shown."""
    dice = random.Random(2014)
    kind = Kind([_YEAR], (2, 2), crossed=True)
    cells = _draw_cells(dice, kind)
    for _ in range(40):
        rows = _add_up(kind, {cell: (dice.choice([0, 1, 1, 3]), 0) for cell in cells})
        total = round(rows[0].value or 0)
        for row in rows[1:]:
            if row.value and dice.random() < 0.7:
                row.symbol = FEWER if row.value < 6 and dice.random() < 0.2 else WITHHELD
                row.value = None
        attacker = Attacker(Unit.NUMBER, rows)
        every = [_add_up_crossed(amounts) for amounts in product(range(total + 1), repeat=4)]
        possible = [
            values
            for values in every
            if all(attacker.allows(row, VALUE, values[row.breakdown]) for row in rows)
        ]
        for row in rows:
            expected = {values[row.breakdown] for values in possible}
            assert attacker.find_values(row, VALUE, 20) == expected


def _add_up_crossed(amounts: Sequence[int]) -> dict[str, int]:
    """Every breakdown of a table of two areas by two ages."""
    a, b, c, d = amounts
    cells = {"Area: 1; Age: 1": a, "Area: 1; Age: 2": b, "Area: 2; Age: 1": c, "Area: 2; Age: 2": d}
    margins = {"Area: 1": a + b, "Area: 2": c + d, "Age: 1": a + c, "Age: 2": b + d}
    return {"": a + b + c + d, **margins, **cells}
