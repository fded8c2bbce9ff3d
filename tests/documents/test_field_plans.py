"""Plans as officers keep them: each test is a kind of layout that was met in the field."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color
from sqlmodel import col, select

from db import audit_log
from db.models import Action, DueKind, Plan, Progress
from db.overdue import watched_actions
from db.replay import find_differences
from db.rules.lead_cells import read_leads
from documents.draft import DocumentError, Draft, DraftAction
from documents.excel_values import has_values_only
from documents.import_options import ImportOptions
from documents.plan_apply import apply_plan
from documents.plan_diff import diff_plan
from documents.plan_files import read_plan_file
from tests.cast import LEAD, LONDON
from tests.conftest import Program, Running
from tests.documents.office_files import doubts_of


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Draft]:
    """Read rows as a .csv, or as one or more sheets of an .xlsx."""

    def read_rows(*rows: Sequence[object], **sheets: Sequence[Sequence[object]]) -> Draft:
        if not sheets:
            path = tmp_path / "plan.csv"
            text = "\n".join(",".join(f'"{"" if cell is None else cell}"' for cell in row) for row in rows)
            path.write_text(text, "utf-8-sig")
            return read_plan_file(path)
        book = Workbook()
        del book[book.sheetnames[0]]
        for name, cells in sheets.items():
            sheet = book.create_sheet(name.replace("_", " "))
            for row in cells:
                sheet.append(list(row))
        book.save(tmp_path / "plan.xlsx")
        return read_plan_file(tmp_path / "plan.xlsx")

    return read_rows


def _only(draft: Draft) -> DraftAction:
    [action] = draft.actions
    return action


def test_the_words_of_a_column_that_is_not_understood_are_kept_and_one_doubt_names_it(
    read: Callable[..., Draft],
) -> None:
    draft = read(
        ("Ref", "Action", "Lead", "By when", "Cost centre", "Notes"),
        ("1", "Train staff", "HR Lead", "March 2026", "£1,200", "Venue agreed"),
        ("2", "Train managers", "HR Lead", "May 2026", "£300", ""),
    )
    assert draft.actions[0].notes == ["Venue agreed", "Cost centre: £1,200"]
    assert draft.actions[1].notes == ["Cost centre: £300"]
    assert doubts_of(draft).count("Cost centre") == 1
    assert [(one.heading, one.meaning) for one in draft.columns_read][-2:] == [
        ("Cost centre", None),
        ("Notes", "notes"),
    ]


@pytest.mark.parametrize(
    ("headings", "row", "text"),
    [
        (
            ("Task Name", "Assigned To", "Due date", "Description"),
            ("Agree it", "HR Lead", "1/2/26", "With all"),
            0,
        ),
        (
            ("Description", "Mitigation", "Owner", "Due"),
            ("Posts unfilled", "Advertise again", "HR Lead", "1/2/26"),
            1,
        ),
        (("Activity", "Responsible", "Deadline"), ("Agree it", "HR Lead", "1/2/26"), 0),
        (
            ("Rec", "Management response", "Owner", "Deadline"),
            ("Do more", "We will do more", "HR Lead", "1/2/26"),
            1,
        ),
        (("What will the partnership do?", "Who", "When"), ("Agree it", "HR Lead", "1/2/26"), 0),
        # Nothing says which is the action: the column of sentences is it.
        (
            ("Steps we agreed", "Owner", "Deadline", "Area"),
            ("Agree the thresholds", "HR Lead", "1/2/26", "Door"),
            0,
        ),
    ],
)
def test_the_column_of_the_actions_is_found(
    read: Callable[..., Draft], headings: tuple[str, ...], row: tuple[str, ...], text: int
) -> None:
    action = _only(read(headings, row))
    assert action.text == row[text]
    assert action.leads == ["HR Lead"]
    assert action.due.kind is DueKind.BY


def test_a_refusal_names_the_nearest_row_and_how_to_settle_it(read: Callable[..., Draft]) -> None:
    with pytest.raises(DocumentError) as refused:
        read(("Steps", "Owner", "Colour of folder"), ("x", "y", "z"))
    assert 'Row 1 comes nearest, with "Steps", "Owner", "Colour of folder"' in str(refused.value)
    assert '--map "Steps=action"' in str(refused.value)


def test_a_person_says_what_a_column_is_and_the_next_import_knows_it(run: Program, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("Thing,Owner,Day,Colour of folder\nAgree,HR Lead,1/2/2026,blue\n", "utf-8")
    run.on_empty_database()
    assert run("plan", "import", str(path), "--plan", "x").code == 1
    told = run("plan", "import", str(path), "--plan", "x", "--map", "Thing=action", "--map", "Day=due")
    assert "Columns: Thing → action; Owner → lead; Day → due; Colour of folder → not used." in told.out
    assert "nothing changed" in run("plan", "import", str(path), "--plan", "x").out
    assert "no column is called" in run("plan", "import", str(path), "--plan", "x", "--map", "Nix=action").err
    assert "is no meaning: use one of ref, section" in run("plan", "import", str(path), "--map", "Day=x").err


def test_a_column_may_be_ignored_and_a_sheet_chosen(tmp_path: Path) -> None:
    book = Workbook()
    first, second = book.active, book.create_sheet("Old")
    assert first is not None
    for sheet, text in ((first, "New work"), (second, "Old work")):
        sheet.append(["Action", "Lead", "Agreed in", "Colour"])
        sheet.append([text, "HR Lead", "March 2026", "x"])
    book.save(tmp_path / "plan.xlsx")
    options = ImportOptions().with_new(["Colour=ignore"], ["old"])
    draft = read_plan_file(tmp_path / "plan.xlsx", options)
    assert _only(draft).text == "Old work"
    assert _only(draft).notes == ["Agreed in: March 2026"]
    with pytest.raises(DocumentError, match='there is no sheet "Older"'):
        read_plan_file(tmp_path / "plan.xlsx", ImportOptions(sheets=("Older",)))


@pytest.mark.parametrize(
    ("headings", "latest"),
    [
        (("RAG Q1", "RAG Q2", "RAG Q3"), 2),
        (("RAG Q3", "RAG Q2", "RAG Q1"), 0),
        (("BRAG Sept", "BRAG Dec", "BRAG Mar"), 2),
        (("BRAG Mar 26", "BRAG Dec 25", "BRAG Sept 25"), 0),
        (("Status 30/09/2025", "Status 31/12/2025", "Status 31/03/2026"), 2),
        (("RAG (Mar)", "RAG (Feb)", "RAG (Jan)"), 0),
    ],
)
def test_of_a_rating_for_each_period_the_latest_is_taken(
    read: Callable[..., Draft], headings: tuple[str, ...], latest: int
) -> None:
    words = ["Not started", "In progress", "Blocked"]
    values = ["Not started"] * 3
    values[latest] = "Complete"
    draft = read(
        ("Ref", "Action", "Lead", *headings), ("1", "Do it", "HR Lead", *values), ("2", "Do", "X", *words)
    )
    assert draft.actions[0].progress is Progress.COMPLETE
    assert f'"{headings[latest]}" is taken as the latest' in doubts_of(draft)


def test_headings_of_two_rows_are_one(read: Callable[..., Draft]) -> None:
    draft = read(
        Plan=[
            ["Ref", "Action", "Responsible", None, "Dates", None, "Status"],
            [None, None, "Lead", "Support", "Start date", "Completion date", None],
            ["1", "Do it", "HR Lead", "Police", "1/1/2026", "31/3/2026", "Open"],
        ]
    )
    action = _only(draft)
    assert (action.leads, action.supporters) == (["HR Lead"], ["Police"])
    assert action.due.as_written == "31/3/2026"
    assert action.notes == ["Dates Start date: 1/1/2026"]


def test_a_first_action_without_numbers_is_no_second_row_of_headings(read: Callable[..., Draft]) -> None:
    draft = read(("Ref", "", "Action", "Lead", "When"), ("A", "Front door", "Train staff", "DCS", "ongoing"))
    assert _only(draft).text == "Train staff"
    assert _only(draft).title == "Front door"


def test_title_rows_sheets_and_columns_are_sections(read: Callable[..., Draft]) -> None:
    headings = ["Ref", "Action", "Lead", "By when"]
    row = [1, "Do it", "HR Lead", "March 2026"]
    by_sheet = read(Leadership=[headings, row], Front_door=[headings, [1, "Act", "HR Lead", "March 2026"]])
    assert [(one.ref, one.title) for one in by_sheet.sections] == [("1", "Leadership"), ("2", "Front door")]
    assert [action.ref for action in by_sheet.actions] == ["1.1", "2.1"]

    by_row = read(
        Plan=[["Leadership"], headings, row, [], ["Front door"], headings, [2, "Act", "X", "May 2026"]]
    )
    assert [one.title for one in by_row.sections] == ["Leadership", "Front door"]
    assert [action.text for action in by_row.actions] == ["Do it", "Act"]

    by_column = read((*headings, "Theme"), (*row, "Leadership"), (2, "Act", "X", "May 2026", "Front door"))
    assert [one.title for one in by_column.sections] == ["Leadership", "Front door"]


def test_what_is_no_action_is_none(read: Callable[..., Draft]) -> None:
    draft = read(
        Plan=[
            ["Ref", "Action", "Lead", "By when", "Status"],
            ["e.g. 1.1", "(what will you do?)", "(who?)", "(by when?)", "(choose)"],
            ["1.1", "Do it", "HR Lead", "March 2026", "Open"],
            ["Total", "1", None, None, None],
        ],
        Lists=[["Status", "Owner", "Action type"], ["Open", "DCS", "Policy"], ["Closed", "QA", "Training"]],
    )
    assert [action.text for action in draft.actions] == ["Do it"]
    assert 'the sheet "Lists" is not read' in doubts_of(draft)


def test_colours_of_the_theme_struck_out_text_and_hidden_rows(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Ref", "Action", "Lead", "RAG"])
    for number in range(1, 4):
        sheet.append([str(number), f"Do thing {number}", "HR Lead", None])
    # Accent 6 of the usual theme is a green; two rows are struck out or hidden.
    sheet["D2"].fill = PatternFill("solid", fgColor=Color(theme=9))
    sheet["B3"].font = Font(strike=True)
    sheet.row_dimensions[4].hidden = True
    book.save(tmp_path / "plan.xlsx")
    draft = read_plan_file(tmp_path / "plan.xlsx")

    assert [action.text for action in draft.actions] == ["Do thing 1", "Do thing 3"]
    assert draft.actions[0].rating in ("amber", "green")
    assert "by colour alone" in doubts_of(draft)
    assert "struck-out text of sheet 'Sheet' is left out: B3" in doubts_of(draft)
    assert "has hidden rows, which are read: 4" in doubts_of(draft)


def test_text_struck_out_in_a_part_of_a_cell_a_comment_and_a_hidden_sheet(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Ref", "Action", "Lead", "By when"])
    sheet.append(["1", "x", "Head of QA", "30/06/2026"])
    struck, plain = InlineFont(strike=True), InlineFont()
    sheet["B2"] = CellRichText(TextBlock(struck, "Consider writing "), TextBlock(plain, "Write a protocol"))
    sheet["C2"].comment = Comment("Post moves in May", "Clerk")
    hidden = book.create_sheet("Plan v4")
    hidden.append(["Ref", "Action", "Lead"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "plan.xlsx")
    draft = read_plan_file(tmp_path / "plan.xlsx")

    assert _only(draft).text == "Write a protocol"
    assert "struck-out text of sheet 'Sheet' is left out: B2" in doubts_of(draft)
    assert "the comment on C2 is not read: “Post moves in May”" in doubts_of(draft)
    assert 'the sheet "Plan v4" is hidden, so it is not read' in doubts_of(draft)


def test_a_workbook_of_values_alone_is_read_as_one_with_a_colour_is(tmp_path: Path) -> None:
    drafts = []
    for colour in (None, "FFFFFF"):
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["Ref", "Recommendation", "Action", "Lead", "By when", "Done"])
        sheet.append([1.1, "Be clearer", "Write it", "Head of QA", date(2026, 6, 30), True])
        sheet.append([1.2, None, "Send it", "Head of QA", 2026, 0.5])
        sheet.append([])
        sheet.append(["2", "Be kinder", "Ask them", "Head of QA", "May 2026", "later"])
        sheet.merge_cells("B2:B3")
        if colour:
            sheet["F9"].fill = PatternFill("solid", fgColor=colour)
        path = tmp_path / f"plan{colour}.xlsx"
        book.save(path)
        assert has_values_only(path) is (colour is None)
        drafts.append(read_plan_file(path))
    assert drafts[0].actions == drafts[1].actions
    assert drafts[0].sections == drafts[1].sections


def _word(path: Path, fill: Callable[[Any], None]) -> Draft:
    document = Document()
    fill(document)
    document.save(str(path))
    return read_plan_file(path)


def _table(document: Any, rows: Sequence[Sequence[str]]) -> Any:
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return table


def test_word_headings_above_tables_are_sections_and_a_deleted_row_is_no_action(tmp_path: Path) -> None:
    def fill(document: Any) -> None:
        for title in ("Area 1: Leadership", "Outcome 2 – Children are heard", "R3: Data", "Workforce"):
            document.add_heading(title, level=2)
            table = _table(document, [("Action", "Lead", "By when"), (f"Do {title}", "DCS", "March 2026")])
        row = table.add_row()
        row.cells[0].text = "Deleted"
        properties = row._tr.get_or_add_trPr()
        properties.append(properties.makeelement(f"{{{properties.nsmap['w']}}}del", {}))

    draft = _word(tmp_path / "plan.docx", fill)
    assert [one.title for one in draft.sections] == ["Leadership", "Children are heard", "Data", "Workforce"]
    assert len(draft.actions) == 4


def test_lettered_actions_in_one_row_are_several_where_leads_and_dates_match(tmp_path: Path) -> None:
    head = ("Ref", "Actions", "Lead", "Target date")
    several = ("1", "a) Choose\nb) Train\nc) Audit", "DCS\nQA Lead\nQA Lead", "1/3/2026\n1/6/2026\n1/9/2026")
    one = ("2", "a) Choose\nb) Train\nc) Audit", "DCS", "1/3/2026\n1/9/2026")
    draft = _word(tmp_path / "plan.docx", lambda document: _table(document, [head, several, one]) and None)

    assert [(action.ref, action.text) for action in draft.actions[:3]] == [
        ("1a", "Choose"),
        ("1b", "Train"),
        ("1c", "Audit"),
    ]
    assert [action.leads for action in draft.actions[:3]] == [["DCS"], ["QA Lead"], ["QA Lead"]]
    assert str(draft.actions[3].due.day) == "2026-09-01"
    assert "3 parts and 2 dates: read as one action" in doubts_of(draft)


def test_a_day_of_completion_completes_and_a_contradiction_is_a_doubt(read: Callable[..., Draft]) -> None:
    draft = read(
        ("Ref", "Action", "Lead", "Due", "Date completed", "Status"),
        ("1", "Do it", "X", "1/2/2026", "30/01/2026", ""),
        ("2", "Act", "X", "1/2/2026", "30/01/2026", "In progress"),
    )
    assert draft.actions[0].progress is Progress.COMPLETE
    assert str(draft.actions[0].completed_on) == "2026-01-30"
    assert draft.actions[1].progress is Progress.IN_PROGRESS
    assert "it has a day of completion, 30 Jan 2026, but its status is in progress" in doubts_of(draft)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".docx"])
def test_an_export_of_it_changes_nothing(run: Program, tmp_path: Path, ending: str) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(
        "Ref,Action,Lead,By when,Finding,Cost,RAG\n"
        '1,Train staff,"Lead: HR Lead; Support: Police, Health",March 2026,Too few,£5,Green – on track\n'
        "2,Audit it,TBC,31/03/26 revised to 30/06/26,Too late,£7,Complete – evidence awaited\n",
        "utf-8",
    )
    run.on_empty_database()
    run("plan", "import", str(path), "--plan", "x")
    out = tmp_path / f"export{ending}"
    run("plan", "export", "x", str(out))
    told = run("plan", "import", str(out), "--plan", "x")

    assert "x: nothing changed" in told.out, told.out


@pytest.mark.parametrize(
    ("written", "leads", "supporters", "doubt"),
    [
        ("TBC", (), (), '"TBC" is nobody: no lead is given'),
        ("DCS / Vacant", ("DCS",), (), '"Vacant" is nobody: it is left out'),
        ("Lead: DCS\nSupport: Head of QA", ("DCS",), ("Head of QA",), "kept as support"),
        ("AD Social Care + AD Education", ("AD Social Care", "AD Education"), (), None),
        ("DCS with Head of QA", ("DCS",), ("Head of QA",), "kept as support"),
        ("Head of Children with Disabilities", ("Head of Children with Disabilities",), (), None),
        ("Police and Health", ("Police", "Health"), (), None),
        ("Vacant (was Head of QA)", (), (), "is nobody"),
        ("Lead - DCS, Supporting - ICB", ("DCS",), ("ICB",), "kept as support"),
        ("DCS (lead), Superintendent (support)", ("DCS",), ("Superintendent",), "kept as support"),
        ("DHT with SENDCo", ("DHT",), ("SENDCo",), "kept as support"),
        ("DCS c/o Business Support", ("DCS",), ("Business Support",), "kept as support"),
    ],
)
def test_who_leads_and_who_supports(
    written: str, leads: tuple[str, ...], supporters: tuple[str, ...], doubt: str | None
) -> None:
    found = read_leads(written)
    assert (found.leads, found.supporters) == (leads, supporters)
    assert (found.doubt is None) if doubt is None else doubt in (found.doubt or "")


def test_what_a_file_says_more_is_found_by_history_and_status(slack: Running) -> None:
    with slack.store.writing() as session:
        audit_log.take_write_lock(session)
        action = session.exec(select(Action).where(Action.ref == "2.3.5")).one()
        author = audit_log.Author("import:plan.csv", slack.store.clock())
        changes = {"notes": "Cost centre: £1,200\nVenue agreed", "supporters": "Police; Health"}
        audit_log.set_fields(session, author, action, action.qualified_ref, changes)
    status = slack.ask(LEAD, "/action status 2.3.5").text
    assert "support: Police; Health" in status
    assert "The plan's file says more of it: `/action history 2.3.5`" in status
    history = slack.ask(LEAD, "/action history 2.3.5").text
    assert "• Cost centre: £1,200" in history
    assert "• Venue agreed" in history


def test_an_audit_tracker_has_its_recommendation_as_the_action_where_the_response_only_agrees(
    read: Callable[..., Draft],
) -> None:
    draft = read(
        (
            "Audit",
            "Rec No.",
            "Recommendation",
            "Management Response",
            "Owner",
            "Original Implementation Date",
            "Revised Implementation Date",
            "Follow up status",
        ),
        (
            "Payroll",
            "1",
            "Reconcile weekly",
            "Agreed",
            "HR Lead",
            "30/09/2025",
            "31/12/2025",
            "Partly implemented",
        ),
        ("Payroll", "2", "Stop late pay", "Agreed in part", "HR Lead", "31/10/2025", "", "Implemented"),
        ("Recruitment", "1", "Hold references", "Agreed", "HR Lead", "30/11/2025", "", "On hold pending IT"),
    )
    first, second, third = draft.actions
    assert [one.text for one in draft.actions] == ["Reconcile weekly", "Stop late pay", "Hold references"]
    assert [one.ref for one in draft.actions] == ["1.1", "1.2", "2.1"]
    assert (str(first.due.day), str(second.due.day)) == ("2025-12-31", "2025-10-31")
    assert first.original_due is not None
    assert str(first.original_due.day) == "2025-09-30"
    assert (second.progress, third.progress) == (Progress.COMPLETE, Progress.BLOCKED)
    assert "Status: On hold pending IT" in third.notes


def test_exports_of_other_programs_come_in_by_their_own_headings(read: Callable[..., Draft]) -> None:
    sharepoint = read(
        ("Title", "Workstream", "Assigned To", "Due Date", "% Complete", "Modified", "Item Type"),
        ("Train champions", "Neglect", "HR Lead", "2026-04-30", "0.75", "03/02/2026 09:12", "Item"),
    )
    assert _only(sharepoint).text == "Train champions"
    assert _only(sharepoint).progress is Progress.IN_PROGRESS
    monday = read(
        Board=[
            ["Assurance"],
            ["Name", "Person", "Status", "Timeline - End"],
            ["Section 11 returns", "HR Lead", "Working on it", "2026-03-31"],
            [],
            ["Learning"],
            ["Name", "Person", "Status", "Timeline - End"],
            ["Annual conference", "HR Lead", "Done", "2025-11-20"],
        ]
    )
    assert [one.text for one in monday.actions] == ["Section 11 returns", "Annual conference"]
    assert [one.title for one in monday.sections] == ["Assurance", "Learning"]
    trello = read(
        ("Card ID", "Card Name", "Members", "Due Date", "List Name"),
        ("65fa", "Agree the data set", "Data Manager", "2026-03-31T17:00:00.000Z", "Doing"),
    )
    assert _only(trello).text == "Agree the data set"
    assert str(_only(trello).due.day) == "2026-03-31"


def test_a_key_says_what_letters_and_colours_mean_and_a_legend_is_no_fact(read: Callable[..., Draft]) -> None:
    draft = read(
        ("Key: B = Embedded; G = Complete; A = In progress; R = Not started",),
        ("Ref", "Action", "Lead", "RAG", "Status legend"),
        ("1", "Do it", "HR Lead", "G", "1 Not started"),
        ("2", "Act", "HR Lead", "R", "2 Begun"),
    )
    assert [one.progress for one in draft.actions] == [Progress.COMPLETE, Progress.NOT_STARTED]
    assert [one.notes for one in draft.actions] == [[], []]
    assert "no key" not in doubts_of(draft)


def test_totals_examples_and_counts_are_no_actions(read: Callable[..., Draft]) -> None:
    draft = read(
        ("No", "Action", "Owner", "Date", "RAG"),
        ("e.g. 1", "Example: Write a policy", "Head of QA", "1/2/26", "Green"),
        ("1", "Hold clinics", "Head of QA", "1/2/26", "Complete"),
        ("", "Sub-total", "2", "", "1 complete"),
        ("Completed", "1", "25%", "", ""),
        ("Total actions", "4", "", "", ""),
    )
    assert [one.text for one in draft.actions] == ["Hold clinics"]
    assert "the row tells how to fill in the table: left out (e.g. 1 / Example: Write a policy" in doubts_of(
        draft
    )
    assert "the row adds up the others: left out (Sub-total / 2 / 1 complete)" in doubts_of(draft)


def test_a_title_with_a_letter_is_no_key_and_an_example_may_be_the_work(read: Callable[..., Draft]) -> None:
    draft = read(
        ("Action", "Lead", "RAG"),
        ("Part A: Leadership", "", ""),
        ("Example templates are issued", "HR Lead", "A"),
    )
    assert [one.text for one in draft.actions][-1:] == ["Example templates are issued"]
    assert "by colour alone, with no key: read as in progress" in doubts_of(draft)


def test_in_word_a_person_says_which_column_is_the_action(tmp_path: Path) -> None:
    path = tmp_path / "plan.docx"
    rows = [("Thing", "Owner", "Day", "Folder"), ("Agree", "HR Lead", "1/2/2026", "blue")]
    with pytest.raises(DocumentError, match="Row 1 comes nearest"):
        _word(path, lambda document: _table(document, rows) and None)
    options = ImportOptions().with_new(["Thing=action", "Day=due"], [])
    assert _only(read_plan_file(path, options)).text == "Agree"


def test_a_sheet_of_closed_actions_is_read_as_such(read: Callable[..., Draft]) -> None:
    headings = ["Ref", "Action", "Lead", "By when"]
    draft = read(
        Plan=[headings, ["1", "Do it", "HR Lead", "March 2026"]],
        Closed_actions=[headings, ["2", "Act", "HR Lead", "March 2025"]],
    )
    assert [one.progress for one in draft.actions] == [None, Progress.COMPLETE]
    assert 'it is on the sheet "Closed actions" and has no status' in doubts_of(draft)


def test_nobody_is_chased_about_a_status_that_could_not_be_read_until_somebody_settles_it(
    slack: Running, tmp_path: Path
) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(
        "Ref,Action,Lead,Due,Status\n"
        "1,Write it,Principal Social Worker,01/10/2016,see minutes\n"
        "2,Send it,Principal Social Worker,01/10/2016,not started\n",
        "utf-8",
    )
    with slack.store.writing() as session:
        audit_log.take_write_lock(session)
        diff = diff_plan(session, Plan(code="own", title="Own"), read_plan_file(path))
        author = audit_log.Author("import:plan.csv", slack.store.clock())
        apply_plan(session, diff, author, slack.store.today())
    day = slack.store.today()
    with slack.store.reading() as session:
        plan = session.exec(select(Plan).where(Plan.code == "own")).one()
        watched = {one.action_id for one in watched_actions(session, day, LONDON, plan)}
        refs = set(session.exec(select(Action.ref).where(col(Action.id).in_(watched))))
        assert list(find_differences(session)) == []
    assert refs == {"2"}
    slack.ask(LEAD, "/action update own:1 not started: not yet looked at")
    assert "status settled — not yet looked at" in slack.ask(LEAD, "/action history own:1").text
    with slack.store.reading() as session:
        watched = {one.action_id for one in watched_actions(session, day, LONDON, plan)}
        assert set(session.exec(select(Action.ref).where(col(Action.id).in_(watched)))) == {"1", "2"}
        assert list(find_differences(session)) == []
