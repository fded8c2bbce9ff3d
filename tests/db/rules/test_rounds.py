"""What is counted in a round, and what a result means."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from db.models import Measure, MeasureKind, Round
from db.rules.judging import Reason, Verdict
from db.rules.measures import read_measures
from db.rules.rhythms import Rhythm
from db.rules.rounds import (
    Counted,
    Series,
    counted_measures,
    judge_share,
    judge_trend,
    measures_meant,
    rises_needed,
)


def _measures(text: str, action_text: str = "") -> list[Measure]:
    return [
        Measure(
            kind=one.kind, text=one.text, operator=one.operator, value=one.value, unit=one.unit, of=one.of
        )
        for one in read_measures(text, action_text)
    ]


def test_a_sample_and_its_pass_mark_are_one() -> None:
    [counted] = counted_measures(_measures("75% of cases are at the standard", "20 case audits of planning"))
    assert (counted.of, counted.operator, counted.pass_mark, counted.sample) == ("cases", ">=", 75, 20)


def test_a_sample_alone_has_no_pass_mark() -> None:
    [counted] = counted_measures(_measures("Audits of 50 cases find referral at the standard required"))
    assert (counted.of, counted.operator, counted.pass_mark, counted.sample) == ("cases", None, None, 50)


def test_what_is_not_a_share_is_not_counted() -> None:
    text = "New templates in place\nNobody waits more than 20 days\nSee 2.3\nOne event in each locality"
    assert counted_measures(_measures(text)) == []


_TWO = [Counted("audited cases", "100% of audited cases show it"), Counted("referrals", "100% of referrals")]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ["audited cases", "referrals"]),
        ("referrals", ["referrals"]),
        ("the audited cases", ["audited cases"]),
        ("case", ["audited cases"]),
        ("of all referrals", ["referrals"]),
        ("files", []),
    ],
)
def test_words_choose_the_measure(typed: str, meant: list[str]) -> None:
    assert [one.of for one in measures_meant(_TWO, typed)] == meant


@pytest.mark.parametrize(
    ("number", "total", "operator", "mark", "verdict"),
    [
        (15, 20, ">=", 75, Verdict.MET),
        (14, 20, ">=", 75, Verdict.NOT_MET),
        (2, 3, ">=", 66.67, Verdict.NOT_MET),
        (999, 1000, "=", 100, Verdict.NOT_MET),
        (1, 20, "<=", 5, Verdict.MET),
        (2, 20, "<=", 5, Verdict.NOT_MET),
    ],
)
def test_a_result_is_judged_in_whole_numbers(
    number: int, total: int, operator: str, mark: float, verdict: Verdict
) -> None:
    assert judge_share(Fraction(100 * number, total), operator, mark).verdict is verdict


def test_without_a_pass_mark_there_is_no_verdict() -> None:
    found = judge_share(Fraction(88), None, None)
    assert (found.verdict, found.reason) == (Verdict.CANNOT_BE_JUDGED, Reason.NO_PASS_MARK)


@pytest.mark.parametrize(
    ("shares", "verdict", "rises"),
    [
        ([80], Verdict.CANNOT_BE_JUDGED, 0),
        ([80, 82, 85], Verdict.CANNOT_BE_JUDGED, 2),
        ([80, 82, 85, 86, 90], Verdict.MET, 4),
        ([80, 82, 82], Verdict.NOT_MET, 1),
        ([80, 82, 81, 85, 90, 91], Verdict.NOT_MET, 4),
    ],
)
def test_a_rise_has_to_come_in_each_round(shares: list[int], verdict: Verdict, rises: int) -> None:
    found = judge_trend([Fraction(one) for one in shares], "rise", needed=4)
    assert (found.verdict, found.rises) == (verdict, rises)


def test_how_many_rounds_have_to_rise() -> None:
    assert rises_needed("Timeliness rises each quarter for a year", Rhythm(months=3)) == 4
    assert rises_needed("Timeliness rises each month over the year", Rhythm(months=1)) == 12
    assert rises_needed("Timeliness rises each quarter", Rhythm(months=3)) == 1
    assert rises_needed("Timeliness rises for a year", None) == 1


def _round(day: date, due: date | None, number: int = 1) -> Round:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return Round(
        id=number,
        action_id=1,
        due=due,
        period_start=day,
        period_end=day,
        numerator=9,
        denominator=10,
        operator=">=",
        pass_mark=90,
        act=str(number),
        recorded_by="U1",
        recorded_at=at,
    )


def test_a_round_long_before_its_day_is_that_of_no_day() -> None:
    early, on_time = _round(date(2016, 9, 1), date(2017, 1, 31)), _round(date(2017, 1, 20), date(2017, 1, 31))
    series = Series(None, Rhythm(months=6), (early, on_time), date(2017, 7, 31))

    assert series.due_of(early) is None
    assert series.due_of(on_time) == date(2017, 1, 31)


def test_the_kinds_of_measures_are_known_here() -> None:
    """A kind that is added has to be counted, or left out on purpose."""
    counted = {MeasureKind.THRESHOLD, MeasureKind.SAMPLE, MeasureKind.TREND}
    assert set(MeasureKind) - counted == {
        MeasureKind.MILESTONE,
        MeasureKind.PROCESS,
        MeasureKind.BY_REFERENCE,
        MeasureKind.UNQUANTIFIED,
    }
