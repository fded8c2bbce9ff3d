"""What the periods of a scorecard say: how often its figures come, and how a year is named."""

from collections.abc import Iterable
from itertools import pairwise

from db.models import Frequency
from db.rules.dates import Span, day_text, financial_year_text, month_count

_FREQUENCIES = {
    1: Frequency.MONTHLY,
    3: Frequency.QUARTERLY,
    4: Frequency.TERMLY,
    6: Frequency.SIX_MONTHLY,
    12: Frequency.ANNUAL,
}


def is_financial_year(span: Span) -> bool:
    """Whether a span is a year from April on."""
    return (span[0].month, span[0].day, month_count(*span)) == (4, 1, 12)


def frequency_of(spans: Iterable[Span]) -> Frequency:
    """How often figures come: by the length of their periods, or less often where all are further apart."""
    ends = sorted({last for _, last in spans})
    gaps = [month_count(first, last) - 1 for first, last in pairwise(ends)]
    step = max(min(month_count(*span) for span in spans), min(gaps, default=0))
    return _FREQUENCIES.get(step, Frequency.IRREGULAR)


def year_text(span: Span) -> str:
    """The year of a comparator: a financial year by its years, another period by its last day."""
    return financial_year_text(span[1]) if is_financial_year(span) else day_text(span[1])
