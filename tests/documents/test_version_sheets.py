"""Sheets that are versions of one plan, tables that are no plan, and titles that say how far actions are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from db.models import Progress
from documents.draft import Draft
from documents.import_options import ImportOptions
from documents.plan_files import read_plan_file
from tests.documents.office_files import doubts_of, plan_of_rows, workbook

_HEADINGS = ["Ref", "Action", "Lead", "Due", "Status"]
_STRATEGY = [1, "Agree the neglect strategy", "Neglect Lead", "31/12/2026"]
_CHAMPIONS = [2, "Train 40 champions", "Training Manager", "29/01/2027"]


def _rows(*statuses: str) -> Sequence[Sequence[Any]]:
    return [_HEADINGS, [*_STRATEGY, statuses[0]], [*_CHAMPIONS, statuses[1]]]


def _versions(folder: Path, earlier: str, later: str) -> Path:
    return workbook(
        folder / "plan.xlsx",
        **{
            earlier: _rows("In progress", "Not started"),
            later: _rows("Complete", "In progress"),
        },
    )


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("Sept 26", "Nov 26"),
        ("v1", "v2"),
        ("Plan v1.9", "Plan v1.10"),
        ("Q1 2026-27", "Q2 2026-27"),
        ("Board 10 Sept", "Board 12 Nov"),
    ],
)
def test_of_versions_of_one_plan_the_latest_is_read(tmp_path: Path, earlier: str, later: str) -> None:
    draft = read_plan_file(_versions(tmp_path, earlier, later))

    assert [one.progress for one in draft.actions] == [Progress.COMPLETE, Progress.IN_PROGRESS]
    assert f'the sheet "{later}" has the same actions as "{earlier}", at a later time' in doubts_of(draft)


def test_the_latest_may_stand_first(tmp_path: Path) -> None:
    path = _versions(tmp_path, "Nov 2026", "Sept 2026")
    assert [one.progress for one in read_plan_file(path).actions] == [
        Progress.IN_PROGRESS,
        Progress.NOT_STARTED,
    ]


def test_an_earlier_version_is_read_when_it_is_named(tmp_path: Path) -> None:
    path = _versions(tmp_path, "Sept 26", "Nov 26")
    draft = read_plan_file(path, ImportOptions(sheets=("Sept 26",)))
    assert [one.progress for one in draft.actions] == [Progress.IN_PROGRESS, Progress.NOT_STARTED]


def test_what_is_no_longer_in_the_latest_version_is_named(tmp_path: Path) -> None:
    old = [3, "Buy ten phones", "Business Manager", "30/11/2026", "In progress"]
    path = workbook(
        tmp_path / "plan.xlsx",
        Sept=[*_rows("In progress", "Not started"), old],
        Nov=_rows("Complete", "In progress"),
    )
    draft = read_plan_file(path)

    assert len(draft.actions) == 2
    assert 'without what no longer stands there: "Buy ten phones"' in doubts_of(draft)


@pytest.mark.parametrize(("one", "other"), [("Police", "Health"), ("Sept 26", "Closed")])
def test_sheets_with_other_names_or_other_actions_are_all_read(tmp_path: Path, one: str, other: str) -> None:
    assert len(read_plan_file(_versions(tmp_path, one, other)).actions) == 4


def test_months_with_other_actions_are_all_read(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "plan.xlsx", Sept=[_HEADINGS, [*_STRATEGY, ""]], Oct=[_HEADINGS, [*_CHAMPIONS, ""]]
    )
    assert len(read_plan_file(path).actions) == 2


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        (["Version", "Change", "Author", "Date"], ["0.1", "First draft", "Business Manager", "01/09/2026"]),
        (["No", "Agency", "Representative", "Deputy"], [1, "Council", "Director", "AD Safeguarding"]),
        (["Meeting", "Purpose", "Chair", "Date"], ["Q3", "Review the plan", "Chair", "14/01/2027"]),
        (["No", "Measure", "Owner", "Baseline"], ["M1", "Children on plans", "Manager", "41%"]),
    ],
)
def test_another_table_below_is_left_out_and_told(
    tmp_path: Path, headings: list[str], row: list[str]
) -> None:
    draft = plan_of_rows(tmp_path, _HEADINGS[:4], _STRATEGY, [None] * 4, headings, row)

    assert [one.text for one in draft.actions] == ["Agree the neglect strategy"]
    assert f"the row is of another table: left out ({row[0]} / {row[1]}" in doubts_of(draft)


def test_a_short_action_after_a_gap_is_no_heading(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Action", "Lead", "Due"],
        ["Agree the strategy", "Chair", "31/12/2026"],
        [None] * 3,
        ["Review membership", "Chair", "Ongoing"],
    )
    assert len(draft.actions) == 2


def _below(folder: Path, title: str, progress: str = "") -> Draft:
    headings = ["Ref", "Action", "Lead", "Due", "Progress"]
    row = [3, "Set up the board", "Chief Executive", "31/03/2026", progress]
    return plan_of_rows(folder, headings, [title], row)


@pytest.mark.parametrize(
    ("title", "progress"),
    [
        ("Completed actions", Progress.COMPLETE),
        ("Closed since last meeting", Progress.COMPLETE),
        ("Superseded", Progress.SUPERSEDED),
        ("Closed adoption records", None),
        ("Open actions", None),
    ],
)
def test_a_title_that_says_they_are_closed_counts_where_nothing_else_does(
    tmp_path: Path, title: str, progress: Progress | None
) -> None:
    draft = _below(tmp_path, title)

    assert draft.actions[0].progress is progress
    assert (f'it is below the title "{title}"' in doubts_of(draft)) is (progress is not None)


def test_what_its_own_report_says_comes_before_the_title(tmp_path: Path) -> None:
    draft = _below(tmp_path, "Completed actions", "In progress")

    assert draft.actions[0].progress is Progress.IN_PROGRESS
    assert 'it is below the title "Completed actions", but its status is in progress' in doubts_of(draft)


def test_lists_of_a_board_are_statuses_although_one_is_not(tmp_path: Path) -> None:
    headings = ["Card Name", "List Name", "Members", "Due Date"]
    rows = [
        [f"Write document {name}", name, "Business Manager", "30/09/2026"]
        for name in ("Done", "Doing", "To do", "Waiting on partner")
    ]
    draft = plan_of_rows(tmp_path, headings, *rows)

    wanted = [Progress.COMPLETE, Progress.IN_PROGRESS, Progress.NOT_STARTED, None]
    assert [one.progress for one in draft.actions] == wanted
    assert 'the status "Waiting on partner" is not a known one' in doubts_of(draft)


def test_lists_that_are_mostly_names_stay_sections(tmp_path: Path) -> None:
    headings = ["Card Name", "List Name", "Members", "Due Date"]
    rows = [
        [f"Write document {name}", name, "Business Manager", "30/09/2026"]
        for name in ("Front door", "Neglect", "Done")
    ]
    draft = plan_of_rows(tmp_path, headings, *rows)

    assert [one.title for one in draft.sections] == ["Front door", "Neglect", "Done"]
    assert [one.progress for one in draft.actions] == [None, None, Progress.COMPLETE]
