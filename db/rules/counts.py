"""The counts that each figure gives away, in terms that figures of several KPIs share.

A percentage of 40 children gives away three counts: the 40, those who are counted, and the rest. KPIs
that name each other are one family: the denominator of one may be what another counts.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from db.models import Disclosure, Frequency, Kpi, Observation, PeriodType, Unit
from db.rules.breakdowns import Categories, cross_joint_names, read_breakdown

SMALL = range(1, 6)
# What the value of a rate is per: 100 for a percentage.
_PER = {Unit.PERCENT: 100, Unit.PER_10_000: 10_000}
# Shares of one whole add up to 100, but for their rounding.
_SHARES_SUM = (98.5, 101.5)

KpiRows = tuple[Kpi, Sequence[Observation]]


@dataclass(frozen=True)
class Count:
    """A whole number of people, by what is counted (`root`), the categories, and the span.

    The span is from `starts` to the day before `ends`. A count at a moment has `is_moment`: it is not
    part of any longer span.
    """

    root: str
    categories: Categories
    starts: date
    ends: date
    is_moment: bool
    # None for what is not given: a publisher's symbol stands in its place.
    number: int | None

    @property
    def place(self) -> tuple[str, Categories, date, date, bool]:
        return self.root, self.categories, self.starts, self.ends, self.is_moment


@dataclass(frozen=True)
class FigureCounts:
    """What one figure gives away. `whole` is the count, or the number that a rate is of; `part` is counted.

    `is_protected` is False for an open KPI. `is_small` is whether any count in it is from 1 to 5.
    """

    whole: Count | None
    part: Count | None
    is_small: bool
    # Whether what is counted is small, and not only the rest of a rate or its denominator.
    counts_few: bool
    is_protected: bool
    recorded_at: datetime

    @property
    def counts(self) -> list[Count]:
        return [one for one in (self.whole, self.part) if one is not None]


@dataclass(frozen=True)
class _Layer:
    """What a KPI counts: a root with the categories that all its counts have."""

    root: str
    categories: Categories = ()


def figure_counts(family: Sequence[KpiRows]) -> list[FigureCounts]:
    """The counts of every figure of a family of KPIs, in the order of the KPIs and of their rows."""
    layers = _Layers([terms_of(kpi) for kpi, _ in family])
    known = {read_breakdown(row.breakdown) for _, rows in family for row in rows}
    joint = cross_joint_names(known)
    reader = _Reader(layers, joint)
    for kpi, rows in family:
        reader.note_numbers(kpi, rows)
    return [found for kpi, rows in family for found in reader.read(kpi, rows)]


@dataclass(frozen=True)
class KpiTerms:
    """What a KPI says of what it counts: enough to know which others may give its figures away."""

    id: int
    code: str
    name: str
    aliases: str
    unit: Unit
    numerator: str
    denominator: str
    disclosure: Disclosure

    @property
    def names(self) -> list[str]:
        return [one for one in (self.name, self.code, *self.aliases.split(";")) if one.strip()]


# The columns of `Kpi` that make its terms, in their order.
TERMS = tuple(field.name for field in fields(KpiTerms))


def terms_of(kpi: Kpi) -> KpiTerms:
    return KpiTerms(kpi.id or 0, *(getattr(kpi, name) for name in TERMS[1:]))


@lru_cache(maxsize=4)
def find_families(kpis: tuple[KpiTerms, ...]) -> list[list[KpiTerms]]:
    """KPIs in families: those of one family may give away each other's figures.

    Cached, because definitions seldom change and every question about a protected KPI needs it.
    """
    layers = _Layers(kpis)
    family_of: dict[str, list[KpiTerms]] = {}
    for kpi in kpis:
        roots = layers.roots(kpi)
        together = {id(family_of[root]): family_of[root] for root in roots if root in family_of}
        family = [kpi, *(one for family in together.values() for one in family)]
        family_of |= dict.fromkeys(roots, family)
        family_of |= {root: family for root, other in family_of.items() if id(other) in together}
    return list({id(family): family for family in family_of.values()}.values())


def names_key(text: str) -> str:
    """A name as names are compared: letters and digits in lower case, with single spaces.

    "The number of children missing" counts what "children missing" does.
    """
    return _NUMBER_OF.sub("", " ".join(re.findall(r"\w+", text.casefold())))


_NUMBER_OF = re.compile(r"^(?:the )?(?:total )?(?:number|numbers|count|total|no) of (?:the )?")


class _Layers:
    """Where the counts of each KPI belong: a part of another KPI, its numerator, its denominator."""

    def __init__(self, kpis: Sequence[KpiTerms]) -> None:
        self._numbers = {
            names_key(name): kpi for kpi in reversed(kpis) if kpi.unit is Unit.NUMBER for name in kpi.names
        }
        self._by_code = {kpi.code: kpi for kpi in kpis if kpi.unit is Unit.NUMBER}
        self._rate_counting: dict[str, KpiTerms] = {}
        for kpi in kpis:
            counted = self._numbers.get(names_key(kpi.numerator)) if kpi.unit in _PER else None
            if counted is not None:
                self._rate_counting.setdefault(counted.code, kpi)
        self._whole: dict[str, _Layer] = {}

    def roots(self, kpi: KpiTerms | Kpi) -> set[str]:
        return {self.whole(kpi).root, self.part(kpi).root}

    def whole(self, kpi: KpiTerms | Kpi) -> _Layer:
        """What a number counts, or what a rate is of."""
        if kpi.code not in self._whole:
            # Found again on the way, a KPI is its own denominator or part: it then stands for itself.
            self._whole[kpi.code] = _Layer(f"kpi {kpi.code}")
            self._whole[kpi.code] = self._find_whole(kpi)
        return self._whole[kpi.code]

    def _find_whole(self, kpi: KpiTerms | Kpi) -> _Layer:
        if kpi.unit in _PER:
            of = self._numbers.get(names_key(kpi.denominator))
            if of is not None:
                return self.whole(of)
            return _Layer(f"of {names_key(kpi.denominator)}" if kpi.denominator else f"kpi {kpi.code}")
        if kpi.code in self._rate_counting:
            return self.part(self._rate_counting[kpi.code])
        longer = self._kpi_it_is_part_of(kpi)
        if longer is not None:
            layer = self.whole(longer)
            return _Layer(layer.root, _joined(layer.categories, ((f"part of {longer.code}", kpi.code),)))
        return _Layer(f"kpi {kpi.code}")

    def part(self, kpi: KpiTerms | Kpi) -> _Layer:
        """What a rate counts."""
        counted = self._numbers.get(names_key(kpi.numerator))
        if counted is not None and self._rate_counting.get(counted.code) is not kpi:
            return self.whole(counted)
        layer = self.whole(kpi)
        name = names_key(kpi.numerator) or kpi.code
        return _Layer(layer.root, _joined(layer.categories, ((f"{COUNTED} {name}", "yes"),)))

    def _kpi_it_is_part_of(self, kpi: KpiTerms | Kpi) -> KpiTerms | None:
        """The KPI whose code begins this one's: `family-cases` for `family-cases-in-need`."""
        pieces = kpi.code.split("-")
        starts = ("-".join(pieces[:length]) for length in range(len(pieces) - 1, 0, -1))
        return next((self._by_code[start] for start in starts if start in self._by_code), None)


# The dimension of those whom a rate counts; the rest is its other category.
COUNTED = "counted"


def _joined(categories: Categories, more: Categories) -> Categories:
    return tuple(sorted({*categories, *more}))


# The first day of a span, the day after its last, and whether it is a moment.
_Span = tuple[date, date, bool]
# The symbols in place of a number that somebody could work out. Not: not applicable, and low.
_UNKNOWN = frozenset("cxpref")


class _Reader:
    """Reads figures into counts. Numbers of other KPIs of the family serve as denominators."""

    def __init__(self, layers: _Layers, joint: Mapping[Categories, Categories]) -> None:
        self._layers = layers
        self._joint = joint
        # The numbers held, by what they count: (ends, starts, number).
        self._held: dict[tuple[str, Categories], list[tuple[date, date, float]]] = {}

    def note_numbers(self, kpi: Kpi, rows: Sequence[Observation]) -> None:
        """Keep the numbers of these rows, so that rates without a denominator find theirs."""
        layer = self._layers.whole(kpi)
        for row in rows:
            number = row.value if kpi.unit is Unit.NUMBER else row.denominator
            if number is not None:
                key = (layer.root, _joined(layer.categories, self._categories(row)))
                self._held.setdefault(key, []).append((row.period_end, row.period_start, number))

    def _categories(self, row: Observation) -> Categories:
        found = read_breakdown(row.breakdown)
        return self._joint.get(found, found)

    def read(self, kpi: Kpi, rows: Sequence[Observation]) -> Iterator[FigureCounts]:
        shares = self._shares(kpi, rows) if kpi.unit in _PER else {}
        spans = _spans(kpi, rows)
        for at, row in enumerate(rows):
            yield self._read_row(kpi, row, spans[at], shares.get(at))

    def _read_row(
        self, kpi: Kpi, row: Observation, span: _Span, share: tuple[float, float] | None
    ) -> FigureCounts:
        categories = self._categories(row)
        of = self._denominator(kpi, row, categories) if share is None else share[1]
        number = row.numerator if row.numerator is not None else _numerator(kpi, row.value, of)
        if share is not None and row.numerator is None:
            number = share[0]
        own = [row.value] if kpi.unit is Unit.NUMBER else []
        rest = of - number if of is not None and number is not None and kpi.unit in _PER else None
        small = [one is not None and one in SMALL for one in (*own, number, of, rest)]
        whole, part = self._places(kpi, row, span, categories, of, number, is_share=share is not None)
        return FigureCounts(
            whole,
            part,
            is_small=any(small),
            counts_few=any(one is not None and one in SMALL for one in (*own, number)),
            is_protected=kpi.disclosure is Disclosure.SMALL_COUNTS,
            recorded_at=row.recorded_at,
        )

    def _places(
        self,
        kpi: Kpi,
        row: Observation,
        span: _Span,
        categories: Categories,
        of: float | None,
        number: float | None,
        *,
        is_share: bool,
    ) -> tuple[Count | None, Count | None]:
        """The counts of a row in the terms of its family. A share's whole belongs to no category."""
        whole_layer, part_layer = self._layers.whole(kpi), self._layers.part(kpi)
        is_average = kpi.unit is Unit.NUMBER and of is not None
        if kpi.unit is Unit.NUMBER and not is_average:
            if row.symbol in _UNKNOWN:
                return Count(whole_layer.root, _joined(whole_layer.categories, categories), *span, None), None
            return _count(span, whole_layer, categories, row.value), None
        if kpi.unit not in _PER:
            return _count(span, _Layer(f"of {kpi.code}"), categories, of), None
        if is_share:
            named = tuple((f"share of {kpi.code}: {dimension}", one) for dimension, one in categories)
            return _count(span, whole_layer, named, number), None
        whole = _count(span, whole_layer, categories, of) if row.denominator is not None else None
        return whole, _count(span, part_layer, categories, number)

    def _denominator(self, kpi: Kpi, row: Observation, categories: Categories) -> float | None:
        """A rate's own denominator, else the number that the family holds for the same place and time."""
        if row.denominator is not None or kpi.unit not in _PER:
            return row.denominator
        return self._held_number(kpi, categories, row.period_start, row.period_end)

    def _held_number(self, kpi: Kpi, categories: Categories, starts: date, ends: date) -> float | None:
        """The number held of what a rate is of: for its period, else the last one inside it."""
        layer = self._layers.whole(kpi)
        held = self._held.get((layer.root, _joined(layer.categories, categories)), [])
        same = [number for its_end, its_start, number in held if (its_start, its_end) == (starts, ends)]
        inside = [
            (its_end, number) for its_end, its_start, number in held if starts <= its_start <= its_end <= ends
        ]
        return same[0] if same else max(inside)[1] if inside else None

    def _shares(self, kpi: Kpi, rows: Sequence[Observation]) -> dict[int, tuple[float, float]]:
        """The rows that are shares of one whole, as (number, whole), by their place among the rows."""
        tables: dict[tuple[date, date, tuple[str, ...]], list[int]] = {}
        for at, row in enumerate(rows):
            dimensions = tuple(dimension for dimension, _ in self._categories(row))
            if dimensions and row.value is not None:
                tables.setdefault((row.period_start, row.period_end, dimensions), []).append(at)
        found: dict[int, tuple[float, float]] = {}
        for table in tables.values():
            of = self._whole_of_shares(kpi, [rows[at] for at in table], rows)
            if of is not None:
                numbers = _rounded_to_sum([(rows[at].value or 0) * of / _PER[kpi.unit] for at in table], of)
                found |= {at: (number, of) for at, number in zip(table, numbers, strict=True)}
        return found

    def _whole_of_shares(
        self, kpi: Kpi, table: Sequence[Observation], rows: Sequence[Observation]
    ) -> float | None:
        """The number that the shares of a table are of, or None where they are rates of their own."""
        low, high = (one * _PER[kpi.unit] / 100 for one in _SHARES_SUM)
        if len(table) < 2 or not low <= sum(row.value or 0 for row in table) <= high:
            return None
        starts, ends = table[0].period_start, table[0].period_end
        of = next((row.denominator for row in rows if row.place == ("", starts, ends)), None)
        of = of if of is not None else self._held_number(kpi, (), starts, ends)
        own = {row.denominator for row in table}
        if own == {None}:
            return of
        return of if own == {of} else own.pop() if of is None and len(own) == 1 else None


def _numerator(kpi: Kpi, value: float | None, of: float | None) -> float | None:
    if value is None or of is None or kpi.unit not in _PER:
        return None
    return round(value * of / _PER[kpi.unit])


def _rounded_to_sum(numbers: Sequence[float], total: float) -> list[float]:
    """Whole numbers next to these that add up to the total; the largest takes what rounding leaves."""
    rounded: list[float] = [round(one) for one in numbers]
    largest = max(range(len(rounded)), key=lambda at: rounded[at])
    rounded[largest] += total - sum(rounded)
    return rounded


def _count(span: _Span, layer: _Layer, categories: Categories, number: float | None) -> Count | None:
    """A count; None for what is no whole number of people."""
    if number is None or number < 0 or not math.isclose(number, round(number), abs_tol=1e-6):
        return None
    return Count(layer.root, _joined(layer.categories, categories), *span, round(number))


def _spans(kpi: Kpi, rows: Sequence[Observation]) -> list[_Span]:
    """The span of each row. What is counted over time and has only a last day begins before it."""
    spans: list[_Span] = []
    last_days: dict[str, list[date]] = {}
    for row in sorted(rows, key=lambda row: row.period_end):
        last_days.setdefault(row.breakdown, []).append(row.period_end)
    for row in rows:
        after = row.period_end + timedelta(days=1)
        if kpi.period_type is PeriodType.SNAPSHOT:
            spans.append((row.period_end, after, True))
        elif row.period_start < row.period_end:
            spans.append((row.period_start, after, False))
        else:
            spans.append(_span_to(kpi, row.period_end, last_days[row.breakdown]))
    return spans


def _span_to(kpi: Kpi, last: date, last_days: Sequence[date]) -> _Span:
    """The span to a day, where no more is known: by the KPI's frequency, else since the row before."""
    months = _MONTHS.get(kpi.frequency)
    if months is not None:
        return last + timedelta(days=1) - relativedelta(months=months), last + timedelta(days=1), False
    at = bisect_left(last_days, last)
    before = last_days[at - 1] if at else date.min
    if (last - before).days > _LONGEST_GAP:
        return last, last + timedelta(days=1), True
    return before + timedelta(days=1), last + timedelta(days=1), False


_MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.SIX_MONTHLY: 6, Frequency.ANNUAL: 12}
# A row that comes longer after the one before is about a day, for all that is known.
_LONGEST_GAP = 370
