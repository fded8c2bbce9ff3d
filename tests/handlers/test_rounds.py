"""An action that recurs: a complete round does not close it."""

from sqlmodel import select

from db.engine import reading, writing
from db.models import Action, Entry
from db.replay import find_differences
from tests.cast import COORDINATOR, LEAD
from tests.conftest import Running


def _status(slack: Running, ref: str) -> str:
    return slack.ask(COORDINATOR, f"/action status {ref}").text


def test_complete_is_that_round_and_the_next_is_due(slack_on_both: Running) -> None:
    slack = slack_on_both
    answer = slack.ask(COORDINATOR, "/action update 1.2 complete: audit presented https://example.org/audit")

    assert "1.2 round (6-monthly, due 31 Jan 2017) complete" in answer.text
    assert "It stays open: the next round is due 31 Jul 2017." in answer.text
    status = _status(slack, "1.2")
    assert "in progress" in status
    assert "due 31 Jul 2017" in status
    assert "first due 31 Jan 2017 · 6-monthly · last round complete 15 Dec 2016" in status
    assert "audit presented" in status
    assert "24 actions: 0 complete" in slack.ask(LEAD, "/plan summary jtai2016").text
    assert "round complete (due 31 Jan 2017)" in slack.ask(LEAD, "/action history 1.2").text
    with reading(slack.engine) as session:
        assert list(find_differences(session)) == []


def test_a_late_round_is_no_longer_overdue(slack: Running) -> None:
    assert "overdue" in _status(slack, "2.3.4")
    slack.ask(COORDINATOR, "/action update 2.3.4 complete: 20 cases audited")
    status = _status(slack, "2.3.4")

    assert "overdue" not in status
    assert "due 30 Nov 2017" in status


def test_a_round_is_a_change_and_no_new_date(slack: Running) -> None:
    slack.ask(COORDINATOR, "/action update 2.3.4 complete: 20 cases audited")
    changes = slack.ask(LEAD, "/plan changes since 15 Dec").text

    assert "round complete (due 30 Nov 2016)" in changes
    assert "30 Nov 2017" not in changes


def test_a_round_can_be_undone(slack: Running) -> None:
    before = _status(slack, "1.2")
    answer = slack.ask(COORDINATOR, "/action update 1.2 complete: audit presented")
    slack.press(COORDINATOR, answer, "undo")

    assert _status(slack, "1.2").split("Last update")[0] == before.split("Last update")[0]


def test_it_closes_when_it_is_finished_for_good(slack: Running) -> None:
    answer = slack.ask(COORDINATOR, "/action update 1.2 complete: audit presented")
    slack.press(COORDINATOR, answer, "round_finish")
    assert "complete, recorded on 15 Dec 2016" in _status(slack, "1.2")

    slack.ask(COORDINATOR, "/action update 1.3 complete for good: the service was closed")
    status = _status(slack, "1.3")
    assert "complete, recorded on 15 Dec 2016" in status
    assert "the service was closed" in status


def test_what_runs_from_a_date_goes_on(slack: Running) -> None:
    answer = slack.ask(COORDINATOR, "/action update 1.6 complete: autumn's reminders sent").text

    assert "It stays open for its next round." in answer
    assert "runs since Sep 2016, termly; never overdue · last round complete 15 Dec 2016" in _status(
        slack, "1.6"
    )


def test_an_action_that_does_not_recur_closes(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued")
    assert "complete, recorded on 15 Dec 2016" in _status(slack, "2.3.5")
    with reading(slack.engine) as session:
        assert session.exec(select(Entry).where(Entry.field == "round")).first() is None


def test_a_round_is_recorded_once(slack: Running) -> None:
    """Whatever is pressed or typed again: half a round has to pass before the next can be complete."""
    slack.ask(COORDINATOR, "/action update 2.3.4 complete: 20 cases audited")
    again = slack.ask(COORDINATOR, "/action update 2.3.4 complete: 20 cases audited").text

    assert (
        "The round of 2.3.4 was recorded as complete on 15 Dec 2016, and the next is due 30 Nov 2017" in again
    )
    assert "due 30 Nov 2017" in _status(slack, "2.3.4")
    slack.sandbox.clock.move("2017-10-02")
    later = slack.ask(COORDINATOR, "/action update 2.3.4 complete: 20 more cases").text
    assert "the next round is due 30 Nov 2018" in later


def test_a_request_for_a_date_that_a_round_has_passed_is_void(slack: Running) -> None:
    slack.ask(
        COORDINATOR, '/plan role set "Chair of Performance, Audit and Quality Assurance Sub-Group" @lead'
    )
    slack.ask(LEAD, "/action due 2.3.4 31/01/2017: staff off")
    listed = slack.ask(COORDINATOR, "/plan waiting jtai2016")
    slack.ask(COORDINATOR, "/action update 2.3.4 complete: 20 cases audited")

    assert "New dates" not in slack.ask(COORDINATOR, "/plan waiting jtai2016").text
    if "due_grant" in str(listed.blocks):
        [refused] = slack.press(COORDINATOR, listed, "due_grant")
        assert "has changed since that was asked" in refused.text
    assert "due 30 Nov 2017" in _status(slack, "2.3.4")


def test_what_is_left_of_a_round_is_told_as_it_was_said(slack: Running) -> None:
    answer = slack.ask(COORDINATOR, "/action update 1.2 complete with exception: two teams").text
    assert "round (6-monthly, due 31 Jan 2017) complete with exception" in answer


def test_evidence_that_came_with_the_file_stays_beside_what_is_linked_later(slack: Running) -> None:
    with writing(slack.engine) as session:
        action = session.exec(select(Action).where(Action.ref == "2.3.5")).one()
        action.evidence = "https://example.org/from-the-file"
    slack.ask(LEAD, "/action evidence 2.3.5 https://example.org/later")
    text = _status(slack, "2.3.5")

    assert "https://example.org/from-the-file" in text
    assert "https://example.org/later" in text
