"""Plans as agencies keep them beside their partnership: police, health, SEND, registers and exports."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from db.models import DoubtAbout, Progress
from documents.draft import Draft, DraftAction
from documents.numbering import number_and_link
from documents.plan_files import read_plan_file
from tests.documents.office_files import doubts_of
from tests.files import word_table

Rows = Sequence[Sequence[object]]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Draft]:
    """Save each sheet's rows in one workbook and read it as a plan."""

    def read(**sheets: Rows) -> Draft:
        book = Workbook(write_only=True)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name.replace("_", " "))
            for row in rows:
                sheet.append(list(row))
        book.save(tmp_path / "plan.xlsx")
        return read_plan_file(tmp_path / "plan.xlsx")

    return read


def _by_ref(draft: Draft) -> dict[str | None, DraftAction]:
    return {one.ref: one for one in draft.actions}


def test_the_end_of_two_dates_is_due_and_the_start_is_kept(read: Callable[..., Draft]) -> None:
    draft = read(
        Plan=[
            ["Ref", "What will we do?", "Who?", "Commence", "Finish"],
            ["1.1", "Publish the policy", "Head of Housing", date(2026, 9, 1), date(2026, 10, 30)],
        ]
    )

    (action,) = draft.actions
    assert action.due.day == date(2026, 10, 30)
    assert any("Commence" in note for note in action.notes)


def test_a_key_of_letters_on_a_sheet_of_its_own_or_below_is_the_plans(read: Callable[..., Draft]) -> None:
    key = [["BRAG", "Meaning"], ["G", "Complete"], ["A", "Under way, some slippage"], ["W", "On hold"]]
    rows = [
        ["Ref", "Action", "Lead", "By when", "BRAG"],
        ["1.1", "Publish the policy", "Head of Housing", "March 2026", "G"],
        ["1.2", "Train the officers", "Head of Housing", "March 2026", "A"],
    ]

    on_a_sheet = read(Read_me=key, Plan=[*rows, ["1.3", "Buy the system", "DCS", "March 2026", "W"]])
    below = read(Plan=[*rows, [], ["Key:"], *key[1:3]])

    for draft in (on_a_sheet, below):
        found = _by_ref(draft)
        assert (found["1.1"].progress, found["1.2"].progress) == (Progress.COMPLETE, Progress.IN_PROGRESS)
        assert "by colour alone" not in doubts_of(draft)


def test_a_key_in_a_sentence_with_brackets_is_the_plans(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("Progress is rated Blue (complete), Green (complete) and Amber (on track).")
    headings = ["Action", "Lead", "By when", "Rating"]
    word_table(document, headings, [["Publish the policy", "Head of QA", "March 2026", "Green"]])
    document.save(str(tmp_path / "plan.docx"))

    (action,) = read_plan_file(tmp_path / "plan.docx").actions

    assert (action.progress, action.doubts) == (Progress.COMPLETE, [])


def test_a_heading_above_a_paragraph_above_a_table_is_its_section(tmp_path: Path) -> None:
    document = Document()
    for title, text in (("Priority 1: Assessments", "Refresh standards"), ("Priority 2: Care", "Passports")):
        document.add_heading(title)
        document.add_paragraph("SRO: Assistant Director")
        word_table(document, ["Action", "Lead", "By when"], [[text, "Head of QA", "March 2026"]])
    document.save(str(tmp_path / "plan.docx"))

    draft = read_plan_file(tmp_path / "plan.docx")

    assert [(one.ref, one.title) for one in draft.sections] == [("1", "Assessments"), ("2", "Care")]
    assert doubts_of(draft).count("SRO: Assistant Director") == 2


def test_a_response_is_the_action_and_the_column_of_dates_its_due_date(read: Callable[..., Draft]) -> None:
    draft = read(
        Plan=[
            ["Recommendation", "Force response", "Tactical lead", "HMICFRS timescale", "Force target"],
            ["1.1 Speak to children", "Dip sample 50 videos", "Chief Inspector", "Immediate", "30/11/2026"],
            ["1.2 Train supervisors", "Half day input", "Head of L&D", "Within three months", "12/01/2027"],
        ]
    )

    assert [one.text for one in draft.actions] == ["Dip sample 50 videos", "Half day input"]
    assert [one.due.day for one in draft.actions] == [date(2026, 11, 30), date(2027, 1, 12)]
    assert '"HMICFRS timescale" is kept as a note' in doubts_of(draft)


def test_quarters_of_ratings_are_read_latest_first_and_an_objective_may_be_the_action(
    read: Callable[..., Draft],
) -> None:
    draft = read(
        Plan=[
            ["Domain", "Objective", "Operational lead", "Planned for", "Q1", "Q2", "Q3"],
            ["Training", "Level 3 compliance", "Named Nurse", "March 2027", "Amber", "Red", "Green"],
            ["Training", "New module", "Named Doctor", "March 2027", "Red", "Red", ""],
        ]
    )

    assert [one.text for one in draft.actions] == ["Level 3 compliance", "New module"]
    assert [one.rating for one in draft.actions] == ["green", "red"]
    assert '"Q3" is taken as the latest' in doubts_of(draft)


def test_closed_actions_on_a_second_sheet_are_complete_and_of_no_section_of_the_first(
    read: Callable[..., Draft],
) -> None:
    draft = read(
        Open=[
            ["Ref", "Theme", "Action", "Responsible", "To be completed by", "Status"],
            ["EX1", "Prevent", "Taxi driver training", "Licensing Officer", "March 2027", "Not begun"],
        ],
        Completed=[
            ["Ref", "Action", "Who did it", "Signed off (date)"],
            ["EX90", "Screening tool", "Exploitation Manager", date(2026, 3, 17)],
        ],
    )

    closed = _by_ref(draft)["EX90"]
    assert (closed.progress, closed.completed_on) == (Progress.COMPLETE, date(2026, 3, 17))
    assert closed.leads == ["Exploitation Manager"]
    assert closed.section != _by_ref(draft)["EX1"].section


def test_jiras_summary_is_the_action_and_what_it_will_not_do_is_not_complete(
    read: Callable[..., Draft],
) -> None:
    draft = read(
        Issues=[
            [
                "Summary",
                "Issue key",
                "Issue Type",
                "Status",
                "Resolution",
                "Resolved",
                "Due date",
                "Description",
            ],
            ["Add a consent step", "M-1", "Task", "Done", "Done", "30/Oct/26 2:10 PM", "31/Oct/26", "Added"],
            ["Triage notices", "M-2", "Task", "Done", "Won't Do", "12/Nov/26 2:10 PM", "30/Nov/26", ""],
        ]
    )

    assert [one.text for one in draft.actions] == ["Add a consent step", "Triage notices"]
    assert [one.progress for one in draft.actions] == [Progress.COMPLETE, Progress.SUPERSEDED]
    assert draft.actions[0].completed_on == date(2026, 10, 30)


def test_cards_below_one_another_in_excel_are_actions(read: Callable[..., Draft]) -> None:
    draft = read(
        Cards=[
            ["Early Help Plan – cards", None],
            ["Action ref", "EH1"],
            ["What we are going to do", "Open the hub"],
            ["Lead officer", "Hub Manager"],
            ["Deadline", "March 2027"],
            ["Notes", "Builder on site"],
            [],
            ["Action ref", "EH2"],
            ["What we are going to do", "Train the workers"],
            ["Lead officer", "Training Officer"],
            ["Deadline", "October 2026"],
            ["Notes", None],
        ]
    )

    assert [(one.ref, one.text, one.leads) for one in draft.actions] == [
        ("EH1", "Open the hub", ["Hub Manager"]),
        ("EH2", "Train the workers", ["Training Officer"]),
    ]


def test_one_value_for_two_lettered_parts_is_that_of_both(read: Callable[..., Draft]) -> None:
    draft = read(
        Plan=[
            ["Finding", "Actions", "Lead", "Complete by", "Status"],
            [
                "Schools are not told",
                "a) Agree the words\nb) Send them\nc) Ask for feedback",
                "a) and b) Head of Exclusions\nc) Education Lead",
                "a) Nov 26\nb) Jan 27\nc) Apr 27",
                "a) Started\nb) and c) not yet started",
            ],
        ]
    )

    assert [one.leads for one in draft.actions] == [
        ["Head of Exclusions"],
        ["Head of Exclusions"],
        ["Education Lead"],
    ]
    assert [one.progress for one in draft.actions] == [Progress.IN_PROGRESS, *2 * [Progress.NOT_STARTED]]


def test_as_a_reference_is_the_lead_of_that_action(read: Callable[..., Draft]) -> None:
    draft = read(
        Plan=[
            ["Ref", "Action", "Lead", "By when"],
            ["1.1", "Publish the policy", "Head of Housing", "March 2026"],
            ["1.2", "Train the officers", "Training Officer", "March 2026"],
            ["1.3", "Audit the files", "As 1.1", "March 2026"],
            ["1.4", "Report to the board", "As 9.9", "March 2026"],
        ]
    )

    found = _by_ref(draft)
    assert (found["1.3"].leads, found["1.4"].leads) == (["Head of Housing"], [])
    assert '"As 9.9" names no action above' in doubts_of(draft)


def test_who_completed_a_task_is_no_second_due_date(read: Callable[..., Draft]) -> None:
    draft = read(
        Tasks=[
            ["Task Name", "Assigned To", "Due date", "Completed By", "Count of Updates"],
            ["Agree the terms", "Board Manager", "30/09/2026", "Board Manager", 3],
        ]
    )

    assert draft.actions[0].due.day == date(2026, 9, 30)
    assert "two columns are read as due" not in doubts_of(draft)


@pytest.mark.parametrize(
    ("cell", "leads"),
    [
        ("DA Co-ordinator;#47", ["DA Co-ordinator"]),
        ("TBC (Data Analyst post out to advert)", ["Data Analyst"]),
        ("Commissioning Manager (vacant – AD covering)", ["Commissioning Manager"]),
        ("Disruption Officer – vacant from 1 Dec", ["Disruption Officer"]),
        ("School clusters (Lead: Cluster 3 Head)", ["School clusters (Cluster 3 Head)"]),
        ("YJS Head of Service & Insp. Diversion", ["YJS Head of Service", "Insp. Diversion"]),
    ],
)
def test_a_lead_cell_with_more_than_a_role_gives_the_role(
    read: Callable[..., Draft], cell: str, leads: list[str]
) -> None:
    draft = read(Plan=[["Action", "Lead", "By when"], ["Publish the policy", cell, "March 2026"]])
    assert draft.actions[0].leads == leads


def test_each_of_a_few_actions_that_people_lead_asks_for_the_role(read: Callable[..., Draft]) -> None:
    head = ["Action", "Lead", "By when"]
    few = read(Plan=[head, ["Publish the policy", "Sarah Jones", "March 2026"]])
    many = read(Plan=[head, *([f"Train team {n}", "Sarah Jones", "March 2026"] for n in range(13))])

    number_and_link(few, set(), [])
    number_and_link(many, set(), [])

    assert [doubt.about for doubt in few.actions[0].doubts] == [DoubtAbout.LEADS]
    assert '"Sarah Jones" looks like a person and no role: name the role here' in doubts_of(few)
    assert doubts_of(many).count("look like people and no roles") == 1


def test_a_comment_that_something_is_left_is_a_doubt_of_complete(read: Callable[..., Draft]) -> None:
    draft = read(
        Plan=[
            ["Action", "Lead", "By when", "Status", "Comments"],
            ["Recruit 20 champions", "DSL", "March 2026", "Completed", "Only 12 recruited so far"],
            ["Publish the guide", "DSL", "March 2026", "Completed", "On the website since May"],
        ]
    )

    assert "that something is left" in doubts_of(draft)
    assert [len(one.doubts) for one in draft.actions] == [1, 0]


def test_a_fill_settles_words_that_do_not_and_contradicts_those_that_do(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Action", "Lead", "By when", "Status"])
    for text, status, fill in (("A", "Printed and sent", "92D050"), ("B", "Complete", "FF0000")):
        sheet.append([f"Do the work {text}", "DSL", "March 2026", status])
        sheet.cell(sheet.max_row, 4).fill = PatternFill("solid", fgColor=fill)
    book.save(tmp_path / "plan.xlsx")

    draft = read_plan_file(tmp_path / "plan.xlsx")

    assert [one.progress for one in draft.actions] == [Progress.IN_PROGRESS, Progress.COMPLETE]
    assert "its cell is green: recorded as in progress" in doubts_of(draft)
    assert '"Complete" stands in a cell that is red' in doubts_of(draft)


def test_not_closed_takes_back_no_progress_and_a_list_explains_no_colour(read: Callable[..., Draft]) -> None:
    draft = read(
        Log=[
            ["Action", "Lead", "By when", "Update", "Closed Y/N"],
            ["Dental pathway", "Designated Nurse", "March 2026", "In progress", "N"],
        ]
    )
    assert draft.actions[0].progress is Progress.IN_PROGRESS
    rated = read(
        Plan=[
            ["Action", "Lead", "By when", "RAG"],
            ["Dental pathway", "Designated Nurse", "March 2026", "A"],
        ],
        Lists=[["RAG", "Agency"], ["R", "ICB"], ["A", "Police"], ["G", "Acute Trust"]],
    )
    assert "with no key: read as in progress" in doubts_of(rated)


def test_who_supports_is_a_list(read: Callable[..., Draft]) -> None:
    draft = read(
        Plan=[["Action", "Lead", "Support", "By when"], ["Do it", "DSL", "Police, Youth Service", "May 2026"]]
    )
    assert draft.actions[0].supporters == ["Police", "Youth Service"]


def test_a_row_that_sums_up_a_workstream_is_its_section(read: Callable[..., Draft]) -> None:
    draft = read(
        Plan=[
            ["Task Name", "Assigned To", "Finish", "Status"],
            ["Workstream 1: Recognition", None, "31/03/2027", "In progress"],
            ["Train the workers", "Training Officer", "31/01/2027", "Not started"],
            ["Workstream 2: Response", None, "30/06/2027", "Not started"],
            ["Agree the pathway", "Head of MASH", "30/06/2027", "Not started"],
        ]
    )

    assert [one.title for one in draft.sections] == ["Recognition", "Response"]
    assert [one.text for one in draft.actions] == ["Train the workers", "Agree the pathway"]
    assert doubts_of(draft).count("sums up the rows below it") == 2


def test_beside_who_acts_on_a_risk_its_owner_is_a_note(read: Callable[..., Draft]) -> None:
    draft = read(
        Log=[
            ["Risk description", "Mitigation", "Risk owner", "Action owner", "Action due"],
            ["Budget falls short", "Agree the funding", "Executive Chair", "Finance Manager", "31/01/2027"],
        ]
    )
    assert draft.actions[0].leads == ["Finance Manager"]
    assert "Risk owner: Executive Chair" in draft.actions[0].notes


def test_labels_with_values_in_four_columns_are_cards_and_no_headings(tmp_path: Path) -> None:
    document = Document()
    for ref, text, lead in (("7", "Recruit ten carers", "Fostering Manager"), ("8", "Open a home", "DCS")):
        table = document.add_table(rows=2, cols=4)
        for row, words in zip(
            table.rows,
            (["Action number", ref, "Owner", lead], ["Description", text, "Target date", "31/03/2027"]),
            strict=True,
        ):
            for cell, word in zip(row.cells, words, strict=True):
                cell.text = word
        document.add_paragraph("")
    document.save(str(tmp_path / "plan.docx"))

    draft = read_plan_file(tmp_path / "plan.docx")

    assert [(one.ref, one.text, one.leads) for one in draft.actions] == [
        ("7", "Recruit ten carers", ["Fostering Manager"]),
        ("8", "Open a home", ["DCS"]),
    ]


def test_a_card_with_empty_values_is_a_card_and_an_empty_label_no_section(read: Callable[..., Draft]) -> None:
    labels = ("Card", "We will", "Person responsible", "Finish", "Progress", "Notes")
    cards = (
        ("P1", "Train staff", "Head", "1 March 2027", "Started", None),
        ("P2", "Brief staff", "Head", "1 March 2027", "Started", "n2"),
        ("P3", "Write a note", "Head", "1 May 2027", None, None),
    )
    rows: list[Sequence[object]] = []
    for card in cards:
        rows += [*zip(labels, card, strict=True), ()]

    draft = read(Cards=rows)

    assert [one.text for one in draft.actions] == ["Train staff", "Brief staff", "Write a note"]
    assert [one.title for one in draft.sections] == ["Actions"]


def test_a_word_counts_more_than_the_percentage_beside_it_which_is_kept(read: Callable[..., Draft]) -> None:
    draft = read(
        Plan=[
            ["Action", "Lead", "Due", "% Complete", "Status"],
            ["Train staff", "Head", "March 2027", "40%", "On Hold"],
            ["Brief staff", "Head", "March 2027", "10%", "Cancelled"],
        ]
    )

    assert [one.progress for one in draft.actions] == [Progress.BLOCKED, Progress.SUPERSEDED]
    assert ["% Complete: 40%" in one.notes for one in draft.actions] == [True, False]


def test_minutes_that_call_the_status_an_outcome_are_read(read: Callable[..., Draft]) -> None:
    draft = read(
        Log=[
            ["Agreed action", "By whom", "By when", "Outcome"],
            ["Review the pathway", "Head", "31/3/27", "Superseded by regional pathway"],
            ["Write the terms", "Head", "31/3/27", "Done 10/9/26."],
        ]
    )
    assert [one.progress for one in draft.actions] == [Progress.SUPERSEDED, Progress.COMPLETE]


def test_of_this_and_last_month_this_one_says_how_far_it_is(read: Callable[..., Draft]) -> None:
    draft = read(
        Plan=[
            ["Ref", "Task", "Due", "Last month (Oct)", "This month (Nov)"],
            ["T1", "Train staff", "31.12.26", "Not started", "In progress"],
            ["T2", "Brief staff", "30.6.26", "Completed", "Completed"],
        ]
    )
    assert [one.progress for one in draft.actions] == [Progress.IN_PROGRESS, Progress.COMPLETE]


def test_a_day_of_completion_beside_red_is_a_doubt(read: Callable[..., Draft]) -> None:
    draft = read(
        Plan=[
            ["Action", "Lead", "Due", "Done on", "RAG"],
            ["Train staff", "Head", "March 2027", "09/10/2026", "Red"],
            ["Brief staff", "Head", "March 2027", "09/10/2026", "Green"],
        ]
    )
    assert [one.progress for one in draft.actions] == [Progress.IN_PROGRESS, Progress.COMPLETE]
    assert "it has a day of completion, 9 Oct 2026, but its status is in progress" in doubts_of(draft)


def test_a_key_with_a_cell_for_each_colour_is_read_and_initials_of_raci_are_none(
    read: Callable[..., Draft],
) -> None:
    head = ["Ref", "Action", "Lead", "Due", "RAG"]
    draft = read(
        Plan=[
            ["RAG:", "Grey = Done", "Green = On track", "Blue = Not started"],
            head,
            ["1", "Write the first note", "Head", "March 2027", "Grey"],
        ]
    )
    assert draft.actions[0].progress is Progress.COMPLETE
    raci = read(Plan=[head, ["1", "Write the note", "R: Head of Service; A: DCS", "March 2027", "Red"]])
    assert "with no key" in doubts_of(raci)


def test_an_identifier_that_is_no_reference_is_kept_as_a_note(read: Callable[..., Draft]) -> None:
    draft = read(
        Log=[["Action No", "Action", "Lead", "Due"], ["EG/26/014", "Train staff", "Head", "May 2027"]]
    )
    assert draft.actions[0].notes == ["Action No: EG/26/014"]


def test_words_that_are_not_understood_stand_in_the_doubt_about_the_colour(
    read: Callable[..., Draft],
) -> None:
    words = "Funding bid refused and the group now looks at what the regional plan of the force may bring"
    draft = read(
        Plan=[["Action", "Lead", "Due", "RAG", "Status"], ["Train", "Head", "May 2027", "Red", words]]
    )
    assert '"Funding bid refused' in doubts_of(draft)
    assert "by colour alone" not in doubts_of(draft)


def test_letters_in_one_line_are_parts(read: Callable[..., Draft]) -> None:
    draft = read(
        Plan=[
            ["Action", "Lead", "Due"],
            ["a) Agree the checks b) Issue the map", "a) DCS b) Head of PDU", "a) May 2027 b) June 2027"],
        ]
    )
    assert [one.text for one in draft.actions] == ["Agree the checks", "Issue the map"]
