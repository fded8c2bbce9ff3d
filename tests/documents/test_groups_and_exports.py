"""Rows that belong together: exports with parents, several actions side by side, numbers that begin again."""

from datetime import date
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Alignment, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from db.models import Progress
from documents.plan_files import read_plan_file
from tests.documents.office_files import doubts_of, plan_of_rows
from tests.files import excel_rows, word_table


def _sheet(rows: list[list[object]]) -> tuple[Workbook, Worksheet]:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    return workbook, sheet


def test_what_others_name_as_their_parent_is_their_section(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Key", "Summary", "Status", "Due date", "Parent", "Assignee"],
        ["A-1", "Timely plans", "To do", "30/11/2026", None, "DCS"],
        ["A-2", "Set up calls", "To do", "30/11/2026", "A-1", "DCS"],
        ["A-3", "Health advice", "To do", "30/11/2026", None, "DCS"],
        ["A-4", "Agree a template", "To do", "30/11/2026", "A-3", "DCS"],
        ["A-5", "Write the template", "To do", "30/11/2026", "A-4", "DCS"],
    )

    assert [section.title for section in draft.sections] == ["Timely plans", "Health advice"]
    assert [(one.ref, one.section) for one in draft.actions] == [("A-2", "1"), ("A-4", "2"), ("A-5", "2")]
    assert '"Timely plans" sums up the rows below it' in doubts_of(draft)


@pytest.mark.parametrize("how", ["group", "indent"])
def test_rows_that_excel_moves_in_are_parts_of_the_row_above(tmp_path: Path, how: str) -> None:
    workbook, sheet = _sheet(
        [
            ["Action", "Lead", "Due"],
            ["Waiting times", None, "31/03/2027"],
            ["Recruit three assessors", "Service Manager", "31/01/2027"],
            ["Quality of plans", None, "31/03/2027"],
            ["Audit 30 plans", "QA Manager", "31/03/2027"],
        ]
    )
    for number in (3, 5):
        if how == "group":
            sheet.row_dimensions[number].outlineLevel = 1
        else:
            sheet.cell(number, 1).alignment = Alignment(indent=1)
    workbook.save(tmp_path / "plan.xlsx")
    draft = read_plan_file(tmp_path / "plan.xlsx")

    assert [section.title for section in draft.sections] == ["Waiting times", "Quality of plans"]
    assert [one.text for one in draft.actions] == ["Recruit three assessors", "Audit 30 plans"]


def test_actions_side_by_side_are_each_an_action(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Rec", "Finding", "Action 1", "Lead 1", "By 1", "Action 2", "Lead 2", "By 2", "RAG"],
        [
            "1",
            "Weak plans",
            "Relaunch it",
            "DCS",
            "Jan 2027",
            "Audit 40 plans",
            "QA Manager",
            "Apr 2027",
            "Red",
        ],
        ["2", "Late interviews", "Find a provider", "Buyer", "30/11/2026", None, None, None, "Blue"],
    )

    found = [(one.ref, one.text, one.leads, one.due.day) for one in draft.actions]
    assert found == [
        ("1.1", "Relaunch it", ["DCS"], date(2027, 1, 31)),
        ("1.2", "Audit 40 plans", ["QA Manager"], date(2027, 4, 30)),
        ("2", "Find a provider", ["Buyer"], date(2026, 11, 30)),
    ]
    assert [one.finding for one in draft.actions[:2]] in (["Weak plans", "Weak plans"], ["", ""])
    assert [one.rating for one in draft.actions] == ["red", "red", "blue"]
    assert 'a row has several actions, "Action 1" to "Action 2"' in doubts_of(draft)


def test_numbers_that_begin_again_without_a_section_are_told_apart(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Case", "No.", "What was agreed", "Agency to act", "Deadline"],
        ["E/101", "1", "Flag the address", "Police", "31/01/2027"],
        ["E/101", "2", "Offer a survey", "Housing", "31/01/2027"],
        ["E/102", "1", "Share attendances", "Named GP", "31/01/2027"],
    )

    assert [one.ref for one in draft.actions] == ["1.1", "1.2", "2.1"]
    assert "the numbers begin at 1 again: the references are numbered 1.1 to 2.1" in doubts_of(draft)


def test_original_and_revised_below_one_heading_are_two_dates(tmp_path: Path) -> None:
    workbook, sheet = _sheet(
        [
            ["What we will do", "Who", "By when", None],
            [None, None, "Original", "Revised"],
            ["Ring-fence ten slots", "DN", "30/09/2026", None],
            ["Agree a form", "DD", "30/09/2026", "31/12/2026"],
        ]
    )
    for place in ("A1:A2", "B1:B2", "C1:D1"):
        sheet.merge_cells(place)
    workbook.save(tmp_path / "plan.xlsx")
    first, second = read_plan_file(tmp_path / "plan.xlsx").actions

    assert first.due.day == date(2026, 9, 30)
    assert second.due.day == date(2026, 12, 31)
    assert second.original_due is not None
    assert second.original_due.day == date(2026, 9, 30)


def test_sub_headings_with_digits_are_read_where_the_other_headings_are_joined(tmp_path: Path) -> None:
    workbook, sheet = _sheet(
        [
            ["Activity", "Lead", "Timeframe", None, "Due"],
            [None, None, "Yr 1 25/26", "Yr 2 26/27", None],
            ["Launch a line for landlords", "Housing", "✓", None, "31/03/2026"],
            ["Train twelve bodies", "Housing", None, "✓", "31/03/2027"],
        ]
    )
    for place in ("A1:A2", "B1:B2", "C1:D1", "E1:E2"):
        sheet.merge_cells(place)
    workbook.save(tmp_path / "plan.xlsx")
    draft = read_plan_file(tmp_path / "plan.xlsx")

    assert draft.actions[0].notes == ["Timeframe Yr 1 25/26: ✓"]
    assert draft.actions[1].notes == ["Timeframe Yr 2 26/27: ✓"]


def test_a_key_in_one_row_explains_each_of_its_fills(tmp_path: Path) -> None:
    workbook, sheet = _sheet(
        [
            ["Key:", "Not yet due", "On track", "Finished"],
            [],
            ["Action", "Lead", "Due", "RAG"],
            ["Agree a protocol", "DCS", "31/08/2027", None],
            ["Train the staff", "DCS", "31/08/2027", None],
        ]
    )
    fills = {"B1": "00B0F0", "C1": "FFC000", "D1": "00B050", "D4": "00B050", "D5": "00B0F0"}
    for place, colour in fills.items():
        sheet[place].fill = PatternFill("solid", fgColor=colour)
    workbook.save(tmp_path / "plan.xlsx")
    draft = read_plan_file(tmp_path / "plan.xlsx")

    assert [one.progress for one in draft.actions] == [Progress.COMPLETE, Progress.NOT_STARTED]
    assert "the key" not in doubts_of(draft)


def test_the_status_of_one_action_is_no_key_for_the_others(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", "Lead", "Due", "RAG"],
        ["Agree a protocol", "DCS", "31/08/2027", "Red – not started"],
        ["Train the staff", "DCS", "31/08/2027", "Red"],
    )

    assert [one.progress for one in draft.actions] == [Progress.NOT_STARTED, Progress.IN_PROGRESS]
    assert "with no key" in doubts_of(draft)


@pytest.mark.parametrize("heading", ["BRAGP", "RAYG", "RAG+", "BRAG rating"])
def test_ratings_with_further_colours_are_ratings(tmp_path: Path, heading: str) -> None:
    draft = plan_of_rows(
        tmp_path, ["Action", "Lead", "Due", heading], ["Agree a protocol", "DCS", "31/08/2027", "Amber"]
    )

    assert draft.actions[0].rating == "amber"


@pytest.mark.parametrize("title", ["Section 17 payments", "Section 47 enquiries", "Section 20 arrangements"])
def test_a_section_of_an_act_is_no_number(tmp_path: Path, title: str) -> None:
    rows = [["Audit", "Action", "Lead", "Due"], [title, "Approve twice", "DCS", "31/03/2027"]]
    draft = read_plan_file(excel_rows(tmp_path / "plan.xlsx", rows))

    assert [(one.ref, one.title) for one in draft.sections] == [("1", title)]


def test_the_day_of_a_sign_off_is_no_due_date(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Ref", "Action", "Lead", "HMICFRS deadline", "Date signed off by DCC", "Status"],
        ["1", "Train the staff", "DCC", "01/03/2027", "18/11/2026", "Complete"],
    )

    assert draft.actions[0].due.day == date(2027, 3, 1)
    assert draft.actions[0].completed_on == date(2026, 11, 18)


def test_further_controls_are_the_actions_of_a_risk_register(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["ID", "Risk: there is a risk that…", "Existing controls", "Further controls planned", "Owner", "By"],
        [
            "S1",
            "Volunteers work unsupervised",
            "Policy",
            "Block the rota until DBS is logged",
            "DSL",
            "18/12/2026",
        ],
        ["F1", "Reserves fall", "Accounts", "None at present", "CEO", None],
    )

    assert [one.text for one in draft.actions] == ["Block the rota until DBS is logged"]
    assert "says that there is nothing to do" in doubts_of(draft)


def test_a_week_in_the_column_of_dates_is_no_birthday(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path, ["Action", "Who", "When"], ["Run the reading week", "Librarian", "w.b. 11th Jan 2027"]
    )

    assert draft.actions[0].due.day is not None


@pytest.mark.parametrize(
    ("status", "beside", "progress", "why"),
    [
        ("Closed", "No longer required", Progress.SUPERSEDED, "recorded as superseded"),
        ("In progress", "Complete", Progress.IN_PROGRESS, 'its report "Complete"'),
        ("Not started", "14 of 20 done", Progress.NOT_STARTED, 'its report "14 of 20 done"'),
        ("Complete", "Awaiting sign off by Board", Progress.COMPLETE, "recorded as complete"),
    ],
)
def test_a_status_and_a_report_that_differ_are_asked_about(
    tmp_path: Path, status: str, beside: str, progress: Progress, why: str
) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", "Lead", "Due", "Status", "Progress"],
        ["Train the staff", "DCS", "31/03/2027", status, beside],
    )

    assert draft.actions[0].progress is progress
    assert why in doubts_of(draft)


def test_complete_beside_a_share_is_in_progress(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", "Lead", "Due", "% Complete", "Status"],
        ["Contact the families", "DCS", "31/03/2027", "90%", "Complete"],
    )

    assert draft.actions[0].progress is Progress.IN_PROGRESS
    assert "90% of it is done" in doubts_of(draft)


def test_what_was_closed_undone_by_its_resolution_is_superseded(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", "Lead", "Due", "Status", "Resolution"],
        ["Automate the alert", "DCS", "31/03/2027", "Done", "Won't Do"],
    )

    assert draft.actions[0].progress is Progress.SUPERSEDED
    assert "Resolution: Won't Do" in doubts_of(draft)


def test_a_column_of_statuses_counts_beside_reports(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", "Lead", "Due", "Management update", "Verified position"],
        ["Approve twice", "DCS", "31/03/2027", "The first report went in July", "Implemented"],
        ["Reissue the guidance", "DCS", "31/03/2027", "A draft is out", "In progress"],
        ["Write exit plans", "DCS", "31/03/2027", "4 of 10 are written", "Not started"],
    )

    assert [one.progress for one in draft.actions] == [
        Progress.COMPLETE,
        Progress.IN_PROGRESS,
        Progress.NOT_STARTED,
    ]
    assert '"Verified position" is read as the status' in doubts_of(draft)


@pytest.mark.parametrize(
    ("due", "progress", "day"),
    [
        ("Due 30/09/26, completed 14/10/26", Progress.COMPLETE, date(2026, 9, 30)),
        ("September 2026 - completed", Progress.COMPLETE, date(2026, 9, 30)),
        ("On hold", Progress.BLOCKED, None),
        ("Superseded", Progress.SUPERSEDED, None),
        ("N/A", None, None),
    ],
)
def test_a_status_in_the_column_of_dates_is_recorded_with_a_doubt(
    tmp_path: Path, due: str, progress: Progress | None, day: date | None
) -> None:
    draft = plan_of_rows(tmp_path, ["Action", "Lead", "Due"], ["Train the staff", "DCS", due])

    assert (draft.actions[0].progress, draft.actions[0].due.day) == (progress, day)
    assert ("stands where the date should be: recorded as" in doubts_of(draft)) is (progress is not None)


def test_a_name_alone_in_its_row_is_a_section_and_a_total_is_left_out(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", "Lead", "Due"],
        ["Front door", None, None],
        ["Write the policy", "DCS", "31/03/2027"],
        ["Train the staff", "DCS", "31/03/2027"],
        ["Publish the offer", None, None],
        ["Placements", None, None],
        ["Audit the cases", "DCS", "31/03/2027"],
        ["Total actions: 4", None, None],
    )

    assert [section.title for section in draft.sections] == ["Front door", "Placements"]
    assert [one.text for one in draft.actions] == [
        "Write the policy",
        "Train the staff",
        "Publish the offer",
        "Audit the cases",
    ]
    assert '"Front door" stands alone in its row: read as the title of a section' in doubts_of(draft)
    assert "adds up the others: left out (Total actions: 4)" in doubts_of(draft)


@pytest.mark.parametrize("text", ["[Insert action]", "EXAMPLE: Write it", "Deleted", "Page 2 of 3"])
def test_what_is_no_action_is_left_out_and_told(tmp_path: Path, text: str) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", "Lead", "Due"],
        ["Train the staff", "DCS", "31/03/2027"],
        [text, None, None],
    )

    assert [one.text for one in draft.actions] == ["Train the staff"]
    assert f"left out ({text})" in doubts_of(draft)


def test_a_table_of_figures_below_a_plan_is_no_plan(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Ref", "Action", "Lead", "Due"],
        ["1", "Write the policy", "DCS", "31/03/2027"],
        [],
        ["Measure", "Baseline", "Target", "Actual"],
        ["Dental checks", "70%", "90%", "80%"],
    )

    assert [one.text for one in draft.actions] == ["Write the policy"]
    assert "the row is of another table: left out (Dental checks" in doubts_of(draft)


@pytest.mark.parametrize(
    "status",
    ["1) Complete 2) Not started", "Complete\nNot started", "Mar 26: Not started. Jun 26: Complete."],
)
def test_several_statuses_in_a_cell_are_asked_about(tmp_path: Path, status: str) -> None:
    draft = plan_of_rows(
        tmp_path, ["Action", "Lead", "Due", "Status"], ["Train the staff", "DCS", "31/03/2027", status]
    )

    assert draft.actions[0].progress is Progress.IN_PROGRESS
    assert "has 2 statuses: recorded as in progress" in doubts_of(draft)


def test_the_status_now_counts_and_not_that_of_last_time(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", "Lead", "Due", "Status now", "Status last time"],
        ["Train the staff", "DCS", "31/03/2027", "In progress", "Complete"],
    )

    assert draft.actions[0].progress is Progress.IN_PROGRESS


def test_a_rating_of_impact_is_no_intended_outcome(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", "Lead", "Due", "Impact RAG", "Action RAG"],
        ["Train the staff", "DCS", "31/03/2027", "Red", "Green"],
    )

    assert (draft.actions[0].outcome_text, draft.actions[0].rating) == ("", "green")


def test_what_is_assumed_of_the_original_date_is_told(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", "Lead", "Original due date", "Revised due date"],
        ["Train the staff", "DCS", "Summer 2026", "to be agreed with the board"],
    )

    assert 'of the original date: "Summer 2026"' in doubts_of(draft)


@pytest.mark.parametrize("title", ["7 minute briefings", "Part 8 reviews"])
def test_a_number_that_counts_something_is_no_number_of_a_section(tmp_path: Path, title: str) -> None:
    rows = [["Section", "Action", "Lead", "Due"], [title, "Write two", "DCS", "31/03/2027"]]
    draft = read_plan_file(excel_rows(tmp_path / "plan.xlsx", rows))

    assert [(one.ref, one.title) for one in draft.sections] == [("1", title)]


def test_a_row_that_goes_on_with_another_status_is_asked_about(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Ref", "Action", "Lead", "Due", "Status"],
        ["1", "Write the policy", "DCS", "31/03/2027", "Complete"],
        [None, "and share it", None, None, "Awaiting evidence"],
    )

    assert 'says "Awaiting evidence": its own status stays' in doubts_of(draft)


def test_a_joined_heading_stands_over_its_columns_that_show(tmp_path: Path) -> None:
    workbook, sheet = _sheet(
        [
            ["What we will do", "Who", "By when", "Where are we now", None],
            [None, None, None, "Sept", "Dec"],
            ["Ring-fence ten slots", "DN", "30/09/2026", "Slots agreed", "Delivered and embedded"],
        ]
    )
    for place in ("A1:A2", "B1:B2", "C1:C2", "D1:E1"):
        sheet.merge_cells(place)
    sheet.column_dimensions["D"].hidden = True
    workbook.save(tmp_path / "plan.xlsx")
    [action] = read_plan_file(tmp_path / "plan.xlsx").actions

    assert action.text == "Ring-fence ten slots"
    assert action.due.day == date(2026, 9, 30)
    assert action.progress is Progress.COMPLETE


def test_hidden_words_of_a_word_file_are_left_out_and_told(tmp_path: Path) -> None:
    document = Document()
    table = word_table(document, ["Action", "Lead", "Due"], [["Train the staff", "DCS", "31/03/2027"]])
    table.rows[1].cells[0].paragraphs[0].add_run(" (only for us)").font.hidden = True
    document.save(str(tmp_path / "plan.docx"))
    draft = read_plan_file(tmp_path / "plan.docx")

    assert draft.actions[0].text == "Train the staff"
    assert "text that is hidden is left out, in 1 place: “(only for us)”" in doubts_of(draft)


def test_a_key_between_a_title_and_its_table_is_the_plans_key(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("Learning tracker", level=1)
    document.add_paragraph("Key: Blue = done; Green = on time; Amber = late; Purple = not started")
    headings = ["Action", "Lead", "Due", "BRAGP"]
    rows = [[f"Do the work {one}", "DCS", "31/03/2027", one] for one in ("Blue", "Purple")]
    word_table(document, headings, rows)
    document.save(str(tmp_path / "plan.docx"))
    draft = read_plan_file(tmp_path / "plan.docx")

    assert [one.progress for one in draft.actions] == [Progress.COMPLETE, Progress.NOT_STARTED]
    assert "by colour alone" not in doubts_of(draft)


def test_the_forms_that_cqc_sends_are_read(tmp_path: Path) -> None:
    forms = [
        ("Check medicines on arrival", "Registered Manager", "31/10/2026"),
        ("Recruit two nurses", "Nominated Individual", "31/01/2027"),
    ]
    rows = [
        row
        for action, lead, due in forms
        for row in (
            ["Regulation", "Regulation 12"],
            ["What action are you going to take?", action],
            ["Who is responsible for the action?", lead],
            ["Date actions will be completed", due],
            [],
        )
    ]
    draft = read_plan_file(excel_rows(tmp_path / "plan.xlsx", rows))

    assert [(one.text, one.leads, one.due.day) for one in draft.actions] == [
        ("Check medicines on arrival", ["Registered Manager"], date(2026, 10, 31)),
        ("Recruit two nurses", ["Nominated Individual"], date(2027, 1, 31)),
    ]


def test_the_letters_of_steps_are_no_ratings(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Step", "Action", "Lead", "Due"],
        ["a", "Write the policy", "DCS", "31/03/2027"],
        ["b", "Train the staff", '-"-', "31/03/2027"],
    )

    assert [(one.progress, one.rating) for one in draft.actions] == [(None, None), (None, None)]
    assert draft.actions[1].leads == ["DCS"]


def test_the_last_mark_of_a_row_is_when_it_is_due_also_beside_other_marks(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["No", "Deliverable", "Owner", "Apr-26", "May-26", "Jun-26", "Jul-26"],
        ["1", "Map the offer", "DCS", "X", "X", "M", None],
        ["2", "Agree the offer", "DCS", "X", "X", "X", None],
        ["3", "Open the hub", "DCS", None, None, "X", "X"],
    )

    days = [one.due.day for one in draft.actions]
    assert days == [date(2026, 6, 30), date(2026, 6, 30), date(2026, 7, 31)]
    assert '"M" below "Jun-26" is read as when it is due' in doubts_of(draft)
