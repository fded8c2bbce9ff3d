"""Scorecards of several tables, targets of several years, and figures that are written in two ways."""

from collections.abc import Sequence
from datetime import date

import pytest

from db.models import Frequency, TargetType, Unit
from documents.kpi_draft import KpiDraft
from documents.scorecard_reader import read_scorecard
from documents.scorecard_sheets import join_scorecards

_TODAY = date(2026, 11, 28)


def _read(*rows: Sequence[str]) -> KpiDraft:
    draft = read_scorecard("scorecard.csv", rows, _TODAY)
    assert draft is not None
    return draft


def _figures(draft: KpiDraft, code: str) -> list[tuple[date, float | None]]:
    return [(figure.period_end, figure.value) for one, figure in draft.figures if one == code]


def _told(draft: KpiDraft) -> str:
    return "\n".join([*draft.doubts, *(question.text for question in draft.questions)])


def test_a_second_table_is_read_by_its_own_headings() -> None:
    draft = _read(
        ["Measure", "Good is", "Apr-25", "May-25"],
        ["Alpha", "High", "14", "12"],
        [],
        ["Measure", "Good is", "Jun-25", "Jul-25"],
        ["Alpha", "High", "15", "16"],
        ["Beta", "Low", "1", "2"],
    )

    assert _figures(draft, "alpha") == [
        (date(2025, 4, 30), 14),
        (date(2025, 5, 31), 12),
        (date(2025, 6, 30), 15),
        (date(2025, 7, 31), 16),
    ]
    assert _figures(draft, "beta") == [(date(2025, 6, 30), 1), (date(2025, 7, 31), 2)]
    assert [one.code for one in draft.definitions] == ["alpha", "beta"]
    assert "a table begins at row 4" in _told(draft)


def test_a_second_table_may_have_its_columns_in_other_places() -> None:
    draft = _read(
        ["Measure", "Good is", "Apr-25", "May-25"],
        ["Alpha", "High", "14", "12"],
        ["Measure", "Target", "Q1 25/26", "Q2 25/26"],
        ["Gamma", "at least 9", "15", "16"],
    )

    assert _figures(draft, "gamma") == [(date(2025, 6, 30), 15), (date(2025, 9, 30), 16)]
    assert draft.definitions[1].target[:2] == (TargetType.AT_LEAST, 9)


def test_a_share_beside_percentages_is_one_of_them_with_a_doubt() -> None:
    draft = _read(
        ["Measure", "Good is", "Apr-26", "May-26", "Target", "England 25/26"],
        ["Dental checks", "High", "70%", "71%", "0.85", "0.83"],
    )

    assert draft.definitions[0].target[:2] == (TargetType.AT_LEAST, 85)
    assert draft.comparators[0].value == 83
    assert "the target, 0.85, is read as 85%" in _told(draft)


@pytest.mark.parametrize("order", [("Target 26/27", "Target 27/28"), ("Target 27/28", "Target 26/27")])
def test_the_target_of_the_figures_year_counts_and_not_that_of_the_next(order: tuple[str, str]) -> None:
    values = {"Target 26/27": "80%", "Target 27/28": "90%"}
    draft = _read(
        ["Measure", "Good is", "Sep-26", "Oct-26", *order],
        ["Dental checks", "High", "70%", "71%", *(values[one] for one in order)],
    )

    assert draft.definitions[0].target[:2] == (TargetType.AT_LEAST, 80)
    assert "“Target 27/28” is of a later year than the figures" in _told(draft)


def test_the_year_may_stand_before_the_word_target() -> None:
    draft = _read(
        ["Measure", "Good is", "Sep-26", "Oct-26", "26/27 target"],
        ["Dental checks", "High", "70%", "71%", "90%"],
    )

    assert draft.definitions[0].target[:2] == (TargetType.AT_LEAST, 90)


@pytest.mark.parametrize("target", ["+5%", "Reduce by 5%"])
def test_a_target_that_says_a_change_is_left_out(target: str) -> None:
    draft = _read(
        ["Measure", "Good is", "Sep-26", "Oct-26", "Target"], ["Repeat plans", "Low", "8", "9", target]
    )

    assert draft.definitions[0].target[0] is TargetType.NONE
    assert draft.definitions[0].values["unit"] is Unit.NUMBER
    assert f"the target {target} says a change and no figure" in _told(draft)


def test_each_indicator_has_its_own_frequency() -> None:
    draft = _read(
        ["Measure", "Good is", "Apr-26", "May-26", "Q1 26/27", "Q2 26/27"],
        ["Monthly one", "High", "1", "2", "", ""],
        ["Quarterly one", "High", "", "", "3", "4"],
    )

    assert [one.values["frequency"] for one in draft.definitions] == [Frequency.MONTHLY, Frequency.QUARTERLY]


def test_a_row_of_comments_is_no_indicator() -> None:
    draft = _read(
        ["Measure", "Good is", "Apr-26", "May-26"],
        ["Dental checks", "High", "70%", "71%"],
        ["Comments", "", "New clinic", "None"],
    )

    assert [one.code for one in draft.definitions] == ["dental-checks"]
    assert "“Comments” has words and no figures" in _told(draft)


def test_average_days_are_days() -> None:
    draft = _read(
        ["Measure", "Good is", "Apr-26", "May-26"],
        ["Average days from referral to conference", "Low", "12", "13"],
    )

    assert draft.definitions[0].values["unit"] is Unit.DAYS


def test_the_target_beside_the_newest_period_of_a_list_counts() -> None:
    draft = _read(
        ["Measure", "Period", "Value", "Good is", "Target"],
        ["Audits", "Q1 2026/27", "60%", "High", "75%"],
        ["Audits", "Q4 2025/26", "55%", "High", "70%"],
    )

    assert draft.definitions[0].target[:2] == (TargetType.AT_LEAST, 75)
    assert "has several targets: that of its newest period is taken" in _told(draft)


def test_a_period_of_a_list_that_cannot_be_read_is_told_and_the_others_are_read() -> None:
    draft = _read(
        ["Measure", "Period", "Value", "Good is"],
        ["Audits", "Q1 2026/27", "60%", "High"],
        ["Plans", "As at 30/09/26", "61%", "High"],
        ["Pupils", "HT1 2026/27", "62%", "High"],
    )

    assert [(code, figure.value) for code, figure in draft.figures] == [("audits", 60), ("plans", 61)]
    assert "“HT1 2026/27” is no period that can be read: 62% is left out" in _told(draft)


def test_twelve_months_to_a_month_may_be_written_short() -> None:
    draft = _read(
        ["Measure", "Good is", "12m to Jul-26", "12m to Aug-26"], ["Enquiries", "Low", "171", "173"]
    )

    assert [(figure.period_start, figure.period_end) for _, figure in draft.figures] == [
        (date(2025, 8, 1), date(2026, 7, 31)),
        (date(2025, 9, 1), date(2026, 8, 31)),
    ]


def test_sheets_of_years_keep_their_comparators_and_the_newest_target() -> None:
    sheets = {
        year: _read(
            ["Measure", "Good is", *months, "Target", f"England {year}"],
            ["Dental checks", "High", "70%", "71%", target, england],
        )
        for year, months, target, england in (
            ("2024/25", ("Apr-24", "May-24"), "80%", "66%"),
            ("2025/26", ("Apr-25", "May-25"), "90%", "68%"),
        )
    }
    joined = join_scorecards(sheets)

    assert joined is not None
    assert [one.target[1] for one in joined.definitions] == [90]
    assert {(one.year, one.value) for one in joined.comparators} == {("2024/25", 66), ("2025/26", 68)}
    assert "another target on the sheet “2024/25”: that of “2025/26” is taken" in _told(joined)


def test_the_rows_of_another_place_in_a_list_are_not_ours() -> None:
    draft = _read(
        ["Period", "Indicator", "Area", "Value", "Good is"],
        ["2024/25", "Re-referrals", "England", "22.4", "Low"],
        ["2024/25", "Re-referrals", "Westmere", "25.1", "Low"],
        ["2025/26", "Re-referrals", "England", "22.0", "Low"],
        ["2025/26", "Re-referrals", "Westmere", "24.7", "Low"],
    )

    assert [value for _, value in _figures(draft, "re-referrals")] == [25.1, 24.7]
    assert "the rows of “England” are another place's" in _told(draft)
