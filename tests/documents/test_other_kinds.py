"""Files of kinds that are not among the field's samples, as officers keep them."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from db.models import Polarity, Progress, SpanKind, TargetType, Unit
from db.rules.cell_statuses import read_cell_status
from db.rules.due_dates import read_due
from db.rules.measures import read_measures
from documents.draft import DocumentError
from documents.import_options import ImportOptions
from documents.kpi_reader import read_kpis
from documents.plan_files import read_plan_file
from documents.terms import read_terms
from tests.documents.office_files import doubts_of
from tests.files import word_table

_GREEN, _RED, _AMBER = "92D050", "FF0000", "FFC000"


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Write rows to an .xlsx; `fills` are cells with their colour, `merged` ranges of joined cells."""

    def write(
        *rows: Sequence[object], fills: dict[str, str] | None = None, merged: Sequence[str] = ()
    ) -> Path:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in rows:
            sheet.append(list(row))
        for cell, colour in (fills or {}).items():
            sheet[cell].fill = PatternFill("solid", fgColor=colour)
        for joined in merged:
            sheet.merge_cells(joined)
        book.save(tmp_path / "file.xlsx")
        return tmp_path / "file.xlsx"

    return write


def test_a_form_for_each_action_is_one_plan(tmp_path: Path) -> None:
    document = Document()
    word_table(document, ["Owner", "Board Manager"], [["Version", "0.4"]])
    boxes = ("☐ Not started  ☒ Under way  ☐ Complete", "☐ Not started  ☐ Under way  ☒ Complete")
    for title, ref, text, box in (
        ("Priority 1 – Neglect", "1.1", "Roll out the care profile", boxes[0]),
        ("Priority 2 – Exploitation", "2.1", "Agree one screening tool", boxes[1]),
    ):
        document.add_heading(title)
        rows = [
            ["What we will do", text],
            ["Lead officer", "Head of Early Help"],
            ["Target date", "31/03/2027"],
        ]
        word_table(document, ["Action number", ref], [*rows, ["Current position", box]])
    document.save(str(tmp_path / "forms.docx"))
    draft = read_plan_file(tmp_path / "forms.docx")

    assert [(one.ref, one.text) for one in draft.actions] == [
        ("1.1", "Roll out the care profile"),
        ("2.1", "Agree one screening tool"),
    ]
    assert [one.title for one in draft.sections] == ["Neglect", "Exploitation"]
    assert [one.progress for one in draft.actions] == [Progress.IN_PROGRESS, Progress.COMPLETE]
    assert "its 2 are read as one table" in doubts_of(draft)
    assert '"Owner", "Version"' in doubts_of(draft)


@pytest.mark.parametrize("merged", [["A2:A3"], []])
def test_a_finding_that_is_written_once_belongs_to_the_rows_below_it(
    workbook: Callable[..., Path], merged: list[str]
) -> None:
    path = workbook(
        ["Recommendation", "Action", "Lead", "Due"],
        ["Strategy discussions", "Write the plan", "Board Manager", "31/03/2027"],
        [None, "Train staff", "Training Lead", "31/03/2027"],
        ["Home education", "Write to families", "EHE Officer", "31/03/2027"],
        merged=merged,
    )
    draft = read_plan_file(path)

    findings = [one.finding for one in draft.actions]
    assert findings == ["Strategy discussions", "Strategy discussions", "Home education"]
    # Cells that are joined leave no doubt.
    assert ("read as the one above" in doubts_of(draft)) == (not merged)


def test_the_colour_of_a_row_is_its_status_by_the_legend_below_the_table(
    workbook: Callable[..., Path],
) -> None:
    rows = [
        ["Ref", "Action", "Lead", "Due"],
        ["1.1", "Write the plan", "Board Manager", "31/03/2027"],
        ["1.2", "Train staff", "Training Lead", "31/03/2027"],
    ]
    fills = {f"{column}{row}": colour for row, colour in ((2, _GREEN), (3, _RED)) for column in "ABCD"}
    legend = [[], ["Key"], [None, "Finished"], [None, "Work has not begun"]]
    with_key = read_plan_file(workbook(*rows, *legend, fills={**fills, "A6": _GREEN, "A7": _RED}))
    without = read_plan_file(workbook(*rows, fills=fills))

    assert [one.progress for one in with_key.actions] == [Progress.COMPLETE, Progress.NOT_STARTED]
    assert [one.text for one in with_key.actions] == ["Write the plan", "Train staff"]
    assert [one.rating for one in without.actions] == ["green", "red"]
    assert doubts_of(without).count("by colour alone, with no key") == 2
    # One colour marks rows, and says nothing of how far they are.
    banded = read_plan_file(workbook(*rows, fills={"B2": _GREEN, "B3": _GREEN}))
    assert [one.rating for one in banded.actions] == [None, None]


def test_a_key_of_coloured_circles_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(
        "RAG: 🔵 embedded  🟢 on course  🔴 will miss its date  ⚪ yet to start\n"
        "Ref,Action,Lead,Due,RAG\n1,Write,Manager,31/03/2027,🔵\n2,Train,Manager,31/03/2027,⚪\n"
        "3,Audit,Manager,31/03/2027,🔴\n",
        "utf-8",
    )
    draft = read_plan_file(path)

    assert [one.progress for one in draft.actions] == [Progress.COMPLETE, Progress.NOT_STARTED, None]
    assert "the plan's key does not give red one status" in doubts_of(draft)
    assert "no key" not in doubts_of(draft)


def test_rows_that_are_indented_are_the_tasks_of_the_row_above_and_a_share_outranks_a_comment(
    tmp_path: Path,
) -> None:
    path = tmp_path / "export.csv"
    path.write_text(
        "Task Name,Assigned To,Finish,% Complete,Latest Comment\n"
        "Resettlement,,31/03/2027,0.5,\n"
        "    Sign agreement,Housing Lead,31/03/2027,1,Paper taken to board\n"
        "    Ring-fence a bed,YJS Manager,28/02/2027,0.75,\n",
        "utf-8",
    )
    draft = read_plan_file(path)

    assert [one.title for one in draft.sections] == ["Resettlement"]
    assert [one.text for one in draft.actions] == ["Sign agreement", "Ring-fence a bed"]
    assert [one.progress for one in draft.actions] == [Progress.COMPLETE, Progress.IN_PROGRESS]
    assert "read as their section" in doubts_of(draft)


def test_what_was_closed_because_it_is_not_needed_was_not_done(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(
        "Ref,Action,Lead,Due,Date closed,Reason for closure\n"
        "1.1,App,Digital Lead,30/09/2026,03/08/2026,No longer needed; web form does this\n"
        "1.2,Contract,Commissioner,30/06/2026,12/06/2026,Delivered\n",
        "utf-8",
    )
    draft = read_plan_file(path)

    assert [one.progress for one in draft.actions] == [Progress.SUPERSEDED, Progress.COMPLETE]
    assert "recorded as superseded" in doubts_of(draft)
    assert draft.actions[1].completed_on == date(2026, 6, 12)


@pytest.mark.parametrize("word", ["Slipped", "Delayed", "Open – late", "Behind schedule", "Running late"])
def test_late_does_not_say_how_far_it_is(word: str) -> None:
    found = read_cell_status(word, {})

    assert found.progress is Progress.IN_PROGRESS
    assert found.doubt is not None
    assert "not how far it is" in found.doubt


@pytest.mark.parametrize(
    ("text", "operator", "value", "unit"),
    [
        ("No child waits more than 12 weeks", "<=", 12, "number"),
        ("Nobody waits over 20 days", "<=", 20, "number"),
        ("Not more than 3 complaints a year", "<=", 3, "number"),
        ("Visits no later than 10 working days", "<=", 10, "working days"),
        ("No team has over 5% agency staff", "<=", 5, "%"),
        ("More than 12 families are helped", ">=", 12, "number"),
        ("Over 90% of staff are trained", ">=", 90, "%"),
    ],
)
def test_a_limit_that_nobody_may_pass_is_a_most(text: str, operator: str, value: float, unit: str) -> None:
    [measure] = read_measures(text)

    assert (measure.operator, measure.value, measure.unit) == (operator, value, unit)


@pytest.mark.parametrize(
    ("text", "often"), [("Half-termly", "half-termly"), ("Termly from Autumn 2026", "termly")]
)
def test_how_often_is_kept_where_no_day_is_given(text: str, often: str) -> None:
    due = read_due(text)

    assert (due.day, due.frequency) == (None, often)
    assert due.doubt is not None


def _scorecard(path: Path) -> Any:
    return read_kpis(path, today=date(2026, 11, 26))


def test_years_stand_above_the_months_of_a_scorecard(workbook: Callable[..., Path]) -> None:
    path = workbook(
        ["Children's Services scorecard"],
        ["Measure", "Good", "2024/25", "2025/26", None, None, None, None],
        [None, None, "Outturn", "Apr", "May", "Jan", "YTD", "Target"],
        ["Re-referrals", "▼", "24%", "22%", "23%", "26%", "23%", "20% or less"],
        ["Days to match", "▼", 190, 201, 188, 155, 172, "under 180 days"],
        merged=["D2:H2", "A2:A3", "B2:B3"],
    )
    draft = _scorecard(path)

    figures = [(one.period_start, one.period_end, one.value) for code, one in draft.figures[:4]]
    assert figures == [
        (date(2024, 4, 1), date(2025, 3, 31), 24),
        (date(2025, 4, 1), date(2025, 4, 30), 22),
        (date(2025, 5, 1), date(2025, 5, 31), 23),
        (date(2026, 1, 1), date(2026, 1, 31), 26),
    ]
    referrals, days = draft.definitions
    assert (referrals.target[:2], referrals.values["polarity"]) == ((TargetType.AT_MOST, 20), Polarity.LOW)
    assert (days.target[:2], days.values["unit"]) == ((TargetType.AT_MOST, 180), Unit.DAYS)
    assert any("“YTD”: worked out from the other columns" in doubt for doubt in draft.doubts)


def test_months_without_a_year_take_the_one_above_the_table_or_are_refused(
    workbook: Callable[..., Path],
) -> None:
    rows = [["Measure", "Apr", "May", "Target"], ["Visits in time", 80, 81, 85]]
    draft = _scorecard(workbook(["Scorecard 2025/26"], *rows))

    assert [one.period_end for _, one in draft.figures] == [date(2025, 4, 30), date(2025, 5, 31)]
    assert any("have no year: read as 2025/26" in doubt for doubt in draft.doubts)
    with pytest.raises(DocumentError, match="Apr, May … have no year"):
        _scorecard(workbook(*rows))


def test_terms_side_by_side_are_read(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_text(
        "Borough Council school year 2026/27,,\n,Autumn 2026,Spring 2027\n"
        "First day,Wednesday 2 September,Tuesday 5 January\n"
        "Half-term break,Mon 26 Oct to Fri 30 Oct,Mon 15 Feb to Fri 19 Feb\n"
        "Last day,Friday 18 December,Thursday 25 March\nNumber of days,73,53\n",
        "utf-8",
    )
    terms = read_terms(path, "Borough")

    assert {(one.term, one.kind, one.starts, one.ends) for one in terms.spans} == {
        ("Autumn 2026", SpanKind.TERM, date(2026, 9, 2), date(2026, 12, 18)),
        ("Autumn 2026", SpanKind.HALF_TERM, date(2026, 10, 26), date(2026, 10, 30)),
        ("Spring 2027", SpanKind.TERM, date(2027, 1, 5), date(2027, 3, 25)),
        ("Spring 2027", SpanKind.HALF_TERM, date(2027, 2, 15), date(2027, 2, 19)),
    }
    assert terms.doubts == ['"Number of days" is not read']
    path.write_text("Week,Menu\n1,Soup\n", "utf-8")
    with pytest.raises(DocumentError, match="a row for each term"):
        read_terms(path, "Borough")


def test_an_inset_day_that_schools_choose_closes_no_school(tmp_path: Path) -> None:
    entries = [
        ("Autumn term", "20260903", "20261219"),
        ("Inset day (school chooses)", "20261201", "20261202"),
    ]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", "X-WR-CALNAME:Westerfold"]
    for name, first, after in entries:
        lines += ["BEGIN:VEVENT", f"UID:{first}@x", "DTSTAMP:20260301T090000Z"]
        lines += [f"DTSTART;VALUE=DATE:{first}", f"DTEND;VALUE=DATE:{after}", f"SUMMARY:{name}", "END:VEVENT"]
    path = tmp_path / "terms.ics"
    path.write_bytes("\r\n".join([*lines, "END:VCALENDAR", ""]).encode())
    terms = read_terms(path)

    assert [one.kind for one in terms.spans] == [SpanKind.TERM]
    assert "not settled for every school" in terms.doubts[0]


@pytest.mark.parametrize(
    ("headings", "label"),
    [
        (["Action", "Lead", "Due", "Cost"], "Keep as notes"),
        (["Action", "Task", "Lead", "Due"], "Task"),
        (["Action", "Lead", "Due", "RAG Q1", "RAG Q2"], "RAG Q1"),
        (["Action", "Lead", "Due", "Deadline"], "Deadline"),
    ],
)
def test_an_answer_about_columns_settles_its_doubt(tmp_path: Path, headings: list[str], label: str) -> None:
    path = tmp_path / "plan.csv"
    cells = {"Action": "Write it", "Task": "Draft it", "Lead": "Manager", "Due": "1/2/2027"}
    row = [cells.get(name, {"Cost": "£200", "Deadline": "1/3/2027"}.get(name, "Green")) for name in headings]
    path.write_text("\n".join(",".join(one) for one in (headings, row)), "utf-8")
    [doubt] = read_plan_file(path).doubts
    [choice] = [one for one in doubt.choices if one.label == label]
    draft = read_plan_file(path, ImportOptions().with_new([choice.value], []))

    assert draft.doubts == []


def test_a_heading_that_is_only_a_number_gives_its_section_that_number(tmp_path: Path) -> None:
    document = Document()
    for number in (1, 2):
        document.add_heading(f"Recommendation {number}", 2)
        word_table(document, ["Action", "Lead", "Due"], [[f"Act on theme {number}", "DCS", "March 2026"]])
    document.save(str(tmp_path / "plan.docx"))
    draft = read_plan_file(tmp_path / "plan.docx")

    assert [(one.ref, one.title) for one in draft.sections] == [
        ("1", "Recommendation 1"),
        ("2", "Recommendation 2"),
    ]
    assert [one.section for one in draft.actions] == ["1", "2"]


def test_a_table_with_an_action_in_each_column_is_swapped_and_that_is_told(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("Action", "Review the policy", "Audit cases", None, "Train staff"),
        ("Lead", "Head of MASH", "QA Manager", None, "L&D Manager"),
        ("Due", "March 2026", "May 2026", None, "July 2026"),
        ("Status", "Complete", "In progress", None, None),
    ):
        sheet.append(row)
    book.save(tmp_path / "plan.xlsx")
    draft = read_plan_file(tmp_path / "plan.xlsx")

    assert [(one.row, one.text, one.leads, str(one.due.day), one.progress) for one in draft.actions] == [
        (2, "Review the policy", ["Head of MASH"], "2026-03-31", Progress.COMPLETE),
        (3, "Audit cases", ["QA Manager"], "2026-05-31", Progress.IN_PROGRESS),
        (5, "Train staff", ["L&D Manager"], "2026-07-31", None),
    ]
    assert "row 2 is column B" in doubts_of(draft)


def test_rows_that_repeat_their_values_are_no_forms(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("Outcome,Ref,Action,Ref,Ref,Ref\n1,,1.1,,2,\n1,,1.1,,2,\n", "utf-8")

    with pytest.raises(DocumentError):
        read_plan_file(path)
