"""Tables that mark who or when: agencies with L and S, months with an x."""

from datetime import date
from pathlib import Path

from tests.documents.office_files import doubts_of, plan_of_rows

_HEADINGS = ["Ref", "Action", "Status", "Police", "CSC", "Health"]


def test_letters_below_agencies_say_who_leads_and_who_supports(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        _HEADINGS,
        ["1", "Walk the town centres", "Started", "L", "S", ""],
        ["2", "Agree the template", "Started", "s", "L/S", "l"],
    )

    assert [action.leads for action in draft.actions] == [["Police"], ["CSC", "Health"]]
    assert [action.supporters for action in draft.actions] == [["CSC"], ["Police"]]
    assert [action.notes for action in draft.actions] == [[], []]
    told = doubts_of(draft)
    assert 'L and L/S below "Police", "CSC", "Health" is read as who leads, and S as who supports' in told
    assert "is not used" not in told


def test_letters_beside_a_column_of_leads_stay_notes(tmp_path: Path) -> None:
    rows = [[*_HEADINGS, "Lead"], ["1", "Walk the town centres", "Started", "L", "S", "S", "Sergeant"]]
    draft = plan_of_rows(tmp_path, *rows)

    assert draft.actions[0].leads == ["Sergeant"]
    assert "Police: L" in draft.actions[0].notes


def test_marks_that_are_no_letters_of_a_role_stay_notes(tmp_path: Path) -> None:
    draft = plan_of_rows(tmp_path, _HEADINGS, ["1", "Walk the town centres", "Started", "x", "x", "x"])

    assert draft.actions[0].leads == []
    assert "Police: x" in draft.actions[0].notes


def test_the_last_month_that_is_marked_is_due(tmp_path: Path) -> None:
    months = ["Oct 2026", "Nov 2026", "Dec 2026"]
    draft = plan_of_rows(
        tmp_path,
        ["Ref", "Action", "Lead", *months],
        ["1", "Walk the town centres", "Sergeant", "x", "x", ""],
        ["2", "Agree the template", "Head of MASH", "", "", "x"],
        ["3", "Report on it", "Head of MASH", "", "", ""],
    )

    assert [action.due.day for action in draft.actions] == [date(2026, 11, 30), date(2026, 12, 31), None]
    assert "the last month marked of" in doubts_of(draft)
    assert "no column for dates" not in doubts_of(draft)


def test_months_below_a_financial_year_have_its_years(tmp_path: Path) -> None:
    draft = plan_of_rows(
        tmp_path,
        ["Ref", "Action", "Lead", "2026/27", "", ""],
        ["", "", "", "Nov", "Dec", "Jan"],
        ["1", "Walk the town centres", "Sergeant", "x", "x", ""],
        ["2", "Agree the template", "Head of MASH", "", "", "x"],
    )

    assert [action.due.day for action in draft.actions] == [date(2026, 12, 31), date(2027, 1, 31)]
