"""An action's measures, judged by the KPIs that are linked to it: met only when all of them are."""

from collections import Counter
from collections.abc import Sequence

from db.models import MET, NOT_MET, WITHIN, Measure, MeasureKind, Reading, TargetType

_CANNOT = "cannot be judged"
_WHY = {
    MeasureKind.MILESTONE: "a milestone is signed off, not measured",
    MeasureKind.PROCESS: "a process is signed off, not measured",
    MeasureKind.UNQUANTIFIED: "not quantified",
    MeasureKind.BY_REFERENCE: "it rests on another action's measure",
}


def judge_measure(measure: Measure, readings: Sequence[Reading]) -> str:
    """`met`, `within tolerance`, `not met` or `cannot be judged: why`, by the KPI that has its target.

    A sample's size is no pass mark, and a rise without a baseline has nothing to rise from.
    """
    if measure.kind in _WHY:
        return f"{_CANNOT}: {_WHY[measure.kind]}"
    if measure.kind is MeasureKind.SAMPLE and not measure.operator:
        return f"{_CANNOT}: no pass mark"
    if measure.kind is MeasureKind.TREND:
        return _trend(measure, readings)
    for reading in readings:
        target = reading.judgement.target
        if target is not None and target.value == measure.value and reading.judgement.judged:
            return reading.judgement.word
    return f"{_CANNOT}: no value"


def _trend(measure: Measure, readings: Sequence[Reading]) -> str:
    for reading in readings:
        target = reading.judgement.target
        if target is not None and target.type is TargetType.RISE_EACH_PERIOD:
            return reading.judgement.word
    return f"{_CANNOT}: {'no value' if measure.value is not None else 'no baseline'}"


def combine_verdicts(words: Sequence[str]) -> str:
    """All of an action's measures as one: a compound of 70% and 80% is met when both are.

    One that is missed is a miss, whatever is not known of the others; without one, what cannot be
    judged keeps the whole from being met.
    """
    counted = Counter(word if word in (MET, WITHIN, NOT_MET) else _CANNOT for word in words)
    many = len(words)
    if counted[NOT_MET]:
        return f"{NOT_MET} ({counted[NOT_MET]} of {many})"
    if counted[_CANNOT]:
        why = next(word for word in words if word.startswith(_CANNOT)).removeprefix(f"{_CANNOT}: ")
        met = f"; {many - counted[_CANNOT]} of {many} met" if counted[_CANNOT] < many else ""
        return f"{_CANNOT}: {why}{met}"
    return WITHIN if counted[WITHIN] else MET
