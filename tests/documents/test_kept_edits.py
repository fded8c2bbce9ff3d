"""What people changed of a plan in Slack is kept against its file, and the import says so."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from db import plan_edits, plans, replay
from db.audit_log import Author
from db.engine import reading, writing
from db.models import Action, Plan, Section
from db.roles import role_by_name
from db.undo import undo
from documents.plan_apply import apply_plan
from documents.plan_diff import PlanDiff, diff_plan
from documents.plan_export import export_plan
from documents.plan_files import read_plan_file
from tests.cast import COORDINATOR, NOW, TODAY
from tests.files import excel_rows

HEADINGS = ["Ref", "Section", "Action", "Lead", "When", "How will we know"]
ROWS = [
    ["1.1", "1 Practice", "Publish the new guide for every team", "Head", "09/2016", "Guide is out"],
    ["1.2", "1 Practice", "Run the first audit of case files", "Head", "10/2016", "75% meet the standard"],
    ["2.1", "2 Systems", "Train the panel in the new standard", "Chair", "11/2016", "Panel is trained"],
]
LATER = Author(COORDINATOR, NOW + timedelta(days=1))


def _import(engine: Engine, path: Path) -> PlanDiff:
    draft = read_plan_file(path)
    with writing(engine) as session:
        plan = plans.plan_by_code(session, "test") or Plan(code="test", title="test")
        diff = diff_plan(session, plan, draft)
        if not diff.nothing_changed:
            apply_plan(session, diff, Author("import:test", NOW), TODAY)
    return diff


@pytest.fixture
def imported(empty: Engine, tmp_path: Path) -> Engine:
    _import(empty, excel_rows(tmp_path / "plan.xlsx", [HEADINGS, *ROWS]))
    return empty


def _edit(engine: Engine) -> None:
    """A day later a coordinator words 1.1 anew, gives it away, moves 1.2 and adds one to section 2."""
    with writing(engine) as session:
        rows = {one.ref: one for one in session.exec(select(Action))}
        sections = {one.ref: one for one in session.exec(select(Section))}
        chair = role_by_name(session, "Chair")
        assert chair is not None
        texts = {"text": "Publish the guide on the partnership's site", "measure": "90% of teams have it"}
        plan_edits.reword(session, LATER, rows["1.1"], texts)
        plan_edits.assign(session, LATER, rows["1.1"], [chair])
        plan_edits.move(session, LATER, rows["1.2"], sections["2"])
        plan_edits.add_action(session, LATER, sections["2"], "Review the panel's minutes", [chair], None)


def _state(engine: Engine) -> dict[str, tuple[str, str, str, list[str], bool]]:
    with reading(engine) as session:
        return {
            one.ref: (
                one.text,
                one.section.ref,
                one.measure_text,
                [lead.role.name for lead in one.leads],
                one.removed_on is not None,
            )
            for one in session.exec(select(Action).order_by(Action.ref))
        }


def test_the_file_from_before_overwrites_no_edit_and_says_what_it_has(
    imported: Engine, tmp_path: Path
) -> None:
    _edit(imported)
    edited = _state(imported)
    diff = _import(imported, tmp_path / "plan.xlsx")

    assert _state(imported) == edited
    doubts = "\n".join(str(one["text"]) for one in diff.doubts())
    for doubt in (
        'its text was changed here on 16 Dec 2016: "Publish the guide on the partnership\'s site" stays, and',
        'its measure was changed here on 16 Dec 2016: "90% of teams have it" stays, and not "Guide is out"',
        'its lead was changed here on 16 Dec 2016: "Chair" stays, and not "Head"',
        'its section was changed here on 16 Dec 2016: "2" stays, and not "1"',
        "2.2 “Review the panel's minutes” was added here on 16 Dec 2016 and is not in the file: it stays",
    ):
        assert doubt in doubts
    assert "its title" not in doubts
    with reading(imported) as session:
        assert [str(one) for one in replay.find_differences(session)] == []


def test_what_nobody_edited_still_comes_from_the_file(imported: Engine, tmp_path: Path) -> None:
    _edit(imported)
    rows = [ROWS[0], ROWS[1], [*ROWS[2][:2], "Train the panel and its clerk", *ROWS[2][3:]]]
    _import(imported, excel_rows(tmp_path / "next.xlsx", [HEADINGS, *rows]))

    assert _state(imported)["2.1"][0] == "Train the panel and its clerk"


def test_an_edit_that_was_undone_holds_nothing_up(imported: Engine, tmp_path: Path) -> None:
    with writing(imported) as session:
        action = session.exec(select(Action).where(Action.ref == "1.1")).one()
        plan_edits.reword(session, LATER, action, {"text": "Publish it"})
    with writing(imported) as session:
        undo(session, Author(COORDINATOR, LATER.at), TODAY)
    rows = [[*ROWS[0][:2], "Publish the new guide for every team and school", *ROWS[0][3:]], *ROWS[1:]]
    diff = _import(imported, excel_rows(tmp_path / "next.xlsx", [HEADINGS, *rows]))

    assert _state(imported)["1.1"][0] == "Publish the new guide for every team and school"
    assert not [one for one in diff.doubts() if "changed here" in str(one["text"])]


@pytest.mark.parametrize("ending", [".xlsx", ".docx"])
def test_an_export_has_the_edits_and_importing_it_changes_nothing(
    imported: Engine, tmp_path: Path, ending: str
) -> None:
    _edit(imported)
    before = _state(imported)
    path = tmp_path / f"export{ending}"
    with reading(imported) as session:
        plan = plans.plan_by_code(session, "test")
        assert plan is not None
        export_plan(plan, plans.actions_of(session, plan), path)
    diff = _import(imported, path)

    assert diff.nothing_changed, (diff.changes, diff.added, diff.removed)
    assert _state(imported) == before
