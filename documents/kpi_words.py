"""What officers write for a KPI's vocabulary: "percent" for `%`, "higher is better" for `high`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from db.models import Frequency, Polarity, Unit

Word = TypeVar("Word", bound=StrEnum)

UNIT_WORDS: Mapping[str, Unit] = {
    **dict.fromkeys(
        ("percent", "percentage", "per cent", "pct", "perc", "proportion", "share"), Unit.PERCENT
    ),
    **dict.fromkeys(("count", "no", "no.", "num", "numbers", "volume", "total", "integer"), Unit.NUMBER),
    **dict.fromkeys(
        ("rate per 10,000", "rate per 10000", "per 10000", "per 10k", "rate", "per 10,000 children"),
        Unit.PER_10_000,
    ),
    **dict.fromkeys(("day", "working days", "average days"), Unit.DAYS),
    **dict.fromkeys(("week", "average weeks"), Unit.WEEKS),
    **dict.fromkeys(("month", "average months"), Unit.MONTHS),
    **dict.fromkeys(("£", "gbp", "cost", "money", "currency"), Unit.POUNDS),
    **dict.fromkeys(("y/n", "yes or no", "boolean"), Unit.YES_NO),
}
POLARITY_WORDS: Mapping[str, Polarity] = {
    **dict.fromkeys(
        (
            "higher",
            "higher is better",
            "high is good",
            "bigger is better",
            "bigger",
            "up",
            "increase",
            "increasing",
            "higher is good",
            "up is good",
            *("good to be high", "high is better", "aim to maximise", "aim to maximize", "grow"),
            "maximise",
            "maximize",
            "max",
            "↑",
            "▲",
            "+",
        ),
        Polarity.HIGH,
    ),
    **dict.fromkeys(
        (
            "lower",
            "lower is better",
            "low is good",
            "smaller is better",
            "smaller",
            "down",
            "decrease",
            "decreasing",
            "lower is good",
            "down is good",
            *("good to be low", "low is better", "aim to minimise", "aim to minimize", "reduce", "reducing"),
            "minimise",
            "minimize",
            "min",
            "↓",
            "▼",
        ),
        Polarity.LOW,
    ),
    **dict.fromkeys(
        (
            *("n/a", "none", "contextual", "context", "either", "-", "monitor", "not applicable", "↔", "►◄"),
            *("neither", "neither (context only)", "context only", "for information", "information only"),
        ),
        Polarity.NEUTRAL,
    ),
}
FREQUENCY_WORDS: Mapping[str, Frequency] = {
    **dict.fromkeys(("month", "every month", "m"), Frequency.MONTHLY),
    **dict.fromkeys(("quarter", "every quarter", "q"), Frequency.QUARTERLY),
    **dict.fromkeys(("year", "yearly", "annually", "every year", "a"), Frequency.ANNUAL),
    **dict.fromkeys(("week", "every week"), Frequency.WEEKLY),
    **dict.fromkeys(("term", "every term", "each term"), Frequency.TERMLY),
    **dict.fromkeys(("half-yearly", "half yearly", "6-monthly", "twice a year"), Frequency.SIX_MONTHLY),
}
_SYNONYMS: Mapping[type[StrEnum], Mapping[str, StrEnum]] = {
    Unit: UNIT_WORDS,
    Polarity: POLARITY_WORDS,
    Frequency: FREQUENCY_WORDS,
}


def word_meaning(
    text: str, vocabulary: type[Word], synonyms: Mapping[str, Word] | None = None
) -> Word | None:
    """The word of a vocabulary that a text means, by itself or in officers' words; None for another text."""
    plain = " ".join(text.lower().split()).strip(" .")
    try:
        return vocabulary(plain)
    except ValueError:
        known = _SYNONYMS.get(vocabulary, {}) if synonyms is None else synonyms
        found = known.get(plain)
        return found if isinstance(found, vocabulary) else None
