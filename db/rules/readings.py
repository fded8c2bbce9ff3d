"""What may be said of a KPI to an audience: its series, what the rules say of it, and how old it is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from db.models import Kpi, Observation
from db.rules import judging
from db.rules.disclosure import disclosed, disclosed_baseline
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
    """A KPI as it may be told to an audience: its series, what the rules say of it, and how old it is.

    `series` is by breakdown, the whole under the empty one, each oldest first; `judgements` is of the
    latest of each. `trend` and `change` are of the main series, which is the whole where one is held.
    `change` is in percent of the value before, `direction` the word for it.
    """

    kpi: Kpi
    series: Mapping[str, tuple[Observation, ...]]
    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    trend: Trend = _NO_TREND
    # Whether the main series' periods follow each other on one rhythm.
    regular: bool = True
    change: float | None = None
    direction: str = ""
    days_late: int = 0
    years_old: int = 0
    # As the audience may see it.
    baseline: float | None = None
    before: Observation | None = None

    @property
    def main(self) -> tuple[Observation, ...]:
        """The whole's series; of what is held by breakdown alone, none."""
        return self.series.get("", ())

    @property
    def latest(self) -> Observation | None:
        """The newest figure: the whole's, else any breakdown's."""
        if self.main:
            return self.main[-1]
        newest = (one[-1] for one in self.series.values() if one)
        return max(newest, key=lambda one: one.period_end, default=None)

    @property
    def has_number(self) -> bool:
        """Whether any figure of the latest period is one, and not a symbol in its place."""
        latest = self.latest
        told = [*self.parts, *([latest] if latest else [])]
        return any(one.value is not None for one in told)

    @property
    def parts(self) -> list[Observation]:
        """The breakdowns of the latest period, in the order they came."""
        latest = self.latest
        if latest is None:
            return []
        ends = [series[-1] for name, series in self.series.items() if name]
        return [one for one in ends if one.period_end == latest.period_end]

    @property
    def judgement(self) -> Judgement:
        """The whole's; for what is held by breakdown alone the worst of them, so that none can hide."""
        if "" in self.judgements:
            return self.judgements[""]
        worst_first = (Verdict.NOT_MET, Verdict.WITHIN_TOLERANCE, Verdict.MET)
        found = [self.judgements[one.breakdown] for one in self.parts if one.breakdown in self.judgements]
        judged = sorted(
            (one for one in found if one.is_judged), key=lambda one: worst_first.index(one.verdict)
        )
        return next(iter(judged or found), NO_VALUE)


def read_kpi(kpi: Kpi, rows: Sequence[Observation], today: date, *, board: bool) -> Reading:
    """Read a KPI's figures, the oldest period first, for an audience; a `board` may see small counts."""
    grouped: dict[str, list[Observation]] = defaultdict(list)
    for row in disclosed(kpi, rows, board=board):
        grouped[row.breakdown].append(row)
    series = {breakdown: tuple(figures) for breakdown, figures in grouped.items()}
    judgements = {breakdown: judge(kpi, figures) for breakdown, figures in series.items()}
    reading = Reading(kpi, series, judgements, baseline=disclosed_baseline(kpi, board=board))
    latest = reading.latest
    if latest is None:
        return replace(reading, judgements={})
    before = _before(reading.main)
    change, way = _change(kpi, before, latest)
    return replace(
        reading,
        trend=find_trend(kpi, reading.main),
        regular=judging.is_regular(reading.main),
        change=change,
        direction=way,
        days_late=judging.days_late(kpi, latest.period_end, today),
        years_old=judging.years_old(latest.period_end, today),
        before=before,
    )


def _change(kpi: Kpi, before: Observation | None, latest: Observation) -> tuple[float | None, str]:
    """The change in percent of the value before, if that is not 0, and the word for its direction."""
    if before is None or latest.value is None or before.value is None:
        return None, ""
    change = 100 * (latest.value - before.value) / abs(before.value) if before.value else None
    return change, direction(kpi, before.value, latest.value)


def _before(series: Sequence[Observation]) -> Observation | None:
    """The figure before the latest, of a period as long: a quarter is not held against a year."""
    return next((row for row in reversed(series[:-1]) if judging.same_length(row, series[-1])), None)
