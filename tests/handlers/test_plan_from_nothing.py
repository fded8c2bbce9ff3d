"""A plan made from nothing in Slack, run for a term, written as Word, and read again unchanged."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from db import daily_runs, plans
from db.deliveries import DeliveryKind
from db.engine import reading, writing
from db.replay import find_differences
from documents.plan_diff import diff_plan
from documents.plan_export import export_plan
from documents.plan_files import read_plan_file
from tests.cast import CHAIR, COORDINATOR
from tests.conftest import Running, run_bot

ACTIONS = {
    "neglect:1.1": "lead Neglect Lead due 31/01/2017: Agree a neglect screening tool with every agency",
    "neglect:1.2": "lead Neglect Lead due 31/03/2017: Audits of 20 cases of neglect, quarterly",
    "neglect:1.3": 'lead "Training Manager" due 30/04/2017: Train the teams in the screening tool',
}


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot with the samples; it nudges, and asks for no figures."""
    with run_bot(copy_of("sqlite", True)) as running:
        with writing(running.engine) as session:
            daily_runs.mark_done(session, DeliveryKind.KPI, date.max)
        yield running


def _ask(slack: Running, line: str) -> str:
    return slack.ask(COORDINATOR, line).text


def _make(slack: Running) -> None:
    _ask(slack, "/plan new neglect: Neglect strategy 2017")
    _ask(slack, "/plan section add neglect:1: Recognising neglect")
    for words in ACTIONS.values():
        assert "Added" in _ask(slack, f"/action add neglect:1 {words}")
    _ask(slack, "/action edit neglect:1.2 measure: 75% of cases meet the standard required")
    _ask(slack, "/action edit neglect:1.3 measure: Training delivered to 100% of teams")
    _ask(slack, '/plan role set "Neglect Lead" @chair from 2016-12-15')


def _run_for_a_term(slack: Running) -> None:
    slack.sandbox.clock.move("2017-01-20")
    assert (
        "not started → in progress"
        in slack.ask(CHAIR, "/action update neglect:1.1 in progress: drafted").text
    )
    slack.sandbox.clock.move("2017-02-01")
    nudged = [one.text for one in slack.messages_after(slack.tick)]
    assert any("1.1 Agree a neglect screening tool" in text for text in nudged)
    slack.ask(CHAIR, "/action update neglect:1.1 complete: agreed https://example.org/tool")
    slack.sandbox.clock.move("2017-03-31")
    assert "80%: met (at least 75%)" in slack.ask(CHAIR, "/action result neglect:1.2 16 of 20").text
    assert "30 Jun 2017" in slack.ask(CHAIR, "/action status neglect:1.2").text
    asked = slack.ask(COORDINATOR, "/action due neglect:1.3 31/05/2017: the trainer was ill")
    assert "31 May 2017" in asked.text


def test_it_is_exported_and_imported_again_unchanged(slack: Running, tmp_path: Path) -> None:
    _make(slack)
    _run_for_a_term(slack)

    file = tmp_path / "neglect.docx"
    with reading(slack.engine) as session:
        plan = plans.plan_by_code(session, "neglect")
        assert plan is not None
        export_plan(plan, plans.actions_of(session, plan), file)
        diff = diff_plan(session, plan, read_plan_file(file))
        assert [action.ref for action in diff.draft.actions] == ["1.1", "1.2", "1.3"]
        assert (diff.added, diff.changes, diff.removed) == ([], {}, [])
        assert list(find_differences(session)) == []


def test_what_was_edited_here_stays_when_the_first_file_comes_again(slack: Running, tmp_path: Path) -> None:
    """Each edit is one act: it holds against the file, and its undo lets the file be as it was."""
    _make(slack)
    file = tmp_path / "neglect.docx"
    with reading(slack.engine) as session:
        plan = plans.plan_by_code(session, "neglect")
        assert plan is not None
        export_plan(plan, plans.actions_of(session, plan), file)
    edits = (
        "/action edit neglect:1.1 text: Agree one tool for all agencies, and pilot it",
        "/action assign neglect:1.2 Training Manager",
        "/action edit neglect:1.3 rhythm: annual",
    )
    for edit in edits:
        answer = slack.ask(COORDINATOR, edit)
        with reading(slack.engine) as session:
            plan = plans.plan_by_code(session, "neglect")
            assert plan is not None
            diff = diff_plan(session, plan, read_plan_file(file))
            assert diff.changes == {}, edit
            assert any("was changed here on 15 Dec 2016" in doubt["text"] for doubt in diff.doubts()), edit
            assert list(find_differences(session)) == [], edit
        slack.press(COORDINATOR, answer, "undo")
        with reading(slack.engine) as session:
            plan = plans.plan_by_code(session, "neglect")
            assert plan is not None
            assert diff_plan(session, plan, read_plan_file(file)).nothing_changed, edit
            assert list(find_differences(session)) == [], edit
