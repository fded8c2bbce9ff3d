"""Faults of trackers from agencies whose plans nobody had seen, each as the smallest table that shows it."""

from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import Workbook
from openpyxl.styles import Font

from db.models import DueKind, Progress
from db.rules.due_dates import read_due
from db.rules.titles import short_title
from documents.draft import DocumentError
from documents.import_options import ImportOptions
from documents.plan_files import read_plan_file
from tests.documents.office_files import doubts_of, plan_of_rows, plan_with
from tests.files import excel_rows, word_table

_HEADINGS = ["Action", "Lead", "Due"]


# Columns


def test_months_below_a_joined_heading_are_its_sub_headings(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["No.", "Action", "Accountable", None, "Timescale", None, "Update", None])
    sheet.append([None, None, "SRO", "Delivery lead", "Original", "Current", "September 25", "November 25"])
    row = ["1a", "Train every manager", "AD Safeguarding", "Head of HR", date(2025, 6, 30), date(2025, 9, 30)]
    sheet.append([*row, "Provider sought", "Training has begun"])
    for place in ("A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:H1"):
        sheet.merge_cells(place)
    workbook.save(tmp_path / "plan.xlsx")
    [action] = read_plan_file(tmp_path / "plan.xlsx").actions

    assert action.due.day == date(2025, 9, 30)
    assert action.original_due is not None
    assert action.original_due.day == date(2025, 6, 30)
    assert action.leads == ["AD Safeguarding", "Head of HR"]
    assert action.progress_text == "Training has begun"


def test_the_last_of_several_revised_dates_counts(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", "Lead", "Original implementation date", "Revised date 1", "Revised date 2"],
        ["Set up a report", "Payments Manager", "31/03/2025", "30/06/2025", "31/10/2025"],
        ["Date the policy", "Payments Manager", "30/04/2025", "31/07/2025", "-"],
        ["Split the roles", "Systems Manager", "28/02/2025", None, None],
    )

    assert [str(one.due.day) for one in draft.actions] == ["2025-10-31", "2025-07-31", "2025-02-28"]
    assert "Revised date 1: 30/06/2025" in draft.actions[0].notes
    assert '"Revised date 2" is taken, and "Revised date 1" only where it is empty' in doubts_of(draft)


def test_where_one_date_is_empty_the_other_is_taken(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", "Lead", "HMICFRS deadline", "Force target date"],
        ["Brief the officers", "DCI", "31/03/2025", "30/06/2025"],
        ["Launch the protocol", "DCI", None, "31/12/2025"],
    )

    assert [str(one.due.day) for one in draft.actions] == ["2025-03-31", "2025-12-31"]
    assert '"HMICFRS deadline" is taken, and "Force target date" only where it is empty' in doubts_of(draft)


def test_milestones_that_are_dates_are_due_dates(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Objective", "Key task", "Responsibility", "Milestone"],
        ["Recognise", "Launch the neglect toolkit", "Partnership Manager", "Jun 2025"],
        ["Respond", "Pilot the profile in two places", "Early Help Manager", "Oct 2025"],
    )

    assert [one.text for one in draft.actions] == [
        "Launch the neglect toolkit",
        "Pilot the profile in two places",
    ]
    assert str(draft.actions[0].due.day) == "2025-06-30"


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("CQC ref", "ref"),
        ("Ofsted recommendation", "finding"),
        ("Recommendation / AFI", "finding"),
        ("Who is going to do it?", "lead"),
        ("How are we doing?", "progress"),
        ("You said", "finding"),
        ("We did", "progress"),
        ("✓", "status"),
    ],
)
def test_other_names_of_columns(tmp_path: Path, heading: str, meaning: str) -> None:
    others = [one for one in ("Action", "Owner", "Due") if (one, meaning) != ("Owner", "lead")]
    values = {"Action": "Write the policy", "Owner": "Head of HR", "Due": "May 2027"}
    words = "MD1" if meaning == "ref" else "In hand"
    draft = plan_of_rows(tmp_path, [*others, heading], [*(values[one] for one in others), words])

    assert (heading, meaning) in [(one.heading, one.meaning) for one in draft.columns_read]


def test_headings_in_two_languages_are_read_by_the_known_one(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Cyf / Ref", "Cam gweithredu / Action", "Arweinydd / Lead", "Erbyn pryd / By when"],
        ["1.1", "Hyfforddi ysgolion / Train schools", "Director of Education", "31/12/2025"],
    )

    assert [one.meaning for one in draft.columns_read] == ["ref", "action", "lead", "due"]


def test_a_refusal_is_settled_by_the_option_that_it_names(tmp_path: Path) -> None:
    path = excel_rows(
        tmp_path / "plan.xlsx",
        [["Cam gweithredu", "Arweinydd"], ["Hyfforddi pob ysgol yn y sir", "Pennaeth"]],
    )
    with pytest.raises(DocumentError, match='--map "Cam gweithredu=action"'):
        read_plan_file(path)

    [action] = read_plan_file(path, ImportOptions().with_new(["Cam gweithredu=action"], [])).actions
    assert action.text == "Hyfforddi pob ysgol yn y sir"
    assert action.notes == ["Arweinydd: Pennaeth"]


# Rows


def test_what_is_said_of_a_section_is_no_title(tmp_path: Path) -> None:
    document = Document()
    table = word_table(document, ["Priority 1: Early reading", "", ""], [])
    table.rows[0].cells[0].merge(table.rows[0].cells[2])
    criteria = table.add_row().cells
    criteria[0].text = "Success criteria: 90% pass the phonics check"
    criteria[0].merge(criteria[2])
    for texts in (["Actions", "Who", "When"], ["Train all staff", "English Lead", "May 2027"]):
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    document.save(str(tmp_path / "plan.docx"))
    draft = read_plan_file(tmp_path / "plan.docx")

    assert [one.title for one in draft.sections] == ["Early reading"]
    assert "Success criteria: 90% pass" in doubts_of(draft)


def test_forms_with_numbered_labels_keep_their_own_words(tmp_path: Path) -> None:
    document = Document()
    for number, action in enumerate(("Agree an audit tool", "Write a protocol", "Add a prompt"), 1):
        rows = [["Agreed action", action], ["Owner", f"Lead {number}"], ["Timescale", "May 2027"]]
        word_table(document, [f"Recommendation {number}", f"Finding {number}"], rows)
        document.add_paragraph()
    document.save(str(tmp_path / "plan.docx"))
    draft = read_plan_file(tmp_path / "plan.docx")

    assert [(one.ref, one.text, one.finding) for one in draft.actions] == [
        ("1", "Agree an audit tool", "Finding 1"),
        ("2", "Write a protocol", "Finding 2"),
        ("3", "Add a prompt", "Finding 3"),
    ]


# Words


@pytest.mark.parametrize("heading", ["Progress", "Status"])
@pytest.mark.parametrize(
    "words",
    [
        "Open - amber",
        "Open (green)",
        "Open - blue",
        "Delivered to half of teams",
        "Completed (Police); in progress (CSC)",
        "Completed / In progress",
        "Complete: policy. Outstanding: training.",
        "Work completed on templates",
        "Closed to new referrals",
        "Closed group meeting held",
        "Finished writing; with Comms",
        "Done as far as possible",
        "Completed the review of files",
    ],
)
def test_what_may_be_open_or_a_part_is_in_progress_with_a_doubt(
    tmp_path: Path, heading: str, words: str
) -> None:
    draft = plan_with(tmp_path, heading, words)

    assert draft.actions[0].progress is Progress.IN_PROGRESS
    assert "recorded as in progress" in doubts_of(draft)


@pytest.mark.parametrize(
    "words",
    [
        "Completed on time",
        "Implemented in all teams",
        "Completed in June 2025; used by all teams",
        "Complete Jan 26",
        "Closed Q2",
        "Embedded as routine",
        "Complete. Outstanding: none",
    ],
)
def test_what_speaks_of_all_of_it_is_complete_without_a_doubt(tmp_path: Path, words: str) -> None:
    draft = plan_with(tmp_path, "Status", words)

    assert draft.actions[0].progress is Progress.COMPLETE
    assert draft.actions[0].doubts == []


def test_closed_and_overtaken_is_superseded(tmp_path: Path) -> None:
    for heading in ("Progress", "Status"):
        [action] = plan_with(tmp_path, heading, "Closed – overtaken by events").actions

        assert action.progress is Progress.SUPERSEDED


def test_an_empty_box_is_not_started_with_a_doubt(tmp_path: Path) -> None:
    draft = plan_with(tmp_path, "Done", "☐")

    assert draft.actions[0].progress is Progress.NOT_STARTED
    assert '"☐" is an empty box' in doubts_of(draft)


@pytest.mark.parametrize("words", ["Signed off by Police only", "Completed. Next step: train staff"])
def test_complete_of_one_or_with_a_next_step_is_in_progress(tmp_path: Path, words: str) -> None:
    assert plan_with(tmp_path, "Status", words).actions[0].progress is Progress.IN_PROGRESS


def test_a_review_to_come_is_no_day_of_completion(tmp_path: Path) -> None:
    [action] = plan_with(tmp_path, "Status", "Completed - review due March 2026").actions
    assert (action.progress, action.completed_on) == (Progress.COMPLETE, None)

    [action] = plan_with(tmp_path, "Status", "Completed 12/03/2024 – review June 2025").actions
    assert (action.progress, action.completed_on) == (Progress.COMPLETE, date(2024, 3, 12))


def test_a_column_of_true_and_false_agrees_or_has_a_doubt(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        [*_HEADINGS, "Status", "Completed"],
        ["Replace the form", "Head of MASH", "30/06/2026", "Completed", "TRUE"],
        ["Relaunch the guide", "Head of MASH", "30/09/2026", "In progress", "FALSE"],
        ["Audit the files", "Head of MASH", "31/10/2026", "In progress", "TRUE"],
    )

    assert [len(one.doubts) for one in draft.actions] == [0, 0, 1]
    assert "its status is in progress" in doubts_of(draft)


def test_a_column_that_is_filled_where_a_group_begins_names_sections(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Priority", "Task", "Who", "When"],
        ["Prevention and diversion", "Extend the scheme", "YJS Manager", "July 2026"],
        [None, "Agree how outcomes are used", "Inspector Custody", "October 2026"],
        ["Serious violence", "Set up a panel", "YJS Manager", "March 2027"],
        [None, "Train the staff", "Training Lead", "March 2027"],
    )

    assert [one.title for one in draft.sections] == ["Prevention and diversion", "Serious violence"]
    assert [one.section for one in draft.actions] == ["1", "1", "2", "2"]
    assert '"Priority" is filled only where a group begins' in doubts_of(draft)


def test_words_with_a_label_below_a_numbered_title_are_no_title(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Actions", "Who", "When"],
        ["Objective 1: Early reading"],
        ["Our reason: results are low"],
        ["Train staff", "English Lead", "Sept 2025"],
    )

    assert [one.title for one in draft.sections] == ["Early reading"]
    assert "Our reason: results are low" in doubts_of(draft)


def test_rows_are_named_with_their_sheet_where_several_have_actions(tmp_path: Path) -> None:
    workbook = Workbook()
    for title in ("Area 1", "Area 2"):
        sheet = workbook.create_sheet(title)
        sheet.append(_HEADINGS)
        sheet.append([f"Publish the guide of {title}", "Officer", "soon"])
    del workbook["Sheet"]
    workbook.save(tmp_path / "plan.xlsx")
    draft = read_plan_file(tmp_path / "plan.xlsx")

    assert [draft.place(one.row, one.sheet) for one in draft.actions] == [
        "row 2 of “Area 1”",
        "row 2 of “Area 2”",
    ]


@pytest.mark.parametrize("words", ["Start Sep 2025", "Starts September 2025", "Begins: Sept 2025"])
def test_a_start_is_no_end(words: str) -> None:
    due = read_due(words)

    assert (due.kind, due.day) == (DueKind.FROM, date(2025, 9, 1))


def test_a_short_year_may_be_a_school_year() -> None:
    assert "financial year" in (read_due("25-26").doubt or "")
    assert read_due("05/26").doubt is None


def test_a_table_further_down_may_have_its_columns_in_another_order(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Undertaking", "Officer", "Deadline", "Progress"],
        ["Adopt the whole housing policy", "Housing Manager", "July 2026", "Not started"],
        [],
        ["Police"],
        ["Deadline", "Officer", "Undertaking", "Progress"],
        ["April 2026", "DCI PVP", "Brief every officer on orders", "In progress"],
    )

    assert [(one.text, one.leads) for one in draft.actions] == [
        ("Adopt the whole housing policy", ["Housing Manager"]),
        ("Brief every officer on orders", ["DCI PVP"]),
    ]
    assert draft.sections[-1].title == "Police"


def test_a_number_that_is_joined_down_is_of_several_actions(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Rec", "Action agreed", "Owner", "Due"])
    sheet.append(["1", "Relaunch the toolkit", "PSW Adults", "May 2026"])
    sheet.append([None, "Add it to the training", "Head of Safeguarding", "June 2026"])
    sheet.append(["2", "Audit thirty refusals", "MCA Lead", "July 2026"])
    sheet.merge_cells("A2:A3")
    workbook.save(tmp_path / "plan.xlsx")
    draft = read_plan_file(tmp_path / "plan.xlsx")

    assert [one.ref for one in draft.actions] == ["1.1", "1.2", "2"]
    assert "1 is the number of what 2 actions answer" in doubts_of(draft)


def test_headings_of_several_sheets_are_no_forms(tmp_path: Path) -> None:
    workbook = Workbook()
    for title in ("Cover", "Leadership", "Practice"):
        sheet = workbook.create_sheet(title)
        if title == "Cover":
            sheet.append(["Improvement Board"])
            continue
        sheet.append(["Ref", "Undertaking", "Accountable", "Responsible", "Target date", "Revised date"])
        sheet.append(["1", f"Appoint the team of {title}", "DCS", "HR Partner", "May 2026", None])
    del workbook["Sheet"]
    workbook.save(tmp_path / "plan.xlsx")

    assert len(read_plan_file(tmp_path / "plan.xlsx").actions) == 2


def test_what_stands_apart_below_the_table_is_no_action(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", "Lead", "Due"],
        ["Write the policy", "Head of HR", "May 2026"],
        ["Publish the guide"],
        [],
        ["Signed (Chair of the Board): ________"],
        ["Next review: 21 April 2026"],
    )

    assert [one.text for one in draft.actions] == ["Write the policy", "Publish the guide"]
    assert "not read: “Signed (Chair of the Board): ________”; “Next review: 21 April 2026”" in doubts_of(
        draft
    )


def test_days_of_completion_with_the_month_first_are_read_so(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    rows = ["Action,Lead,Planned End Date,Actual End Date"]
    rows += ["Publish the strategy,Head of Early Help,1/31/2026,1/28/2026 12:00:00 AM"]
    rows += ["Renew the licence,Partnership Manager,2/9/2026,2/6/2026 12:00:00 AM"]
    path.write_text("\n".join(rows), "utf-8")
    draft = read_plan_file(path)

    assert [str(one.completed_on) for one in draft.actions] == ["2026-01-28", "2026-02-06"]
    assert "the days of completion are read with the month first" in doubts_of(draft)


@pytest.mark.parametrize(
    ("text", "recurrence"),
    [
        ("Add outcomes to the termly report", None),
        ("Hear the overdue annual reviews by panel", None),
        ("Publish the annual report", "annual"),
        ("Report to the Board quarterly", "quarterly"),
    ],
)
def test_what_an_action_is_about_does_not_make_it_come_round(
    tmp_path: Path, text: str, recurrence: str | None
) -> None:
    [action] = plan_of_rows(tmp_path, _HEADINGS, [text, "DSL", "May 2026"]).actions

    assert action.recurrence == recurrence
    assert bool(action.doubts) is (recurrence is None)


def test_a_lead_may_be_that_of_a_numbered_text_above(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        _HEADINGS,
        ["2.1 Adopt the policy in all clinics", "Named Doctor", "May 2026"],
        ["2.2 Agree a protocol with hospitals", "As 2.1", "June 2026"],
    )

    assert draft.actions[1].leads == ["Named Doctor"]


def test_a_table_without_headings_is_asked_for_them(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="Write a row of headings above the table") as refused:
        plan_of_rows(
            tmp_path, ["1", "Review the files", "Chaplain", "Completed"], ["2", "Train", "Dean", "Easter"]
        )

    assert "--map" not in str(refused.value)


def test_letters_of_a_font_of_symbols_are_ticks(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in ([*_HEADINGS, "Done"], ["Book the course", "Clerk", "May 2026", "ü"]):
        sheet.append(row)
    sheet["D2"].font = Font(name="Wingdings")
    workbook.save(tmp_path / "plan.xlsx")
    assert read_plan_file(tmp_path / "plan.xlsx").actions[0].progress is Progress.COMPLETE

    document = Document()
    table = word_table(document, [*_HEADINGS, "Done"], [["Book the course", "Clerk", "May 2026", ""]])
    run = table.rows[1].cells[3].paragraphs[0].add_run()
    run._r.append(parse_xml(f'<w:sym {nsdecls("w")} w:font="Wingdings" w:char="F0FC"/>'))
    document.save(str(tmp_path / "plan.docx"))
    assert read_plan_file(tmp_path / "plan.docx").actions[0].progress is Progress.COMPLETE


def test_a_row_with_the_number_of_those_below_it_sums_them_up(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["WBS", "Task", "Owner", "Finish"],
        ["1", "DESIGN", None, "13/02/2026"],
        ["1.1", "Map the pathway", "Service Manager", "16/01/2026"],
        ["2", "BUILD", None, "29/05/2026"],
        ["2.1", "Procure the portal", "Head of ICT", "24/04/2026"],
    )

    assert [(one.ref, one.title) for one in draft.sections] == [("1", "DESIGN"), ("2", "BUILD")]
    assert [one.ref for one in draft.actions] == ["1.1", "2.1"]


def test_a_date_may_be_that_of_an_action_above(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Ref", *_HEADINGS],
        ["2.1", "Adopt the clinic policy", "Named Doctor", "September 2025"],
        ["3.1", "Agree the border protocol", "As 2.1", "As 2.1"],
    )

    assert draft.actions[1].due.day == date(2025, 9, 30)
    assert '"As 2.1" is read as the date of 2.1, 30 Sep 2025' in doubts_of(draft)


def test_a_doubt_says_what_is_recorded_in_the_end(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        [*_HEADINGS, "Progress", "Status"],
        ["Publish the pathway", "Officer", "May 2026", "Completed the first draft", "Complete"],
    )

    assert draft.actions[0].progress is Progress.COMPLETE
    assert "recorded as in progress" not in doubts_of(draft)


@pytest.mark.parametrize("heading", ["How far have you got?", "Our own view"])
def test_a_column_of_statuses_is_the_status_whatever_it_is_called(tmp_path: Path, heading: str) -> None:
    words = ("Started", "Fully complete", "Not started", "Almost complete")
    rows = [[f"Deliver part {at}", "Manager", "May 2027", said] for at, said in enumerate(words)]
    draft = plan_of_rows(tmp_path, [*_HEADINGS, heading], *rows)

    assert [one.progress for one in draft.actions] == [
        Progress.IN_PROGRESS,
        Progress.COMPLETE,
        Progress.NOT_STARTED,
        Progress.IN_PROGRESS,
    ]


def test_a_column_of_yes_and_no_is_no_status(tmp_path: Path) -> None:
    rows = [[f"Deliver part {at}", "Manager", "May 2027", said] for at, said in enumerate(("Y", "N", "Y"))]
    draft = plan_of_rows(tmp_path, [*_HEADINGS, "Evidence on file?"], *rows)

    assert [one.progress for one in draft.actions] == [None] * 3


def test_the_weeks_of_a_chart_have_one_doubt(tmp_path: Path) -> None:
    weeks = ["05/01/2026", "12/01/2026", "19/01/2026"]
    draft = plan_of_rows(tmp_path, [*_HEADINGS, *weeks], ["Map the pathway", "Manager", "May 2027", "x"])

    assert '3 columns called by dates, "05/01/2026" to "19/01/2026", are not used' in doubts_of(draft)
    assert draft.actions[0].notes == ["05/01/2026: x"]


def test_a_column_of_who_and_when_is_read_as_two(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Ref", "Intended action", "Who / when", "RAG"],
        ["A1", "Agree a charter", "Head of SEND / Mar 2026", "G"],
        ["A2", "Pay the parents", "Assistant Director\nDec 2025", "B"],
        ["A3", "Recruit four", "31/07/2026", "R"],
        ["A4", "Publish the prospectus", "Comms Lead", "R"],
    )

    assert [(one.leads, str(one.due.day)) for one in draft.actions] == [
        (["Head of SEND"], "2026-03-31"),
        (["Assistant Director"], "2025-12-31"),
        ([], "2026-07-31"),
        (["Comms Lead"], "None"),
    ]
    assert '"Who / when" says two things: it is read as "Who" and "when"' in doubts_of(draft)


def test_the_date_may_stand_before_the_lead(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path, ["Action", "Deadline and owner", "Status"], ["Write it", "May 2026 - Head of HR", "To do"]
    )

    assert draft.actions[0].leads == ["Head of HR"]
    assert draft.actions[0].due.day == date(2026, 5, 31)


def test_headings_beside_headings_are_no_form(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no actions under them"):
        plan_of_rows(tmp_path, ["Action", "Start date", "Lead", "Start date"])


def test_the_references_give_sections_only_where_the_file_has_none(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Ref", "Action", "Owner"],
        ["1.3", "Relaunch the toolkit", "PSW"],
        ["2.2", "Audit the refusals", "MCA Lead"],
        ["3.1", "Assure the meetings", None],
        ["3.3", "  Report to the sub-group", "Manager"],
    )

    assert {one.section for one in draft.actions} <= {one.ref for one in draft.sections}
    assert [one.title for one in draft.sections] == ["Actions", "Assure the meetings"]


@pytest.mark.parametrize("words", ["Not accepted 15/01/2026 – no evidence", "Sample the remainder"])
def test_a_note_that_says_otherwise_is_a_doubt_about_complete(tmp_path: Path, words: str) -> None:
    draft = plan_of_rows(
        tmp_path,
        [*_HEADINGS, "Date completed", "Board's view"],
        ["Refer the cases", "Prevention Manager", "30/11/2025", "02/12/2025", words],
    )

    assert draft.actions[0].progress is Progress.COMPLETE
    assert "that something is left: recorded as complete" in doubts_of(draft)


def test_a_label_is_no_title() -> None:
    assert short_title("Milestone: courses booked") == "courses booked"
    assert short_title("Low-level concerns policy: write, share, log") == "Low-level concerns policy"


@pytest.mark.parametrize(
    ("written", "progress", "completed_on"),
    [
        ("Completed January 2026", Progress.COMPLETE, date(2026, 1, 31)),
        ("Completed 12/01/2026, review July 2026", Progress.COMPLETE, date(2026, 1, 12)),
        ("Completed and ongoing", Progress.IN_PROGRESS, None),
    ],
)
def test_a_status_in_the_column_of_dates_is_taken_with_a_doubt(
    tmp_path: Path, written: str, progress: Progress, completed_on: date | None
) -> None:
    draft = plan_of_rows(tmp_path, _HEADINGS, ["Answer the complaints", "Governor", written])

    assert (draft.actions[0].progress, draft.actions[0].completed_on) == (progress, completed_on)
    assert f"stands where the date should be: recorded as {progress}" in doubts_of(draft)
