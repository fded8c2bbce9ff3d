"""Open-data files of the Department for Education (DfE): their periods, and which columns hold figures."""

from datetime import date

import pytest

from db.models import Frequency
from documents.dfe_reader import read_dfe
from documents.draft import DocumentError
from documents.kpi_draft import KpiDraft
from documents.kpi_options import KpiOptions

_HEAD = "time_period,time_identifier,geographic_level,la_name,new_la_code,phase,referrals,absence_percent"


def _read(*rows: str) -> KpiDraft:
    records = [line.split(",") for line in (_HEAD, *rows)]
    options = KpiOptions(authority="Oxfordshire", columns={"absence_percent": "absence"})
    return read_dfe("dfe.csv", records, options, {})


def _row(period: str, identifier: str, referrals: str = "6801", value: str = "6.1") -> str:
    return f"{period},{identifier},Local authority,Oxfordshire,E10000025,Total,{referrals},{value}"


@pytest.mark.parametrize(
    ("period", "identifier", "span"),
    [
        ("202425", "Autumn term", (date(2024, 9, 1), date(2024, 12, 31))),
        ("202425", "Spring term", (date(2025, 1, 1), date(2025, 4, 19))),
        ("202425", "Autumn and spring term", (date(2024, 9, 1), date(2025, 4, 19))),
        ("202425", "Academic year", (date(2024, 9, 1), date(2025, 8, 31))),
        ("202425", "Financial year Q1", (date(2024, 4, 1), date(2024, 6, 30))),
        ("202425", "Financial half year 2", (date(2024, 10, 1), date(2025, 3, 31))),
        ("2025", "Calendar year Q3", (date(2025, 7, 1), date(2025, 9, 30))),
        ("2025", "March", (date(2025, 3, 1), date(2025, 3, 31))),
        ("2025", "Reporting year", (date(2024, 4, 1), date(2025, 3, 31))),
    ],
)
def test_a_period_has_the_days_of_its_identifier(
    period: str, identifier: str, span: tuple[date, date]
) -> None:
    ((_, figure),) = _read(_row(period, identifier)).figures
    assert (figure.period_start, figure.period_end) == span


@pytest.mark.parametrize(("period", "identifier"), [("202425", "Academic year Q1"), ("2025", "Week 12")])
def test_a_kind_of_period_that_cannot_be_told_is_named(period: str, identifier: str) -> None:
    draft = _read(_row(period, identifier), _row("202425", "Academic year"))
    assert len(draft.figures) == 1
    kind = identifier.rstrip("0123456789 ")
    assert draft.doubts == [f"dfe.csv: left out, 1 row of periods that can't be read: “{kind}”"]


def test_a_column_of_counts_is_no_breakdown() -> None:
    draft = _read(_row("202324", "Financial year", "6801"), _row("202425", "Financial year", "6644", "6.9"))
    assert [figure.breakdown for _, figure in draft.figures] == ["", ""]


def _england(period: str, identifier: str, value: str) -> str:
    return f"{period},{identifier},National,,,Total,6801,{value}"


def test_england_is_kept_for_each_term() -> None:
    draft = _read(
        _row("202425", "Autumn term"),
        _row("202425", "Spring term", value="6.7"),
        _england("202425", "Autumn term", "6.38"),
        _england("202425", "Spring term", "7.01"),
        _england("202324", "Academic year", "7.2"),
    )

    assert [(one.year, one.value) for one in draft.comparators] == [
        ("202425 Autumn term", 6.38),
        ("202425 Spring term", 7.01),
        ("202324", 7.2),
    ]


def test_a_file_by_weeks_is_refused_and_a_week_beside_other_periods_is_told_once() -> None:
    with pytest.raises(DocumentError, match="only periods of a kind that can't be read"):
        _read(_row("2026", "Week 37"), _row("2026", "Week 38"))
    draft = _read(_row("2026", "Week 37"), _row("2026", "Week 38"), _row("202425", "Autumn term"))

    assert [one for one in draft.doubts if "can't be read" in one] == [
        "dfe.csv: left out, 2 rows of periods that can't be read: “Week”"
    ]


def test_a_file_with_a_row_for_each_measure_has_a_column_for_each() -> None:
    head = ["time_period", "time_identifier", "geographic_level", "la_name", "metric", "value"]
    places = (("Local authority", "Oxfordshire"), ("National", ""))
    rows = [
        ["202425", "Academic year", level, name, metric, value]
        for level, name in places
        for metric, value in (("absence_percent", "6.1"), ("persistent_percent", "14.2"))
    ]
    options = KpiOptions(authority="Oxfordshire", columns={"absence_percent": "absence"})
    draft = read_dfe("dfe.csv", [head, *rows], options, {})

    assert [(code, figure.value, figure.breakdown) for code, figure in draft.figures] == [
        ("absence", 6.1, "")
    ]
    assert [one.value for one in draft.comparators] == [6.1]


def test_a_new_kpi_has_the_frequency_of_its_periods() -> None:
    draft = _read(_row("202324", "Financial year"), _row("202425", "Financial year"))

    assert draft.definitions[0].values["frequency"] is Frequency.ANNUAL
