"""An action's measures are met only when all are: compound, sample, trend, milestone, unquantified."""

import pytest

from db.models import Judgement, Kpi, Measure, MeasureKind, Reading, Target, TargetType, Unit
from db.rules.measure_verdicts import combine_verdicts, judge_measure
from tests.cast import LEAD
from tests.conftest import Running


def _reading(word: str, target: Target) -> Reading:
    kpi = Kpi(code="x", name="X", unit=Unit.PERCENT)
    return Reading(kpi, {}, {"": Judgement(word, target)})


def _at_least(word: str, value: float) -> Reading:
    return _reading(word, Target(type=TargetType.AT_LEAST, value=value))


RISE = Target(type=TargetType.RISE_EACH_PERIOD)
MANAGERS = Measure(kind=MeasureKind.THRESHOLD, operator=">=", value=70, unit="%")


@pytest.mark.parametrize(
    ("measure", "readings", "word"),
    [
        (MANAGERS, [_at_least("met", 70)], "met"),
        (MANAGERS, [_at_least("not met", 70)], "not met"),
        (MANAGERS, [_at_least("met", 80)], "cannot be judged: no value"),
        (MANAGERS, [], "cannot be judged: no value"),
        (Measure(kind=MeasureKind.SAMPLE, value=50), [], "cannot be judged: no pass mark"),
        (Measure(kind=MeasureKind.TREND, operator="rise"), [], "cannot be judged: no baseline"),
        (Measure(kind=MeasureKind.TREND, operator="rise", value=40), [], "cannot be judged: no value"),
        (Measure(kind=MeasureKind.TREND, operator="rise"), [_reading("met", RISE)], "met"),
        (Measure(kind=MeasureKind.UNQUANTIFIED), [], "cannot be judged: not quantified"),
        (
            Measure(kind=MeasureKind.MILESTONE),
            [],
            "cannot be judged: a milestone is signed off, not measured",
        ),
        (
            Measure(kind=MeasureKind.BY_REFERENCE),
            [],
            "cannot be judged: it rests on another action's measure",
        ),
    ],
)
def test_each_kind_of_measure(measure: Measure, readings: list[Reading], word: str) -> None:
    assert judge_measure(measure, readings) == word


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        (["met", "met"], "met"),
        (["met", "within tolerance"], "within tolerance"),
        (["met", "not met"], "not met (1 of 2)"),
        (["cannot be judged: no value", "not met"], "not met (1 of 2)"),
        (["met", "cannot be judged: no pass mark"], "cannot be judged: no pass mark; 1 of 2 met"),
        (["cannot be judged: no value"], "cannot be judged: no value"),
    ],
)
def test_all_together(words: list[str], whole: str) -> None:
    assert combine_verdicts(words) == whole


def test_an_action_says_how_its_measures_stand_together(slack: Running) -> None:
    """3.1.1 asks for caseloads within local standards, which it does not quantify."""
    told = slack.ask(LEAD, "/action status 3.1.1").text

    assert "Its measures together: cannot be judged: not quantified." in told
