"""Faults of scorecards, term dates and registers that nobody had seen, each as the smallest file."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from db.models import DateStatus, TargetType, ValueStatus
from documents.dfe_reader import read_dfe
from documents.draft import DocumentError
from documents.kpi_draft import KpiDraft
from documents.kpi_options import KpiOptions
from documents.kpi_reader import read_kpis
from documents.people import read_people
from documents.schools import read_schools, shared_channels
from documents.scorecard_reader import read_scorecard
from documents.term_events import TermEvent, find_spans
from documents.terms import TermsFile, read_terms

TODAY = date(2026, 11, 26)


def _scorecard(*rows: Sequence[str]) -> KpiDraft:
    draft = read_scorecard("card", rows, TODAY)
    assert draft is not None
    return draft


def _told(draft: KpiDraft) -> str:
    return "\n".join([*draft.doubts, *(question.text for question in draft.questions)])


def _terms(folder: Path, *lines: str) -> TermsFile:
    path = folder / "terms.csv"
    path.write_text("\n".join(lines), "utf-8")
    return read_terms(path, calendar="Rivershire")


# Scorecards


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Total measures on target", "adds up the others"),
        ("of which: 0 to 4 years", "is a part of the indicator above it"),
    ],
)
def test_a_row_that_is_no_indicator_is_left_out_with_a_doubt(name: str, why: str) -> None:
    draft = _scorecard(
        ("Indicator", "Apr 2026", "May 2026"), ("Children on a plan", "402", "410"), (name, "150", "152")
    )

    assert len(draft.definitions) == 1
    assert f"“{name}” {why}: left out" in _told(draft)


@pytest.mark.parametrize(
    ("name", "figures", "why"),
    [
        ("First-time entrants (rate per 100,000)", ("168", "161"), "rate per 100,000"),
        ("Return interviews within 72 hours", ("88", "91"), "may be in per cent"),
        ("Visits made", ("0.86", "0.9"), "between 0 and 1"),
    ],
)
def test_numbers_that_may_be_of_another_unit_are_asked_about(
    name: str, figures: Sequence[str], why: str
) -> None:
    [question] = [
        one
        for one in _scorecard(("Indicator", "Apr 2026", "May 2026"), (name, *figures)).questions
        if one.option == "unit"
    ]

    assert why in question.text


def test_an_estimated_figure_is_provisional() -> None:
    draft = _scorecard(("Indicator", "Apr 2026", "May 2026"), ("Absence", "44.8%e", "45% (est)"))

    assert [one.status for _, one in draft.figures] == [ValueStatus.PROVISIONAL] * 2


@pytest.mark.parametrize("written", ["No target", "n/a", "-", "Monitoring only"])
def test_a_cell_that_says_there_is_no_target_is_none(written: str) -> None:
    draft = _scorecard(
        ("Indicator", "Target", "Apr 2026", "May 2026"), ("Children on a plan", written, "402", "410")
    )

    assert draft.definitions[0].target[0] is TargetType.NONE
    assert "target" not in _told(draft)


def test_what_good_looks_like_says_which_way_is_good() -> None:
    draft = _scorecard(
        ("Indicator", "What does good look like?", "Apr 2026", "May 2026"), ("Contacts", "Decrease", "9", "8")
    )

    assert draft.definitions[0].values["polarity"] == "low"


def test_a_row_for_each_indicator_and_period_is_put_together() -> None:
    draft = _scorecard(
        ("Measure", "Reporting period", "Actual", "Target", "Better to be"),
        ("Supervision held on time", "Sep-26", "75%", "85%", "High"),
        ("Visits made", "Sep-26", "80%", "", "High"),
        ("Supervision held on time", "Oct-26", "76.3%", "85%", "High"),
        ("Supervision held on time", "Oct-26", "77%", "85%", "High"),
    )

    held = [(code, str(one.period_end), one.value) for code, one in draft.figures]
    assert held == [
        ("supervision-held-on-time", "2026-09-30", 75),
        ("supervision-held-on-time", "2026-10-31", 76.3),
        ("visits-made", "2026-09-30", 80),
    ]
    assert draft.definitions[0].target[1] == 85
    assert "so row 2 is “Supervision held on time”" in _told(draft)
    assert "has two figures of Oct-26: 76.3% is read, not 77%" in _told(draft)


def test_of_rows_for_teams_only_those_of_the_whole_are_read() -> None:
    draft = _scorecard(
        ("Measure", "Period", "Team", "Value", "Good is"),
        ("Visits in timescale (%)", "Dec 2025", "North", "90%", "High"),
        ("Visits in timescale (%)", "Dec 2025", "South", "75%", "High"),
        ("Visits in timescale (%)", "Dec 2025", "Anytown total", "83.3%", "High"),
        ("Caseload average", "Dec 2025", "North", "17.2", "Low"),
    )

    assert [(code, one.value) for code, one in draft.figures] == [("visits-in-timescale-percent", 83.3)]
    assert "the rows of “North”, “South” are of a part" in _told(draft)
    assert "“Caseload average” has rows of parts and none of the whole: left out" in _told(draft)


def test_rows_that_differ_by_a_comment_are_not_of_parts() -> None:
    draft = _scorecard(
        ("Measure", "Period", "Comment", "Value", "Good is"),
        ("Visits in timescale (%)", "Dec 2025", "Provisional", "90%", "High"),
        ("Visits in timescale (%)", "Dec 2025", "Checked", "91%", "High"),
    )

    assert [one.value for _, one in draft.figures] == [90]
    assert "has two figures of Dec 2025: 90% is read, not 91%" in _told(draft)


def test_the_latest_and_the_previous_figure_have_a_period_each() -> None:
    draft = _scorecard(
        ("KPI Name", "Good", "Latest period", "Latest value", "Previous period", "Previous value"),
        ("Screening tool used", "High", "Oct 2026", "61%", "Sep 2026", "58%"),
    )

    assert sorted(str(one.period_end) for _, one in draft.figures) == ["2026-09-30", "2026-10-31"]


def test_months_below_headings_that_are_joined_down_are_of_the_titles_year() -> None:
    draft = _scorecard(
        ("Scorecard 2026/27", "", "", ""),
        ("Indicator", "Good is", "", ""),
        ("", "", "Apr", "May"),
        ("Contacts", "Low", "100", "110"),
    )

    assert [str(one.period_start) for _, one in draft.figures] == ["2026-04-01", "2026-05-01"]


@pytest.mark.parametrize(
    ("heading", "lacks"),
    [
        ("Measure,Low/High,North,South,Target", "no two columns have a period with its year"),
        ("Topic,Apr 2026,May 2026", "no column is called Indicator, Measure or KPI"),
    ],
)
def test_a_refusal_names_the_row_that_comes_nearest(tmp_path: Path, heading: str, lacks: str) -> None:
    path = tmp_path / "card.csv"
    path.write_text(f"Locality report\n{heading}\nVisits,High,91%,84%,95%\n", "utf-8")

    with pytest.raises(DocumentError, match=f"Row 2 comes nearest, with “.*”: {lacks}"):
        read_kpis(path, today=TODAY)


# Open data


def test_the_row_of_the_whole_may_have_a_name_of_its_own() -> None:
    head = "time_period,time_identifier,geographic_level,la_name,characteristic,characteristic_group"
    head += ",children,notes"
    rows = [
        "2024,Calendar year,Local authority,Rivershire,Looked after at 31 March,Total,840,",
        "2024,Calendar year,National,,Looked after at 31 March,Total,83630,",
        "2024,Calendar year,Local authority,Rivershire,Male,Sex,455,New unitary",
    ]
    records = [line.split(",") for line in (head, *rows)]
    options = KpiOptions(authority="Rivershire", columns={"children": "lac"})
    draft = read_dfe("dfe.csv", records, options, {})

    assert ("", 840) in [(one.breakdown, one.value) for _, one in draft.figures]
    assert [one.value for one in draft.comparators] == [83630]
    assert all("New unitary" not in one.breakdown for _, one in draft.figures)


def test_england_without_a_row_of_the_whole_is_told() -> None:
    head = "time_period,time_identifier,geographic_level,la_name,sex,children"
    rows = [
        "2024,Calendar year,Local authority,Rivershire,Male,455",
        "2024,Calendar year,Local authority,Rivershire,Female,385",
        "2024,Calendar year,National,,Male,45000",
    ]
    options = KpiOptions(authority="Rivershire", columns={"children": "lac"})
    draft = read_dfe("dfe.csv", [line.split(",") for line in (head, *rows)], options, {})

    assert "no row of England is of the whole" in _told(draft)


# Term dates


def test_a_revised_term_takes_the_place_of_the_earlier_one() -> None:
    events = [
        TermEvent("Autumn Term 2026", date(2026, 9, 2), date(2026, 12, 18)),
        TermEvent("Autumn Term 2026 (revised)", date(2026, 9, 2), date(2026, 12, 17)),
    ]
    for order in (events, events[::-1]):
        [term], doubts = find_spans(order)
        assert term.last == date(2026, 12, 17)
        assert doubts == ["“Autumn 2026” is there twice: 2 Sep 2026 to 18 Dec 2026 is left out"]


def test_two_of_six_terms_are_in_each_season(tmp_path: Path) -> None:
    lines = [
        "Term,Opens,Closes",
        "Term 3 (Spring),05/01/2027,12/02/2027",
        "Term 4 (Spring),22/02/2027,25/03/2027",
    ]

    assert [one.term for one in _terms(tmp_path, *lines).spans] == ["Spring 1 2027", "Spring 2 2027"]


def test_terms_below_a_proposed_title_are_provisional(tmp_path: Path) -> None:
    title, headings = "School term dates 2027 to 2028 (proposed)", "Term,Start,End"
    read = _terms(tmp_path, title, headings, "Autumn term 2027,2 September 2027,17 December 2027")

    assert [one.standing for one in read.spans] == [DateStatus.PROVISIONAL]
    assert "is provisional" in read.doubts[0]


def test_a_tentative_entry_is_provisional(tmp_path: Path) -> None:
    path = tmp_path / "terms.ics"
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", "BEGIN:VEVENT", "UID:1@a", "STATUS:TENTATIVE"),
        *("DTSTAMP:20260601T090000Z", "DTSTART;VALUE=DATE:20270104", "DTEND;VALUE=DATE:20270326"),
        *("SUMMARY:Spring Term 2027", "END:VEVENT", "END:VCALENDAR"),
    ]
    path.write_text("\r\n".join(lines), "utf-8")

    [term] = read_terms(path, calendar="Rivershire").spans
    assert term.standing is DateStatus.PROVISIONAL


def test_headings_are_repeated_for_the_next_year(tmp_path: Path) -> None:
    headings = "Term,Start,End"
    read = _terms(
        tmp_path,
        *(headings, "Autumn term 2026,2 September 2026,18 December 2026", "School term dates 2027 to 2028"),
        *(headings, "Autumn term 2027,2 September 2027,17 December 2027"),
    )

    assert [one.term for one in read.spans] == ["Autumn 2026", "Autumn 2027"]


def test_a_first_column_without_a_heading_names_the_terms(tmp_path: Path) -> None:
    lines = [",Opens,Closes (end of day)", "Autumn term 2026,2 September 2026*,18 December 2026"]

    [term] = _terms(tmp_path, *lines).spans
    assert (term.starts, term.ends) == (date(2026, 9, 2), date(2026, 12, 18))


# Registers


def test_who_has_left_holds_the_role_no_longer(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Job title,Email,From,Left\nDetective Inspector,o@p.uk,09/01/2023,30/09/2026\n", "utf-8")

    [row] = read_people(path)
    assert row.ends == date(2026, 9, 30)


def test_a_row_that_adds_up_the_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("role,slack_user\nHead of MASH,a@b.uk\nTotal,1 person\n", "utf-8")

    with pytest.raises(DocumentError, match="row 3: it adds up the others: take the row out"):
        read_people(path)


@pytest.mark.parametrize(("last_day", "is_told"), [("31/08/2027", True), ("31/08/2025", False)])
def test_a_shared_channel_is_told_while_both_schools_are_open(
    tmp_path: Path, last_day: str, is_told: bool
) -> None:
    path = tmp_path / "schools.csv"
    path.write_text(
        "name,channel,contact,telephone,calendar,from,to\n"
        f"Old School,C0SCHOOL02,,,Rivershire,,{last_day}\nNew School,C0SCHOOL02,,,Rivershire,01/09/2025,\n",
        "utf-8",
    )

    assert bool(shared_channels(read_schools(path))) is is_told
