"""What is counted in a round of an action, and what a result means: pure rules over measures and counts.

A round is judged by the measure's pass mark alone. A sample without one ("audits of 50 cases") has no
verdict, and a rise is judged over the rounds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from db.models import Measure, MeasureKind, Round
from db.rules.judging import Reason, Verdict
from db.rules.measure_verdicts import has_pass_mark_after
from db.rules.rhythms import Rhythm, next_round

_YEAR_LONG = re.compile(r"\b(?:for|over|within|in) (?:a|one|the) year\b", re.IGNORECASE)
_DAYS_A_YEAR = 365


@dataclass(frozen=True)
class Counted:
    """A measure of which a round gives a result, as so many of so many.

    `of` says what is counted and is the measure's name among those of its action. `operator` is that of the
    measure: `rise` and `fall` for a trend. `pass_mark` is in percent, `sample` the number of cases that the
    plan asks for; both are None where it gives none. `every` is the measure's own rhythm in words.
    """

    of: str
    text: str
    operator: str | None = None
    pass_mark: float | None = None
    sample: float | None = None
    every: str | None = None

    @property
    def is_trend(self) -> bool:
        return self.operator in ("rise", "fall")


def counted_measures(measures: Sequence[Measure]) -> list[Counted]:
    """The measures of an action that are counted in its rounds; a sample and its pass mark are one."""
    found: list[Counted] = []
    sample: Measure | None = None
    for at, one in enumerate(measures):
        if has_pass_mark_after(measures, at):
            sample = one
        elif one.kind is MeasureKind.THRESHOLD and one.unit == "%":
            size, every = (sample.value, one.every or sample.every) if sample else (None, one.every)
            found.append(Counted(one.of or one.text, one.text, one.operator, one.value, size, every))
            sample = None
        elif one.kind is MeasureKind.SAMPLE:
            found.append(Counted(one.of or one.text, one.text, None, None, one.value, one.every))
        elif one.kind is MeasureKind.TREND:
            found.append(Counted(one.of or one.text, one.text, one.operator, None, None, one.every))
    return found


_WORD = re.compile(r"[a-z0-9]+")
_LITTLE = frozenset("the a an of on in for to and at all".split())


def measures_meant(counted: Sequence[Counted], typed: str) -> list[Counted]:
    """Those of the measures that the words mean: all without words, else those that have every word."""
    wanted = [_stem(word) for word in _WORD.findall(typed.lower()) if word not in _LITTLE]
    if not wanted:
        return list(counted)
    by_name = [one for one in counted if _has_all(one.of, wanted)]
    return by_name or [one for one in counted if _has_all(one.text, wanted)]


def _has_all(text: str, wanted: Sequence[str]) -> bool:
    words = {_stem(word) for word in _WORD.findall(text.lower())}
    return all(word in words for word in wanted)


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


@dataclass(frozen=True)
class RoundVerdict:
    """Whether a result meets its measure, with the reason where that cannot be judged.

    For a trend `rises` counts the rounds that went the right way, of the `needed`.
    """

    verdict: Verdict
    reason: Reason | None = None
    rises: int = 0
    needed: int = 0


def judge_share(share: Fraction, operator: str | None, pass_mark: float | None) -> RoundVerdict:
    """A result against a pass mark, both in percent; in whole numbers, so that 2 of 3 is never 67%."""
    if operator is None or pass_mark is None:
        return RoundVerdict(Verdict.CANNOT_BE_JUDGED, Reason.NO_PASS_MARK)
    mark = Fraction(pass_mark)
    met = share <= mark if operator == "<=" else share >= mark if operator == ">=" else share == mark
    return RoundVerdict(Verdict.MET if met else Verdict.NOT_MET)


def share_text(share: Fraction) -> str:
    """A percentage with at most one decimal, never rounded to a pass mark or to all."""
    number = round(float(share), 1)
    if share != 100 and number >= 100:
        number = 99.9
    return f"{number:g}%"


def share_beside_mark(share: Fraction, pass_mark: float | None) -> str:
    """The percentage, which has to be seen to differ from a pass mark that it does not reach."""
    text = share_text(share)
    if pass_mark is not None and share != Fraction(pass_mark) and text == f"{pass_mark:g}%":
        return f"{'just under' if share < Fraction(pass_mark) else 'just over'} {text}"
    return text


def judge_trend(shares: Sequence[Fraction], operator: str, needed: int) -> RoundVerdict:
    """A rise (or fall) in each of `needed` rounds, by the results of the rounds, the oldest first.

    One that did not go the right way is not met. Until there are enough, nothing is said.
    """
    steps = [after > before if operator == "rise" else after < before for before, after in pairwise(shares)]
    rises = sum(steps)
    if not all(steps):
        return RoundVerdict(Verdict.NOT_MET, None, rises, needed)
    if rises < needed:
        return RoundVerdict(Verdict.CANNOT_BE_JUDGED, Reason.TOO_FEW_ROUNDS, rises, needed)
    return RoundVerdict(Verdict.MET, None, rises, needed)


def rises_needed(text: str, rhythm: Rhythm | None) -> int:
    """In how many rounds a figure has to rise: "each quarter for a year" is four, without a length one."""
    if rhythm is None or not _YEAR_LONG.search(text):
        return 1
    return max(1, round(_DAYS_A_YEAR / rhythm.days))


@dataclass(frozen=True)
class Series:
    """The rounds of one measure of an action, or of the action as a whole where `counted` is None.

    `rounds` are the oldest first, of each period the last that was recorded. `due` is the day the next is
    due; None where it has no day, or never comes round again.
    """

    counted: Counted | None
    rhythm: Rhythm | None
    rounds: tuple[Round, ...]
    due: date | None

    @property
    def results(self) -> list[Round]:
        return [one for one in self.rounds if one.denominator is not None]

    def judge(self, one: Round) -> RoundVerdict | None:
        """The verdict on a round of the series; None where it has no result.

        That on a trend is on all rounds up to this one.
        """
        if one.share is None:
            return None
        if self.counted is None or not self.counted.is_trend:
            return judge_share(one.share, one.operator, one.pass_mark)
        until = [other.share for other in self.results if other.period_end <= one.period_end]
        shares = [share for share in until if share is not None]
        needed = rises_needed(self.counted.text, self.rhythm)
        return judge_trend(shares, self.counted.operator or "rise", needed)

    @property
    def latest_verdict(self) -> RoundVerdict | None:
        """The verdict on the last result, None before the first."""
        return self.judge(self.results[-1]) if self.results else None

    def due_of(self, one: Round) -> date | None:
        """The day a round was due; None for one held long before its day, which is another round's."""
        rhythm = self.rhythm
        if rhythm is None or rhythm.termly or one.due is None:
            return one.due
        return None if next_round(rhythm, one.period_end, one.due) == one.due else one.due
