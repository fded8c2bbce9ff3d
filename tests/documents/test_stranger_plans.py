"""Faults that a stranger found in files of new kinds, each as the smallest table that shows it."""

from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from db.models import Progress
from documents.draft import Draft
from documents.numbering import number_and_link
from documents.plan_files import read_plan_file
from tests.documents.office_files import doubts_of, plan_of_rows, workbook
from tests.files import word_table

_HEADINGS = ["Action", "Lead", "Due"]


def test_rows_of_a_schedule_that_sum_up_others_are_sections(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["ID", "WBS", "Task Name", "Finish", "% Complete", "Resource Names"],
        ["1", "1", "Front door", "26/02/2027", "42%", None],
        ["2", "1.1", "Agree staffing", "12/10/2026", "100%", "Head of MASH"],
        ["3", "2", "Practice", "31/03/2027", "0%", None],
        ["4", "2.1", "Write standards", "08/01/2027", "0%", "Principal Social Worker[50%]"],
    )

    assert [one.title for one in draft.sections] == ["Front door", "Practice"]
    assert [one.ref for one in draft.actions] == ["1.1", "2.1"]
    assert draft.actions[1].leads == ["Principal Social Worker"]


def test_outline_levels_part_a_schedule_without_numbers(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["ID", "Outline Level", "Task Name", "Finish", "Resource Names"],
        ["1", "1", "Front door", "26/02/2027", None],
        ["2", "2", "Agree staffing", "12/10/2026", "Head of MASH"],
        ["3", "2", "Co-locate police", "15/01/2027", "Police Superintendent"],
    )

    assert [one.text for one in draft.actions] == ["Agree staffing", "Co-locate police"]
    assert '"Front door" sums up the rows below it' in doubts_of(draft)


@pytest.mark.parametrize(
    "text",
    [
        "No action needed at present",
        "No further action",
        "No gaps identified",
        "Standard met",
        "n/a - see 5",
        "AOB - none",
        "No actions arising",
    ],
)
def test_words_for_nothing_to_do_are_no_action(tmp_path: Path, text: str) -> None:
    rows = ["Brief all managers", "HR Lead", "31/03/2027"], [text, None, None]
    draft = plan_of_rows(tmp_path, ["Action", "Lead", "Due"], *rows)

    assert [one.text for one in draft.actions] == ["Brief all managers"]
    assert "says that there is nothing to do" in doubts_of(draft)


def _reported(folder: Path, headings: list[str], *cells: str) -> Draft:
    row = ["Write to the inspectorate", "Independent Chair", "15/12/2026", *cells]
    return plan_of_rows(folder, ["Action", "Lead", "Due", *headings], row)


def test_where_we_are_is_a_report_beside_the_status(tmp_path: Path) -> None:
    draft = _reported(tmp_path, ["Where are we now?", "Status"], "All five named", "Complete")

    assert draft.actions[0].progress is Progress.COMPLETE
    assert draft.actions[0].progress_text == "All five named"


def test_a_grade_beside_a_report_is_no_status(tmp_path: Path) -> None:
    rows = [
        [f"Train team {n}", "HR Lead", "31/03/2027", grade, report]
        for n, (grade, report) in enumerate(
            [("Partly met", "Not yet"), ("Not met", "Started - rota drafted"), ("Partly met", "Done")]
        )
    ]
    draft = plan_of_rows(tmp_path, ["Action", "Lead", "Due", "Self grading", "Progress"], *rows)

    wanted = [Progress.NOT_STARTED, Progress.IN_PROGRESS, Progress.COMPLETE]
    assert [one.progress for one in draft.actions] == wanted
    assert draft.actions[0].notes == ["Self grading: Partly met"]


@pytest.mark.parametrize(
    ("report", "progress"),
    [
        ("Letter sent; reply awaited", Progress.IN_PROGRESS),
        ("Completed 3 November 2026", Progress.IN_PROGRESS),
        ("No update", Progress.NOT_STARTED),
        ("Awaiting the review", Progress.NOT_STARTED),
        ("", Progress.NOT_STARTED),
    ],
)
def test_open_beside_a_report_of_work_has_begun(tmp_path: Path, report: str, progress: Progress) -> None:
    draft = _reported(tmp_path, ["Progress", "Open / Closed"], report, "Open")

    assert draft.actions[0].progress is progress
    assert (f'its status is "Open", and its report "{report}"' in doubts_of(draft)) is (
        progress is Progress.IN_PROGRESS
    )


def test_a_day_of_completion_counts_beside_a_report_that_says_no_more(tmp_path: Path) -> None:
    cells = "09/06/2026", "Standard signed off by board"
    draft = _reported(tmp_path, ["Date completed", "Commentary"], *cells)

    [action] = draft.actions
    assert (action.progress, action.completed_on) == (Progress.COMPLETE, date(2026, 6, 9))
    assert "may speak of a part: recorded as complete" in doubts_of(draft)


def test_a_day_of_completion_that_does_not_count_is_kept_as_a_note(tmp_path: Path) -> None:
    draft = _reported(tmp_path, ["Date completed", "Commentary"], "09/06/2026", "Done – 94% trained")

    [action] = draft.actions
    assert (action.progress, action.completed_on) == (Progress.IN_PROGRESS, None)
    assert "Date completed: 9 Jun 2026" in action.notes


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("Agree annual audit programme", True),
        ("Review the weekly MARAC agenda", True),
        ("Hold monthly meetings", False),
        ("Report to the board quarterly", False),
        ("Publish the annual report", False),
    ],
)
def test_how_often_is_asked_about_where_it_may_be_of_the_thing(
    tmp_path: Path, text: str, is_asked: bool
) -> None:
    draft = plan_of_rows(tmp_path, ["Action", "Lead", "Due"], [text, "Head of Audit", "31/08/2027"])

    assert draft.actions[0].recurrence is not None
    assert ("may say how often the action is done, or what it is about" in doubts_of(draft)) is is_asked


_PLAN = [["Ref", "Action", "Lead", "Due"], ["1.1", "Clear the backlog", "ICB Director", "31/03/2027"]]


def test_a_table_that_frames_others_is_read_through(tmp_path: Path) -> None:
    document = Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.paragraphs[0].text = "Outcome: children wait no longer than 18 weeks"
    inner = cell.add_table(2, 4)
    for row, texts in zip(inner.rows, _PLAN, strict=True):
        for one, text in zip(row.cells, texts, strict=True):
            one.text = text
    document.save(str(tmp_path / "plan.docx"))
    draft = read_plan_file(tmp_path / "plan.docx")

    assert [one.text for one in draft.actions] == ["Clear the backlog"]
    assert "children wait no longer than 18 weeks" in doubts_of(draft)


def test_a_table_inside_a_cell_is_told(tmp_path: Path) -> None:
    document = Document()
    word_table(document, _PLAN[0], _PLAN[1:])
    cell = document.tables[0].cell(1, 1)
    inner = cell.add_table(2, 2)
    for row, texts in zip(inner.rows, (("Step", "By"), ("Recruit", "January 2027")), strict=True):
        for one, text in zip(row.cells, texts, strict=True):
            one.text = text
    document.save(str(tmp_path / "plan.docx"))

    told = "a table inside a cell is read as words of that cell: “Step By / Recruit January 2027”"
    assert told in doubts_of(read_plan_file(tmp_path / "plan.docx"))


def test_what_a_tracked_change_deletes_is_quoted(tmp_path: Path) -> None:
    document = Document()
    word_table(document, _PLAN[0], [_PLAN[1], ["1.2", "Run an audit", "QA Lead", "31/01/2027"]])
    row = document.tables[0].rows[2]._tr
    row.get_or_add_trPr().append(parse_xml(f'<w:del {nsdecls("w")} w:id="1" w:author="A"/>'))
    document.save(str(tmp_path / "plan.docx"))
    draft = read_plan_file(tmp_path / "plan.docx")

    assert len(draft.actions) == 1
    assert "“1.2 Run an audit QA Lead 31/01/2027”" in doubts_of(draft)


@pytest.mark.parametrize(
    ("text", "progress"),
    [
        ("Write the policy (COMPLETED)", Progress.COMPLETE),
        ("[Done] Write the policy", Progress.COMPLETE),
        ("COMPLETE - Write the policy", Progress.COMPLETE),
        ("Write the policy – CLOSED", Progress.COMPLETE),
        ("Write the policy (superseded)", Progress.SUPERSEDED),
        ("Complete the policy", None),
        ("Closed cases: audit ten", None),
    ],
)
def test_a_closing_word_beside_the_words_counts_with_a_doubt(
    tmp_path: Path, text: str, progress: Progress | None
) -> None:
    draft = plan_of_rows(tmp_path, ["Action", "Lead", "Due"], [text, "HR Lead", "31/03/2027"])

    assert draft.actions[0].progress is progress
    assert ("stands in its words" in doubts_of(draft)) is (progress is not None)


def test_a_one_below_per_cent_is_asked_about(tmp_path: Path) -> None:
    draft = _reported(tmp_path, ["Complete (%)"], "1")

    assert draft.actions[0].progress is Progress.COMPLETE
    assert '"1" below a heading of per cent is read as 100%' in doubts_of(draft)


@pytest.mark.parametrize(("answer", "is_asked"), [("Rejected", True), ("No", True), ("Accepted", False)])
def test_what_was_rejected_is_asked_about(tmp_path: Path, answer: str, is_asked: bool) -> None:
    draft = _reported(tmp_path, ["Accepted?"], answer)
    assert (f'"Accepted?: {answer}": recorded as not started' in doubts_of(draft)) is is_asked


def test_two_tables_side_by_side_are_both_read(tmp_path: Path) -> None:
    headings = ["Ref", "Action", "Lead", "Due"]
    left, right = (
        ["1", "Write the policy", "HR Lead", "31/03/2027"],
        ["4", "Paint", "Estates Manager", "May 27"],
    )
    draft = plan_of_rows(tmp_path, [*headings, None, *headings], [*left, None, *right])

    assert [(one.ref, one.leads) for one in draft.actions] == [("1", ["HR Lead"]), ("4", ["Estates Manager"])]
    assert "two tables with the same headings stand side by side" in doubts_of(draft)


def test_what_a_list_looks_up_is_read_without_its_number(tmp_path: Path) -> None:
    row = ["Write the policy", "Exploitation;#2;#Neglect;#3", "HR Lead;#5", "31/03/2027"]
    draft = plan_of_rows(tmp_path, ["Title", "Theme", "Lead", "Due"], row)

    assert [one.title for one in draft.sections] == ["Exploitation, Neglect"]
    assert draft.actions[0].leads == ["HR Lead"]


def test_a_ditto_takes_no_supporters_where_they_have_a_column(tmp_path: Path) -> None:
    rows = ["Map programmes", "DCI", "Probation"], ["Raise disclosures", '"', None]
    draft = plan_of_rows(tmp_path, ["Action", "Lead", "Support"], *rows)
    assert (draft.actions[1].leads, draft.actions[1].supporters) == (["DCI"], [])


def test_a_section_of_an_act_is_no_reference(tmp_path: Path) -> None:
    rows = [[n, f"Write part {n}", "QA Lead", "31/03/2027"] for n in range(1, 12)]
    draft = plan_of_rows(
        tmp_path, ["Ref", *_HEADINGS], *rows, [12, "Run the section 11 audit", "QA Lead", ""]
    )
    number_and_link(draft, set())
    assert draft.actions[-1].references == []


@pytest.mark.parametrize(
    ("outcomes", "progress"),
    [
        (["Done", "Discharged", "C/fwd"], [Progress.COMPLETE, Progress.COMPLETE, None]),
        (
            ["Completed and circulated 3 Nov", "Closed", "Letter sent, no reply"],
            [Progress.COMPLETE, Progress.COMPLETE, Progress.IN_PROGRESS],
        ),
        (["Children are safe", "Schools know whom to ask", "Closed"], [None, None, None]),
    ],
)
def test_an_outcome_of_minutes_says_how_far_it_is(
    tmp_path: Path, outcomes: list[str], progress: list[Progress | None]
) -> None:
    rows = [[f"Visit place {n}", "Licensing Manager", "30/10/2026", one] for n, one in enumerate(outcomes)]
    draft = plan_of_rows(tmp_path, [*_HEADINGS, "Outcome"], *rows)
    assert [one.progress for one in draft.actions] == progress


def test_a_sheet_of_counts_is_no_plan(tmp_path: Path) -> None:
    row = ["Map programmes", "DCI", "31/03/2027"]
    path = workbook(
        tmp_path / "plan.xlsx",
        Summary=[
            ["Strand", "Actions", "Complete", "Lead"],
            ["Pursue", 1, 0, "DCI"],
            ["Prevent", 1, 1, "DPH"],
        ],
        Pursue=[_HEADINGS, row],
        Prevent=[_HEADINGS, ["Train licensees", "Licensing Manager", "31/03/2027"]],
    )
    draft = read_plan_file(path)

    assert [one.title for one in draft.sections] == ["Pursue", "Prevent"]
    assert 'the sheet "Summary" is not read' in doubts_of(draft)


def test_ratings_of_months_may_have_arrows(tmp_path: Path) -> None:
    rows = [
        ["Open the hub", "Head of EH", "18/12/2026", "G ↔", "R ↓"],
        ["Agree it", "IG Manager", "30/09/2026", "B", ""],
    ]
    draft = plan_of_rows(tmp_path, [*_HEADINGS, "Oct-26", "Nov-26"], *rows)
    assert [one.rating for one in draft.actions] == ["red", "blue"]


def test_two_columns_of_one_time_that_differ_are_asked_about(tmp_path: Path) -> None:
    draft = _reported(tmp_path, ["Status", "Done"], "Done", "No")
    assert '"Done" says "No": recorded as complete' in doubts_of(draft)


@pytest.mark.parametrize(
    ("text", "due", "day", "doubt"),
    [
        ("By 31 January 2027 buy phones", "", date(2027, 1, 31), "read as due then"),
        ("Report to the board by March 2027", "See action", date(2027, 3, 31), "read as due then"),
        ("By 31 January 2027 buy phones", "31/03/2027", date(2027, 3, 31), "the date is taken"),
        ("By 31 March 2027 buy phones", "31/03/2027", date(2027, 3, 31), ""),
    ],
)
def test_a_date_in_the_words_counts_where_there_is_none(
    tmp_path: Path, text: str, due: str, day: date, doubt: str
) -> None:
    draft = plan_of_rows(tmp_path, _HEADINGS, [text, "QA Lead", due], ["Train", "QA Lead", "31/03/2027"])
    assert draft.actions[0].due.day == day
    assert doubt in doubts_of(draft)


def test_an_action_without_a_number_among_others_is_told(tmp_path: Path) -> None:
    rows = [1, "Rewrite it", "HR Lead", "May 2027"], [None, "Set up a rota", "HR Lead", "May 2027"]
    draft = plan_of_rows(tmp_path, ["No", *_HEADINGS], *rows)
    assert "it has no number of its own and stands below 1" in doubts_of(draft)


@pytest.mark.parametrize(
    "text", ["OFFICIAL", "Official - Sensitive", "Confidential", "Printed 14/11/2026 10:32"]
)
def test_what_stands_on_every_page_is_no_section(tmp_path: Path, text: str) -> None:
    rows = ["Write the guide", "QA Lead", "31/03/2027"], [text], ["Brief the teams", "QA Lead", "31/03/2027"]
    draft = plan_of_rows(tmp_path, _HEADINGS, *rows)

    assert [one.title for one in draft.sections] == ["Actions"]
    assert len(draft.actions) == 2


@pytest.mark.parametrize(
    "row",
    [
        ["Signed", "Director of Children's Services", None, "14/11/2026"],
        ["Agreed by:", "Chair of the panel", None, "12/11/2026"],
        [None, "Approved by: Executive Board", None, "14/11/2026"],
        [None, "Next review date", None, "14/05/2027"],
    ],
)
def test_who_agreed_a_plan_is_no_action(tmp_path: Path, row: list[str | None]) -> None:
    draft = plan_of_rows(tmp_path, ["Ref", *_HEADINGS], [1, "Write the guide", "QA Lead", "31/03/2027"], row)

    assert len(draft.actions) == 1
    assert "the row says who agreed the plan" in doubts_of(draft)


@pytest.mark.parametrize("heading", ["Sub-action", "Tasks"])
def test_sub_actions_are_actions_below_their_action(tmp_path: Path, heading: str) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", heading, "Owner", "Deadline", "Status"],
        ["Improve recognition", "Buy licences", "Business Manager", "30/09/2026", "Complete"],
        [None, "Train the trainers", "L&D Lead", "31/12/2026", "On track"],
    )

    assert [one.title for one in draft.sections] == ["Improve recognition"]
    assert [one.progress for one in draft.actions] == [Progress.COMPLETE, Progress.IN_PROGRESS]


def test_a_sentence_with_a_month_is_no_column_of_dates(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path, ["Risk", "Mitigation", "Owner"], ["Grant ends March 2027", "Bid for it", "VAWG Manager"]
    )
    assert draft.actions[0].due.day is None


def test_what_was_verified_comes_before_what_was_self_assessed(tmp_path: Path) -> None:
    draft = _reported(tmp_path, ["Self-assessed status", "Verified status"], "Complete", "Not complete")
    assert draft.actions[0].progress is Progress.IN_PROGRESS


@pytest.mark.parametrize(
    ("title", "progress"),
    [
        ("Closed actions (for information)", Progress.COMPLETE),
        ("Actions removed since last version", Progress.SUPERSEDED),
        ("Archived - completed in 2025/26", Progress.COMPLETE),
    ],
)
def test_a_title_may_say_more_than_closed(tmp_path: Path, title: str, progress: Progress) -> None:
    rows = ["Write the guide", "QA Lead", "31/03/2027"], [title], ["Brief the teams", "QA Lead", "31/03/2026"]
    assert plan_of_rows(tmp_path, _HEADINGS, *rows).actions[1].progress is progress
