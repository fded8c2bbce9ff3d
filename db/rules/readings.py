"""A KPI as an audience may see it: its figures, its judgement, its trend and its age."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from db.models import Kpi, Observation
from db.rules import judging
from db.rules.disclosure import (
    Hidden,
    disclosed,
    disclosed_baseline,
    disclosed_text,
    hidden_in_family,
)
from db.rules.judging import (
    NO_VALUE,
    Judgement,
    Trend,
    TrendKind,
    Verdict,
    direction,
    find_trend,
    judge,
)

_NO_TREND = Trend(TrendKind.NO_VALUE)


@dataclass(frozen=True)
class Reading:
    """A KPI as an audience may see it.

    `series` maps a breakdown to its figures, oldest first; the total is under the empty breakdown.
    `judgements` has the judgement of the latest figure of each series. `trend`, `regular`, `change`,
    `direction` and `previous` are about the series of the total. `change` is in percent of the previous
    value, and `direction` is the word for it. `previous` is the latest earlier figure whose period has the
    same length. `baseline` is None where the audience may not see it. `caution` is the
    KPI's own.
    """

    kpi: Kpi
    series: Mapping[str, tuple[Observation, ...]]
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    trend: Trend = _NO_TREND
    # Whether the periods of the total follow each other at equal intervals.
    regular: bool = True
    change: float | None = None
    direction: str = ""
    days_late: int = 0
    years_old: int = 0
    baseline: float | None = None
    previous: Observation | None = None
    caution: str = ""

    @property
    def main(self) -> tuple[Observation, ...]:
        """The series of the total. Empty for a KPI with figures by breakdown only."""
        return self.series.get("", ())

    @property
    def latest(self) -> Observation | None:
        """The newest figure of the total; where there is no total, the newest of any breakdown."""
        if self.main:
            return self.main[-1]
        newest = (figures[-1] for figures in self.series.values() if figures)
        return max(newest, key=lambda one: one.period_end, default=None)

    @property
    def has_number(self) -> bool:
        """Whether any figure of the latest period has a number, and not only a symbol in its place."""
        figures = [*self.parts, *([self.latest] if self.latest else [])]
        return any(one.value is not None for one in figures)

    @property
    def parts(self) -> list[Observation]:
        """The figures of the latest period by breakdown, in the order of `series`."""
        latest = self.latest
        if latest is None:
            return []
        newest = [figures[-1] for breakdown, figures in self.series.items() if breakdown]
        # A year and its last quarter end on the same day.
        return [one for one in newest if one.place[1:] == latest.place[1:]]

    @property
    def judgement(self) -> Judgement:
        """The judgement of the total; where there is no total, the worst of the breakdowns."""
        if "" in self.judgements:
            return self.judgements[""]
        worst_first = (Verdict.NOT_MET, Verdict.WITHIN_TOLERANCE, Verdict.MET)
        found = [self.judgements[one.breakdown] for one in self.parts if one.breakdown in self.judgements]
        judged = sorted(
            (one for one in found if one.is_judged), key=lambda one: worst_first.index(one.verdict)
        )
        return next(iter(judged or found), NO_VALUE)


def read_kpi(
    kpi: Kpi, rows: Sequence[Observation], today: date, *, board: bool, hidden: Hidden | None = None
) -> Reading:
    """Read a KPI's current figures, oldest period first, for an audience. A `board` may see small counts.

    Without `hidden`, no other KPI is taken into account.
    """
    hidden = hidden_in_family([(kpi, rows)])[0] if hidden is None else hidden
    grouped: dict[str, list[Observation]] = defaultdict(list)
    for row in disclosed(kpi, rows, board=board, hidden=hidden):
        grouped[row.breakdown].append(row)
    series = {breakdown: tuple(figures) for breakdown, figures in grouped.items()}
    judgements = {breakdown: judge(kpi, figures) for breakdown, figures in series.items()}
    reading = Reading(
        kpi,
        series,
        judgements,
        baseline=disclosed_baseline(kpi, board=board, hidden=hidden),
        caution=disclosed_text(kpi.note, hidden, board=board),
    )
    latest = reading.latest
    if latest is None:
        return replace(reading, judgements={})
    previous = _previous(reading.main)
    change, direction_word = _change(kpi, previous, latest)
    return replace(
        reading,
        trend=find_trend(kpi, reading.main),
        regular=judging.is_regular(reading.main),
        change=change,
        direction=direction_word,
        days_late=judging.days_late(kpi, latest.period_end, today),
        years_old=judging.years_old(latest.period_end, today),
        previous=previous,
    )


def _change(kpi: Kpi, previous: Observation | None, latest: Observation) -> tuple[float | None, str]:
    """The change in percent of the previous value (None where that is 0) and the word for its direction."""
    if previous is None or latest.value is None or previous.value is None:
        return None, ""
    change = 100 * (latest.value - previous.value) / abs(previous.value) if previous.value else None
    return change, direction(kpi, previous.value, latest.value)


def _previous(series: Sequence[Observation]) -> Observation | None:
    """The latest earlier figure whose period has the same length: a quarter is not compared with a year."""
    return next((row for row in reversed(series[:-1]) if judging.same_length(row, series[-1])), None)
