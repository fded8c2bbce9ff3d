"""The verdict on each kind of measure, and on all of an action's measures together."""

import pytest

from db.models import Kpi, Measure, MeasureKind, Target, TargetType, Unit
from db.rules.judging import Judgement, Reason, Verdict
from db.rules.measure_verdicts import MeasureVerdict, combine_verdicts, judge_measure, judge_measures
from db.rules.readings import Reading
from tests.cast import LEAD
from tests.conftest import Running

MET, WITHIN, MISSED = Verdict.MET, Verdict.WITHIN_TOLERANCE, Verdict.NOT_MET
UNKNOWN = Verdict.CANNOT_BE_JUDGED


def _reading(verdict: Verdict, target: Target) -> Reading:
    kpi = Kpi(code="x", name="X", unit=Unit.PERCENT)
    return Reading(kpi, {}, {"": Judgement(verdict, target=target)})


def _at_least(verdict: Verdict, value: float) -> Reading:
    return _reading(verdict, Target(type=TargetType.AT_LEAST, value=value))


RISE = Target(type=TargetType.RISE_EACH_PERIOD)
MANAGERS = Measure(kind=MeasureKind.THRESHOLD, operator=">=", value=70, unit="%")


@pytest.mark.parametrize(
    ("measure", "readings", "verdict", "reason"),
    [
        (MANAGERS, [_at_least(MET, 70)], MET, None),
        (MANAGERS, [_at_least(MISSED, 70)], MISSED, None),
        (MANAGERS, [_at_least(MET, 80)], UNKNOWN, Reason.NO_VALUE),
        (MANAGERS, [], UNKNOWN, Reason.NO_VALUE),
        (Measure(kind=MeasureKind.SAMPLE, value=50), [], UNKNOWN, Reason.NO_PASS_MARK),
        (Measure(kind=MeasureKind.TREND, operator="rise"), [], UNKNOWN, Reason.NO_BASELINE),
        (Measure(kind=MeasureKind.TREND, operator="rise", value=40), [], UNKNOWN, Reason.NO_VALUE),
        (Measure(kind=MeasureKind.TREND, operator="rise"), [_reading(MET, RISE)], MET, None),
        (Measure(kind=MeasureKind.UNQUANTIFIED), [], UNKNOWN, Reason.NOT_QUANTIFIED),
        (Measure(kind=MeasureKind.MILESTONE), [], UNKNOWN, Reason.NEEDS_SIGN_OFF),
        (Measure(kind=MeasureKind.PROCESS), [], UNKNOWN, Reason.NEEDS_SIGN_OFF),
        (Measure(kind=MeasureKind.BY_REFERENCE), [], UNKNOWN, Reason.BY_REFERENCE),
    ],
)
def test_each_kind_of_measure_has_its_verdict_and_reason(
    measure: Measure, readings: list[Reading], verdict: Verdict, reason: Reason | None
) -> None:
    assert judge_measure(measure, readings) == MeasureVerdict(verdict, reason)


NO_VALUE = MeasureVerdict(UNKNOWN, Reason.NO_VALUE)
NO_MARK = MeasureVerdict(UNKNOWN, Reason.NO_PASS_MARK)


@pytest.mark.parametrize(
    ("verdicts", "verdict", "reason", "met", "missed"),
    [
        ([MeasureVerdict(MET), MeasureVerdict(MET)], MET, None, 2, 0),
        ([MeasureVerdict(MET), MeasureVerdict(WITHIN)], WITHIN, None, 2, 0),
        ([MeasureVerdict(MET), MeasureVerdict(MISSED)], MISSED, None, 1, 1),
        ([NO_VALUE, MeasureVerdict(MISSED)], MISSED, None, 0, 1),
        ([MeasureVerdict(MET), NO_MARK], UNKNOWN, Reason.NO_PASS_MARK, 1, 0),
        ([NO_VALUE], UNKNOWN, Reason.NO_VALUE, 0, 0),
    ],
)
def test_an_action_is_met_only_when_all_its_measures_are(
    verdicts: list[MeasureVerdict], verdict: Verdict, reason: Reason | None, met: int, missed: int
) -> None:
    combined = combine_verdicts(verdicts)

    assert (combined.verdict, combined.reason) == (verdict, reason)
    assert (combined.met, combined.missed, combined.total) == (met, missed, len(verdicts))


CASES = [
    Measure(kind=MeasureKind.SAMPLE, value=20, of="case audits"),
    Measure(kind=MeasureKind.THRESHOLD, operator=">=", value=75, unit="%", of="cases"),
]


def test_a_sample_and_its_pass_mark_are_judged_together() -> None:
    """2.3.4: twenty cases are audited, and 75% of them have to pass."""
    assert judge_measures(CASES, [_at_least(MISSED, 75)], signed_off=False) == [MeasureVerdict(MISSED)]
    assert judge_measures(CASES, [], signed_off=False) == [NO_VALUE]
    assert judge_measures(CASES[:1], [], signed_off=False) == [NO_MARK]


def test_a_milestone_is_met_when_a_coordinator_has_signed_it_off() -> None:
    milestone = [Measure(kind=MeasureKind.MILESTONE)]

    assert judge_measures(milestone, [], signed_off=True) == [MeasureVerdict(MET)]
    [waiting] = judge_measures(milestone, [], signed_off=False)
    assert str(waiting.reason) == "needs a coordinator's sign-off"


def test_a_rise_without_a_baseline_says_so_whatever_is_recorded(slack: Running) -> None:
    answer = slack.ask(LEAD, "/action status 1.1").text

    assert "no baseline" in answer
    assert "The measure: cannot be judged (no baseline)." in answer


def test_an_actions_status_shows_the_verdict_on_its_measures(slack: Running) -> None:
    """3.1.1 asks for caseloads within local standards, which it does not quantify."""
    answer = slack.ask(LEAD, "/action status 3.1.1").text

    assert "cannot be judged (not quantified)" in answer
