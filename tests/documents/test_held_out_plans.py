"""Faults of plans that officers sent and nobody had seen before, each as the smallest table that shows it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from db.models import DueKind, Progress
from documents.draft import DocumentError, Draft
from documents.plan_files import read_plan_file
from tests.documents.office_files import doubts_of, plan_of_rows, plan_with
from tests.files import AMBER, BLUE, GREEN, RED

_HEADINGS = ["Action", "Lead", "Due"]
_ACTION = ["Write the policy", "Head of HR", "31/03/2027"]


@pytest.mark.parametrize("heading", ["Progress", "Status"])
@pytest.mark.parametrize(
    "words",
    [
        "Completed 12/10/2026 and re-opened 3/11/2026",
        "Complete. Reopened by Board 3 November",
        "Done at Northgate, Southgate to follow",
        "Completed the first two stages",
        "Complete (partial)",
    ],
)
def test_complete_that_is_taken_back_is_in_progress_with_a_doubt(
    tmp_path: Path, heading: str, words: str
) -> None:
    draft = plan_with(tmp_path, heading, words)

    assert draft.actions[0].progress is Progress.IN_PROGRESS
    assert "takes it back" in doubts_of(draft)


@pytest.mark.parametrize(
    ("words", "progress", "doubt"),
    [
        ("Sent to all schools 20 October", Progress.IN_PROGRESS, "tells of work that was done"),
        ("See the notes of the board", None, "does not say how far the action is"),
    ],
)
def test_a_report_that_does_not_say_how_far_it_is_is_quoted_and_never_late(
    tmp_path: Path, words: str, progress: Progress | None, doubt: str
) -> None:
    draft = plan_with(tmp_path, "Progress", words)

    assert draft.actions[0].progress is progress
    assert draft.actions[0].unsettled
    assert f'"{words}" {doubt}' in doubts_of(draft)


def test_complete_and_in_place_is_complete(tmp_path: Path) -> None:
    draft = plan_with(tmp_path, "Progress", "Complete – in place 15 October 2026")

    assert draft.actions[0].progress is Progress.COMPLETE


@pytest.mark.parametrize("words", ["Closed – risk accepted", "Implemented (self-declared)"])
def test_complete_with_a_few_words_beside_it_has_a_doubt(tmp_path: Path, words: str) -> None:
    draft = plan_with(tmp_path, "Status", words)

    assert draft.actions[0].progress is Progress.COMPLETE
    assert f'"{words}" is read as complete' in doubts_of(draft)


def test_a_note_on_the_work_takes_nothing_back(tmp_path: Path) -> None:
    draft = plan_with(tmp_path, "Progress", "Completed 24 July 2026. 214 staff trained; 92% more confident")

    assert draft.actions[0].progress is Progress.COMPLETE
    assert draft.actions[0].completed_on == date(2026, 7, 24)
    assert doubts_of(draft) == ""


@pytest.mark.parametrize("due", ["Ongoing", "Quarterly", "Every six weeks", "Fortnightly"])
def test_what_goes_on_and_is_in_place_has_a_doubt(tmp_path: Path, due: str) -> None:
    draft = plan_with(tmp_path, "Progress", "In place", due)

    assert f'it goes on ("{due}"), and its status says complete' in doubts_of(draft)


def test_not_implemented_has_not_begun(tmp_path: Path) -> None:
    draft = plan_with(tmp_path, "Status", "Not implemented")

    assert draft.actions[0].progress is Progress.NOT_STARTED
    assert '"Not implemented" does not say whether it has begun' in doubts_of(draft)


def test_the_word_for_what_is_dropped_is_kept(tmp_path: Path) -> None:
    draft = plan_with(tmp_path, "Status", "Cancelled")

    assert draft.actions[0].progress is Progress.SUPERSEDED
    assert draft.actions[0].notes == ["Status: Cancelled"]


def test_whose_status_it_is_may_stand_before_it(tmp_path: Path) -> None:
    headings = [*_HEADINGS, "% complete", "HMICFRS status"]
    draft = plan_of_rows(tmp_path, headings, [*_ACTION, "100%", "Open – awaiting validation"])

    assert draft.actions[0].progress is not Progress.COMPLETE
    assert '"HMICFRS status" is taken as the latest' in doubts_of(draft)


def test_completion_and_outcome_in_one_column_say_how_far_it_is(tmp_path: Path) -> None:
    draft = plan_with(tmp_path, "Date of Completion and Outcome", "Completed 24 July 2026. 214 staff trained")

    assert draft.actions[0].progress is Progress.COMPLETE


def test_dates_with_the_month_first_are_read_so_where_the_file_proves_it(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        _HEADINGS,
        ["Write the policy", "Head of HR", "05/29/2026"],
        ["Train the staff", "Head of HR", "04/12/2026"],
        ["Audit the cases", "Head of HR", "05/06/26 10:00 AM"],
    )

    days = [date(2026, 5, 29), date(2026, 4, 12), date(2026, 5, 6)]
    assert [(action.due.day, action.due.kind) for action in draft.actions] == [
        (day, DueKind.BY) for day in days
    ]
    assert '"04/12/2026" is read with the month first: 12 Apr 2026' in doubts_of(draft)


def test_a_column_that_is_not_used_proves_nothing_of_the_due_dates(tmp_path: Path) -> None:
    headings = [*_HEADINGS, "Date completed", "Last modified"]
    draft = plan_of_rows(tmp_path, headings, [*_ACTION[:2], "04/12/2026", "06/09/2026", "11/20/2026"])

    assert draft.actions[0].due.day == date(2026, 12, 4)
    told = doubts_of(draft)
    assert (
        '"04/12/2026" may have the month first, as another date of the file does: read as 4 Dec 2026' in told
    )
    assert "the column of completion may have the month first" in told


def test_open_beside_a_share_has_begun(tmp_path: Path) -> None:
    draft = plan_of_rows(tmp_path, [*_HEADINGS, "% complete", "Status"], [*_ACTION, "75%", "Open"])

    assert draft.actions[0].progress is Progress.IN_PROGRESS
    assert 'its status is "Open", and 75% of it is done: recorded as in progress' in doubts_of(draft)


def test_complete_without_further_action_is_complete(tmp_path: Path) -> None:
    assert (
        plan_with(tmp_path, "Status", "Complete. No further action").actions[0].progress is Progress.COMPLETE
    )
    draft = plan_with(tmp_path, "Status", "Was complete, now lapsed")
    assert draft.actions[0].progress is Progress.IN_PROGRESS


def test_themes_in_a_first_column_without_a_heading_are_titles_and_told(tmp_path: Path) -> None:
    draft = plan_of_rows(tmp_path, ["", *_HEADINGS], ["Front door", *_ACTION])

    assert draft.actions[0].title == "Front door"
    assert "column A has no heading: its words are read as titles" in doubts_of(draft)


def test_a_file_that_writes_dates_both_ways_has_doubts(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        _HEADINGS,
        ["Write the policy", "Head of HR", "05/29/2026"],
        ["Train the staff", "Head of HR", "04/12/2026"],
        ["Audit the cases", "Head of HR", "30/12/2026"],
    )

    days = [date(2026, 5, 29), date(2026, 12, 4), date(2026, 12, 30)]
    assert [action.due.day for action in draft.actions] == days
    assert '"04/12/2026" may have the month first' in doubts_of(draft)


@pytest.mark.parametrize("place", [2, 3])
def test_the_words_of_a_column_without_a_heading_are_kept_and_told(tmp_path: Path, place: int) -> None:
    headings, row = list(_HEADINGS), list(_ACTION)
    headings.insert(place, "")
    row.insert(place, "New date 31/03/2028")
    draft = plan_of_rows(tmp_path, headings, row)
    letter = "ABCD"[place]

    assert draft.actions[0].notes == [f"Column {letter}: New date 31/03/2028"]
    assert f"column {letter} has no heading: its words are kept as notes" in doubts_of(draft)


def test_revised_dates_below_a_joined_heading_are_due(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Recommendation", "Owner", "Date", None],
        [None, None, "Original", "Revised"],
        ["Check staff again", "Head of HR", "31/03/2026", "31/12/2026"],
    ):
        sheet.append(row)
    sheet.merge_cells("C1:D1")
    book.save(tmp_path / "plan.xlsx")
    [action] = read_plan_file(tmp_path / "plan.xlsx").actions

    assert action.due.day == date(2026, 12, 31)
    assert action.original_due is not None
    assert action.original_due.day == date(2026, 3, 31)


def test_original_and_revised_may_stand_in_brackets(tmp_path: Path) -> None:
    headings = ["Action", "Owner", "Implementation date (original)", "Implementation date (revised)"]
    draft = plan_of_rows(tmp_path, headings, ["Check staff again", "Head of HR", "31/03/2026", "31/12/2026"])

    assert draft.actions[0].due.day == date(2026, 12, 31)
    assert doubts_of(draft) == ""


def test_an_update_below_an_action_is_no_title(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path, _HEADINGS, _ACTION, ["Update: draft went to unions"], ["Train", "Head of HR", "May 2027"]
    )

    assert [section.title for section in draft.sections] == ["Actions"]
    assert '"Update: draft went to unions" says something' in doubts_of(draft)


def test_whom_initials_stand_for_is_no_action(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Ref", *_HEADINGS],
        ["1.1", *_ACTION],
        ["1.2", "Train", "JB", "May 2027"],
        [],
        ["Owners"],
        ["JB", "Jo Blackett, Head of Service"],
    )

    assert len(draft.actions) == 2
    assert "“JB / Jo Blackett, Head of Service”" in doubts_of(draft)


def test_numbers_in_the_column_of_actions_are_no_actions(tmp_path: Path) -> None:
    draft = plan_of_rows(tmp_path, _HEADINGS, _ACTION, ["3", "", ""])

    assert len(draft.actions) == 1
    assert "the row has no words for its action: left out (3)" in doubts_of(draft)


def test_a_table_with_another_heading_for_its_actions_is_told(tmp_path: Path) -> None:
    risk = ["Agency cover for sickness", "Head of HR", "May 2027"]
    draft = plan_of_rows(tmp_path, _HEADINGS, _ACTION, [], ["Mitigation", "Owner", "When"], risk)

    assert 'the table here has "Mitigation" for its actions' in doubts_of(draft)


@pytest.mark.parametrize("text", ["Clear overdue annual reviews", "Reduce monthly agency spend"])
def test_what_an_action_changes_may_come_round_and_the_action_not(tmp_path: Path, text: str) -> None:
    draft = plan_of_rows(tmp_path, _HEADINGS, [text, "Head of HR", "May 2027"])

    assert draft.actions[0].recurrence is None
    assert "is read as what it is about" in doubts_of(draft)


def test_refs_may_stand_before_the_words_of_actions(tmp_path: Path) -> None:
    rows = [
        ["1a. Write the policy", "Head of HR", "May 2027"],
        ["1b. Train the staff", "Head of HR", "May 2027"],
    ]
    draft = plan_of_rows(tmp_path, _HEADINGS, *rows)

    assert [(one.ref, one.text) for one in draft.actions] == [
        ("1a", "Write the policy"),
        ("1b", "Train the staff"),
    ]


def test_one_action_without_a_number_keeps_the_numbers_of_the_others(tmp_path: Path) -> None:
    texts = ["1.1 Write it", "1.2 Print it", "1.3 Send it", "1.10 Check it", "And tell the board"]
    draft = plan_of_rows(tmp_path, _HEADINGS, *([text, "Head of HR", "May 2027"] for text in texts))

    assert [one.ref for one in draft.actions[:4]] == ["1.1", "1.2", "1.3", "1.10"]
    assert draft.actions[3].text == "Check it"
    assert draft.actions[4].text == "And tell the board"


def test_a_number_before_one_action_stays_in_its_words(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path, _HEADINGS, ["2 a day: call each family", "Head of HR", "May 2027"], _ACTION
    )

    assert draft.actions[0].text == "2 a day: call each family"


def _coloured(folder: Path, *rows: tuple[Sequence[str | None], dict[int, str]]) -> Draft:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells, fills in rows:
        sheet.append(list(cells))
        for column, colour in fills.items():
            sheet.cell(sheet.max_row, column).fill = PatternFill("solid", fgColor=colour)
    book.save(folder / "plan.xlsx")
    return read_plan_file(folder / "plan.xlsx")


@pytest.mark.parametrize("heading", ["Key", "RAG key"])
def test_a_key_beside_the_table_explains_its_colours(tmp_path: Path, heading: str) -> None:
    action = ["Write the policy", "Head of HR", "May 2027"]
    draft = _coloured(
        tmp_path,
        ([*_HEADINGS, "Progress", "RAG", None, heading, None], {}),
        ([*action, "Sent out", None, None, None, "Complete and evidenced"], {5: BLUE, 7: BLUE}),
        ([*action, "Work has begun", None, None, None, "On track"], {5: BLUE, 7: GREEN}),
    )

    assert [one.progress for one in draft.actions] == [Progress.COMPLETE, Progress.IN_PROGRESS]
    assert [one.notes for one in draft.actions] == [[], []]
    assert "its cell is blue, which the key calls complete, and its report says in progress" in doubts_of(
        draft
    )


def test_a_colour_in_words_on_another_fill_is_told(tmp_path: Path) -> None:
    draft = _coloured(tmp_path, ([*_HEADINGS, "RAG"], {}), ([*_ACTION, "Amber"], {4: RED}))

    assert '"Amber" stands in a cell that is red' in doubts_of(draft)


def test_a_colour_in_words_on_its_own_fill_is_as_before(tmp_path: Path) -> None:
    draft = _coloured(tmp_path, ([*_HEADINGS, "RAG"], {}), ([*_ACTION, "Amber"], {4: AMBER}))

    assert "stands in a cell" not in doubts_of(draft)


def test_a_form_of_sentences_is_refused_without_an_option_that_leads_nowhere(tmp_path: Path) -> None:
    need = "The registered person shall ensure that referrals are made the same day."
    with pytest.raises(DocumentError, match="comes nearest, and has no headings") as refused:
        plan_of_rows(
            tmp_path, ["Area for improvement 1", need], ["", "Response: flowchart issued to each nurse."]
        )

    assert "--map" not in str(refused.value)


def test_a_comma_in_a_number_parts_no_supporters(tmp_path: Path) -> None:
    draft = plan_of_rows(tmp_path, [*_HEADINGS, "Support"], [*_ACTION, "Police, Fund of £1,200"])

    assert draft.actions[0].supporters == ["Police", "Fund of £1,200"]
