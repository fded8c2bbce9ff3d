"""A second import shows and writes what changed, and keeps what people recorded."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine
from sqlmodel import select

from db import audit_chain, extension_requests, plans, updates
from db.audit_log import Author
from db.engine import reading, writing
from db.models import Action, Entry, Plan, Progress
from documents.draft import DocumentError
from documents.plan_apply import apply_plan
from documents.plan_diff import PlanDiff, diff_plan
from documents.plan_export import export_plan
from documents.plan_files import read_plan_file
from documents.plan_report import report_json
from tests.cast import COORDINATOR, LEAD, NOW, TODAY
from tests.files import excel_plan, excel_rows, word_plan

AUTHOR = Author("import:test", NOW)
HEADINGS = ["Section", "Action", "Lead", "When", "Status"]
ROWS = [
    ["1 Practice", "Publish the new guide for every team", "Head", "09/2016", "Not started"],
    ["1 Practice", "Run the first audit of case files", "Head", "10/2016", "Not started"],
    ["1 Practice", "Train the panel in the new standard", "Head", "11/2016", "Not started"],
]


def _import(engine: Engine, path: Path, code: str = "test") -> PlanDiff:
    draft = read_plan_file(path)
    with writing(engine) as session:
        plan = plans.plan_by_code(session, code) or Plan(code=code, title=code)
        diff = diff_plan(session, plan, draft)
        if not diff.nothing_changed:
            apply_plan(session, diff, AUTHOR, TODAY)
    return diff


def _rows(engine: Engine, path: Path, rows: list[list[str]]) -> PlanDiff:
    return _import(engine, excel_rows(path / "plan.xlsx", [HEADINGS, *rows]))


def _actions(engine: Engine, code: str = "test") -> dict[str, Action]:
    with reading(engine) as session:
        plan = plans.plan_by_code(session, code)
        assert plan is not None
        return {action.ref: action for action in plans.actions_of(session, plan)}


def _entries(engine: Engine) -> list[Entry]:
    with reading(engine) as session:
        return list(session.exec(select(Entry).order_by(Entry.seq)))  # type: ignore[arg-type]


def test_the_same_file_again_changes_nothing_and_records_nothing(empty: Engine, tmp_path: Path) -> None:
    first = _import(empty, word_plan(tmp_path / "plan.docx"))
    entries = len(_entries(empty))
    second = _import(empty, tmp_path / "plan.docx")

    assert len(first.added) == 10
    assert second.nothing_changed
    assert report_json(second, written=False)["unchanged"] == 10
    assert len(_entries(empty)) == entries


def test_the_same_plan_as_word_and_as_excel_is_one_plan(empty: Engine, tmp_path: Path) -> None:
    _import(empty, word_plan(tmp_path / "plan.docx"))
    second = _import(empty, excel_plan(tmp_path / "plan.xlsx"))

    assert not second.added
    assert not second.removed
    assert not second.changes


def test_an_inserted_row_gets_a_new_number_and_the_others_keep_theirs(empty: Engine, tmp_path: Path) -> None:
    _rows(empty, tmp_path, ROWS)
    between = ["1 Practice", "Agree which data the board will see", "Head", "12/2016", "Not started"]
    diff = _rows(empty, tmp_path, [ROWS[0], between, *ROWS[1:]])

    assert [action.ref for action in diff.added] == ["1.4"]
    assert not diff.changes
    assert list(_actions(empty)) == ["1.1", "1.4", "1.2", "1.3"]


def test_a_reworded_row_keeps_its_ref_and_shows_the_change(empty: Engine, tmp_path: Path) -> None:
    _rows(empty, tmp_path, ROWS)
    reworded = ["1 Practice", "Run the first audit of all case files", "Head", "12/2016", "Not started"]
    diff = _rows(empty, tmp_path, [ROWS[0], reworded, ROWS[2]])

    assert set(diff.changes) == {"1.2"}
    assert set(diff.changes["1.2"]) == {"text", "title", "due", "due_as_written"}
    action = _actions(empty)["1.2"]
    assert (action.due_as_written, action.original_due_as_written) == ("12/2016", "10/2016")


def test_a_row_that_is_missing_is_removed_and_its_number_is_not_given_again(
    empty: Engine, tmp_path: Path
) -> None:
    _rows(empty, tmp_path, ROWS)
    diff = _rows(empty, tmp_path, ROWS[:2])
    assert [action.ref for action in diff.removed] == ["1.3"]
    new = ["1 Practice", "Write to every school about thresholds", "Head", "01/2017", "Not started"]
    assert [a.ref for a in _rows(empty, tmp_path, [*ROWS[:2], new]).added] == ["1.4"]

    with reading(empty) as session:
        gone = session.exec(select(Action).where(Action.ref == "1.3")).one()
    assert gone.removed_on == TODAY


def test_recorded_progress_is_kept_against_an_older_file(empty: Engine, tmp_path: Path) -> None:
    _rows(empty, tmp_path, ROWS)
    with writing(empty) as session:
        plan = plans.plan_by_code(session, "test")
        assert plan is not None
        action = next(a for a in plans.actions_of(session, plan) if a.ref == "1.1")
        updates.set_progress(session, Author(LEAD, NOW), action, Progress.COMPLETE, TODAY, "issued")
    diff = _rows(empty, tmp_path, [*ROWS[:2], [*ROWS[2][:3], "12/2016", "Not started"]])

    assert _actions(empty)["1.1"].progress is Progress.COMPLETE
    assert any("the recorded progress stays" in doubt["text"] for doubt in diff.doubts())
    assert "1.1" not in diff.changes


def test_a_newer_file_changes_progress_that_no_person_recorded(empty: Engine, tmp_path: Path) -> None:
    _rows(empty, tmp_path, ROWS)
    diff = _rows(empty, tmp_path, [[*ROWS[0][:4], "Complete"], *ROWS[1:]])

    assert diff.changes["1.1"]["progress"] == (Progress.NOT_STARTED, Progress.COMPLETE)
    assert _actions(empty)["1.1"].progress is Progress.COMPLETE


def test_the_next_rounds_date_is_kept_against_the_plans_file(empty: Engine, tmp_path: Path) -> None:
    rows = [[ROWS[0][0], "Audit thresholds every six months", *ROWS[0][2:]], *ROWS[1:]]
    _rows(empty, tmp_path, rows)
    with writing(empty) as session:
        plan = plans.plan_by_code(session, "test")
        assert plan is not None
        action = next(a for a in plans.actions_of(session, plan) if a.ref == "1.1")
        action.recurrence = "6-monthly"
        updates.set_progress(session, Author(LEAD, NOW), action, Progress.COMPLETE, TODAY, "audited")
        next_due = action.due
    _rows(empty, tmp_path, rows)
    diff = _rows(empty, tmp_path, [[*rows[0][:3], "05/2017", "Not started"], *rows[1:]])

    assert _actions(empty)["1.1"].due == next_due
    assert any("since the round of 15 Dec 2016 the next is due" in doubt["text"] for doubt in diff.doubts())


def test_an_approved_date_is_kept_against_a_file_with_another_one(empty: Engine, tmp_path: Path) -> None:
    _rows(empty, tmp_path, ROWS)
    with writing(empty) as session:
        plan = plans.plan_by_code(session, "test")
        assert plan is not None
        action = next(a for a in plans.actions_of(session, plan) if a.ref == "1.1")
        request, _ = extension_requests.request_extension(
            session, Author(LEAD, NOW), action, date(2017, 3, 31), "03/2017", "cohort"
        )
        extension_requests.decide(session, Author(COORDINATOR, NOW), request, approve=True)

    assert _rows(empty, tmp_path, ROWS).nothing_changed
    diff = _rows(empty, tmp_path, [[*ROWS[0][:3], "02/2017", "Not started"], *ROWS[1:]])
    assert diff.nothing_changed
    assert any(
        "was approved on 15 Dec 2016: the approved date stays" in doubt["text"] for doubt in diff.doubts()
    )
    action = _actions(empty)["1.1"]
    assert (action.due, action.original_due) == (date(2017, 3, 31), date(2016, 9, 30))


def test_refs_in_the_file_are_used_and_pair_the_actions(empty: Engine, tmp_path: Path) -> None:
    rows = [["Ref", "Action", "Lead"], ["A1", "Do this thing", "Head"], ["A2", "Do that thing", "Head"]]
    _import(empty, excel_rows(tmp_path / "plan.xlsx", rows))
    rows[1:] = [["A2", "Do that other thing now", "Head"], ["A1", "Do this thing", "Head"]]
    diff = _import(empty, excel_rows(tmp_path / "plan.xlsx", rows))

    assert set(diff.changes) == {"A2"}
    assert list(_actions(empty)) == ["A2", "A1"]


def test_a_role_with_one_letter_wrong_is_a_doubt_and_can_be_settled(empty: Engine, tmp_path: Path) -> None:
    _rows(empty, tmp_path, [["1 Practice", "Publish the guide", "Principal Social Worker", "09/2016", ""]])
    path = excel_rows(
        tmp_path / "plan.xlsx",
        [HEADINGS, ["1 Practice", "Publish the guide", "Principal Social Workr", "09/2016", ""]],
    )
    draft = read_plan_file(path)
    with reading(empty) as session:
        plan = plans.plan_by_code(session, "test")
        assert plan is not None
        diff = diff_plan(session, plan, draft)
        same = {"Principal Social Workr": "Principal Social Worker"}
        settled = diff_plan(session, plan, read_plan_file(path), same)

    assert any("looks like" in doubt["text"] for doubt in diff.doubts())
    assert settled.nothing_changed


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".docx"])
@pytest.mark.parametrize("code", ["jtai2016", "ofsted2014"])
def test_importing_an_export_changes_nothing(sampled: Engine, tmp_path: Path, suffix: str, code: str) -> None:
    path = tmp_path / f"out{suffix}"
    with reading(sampled) as session:
        plan = plans.plan_by_code(session, code)
        assert plan is not None
        export_plan(plan, plans.actions_of(session, plan), path)

    assert _import(sampled, path, code).nothing_changed


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".docx"])
def test_importing_an_export_with_recorded_changes_changes_nothing(
    empty: Engine, tmp_path: Path, suffix: str
) -> None:
    _import(empty, word_plan(tmp_path / "plan.docx"))
    with writing(empty) as session:
        plan = plans.plan_by_code(session, "test")
        assert plan is not None
        action = plans.actions_of(session, plan)[2]
        updates.set_progress(
            session, Author(LEAD, NOW), action, Progress.COMPLETE, TODAY, "=done", "https://example.org/t"
        )
        request, _ = extension_requests.request_extension(
            session, Author(LEAD, NOW), action, date(2017, 6, 30), "06/2017", ""
        )
        extension_requests.decide(session, Author(COORDINATOR, NOW), request, approve=True)
        export_plan(plan, plans.actions_of(session, plan), tmp_path / f"out{suffix}")

    assert _import(empty, tmp_path / f"out{suffix}").nothing_changed


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "docx"])
def test_an_export_says_what_is_not_settled_as_the_file_did(
    empty: Engine, tmp_path: Path, suffix: str
) -> None:
    ticked, drafted = [*ROWS[0][:4], "Ticked off"], [*ROWS[1][:4], ""]
    progress = ["", "Letters were sent to schools in October and discussed"]
    rows = [[*HEADINGS, "Progress"], [*ticked, progress[0]], [*drafted, progress[1]]]
    _import(empty, excel_rows(tmp_path / "plan.xlsx", rows))
    assert all(action.status_unsettled for action in _actions(empty).values())

    with reading(empty) as session:
        plan = plans.plan_by_code(session, "test")
        assert plan is not None
        export_plan(plan, plans.actions_of(session, plan), tmp_path / f"again.{suffix}")

    assert _import(empty, tmp_path / f"again.{suffix}").changes == {}


def test_a_completion_to_come_has_a_doubt(empty: Engine, tmp_path: Path) -> None:
    path = excel_rows(
        tmp_path / "plan.xlsx",
        [["Action", "Lead", "Due", "Completed date"], ["Review the rota", "DCI", "31/03/2016", "31/12/2029"]],
    )
    with reading(empty) as session:
        diff = diff_plan(session, Plan(code="test", title="Test"), read_plan_file(path), today=TODAY)

    [action] = diff.added
    assert (action.progress, action.completed_on) == (Progress.IN_PROGRESS, None)
    assert "its day of completion, 31 Dec 2029, has not come" in action.doubts[0].text


def test_an_export_neutralises_what_a_spreadsheet_would_run(empty: Engine, tmp_path: Path) -> None:
    rows = [["Action", "Lead", "When"], ["@SUM(A1) is what the clerk wrote", "+Head", "09/2016"]]
    (tmp_path / "in.csv").write_text("\n".join(",".join(row) for row in rows), "utf-8")
    _import(empty, tmp_path / "in.csv")
    with reading(empty) as session:
        plan = plans.plan_by_code(session, "test")
        assert plan is not None
        for suffix in (".csv", ".xlsx"):
            export_plan(plan, plans.actions_of(session, plan), tmp_path / f"out{suffix}")

    assert "'@SUM(A1)" in (tmp_path / "out.csv").read_text("utf-8-sig")
    sheet = load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert _import(empty, tmp_path / "out.csv").nothing_changed
    assert _import(empty, tmp_path / "out.xlsx").nothing_changed


def test_an_export_to_another_kind_of_file_is_refused(sqlite_sampled: Engine, tmp_path: Path) -> None:
    with reading(sqlite_sampled) as session:
        plan = plans.plan_by_code(session, "jtai2016")
        assert plan is not None
        with pytest.raises(DocumentError, match="ends in none of"):
            export_plan(plan, [], tmp_path / "out.pdf")


def test_every_change_of_an_import_is_in_the_audit_log(empty: Engine, tmp_path: Path) -> None:
    _rows(empty, tmp_path, ROWS)
    _rows(empty, tmp_path, [[*ROWS[0][:3], "12/2016", "Complete"], ROWS[1]])
    recorded = {(entry.ref, entry.field) for entry in _entries(empty)}

    assert {("test:1.1", "due"), ("test:1.1", "progress"), ("test:1.3", "removed_on")} <= recorded
    with reading(empty) as session:
        assert audit_chain.verify(session).intact == len(_entries(empty))


def test_a_removed_row_that_comes_back_has_its_history(empty: Engine, tmp_path: Path) -> None:
    rows = [["Ref", "Action", "Lead"], ["A1", "Do this thing", "Head"], ["A2", "Do that thing", "Head"]]
    _import(empty, excel_rows(tmp_path / "plan.xlsx", rows))
    _import(empty, excel_rows(tmp_path / "plan.xlsx", rows[:2]))
    diff = _import(empty, excel_rows(tmp_path / "plan.xlsx", rows))

    assert set(diff.changes) == {"A2"}
    assert set(_actions(empty)) == {"A1", "A2"}


_PLAIN = ["Action", "Lead", "When", "Progress"]


def _plain(engine: Engine, path: Path, *rows: list[str]) -> PlanDiff:
    return _import(engine, excel_rows(path / "plan.xlsx", [_PLAIN, *rows]))


def test_a_completed_status_is_never_given_to_another_action(empty: Engine, tmp_path: Path) -> None:
    train = ["Train all staff in thresholds", "Team Manager", "12/2016", ""]
    _plain(
        empty, tmp_path, ["Launch the neglect toolkit", "Head", "09/2016", "All actions completed."], train
    )
    diff = _plain(empty, tmp_path, train, ["Commission an audit of exploitation", "DSL", "03/2017", ""])

    assert [action.ref for action in diff.added] == ["1.3"]
    assert [action.ref for action in diff.removed] == ["1.1"]
    assert _actions(empty)["1.3"].progress is Progress.NOT_STARTED


def test_the_audit_of_one_quarter_is_not_that_of_the_next(empty: Engine, tmp_path: Path) -> None:
    _plain(empty, tmp_path, ["Audit of 20 cases in Q1 2016", "Head", "09/2016", "Completed"])
    diff = _plain(empty, tmp_path, ["Audit of 20 cases in Q2 2016", "Head", "09/2016", ""])

    assert [action.ref for action in diff.added] == ["1.2"]


def test_lead_and_date_distinguish_rows_with_the_same_words(empty: Engine, tmp_path: Path) -> None:
    school = ["Update the policy", "DSL", "09/2016", "Completed"]
    police = ["Update the policy", "Police", "12/2016", ""]
    _plain(empty, tmp_path, school, police)
    diff = _plain(empty, tmp_path, police)

    assert [action.ref for action in diff.removed] == ["1.1"]
    assert _actions(empty)["1.2"].progress is Progress.NOT_STARTED


def test_a_ref_that_now_has_other_words_is_a_doubt(empty: Engine, tmp_path: Path) -> None:
    head = ["Ref", "Action", "Lead", "Progress"]
    rows = [["1.1", "Launch the neglect toolkit", "Head", "Completed"]]
    _import(empty, excel_rows(tmp_path / "plan.xlsx", [head, *rows]))
    rows = [["1.1", "Commission an audit of exploitation", "Head", ""]]
    diff = _import(empty, excel_rows(tmp_path / "plan.xlsx", [head, *rows]))

    assert any("true of its new wording" in doubt["text"] for doubt in diff.doubts())


def test_a_report_that_withdraws_completion_is_a_doubt_or_changes_the_status(
    empty: Engine, tmp_path: Path
) -> None:
    row = ["Launch the neglect toolkit", "Head", "09/2016"]
    _plain(empty, tmp_path, [*row, "Completed with the exception of the survey."])
    assert _actions(empty)["1.1"].exception == "the survey"
    _plain(empty, tmp_path, [*row, "Complete"])
    assert (_actions(empty)["1.1"].progress, _actions(empty)["1.1"].exception) == (Progress.COMPLETE, "")
    diff = _plain(empty, tmp_path, [*row, "The toolkit was taken offline again"])
    assert any("but the file now says" in doubt["text"] for doubt in diff.doubts())
    _plain(empty, tmp_path, [*row, "Not yet complete"])
    assert _actions(empty)["1.1"].progress is Progress.IN_PROGRESS
