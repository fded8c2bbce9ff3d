"""Rows of a scorecard that belong to one indicator, and what stands beside the figures."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from db.models import Frequency, TargetType
from documents.kpi_reader import read_kpis
from tests.documents.test_scorecards import TODAY, only, read, told

_QUARTERS = ("Q1 2026/27", "Q2 2026/27")


@pytest.mark.parametrize("names", [("IHAs in 20 days", "", ""), ("IHAs in 20 days",) * 3])
@pytest.mark.parametrize("label", ["%", "Percentage"])
def test_numerator_denominator_and_percentage_may_have_a_row_each(names: Sequence[str], label: str) -> None:
    draft = read(
        ("Indicator", "Good is", "", *_QUARTERS),
        (names[0], "High", "Numerator", "25", "21"),
        (names[1], "", "Denominator", "29", "28"),
        (names[2], "", label, "86.2", "75.0"),
    )

    found = [(one.value, one.numerator, one.denominator) for _, one in draft.figures]
    assert found == [(86.2, 25, 29), (75, 21, 28)]
    assert only(draft).values["name"] == "IHAs in 20 days"


def test_target_and_rating_may_have_a_row_each() -> None:
    draft = read(
        ("Indicator", "Good is", "Row", *_QUARTERS),
        ("ICPCs in 15 days", "High", "Actual", "84%", "79%"),
        ("", "", "Target", "90%", "92%"),
        ("", "", "RAG", "A", "R"),
    )

    assert only(draft).target[:2] == (TargetType.AT_LEAST, 92)
    assert "row 3: the target for the last period, 92%, is taken for all" in told(draft)


@pytest.mark.parametrize("names", [("TAFs reviewed", "", ""), ("TAFs reviewed",) * 3])
def test_a_district_is_never_taken_for_the_whole(names: Sequence[str]) -> None:
    rows = [("Indicator", "District", "Good is", "Sep 2025", "Oct 2025")]
    rows += [
        (name, place, "High", "85%", "86%")
        for name, place in zip(names, ("Cherwell", "Oxford City", "Oxfordshire"), strict=True)
    ]
    draft = read(*rows)

    assert draft.figures == []
    assert "has a row each for “Cherwell”, “Oxford City”, “Oxfordshire”, and none of the whole" in told(draft)


def test_the_row_of_the_whole_is_read_and_the_districts_are_told() -> None:
    draft = read(
        ("Indicator", "District", "Good is", "Sep 2025", "Oct 2025"),
        ("TAFs reviewed", "Cherwell", "High", "85%", "86%"),
        ("", "County", "", "83%", "84%"),
    )

    assert [one.value for _, one in draft.figures] == [83, 84]
    assert "only “County” is read, not “Cherwell”" in told(draft)


def test_a_row_of_england_is_what_the_indicator_above_is_compared_with() -> None:
    draft = read(
        ("Indicator", "Good is", "2023/24", "2024/25"),
        ("Re-referrals (%)", "Low", "21", "22"),
        ("Statistical neighbours", "", "20", "21"),
        ("England", "", "22", "22.4"),
    )

    assert len(draft.definitions) == 1
    assert [(one.name, one.year, one.value) for one in draft.comparators] == [
        ("Statistical neighbours", "2024/25", 21),
        ("England", "2024/25", 22.4),
    ]
    assert "row 4, “England”, is what it is compared with: 2024/25 is taken" in told(draft)


def test_figures_without_an_indicator_and_lines_without_figures_are_told() -> None:
    draft = read(
        ("Indicator", "Good is", "Aug 2026", "Sep 2026"),
        ("Timeliness", "", "", ""),
        ("Visits", "High", "81", "82"),
        ("", "", "34", "40"),
        ("* Sep covers three weeks only", "", "", ""),
    )

    assert len(draft.figures) == 2
    assert "row 4 has figures and no indicator: left out" in told(draft)
    assert "lines without figures, not read: “Timeliness”; “* Sep covers three weeks only”" in told(draft)


@pytest.mark.parametrize(
    ("columns", "frequency"),
    [
        (("Dec 2025", "Mar 2026", "Jun 2026", "Sep 2026"), Frequency.QUARTERLY),
        (("Sep 2024", "Sep 2025"), Frequency.ANNUAL),
        (("Jul 2026", "Aug 2026", "Sep 2026"), Frequency.MONTHLY),
    ],
)
def test_how_often_figures_come_is_told_by_how_far_they_are_apart(
    columns: Sequence[str], frequency: Frequency
) -> None:
    draft = read(("Indicator", "Good is", *columns), ("Visits", "High", *map(str, range(len(columns)))))

    assert only(draft).values["frequency"] is frequency


def test_an_old_target_is_told() -> None:
    draft = read(
        ("Indicator", "Good is", "Target 2024/25", "Q4 2025/26", "Q1 2026/27"),
        ("ICPCs in 15 days (%)", "High", "85", "88", "84"),
    )

    assert "“Target 2024/25” is taken as the target, and the latest figures are of 2026/27" in told(draft)


def test_a_scorecard_may_have_a_sheet_of_definitions_and_a_hidden_one(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Indicator", "Good is", "Aug 2026", "Sep 2026"])
    sheet.append(["Visits", "High", 81, 82])
    definitions = book.create_sheet("Definitions")
    definitions.append(["Indicator", "What it counts"])
    old = book.create_sheet("2025 old")
    old.append(["Indicator", "Good is", "Aug 2025", "Sep 2025"])
    old.append(["Visits", "High", 1, 2])
    old.sheet_state = "hidden"
    book.save(tmp_path / "card.xlsx")
    draft = read_kpis(tmp_path / "card.xlsx", today=TODAY)

    assert [one.value for _, one in draft.figures] == [81, 82]
    assert "the sheet “Definitions” is not read: it is no scorecard" in told(draft)
    assert "the sheet “2025 old” is hidden, so it is not read" in told(draft)


def test_two_rows_of_one_name_with_numbers_and_ratings_of_their_own_are_no_group() -> None:
    draft = read(
        ("Ref", "Indicator", "Good is", "Aug 2026", "RAG", "Sep 2026", "RAG"),
        ("1.1", "Visits", "High", "81", "A", "82", "G"),
        ("1.2", "Visits", "High", "61", "R", "62", "R"),
    )

    assert [one.value for _, one in draft.figures] == [81, 82]
    assert "“Visits” stands further up already: left out" in told(draft)
