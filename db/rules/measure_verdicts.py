"""An action's measures, judged by the KPIs linked to it. The action is met only when all measures are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from db.models import Measure, MeasureKind, TargetType
from db.rules.judging import Reason, Verdict
from db.rules.readings import Reading


@dataclass(frozen=True)
class MeasureVerdict:
    """The verdict on one measure, with the reason where it cannot be judged."""

    verdict: Verdict
    reason: Reason | None = None


@dataclass(frozen=True)
class CombinedVerdict:
    """The verdict on all of an action's measures. `met`, `missed` and `total` are numbers of measures."""

    verdict: Verdict
    reason: Reason | None
    met: int
    missed: int
    total: int


def _cannot(reason: Reason) -> MeasureVerdict:
    return MeasureVerdict(Verdict.CANNOT_BE_JUDGED, reason)


def judge_measures(
    measures: Sequence[Measure],
    readings: Sequence[Reading],
    *,
    signed_off: bool,
    by_rounds: Mapping[str, MeasureVerdict] | None = None,
) -> list[MeasureVerdict]:
    """The verdict on each of an action's measures; a sample and its pass mark are one.

    `signed_off`: a coordinator has signed the action off, which is what a milestone needs. `by_rounds` has
    the verdicts on the last results of its rounds, by what was counted: they come before those by KPIs.
    """
    verdicts = []
    for at, measure in enumerate(measures):
        if has_pass_mark_after(measures, at):
            continue
        by_round = (by_rounds or {}).get(measure.of or measure.text)
        if by_round is not None:
            verdicts.append(by_round)
        elif signed_off and measure.kind in (MeasureKind.MILESTONE, MeasureKind.PROCESS):
            verdicts.append(MeasureVerdict(Verdict.MET))
        else:
            verdicts.append(judge_measure(measure, readings))
    return verdicts


def has_pass_mark_after(measures: Sequence[Measure], at: int) -> bool:
    """Whether a measure is a sample whose pass mark is the next one: "20 case audits", "75% of cases"."""
    measure, following = measures[at], measures[at + 1 : at + 2]
    is_sample = measure.kind is MeasureKind.SAMPLE and not measure.operator
    return is_sample and any(
        one.kind is MeasureKind.THRESHOLD and one.unit == "%" and one.operator for one in following
    )


def judge_measure(measure: Measure, readings: Sequence[Reading]) -> MeasureVerdict:
    """Judge a measure by the KPI that has its target.

    The size of a sample is not a pass mark, and a rise needs a baseline.
    """
    match measure.kind:
        case MeasureKind.MILESTONE | MeasureKind.PROCESS:
            return _cannot(Reason.NEEDS_SIGN_OFF)
        case MeasureKind.UNQUANTIFIED:
            return _cannot(Reason.NOT_QUANTIFIED)
        case MeasureKind.BY_REFERENCE:
            return _cannot(Reason.BY_REFERENCE)
        case MeasureKind.TREND:
            return _judge_trend(measure, readings)
        case MeasureKind.SAMPLE if not measure.operator:
            return _cannot(Reason.NO_PASS_MARK)
        case MeasureKind.SAMPLE | MeasureKind.THRESHOLD:
            return _judge_threshold(measure, readings)
        case _:
            assert_never(measure.kind)


def _judge_threshold(measure: Measure, readings: Sequence[Reading]) -> MeasureVerdict:
    for reading in readings:
        judgement = reading.judgement
        if judgement.is_judged and judgement.target and judgement.target.value == measure.value:
            return MeasureVerdict(judgement.verdict)
    return _cannot(Reason.NO_VALUE)


def _judge_trend(measure: Measure, readings: Sequence[Reading]) -> MeasureVerdict:
    for reading in readings:
        judgement = reading.judgement
        if judgement.target and judgement.target.type is TargetType.RISE_EACH_PERIOD:
            return MeasureVerdict(judgement.verdict, judgement.reason)
    return _cannot(Reason.NO_VALUE if measure.value is not None else Reason.NO_BASELINE)


def combine_verdicts(verdicts: Sequence[MeasureVerdict]) -> CombinedVerdict:
    """The verdict on all of an action's measures: "70% of A and 80% of B" is met when both are met.

    One missed measure makes the action not met, even if others cannot be judged. Without a missed measure,
    one that cannot be judged means that the action cannot be judged.
    """
    counts = Counter(one.verdict for one in verdicts)
    missed, within = counts[Verdict.NOT_MET], counts[Verdict.WITHIN_TOLERANCE]
    total = len(verdicts)
    unjudged = [one for one in verdicts if not one.verdict.is_judged]
    met = total - missed - len(unjudged)
    if missed:
        return CombinedVerdict(Verdict.NOT_MET, None, met, missed, total)
    if unjudged:
        return CombinedVerdict(Verdict.CANNOT_BE_JUDGED, unjudged[0].reason, met, missed, total)
    return CombinedVerdict(Verdict.WITHIN_TOLERANCE if within else Verdict.MET, None, met, missed, total)
