"""Scorecards as councils keep them: each kind with what a careful officer would have stored, or be told."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from db.models import Disclosure, Polarity, TargetType, Unit, ValueStatus
from documents.draft import DocumentError
from documents.kpi_draft import KpiDefinition, KpiDraft
from documents.kpi_reader import read_kpis
from documents.scorecard_reader import read_scorecard
from tests.conftest import Program
from tests.documents.office_files import workbook

TODAY = date(2026, 11, 26)
APRIL = (date(2026, 4, 1), date(2026, 4, 30))


def read(*rows: Sequence[str]) -> KpiDraft:
    draft = read_scorecard("card", rows, TODAY)
    assert draft is not None
    return draft


def only(draft: KpiDraft) -> KpiDefinition:
    (definition,) = draft.definitions
    return definition


def told(draft: KpiDraft) -> str:
    return "\n".join([*draft.doubts, *(question.text for question in draft.questions)])


def test_a_comparator_is_of_the_year_in_its_heading_else_that_is_a_doubt() -> None:
    draft = read(
        ("Indicator", "2024/25", "2025/26", "England 2024/25", "England 2025/26", "Stat neighbours"),
        ("Turnover", "14.2", "13.9", "14", "13.8", "15"),
    )
    assert [(one.name, one.year, one.value) for one in draft.comparators] == [
        ("England", "2024/25", 14),
        ("England", "2025/26", 13.8),
        ("Stat neighbours", "2025/26", 15),
    ]
    assert "“Stat neighbours” has no year: it is taken to be of 2025/26" in told(draft)
    assert "England" not in told(draft)


def test_a_comparator_keeps_the_brackets_of_its_name_without_its_year() -> None:
    draft = read(
        ("Indicator", "2024/25", "2025/26", "Benchmark (SN)", "England (2025/26)"),
        ("Turnover", "14.2", "13.9", "15", "13.8"),
    )
    assert [(one.name, one.year) for one in draft.comparators] == [
        ("Benchmark (SN)", "2025/26"),
        ("England", "2025/26"),
    ]


@pytest.mark.parametrize(
    "parts",
    [
        (("All assessed", "Numerator", "412"), ("All in care", "Denominator", "468")),
        (("", "Numerator", "412"), ("", "Denominator", "468")),
        (("Numerator", "", "412"), ("Denominator", "", "468")),
    ],
)
def test_rows_of_counts_belong_to_the_indicator_above_them(parts: Sequence[Sequence[str]]) -> None:
    draft = read(("Indicator", "Component", "Apr 2026"), ("Health checks in time", "%", "88.0%"), *parts)
    ((code, figure),) = draft.figures
    assert code == only(draft).code == "health-checks-in-time"
    assert (figure.value, figure.numerator, figure.denominator) == (88, 412, 468)
    names = [only(draft).values.get(name) for name in ("numerator", "denominator")]
    assert names == (["All assessed", "All in care"] if parts[0][0].startswith("All") else [None, None])


def test_counts_that_stand_below_no_indicator_are_told() -> None:
    draft = read(("Indicator", "Apr 2026"), ("Numerator", "3"), ("Referrals", "10"))
    assert "row 2: no indicator that is read stands above this numerator: left out" in told(draft)
    assert [code for code, _ in draft.figures] == ["referrals"]


@pytest.mark.parametrize("left_out", [("Referrals", "12"), ("Assessments", ""), ("Front door", "")])
def test_the_counts_of_an_indicator_that_is_left_out_go_to_no_other(left_out: Sequence[str]) -> None:
    draft = read(("Indicator", "Apr 2026"), ("Referrals", "10"), left_out, ("Numerator", "3"))
    ((_, figure),) = draft.figures
    assert figure.numerator is None
    assert "row 4: no indicator that is read stands above this numerator" in told(draft)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("% of visits in time", Unit.PERCENT),
        ("Percentage of visits in time", Unit.PERCENT),
        ("Rate of referrals per 10,000", Unit.PER_10_000),
        ("Time to adoption (days)", Unit.DAYS),
        ("Length of proceedings (average weeks)", Unit.WEEKS),
        ("Number of referrals", Unit.NUMBER),
        ("Number and % of referrals", Unit.NUMBER),
    ],
)
def test_a_unit_may_stand_in_the_indicator_s_name(name: str, unit: Unit) -> None:
    assert only(read(("Indicator", "Apr 2026"), (name, "41"))).values["unit"] is unit


def test_a_figure_of_more_than_100_is_of_no_percentage_that_only_the_name_gives() -> None:
    draft = read(("Indicator", "Apr 2026"), ("% and number of referrals", "1,204"))
    assert only(draft).values["unit"] is Unit.NUMBER


def test_thousands_of_pounds_are_pounds_and_that_is_told() -> None:
    draft = read(
        ("Indicator", "Good is", "Target", "Apr 2026", "May 2026"),
        ("Spend on agency staff (£000)", "low", "£350", "£412", "£1.2m"),
    )
    assert [figure.value for _, figure in draft.figures] == [412_000, 1_200_000]
    assert only(draft).target[:2] == (TargetType.AT_MOST, 350_000)
    assert "is in £1,000: its figures are multiplied by that" in told(draft)


def test_a_target_that_excludes_its_own_number_is_told() -> None:
    draft = read(("Indicator", "Target", "Apr 2026"), ("Complaints", "<5", "4"))
    assert only(draft).target[:2] == (TargetType.AT_MOST, 5)
    assert "the target <5 is read as at most 5, which 5 itself meets" in told(draft)
    over = read(("Indicator", "Target", "Apr 2026"), ("Visits", "over 90%", "91%"))
    assert "the target over 90% is read as at least 90%, which 90% itself meets" in told(over)
    assert "itself" not in told(read(("Indicator", "Target", "Apr 2026"), ("Complaints", "≤5", "4")))


def test_a_figure_may_be_marked_as_provisional_or_revised() -> None:
    draft = read(("Indicator", "Apr 2026", "May 2026"), ("Vacancies", "17.2% (p)", "16.0% (r)"))
    assert [(figure.value, figure.status) for _, figure in draft.figures] == [
        (17.2, ValueStatus.PROVISIONAL),
        (16, ValueStatus.REVISED),
    ]


@pytest.mark.parametrize("heading", ["Desired direction", "Better if", "High/Low is good", "Good direction"])
@pytest.mark.parametrize(("word", "meant"), [("Maximise", Polarity.HIGH), ("↓", Polarity.LOW)])
def test_which_way_is_good_in_officers_words(heading: str, word: str, meant: Polarity) -> None:
    draft = read(("Measure", heading, "Apr 2026"), ("Referrals", word, "10"))
    assert only(draft).values["polarity"] is meant
    assert not told(draft)


@pytest.mark.parametrize(
    ("headings", "cells", "spans"),
    [
        (("National indicator", "Apr 2026"), ("Referrals", "10"), [APRIL]),
        (
            ("Measure", "2025/26 outturn", "Apr 2026"),
            ("Referrals", "90", "10"),
            [(date(2025, 4, 1), date(2026, 3, 31)), APRIL],
        ),
        (
            ("Measure", "Good is", "Target 2026/27", "Q1", "Q2"),
            ("Referrals", "low", "8", "10", "9"),
            [(date(2026, 4, 1), date(2026, 6, 30)), (date(2026, 7, 1), date(2026, 9, 30))],
        ),
        (
            ("Measure", "Good is", "2026/27 Target", "Apr 2026"),
            ("Referrals", "low", "8", "10"),
            [APRIL],
        ),
    ],
)
def test_headings_as_councils_write_them(
    headings: Sequence[str], cells: Sequence[str], spans: Sequence[tuple[date, date]]
) -> None:
    draft = read(headings, cells)
    assert [(figure.period_start, figure.period_end) for _, figure in draft.figures] == spans
    assert only(draft).target[0] is (TargetType.AT_MOST if "Good is" in headings else TargetType.NONE)
    assert "not used" not in told(draft)


def test_the_year_of_comparators_may_stand_above_them() -> None:
    draft = read(
        ("Indicator", "2026/27", "", "Benchmarking 2024/25", ""),
        ("", "Apr", "May", "SN", "Eng"),
        ("Referrals", "10", "11", "12", "13"),
    )
    assert [(one.name, one.year) for one in draft.comparators] == [("SN", "2024/25"), ("Eng", "2024/25")]
    assert [figure.period_end for _, figure in draft.figures] == [date(2026, 4, 30), date(2026, 5, 31)]


@pytest.mark.parametrize(
    ("place", "above"), [("card.xlsx, Q1 2026-27", ""), ("card.xlsx, Sheet1", "Scorecard for Q1 2026/27")]
)
def test_the_period_of_results_may_be_that_of_the_sheet_or_its_title(place: str, above: str) -> None:
    title = (above or "Quarter 1 (April to June 2026)",)
    rows = [title, ("Indicator", "Aim to", "Actual", "RAG"), ("Assessments", "Maximise", "221", "A")]
    draft = read_scorecard(place, rows, TODAY)
    assert draft is not None
    ((_, figure),) = draft.figures
    assert (figure.period_start, figure.period_end) == (date(2026, 4, 1), date(2026, 6, 30))
    assert "“Actual” is read as Q1 2026" in told(draft)
    assert read_scorecard("card.xlsx, Sheet1", rows[1:], TODAY) is None
    two = [("April 2026 and May 2026",), *rows[1:]]
    assert read_scorecard("card.xlsx, Sheet1", two, TODAY) is None


def test_the_number_of_an_indicator_is_another_name_for_it() -> None:
    draft = read(("No.", "Indicator", "Apr 2026"), ("1", "Referrals", "61"))
    assert "aliases" not in only(draft).values
    draft = read(("PI", "Description", "Apr 2026"), ("SEND1", "Plans issued in time", "61%"))
    assert only(draft).values["name"] == "Plans issued in time"
    assert only(draft).values["aliases"] == "SEND1"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("% of visits in time", "percent-of-visits-in-time"),
        (
            "Average time between entering care and moving in with an adoptive family",
            "average-time-between-entering-care-and-moving-in-with-an",
        ),
    ],
)
def test_a_code_is_made_of_whole_words(name: str, code: str) -> None:
    assert only(read(("Indicator", "Apr 2026"), (name, "41"))).code == code


def test_what_is_not_kept_of_a_scorecard_is_told_once() -> None:
    draft = read(("Indicator", "Tolerance", "RAG", "RAG", "Apr 2026"), ("Referrals", "5", "R", "A", "10"))
    assert "the column “Tolerance” is not used" in told(draft)
    assert told(draft).count("“RAG”") == 1


def test_every_sheet_that_is_a_scorecard_is_read_and_every_other_is_named(
    run: Program, tmp_path: Path
) -> None:
    head = ("Ref", "Indicator", "Good is", "Target")
    path = workbook(
        tmp_path / "card.xlsx",
        Guidance=[("How to fill this in",)],
        Q1=[(*head, "Q1 2016/17"), ("EH1", "Assessments", "high", 240, 221)],
        Q2=[(*head, "Q2 2016/17"), ("EH1", "Assessments", "high", 240, 247)],
        Health=[(*head, "Q2 2016/17"), ("H1", "Checks in time", "high", "90%", "85%")],
    )
    run.on_empty_database()
    answer = run("kpi", "import", str(path))
    assert "2 KPIs added, 0 changed; 3 values" in answer.out
    assert "the sheet “Guidance” is not read: it is no scorecard" in answer.out
    shown = json.loads(run("kpi", "show", "assessments", "--format", "json").out)
    assert [(one["period_end"], one["value"]) for one in shown["values"]] == [
        ("2016-06-30", 221),
        ("2016-09-30", 247),
    ]


def test_a_figure_that_stands_in_two_sheets_is_read_once_and_told(run: Program, tmp_path: Path) -> None:
    rows = [("Indicator", "Apr 2016", "May 2016"), ("Referrals", 10, 11)]
    path = workbook(tmp_path / "card.xlsx", Board=rows, Committee=[rows[0], ("Referrals", 10, 99)])
    run.on_empty_database()
    answer = run("kpi", "import", str(path))
    assert "1 KPI added, 0 changed; 2 values" in answer.out
    assert "referrals at 31 May 2016 is read from “Board” alone" in answer.out


@pytest.mark.parametrize(
    ("written", "value", "numerator", "denominator"),
    [
        ("12/15 (80%)", 80, 12, 15),
        ("80% (12/15)", 80, 12, 15),
        ("80% - 12 of 15", 80, 12, 15),
        ("1,204 out of 1,500", 80.3, 1204, 1500),
    ],
)
def test_a_percentage_may_stand_with_its_counts(
    written: str, value: float, numerator: int, denominator: int
) -> None:
    draft = read(("Indicator", "Apr 2026", "May 2026"), ("% of visits in time", written, "81%"))
    (_, figure), _ = draft.figures
    assert (figure.value, figure.numerator, figure.denominator) == (value, numerator, denominator)
    assert told(draft).count("left out") == 0


def test_counts_that_cannot_be_of_one_another_are_left_out_with_a_doubt() -> None:
    draft = read(("Indicator", "Apr 2026", "May 2026"), ("% of visits in time", "15/12", "81%"))
    assert len(draft.figures) == 1
    assert "“15/12”" in told(draft)


@pytest.mark.parametrize(
    "headings",
    [
        (
            ("Measure", "Unit", "Q1 2025-26", "", "", "Q2 2025-26", "", ""),
            ("", "", "Num", "Denom", "%", "Num", "Denom", "%"),
        ),
        (
            (
                "Measure",
                "Unit",
                "Q1 2025-26 num",
                "Q1 2025-26 den",
                "Q1 2025-26 %",
                "Q2 2025-26 num",
                "Q2 2025-26 den",
                "Q2 2025-26 %",
            ),
        ),
    ],
)
def test_numerators_and_denominators_of_a_period_are_no_figures_of_it(
    headings: Sequence[Sequence[str]],
) -> None:
    draft = read(*headings, ("Health assessments in time", "%", "41", "50", "82%", "45", "50", "90%"))
    assert [(one.value, one.numerator, one.denominator) for _, one in draft.figures] == [
        (82, 41, 50),
        (90, 45, 50),
    ]


def test_a_new_count_or_one_with_hidden_figures_is_protected() -> None:
    draft = read(
        ("Indicator", "Unit", "2023/24", "2024/25"),
        ("Children missing", "number", "14", "16"),
        ("Missing more than once", "%", "[c]", "12"),
        ("Visits in time", "%", "80", "90"),
    )
    assert [one.values["disclosure"] for one in draft.definitions] == [
        Disclosure.SMALL_COUNTS,
        Disclosure.SMALL_COUNTS,
        Disclosure.OPEN,
    ]


def test_a_figure_s_marks_are_read_and_told() -> None:
    draft = read(
        ("Indicator", "Unit", "2023/24", "2024/25", "2025/26 (prov)", "England 23/24"),
        ("Re-referrals", "%", "15.9r", "16.2*", "16.8 (n=112)", "21"),
    )
    assert [(one.value, one.status, one.denominator) for _, one in draft.figures] == [
        (15.9, ValueStatus.REVISED, None),
        (16.2, ValueStatus.FINAL, None),
        (16.8, ValueStatus.PROVISIONAL, 112),
    ]
    assert "“16.2*” has a mark of a footnote: read as 16.2" in told(draft)
    assert [(one.name, one.year) for one in draft.comparators] == [("England", "2023/24")]


def test_months_in_brackets_only_explain_a_quarter() -> None:
    draft = read(("Indicator", "Q2 (Jul-Sep) 25/26", "Q3 (Oct-Dec) 25/26"), ("Referrals", "1200", "1310"))
    assert [one.period_end for _, one in draft.figures] == [date(2025, 9, 30), date(2025, 12, 31)]


def test_a_figure_of_schools_by_financial_years_is_asked_about() -> None:
    absence, others = ("Persistent absence", "21", "20"), ("Re-referrals", "21", "20")
    draft = read(("Indicator", "2022/23", "2023/24"), absence, others)
    assert told(draft).count("if school years are meant") == 1
    by_school_year = read(("Indicator", "academic year 2022/23", "AY 2023/24"), absence)
    assert by_school_year.figures[0][1].period_end == date(2023, 8, 31)
    assert "if school years are meant" not in told(by_school_year)


def test_a_target_with_two_ends_is_a_range_or_the_end_that_counts() -> None:
    head = ("Indicator", "Good is", "Target", "Q1 2025/26", "Q2 2025/26")
    for good, aim in (
        ("neither", (TargetType.RANGE, 280, 310)),
        ("low", (TargetType.AT_MOST, 310, None)),
        ("high", (TargetType.AT_LEAST, 280, None)),
    ):
        draft = read(head, ("Plans", good, "280-310", "300", "305"))
        assert only(draft).target[:3] == aim


@pytest.mark.parametrize(("written", "target"), [("85 (stretch 90)", 85), ("15% by March 2027", 15)])
def test_a_target_with_more_than_its_number_is_read_with_a_doubt(written: str, target: float) -> None:
    draft = read(
        ("Indicator", "Good is", "Target", "Q1 2025/26", "Q2 2025/26"), ("A", "high", written, "8", "9")
    )
    assert only(draft).target[1] == target
    assert f"“{written}” is read as" in told(draft)


def test_of_targets_for_several_years_the_latest_is_taken_and_the_other_named() -> None:
    draft = read(
        ("Indicator", "Good is", "Target 2024/25", "Target 2025/26", "Q1 2025/26", "Q2 2025/26"),
        ("Repeat plans", "low", "12", "10", "11", "9"),
    )
    assert only(draft).target[1] == 10
    assert "the column “Target 2024/25” is not used" in told(draft)


def test_a_target_beside_an_unknown_polarity_is_told_to_be_left_out() -> None:
    draft = read(
        ("Indicator", "Polarity", "Target", "Q1 2025/26", "Q2 2025/26"),
        ("Plans", "Goldilocks", "10", "8", "9"),
    )
    assert "the target 10 is left out" in told(draft)
    assert "“Goldilocks” does not say which way is good" in told(draft)


def test_a_baseline_has_the_last_day_of_its_year() -> None:
    draft = read(("Indicator", "Baseline 2024/25", "Q1 2025/26", "Q2 2025/26"), ("Plans", "80", "8", "9"))
    assert only(draft).values["baseline_date"] == date(2025, 3, 31)


def test_an_average_of_the_months_is_no_comparator_and_a_month_gives_its_year() -> None:
    draft = read(
        ("Short name", "Q1 2025/26", "Year end 24/25", "Autumn 2025", "12 month average", "England (Mar 25)"),
        ("Plans", "8", "9", "10", "8.5", "7"),
    )
    assert [(one.name, one.year) for one in draft.comparators] == [("England", "2024/25")]
    assert [figure.period_end for _, figure in draft.figures] == [
        date(2025, 6, 30),
        date(2025, 3, 31),
        date(2025, 12, 31),
    ]
    assert "“12 month average”: worked out from the other columns" in told(draft)


def test_an_arrow_beside_a_figure_is_left_out_and_a_fault_names_the_period() -> None:
    draft = read(("Indicator", "Oct 2026", "Sep 2026"), ("Visits in time", "81% ↑", "soon"))
    ((_, figure),) = draft.figures
    assert figure.value == 81
    assert "arrows beside figures are left out" in told(draft)
    assert "1 Sep 2026 to 30 Sep 2026: “soon” is not a number" in told(draft)


def test_not_applicable_in_a_month_to_come_says_nothing() -> None:
    draft = read(("Indicator", "Oct 2026", "Dec 2026"), ("Visits in time", "81%", "n/a"))
    assert [figure.period_end for _, figure in draft.figures] == [date(2026, 10, 31)]


def test_two_figures_for_one_period_are_told(run: Program, tmp_path: Path) -> None:
    card = "Indicator,Good is,2024/25,2024-25\nReviews on time,high,80,81\n"
    path = tmp_path / "card.csv"
    path.write_text(card, "utf-8")
    run.on_empty_database()
    ran = run("kpi", "import", str(path))
    assert "two figures are given for 1 Apr 2024 to 31 Mar 2025: keep one of them" in ran.err


def test_what_stands_beside_the_values_is_told(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Scorecard"
    sheet.append(["Indicator", "Apr 2026", "May 2026"])
    sheet.append(["Children on a plan", 620, 631])
    sheet.append(["Contacts", 81, 84])
    sheet["C2"].comment = Comment("Late return", "x")
    sheet["B3"].font = Font(strike=True)
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    book.save(tmp_path / "card.xlsx")

    doubts = read_kpis(tmp_path / "card.xlsx", today=date(2026, 11, 1)).doubts
    assert "sheet “Scorecard” has hidden columns, which are read: B" in doubts
    assert "sheet “Scorecard” has hidden rows, which are read: 3" in doubts
    assert "struck-out cells of sheet “Scorecard” are read: B3" in doubts
    assert "sheet “Scorecard”: the comment on C2 is not read: “Late return”" in doubts


def _values(draft: KpiDraft) -> list[tuple[str, str, float | None]]:
    return [(str(one.period_start), str(one.period_end), one.value) for _, one in draft.figures]


@pytest.mark.parametrize("months", [("Apr", "May", "Jun"), ("Apr-26", "May-26", "Jun-26")])
@pytest.mark.parametrize("quarter", ["Quarter 1", "Q1 2026/27"])
def test_figures_of_months_below_a_quarter_are_the_months(quarter: str, months: Sequence[str]) -> None:
    draft = read(
        ("Scorecard 2026/27", "", "", "", ""),
        ("Data as at 9 November 2026", "", "", "", ""),
        ("Indicator", "Good is", quarter, "", ""),
        ("", "", *months),
        ("Contacts received", "Low", "100", "110", "120"),
    )

    assert _values(draft) == [
        ("2026-04-01", "2026-04-30", 100),
        ("2026-05-01", "2026-05-31", 110),
        ("2026-06-01", "2026-06-30", 120),
    ]
    assert ("no year: read as 2026/27" in told(draft)) is (quarter == "Quarter 1" and months[0] == "Apr")


def test_months_of_quarters_without_any_year_are_refused() -> None:
    with pytest.raises(DocumentError, match="have no year"):
        read(
            ("Indicator", "Good is", "Quarter 1", "", ""),
            ("", "", "Apr", "May", "Jun"),
            ("Contacts received", "Low", "100", "110", "120"),
        )


def test_a_target_below_a_year_is_no_figure_of_it() -> None:
    draft = read(
        ("Indicator", "Good is", "2025/26", "", ""),
        ("", "", "Target", "Q1", "Q2"),
        ("Decided in a day (%)", "High", "80%", "71%", "74%"),
    )

    assert only(draft).target == (TargetType.AT_LEAST, 80, None, None, None)
    assert [value for _, _, value in _values(draft)] == [71, 74]


def test_an_earlier_outturn_gives_the_months_beside_it_no_year() -> None:
    draft = read(
        ("Scorecard 2026/27", "", "", "", ""),
        ("Indicator", "Good is", "2025/26 Outturn", "", ""),
        ("", "", "", "Apr", "May"),
        ("Contacts received", "Low", "1300", "100", "110"),
    )

    assert [start for start, _, _ in _values(draft)] == ["2025-04-01", "2026-04-01", "2026-05-01"]
    assert "no year: read as 2026/27" in told(draft)


def test_months_beside_the_total_of_a_year_have_a_doubt_where_the_title_is_of_another() -> None:
    draft = read(
        ("Scorecard 2026/27", "", "", "", ""),
        ("Indicator", "Good is", "2025/26", "", ""),
        ("", "", "Outturn", "Apr", "May"),
        ("Contacts received", "Low", "1300", "100", "110"),
    )

    assert "“Apr 2025” and those beside it are read as of 2025/26, and the title names 2026/27" in told(draft)
