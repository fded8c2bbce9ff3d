"""A lead asks for another wording, which waits for a coordinator; and splitting an action."""

from db.engine import reading
from db.replay import find_differences
from messages.edit_requests import diff_text
from sandbox.workspace import Message
from tests.cast import CHAIR, COORDINATOR, LEAD
from tests.conftest import Running, controls

TITLE = "/action edit 2.3.5 title: Templates for supervision and observation"


def _holds(slack: Running) -> None:
    with reading(slack.engine) as session:
        assert list(find_differences(session)) == []


def _direct(slack: Running, person: str, words: str) -> Message:
    [found] = [
        one
        for one in slack.sandbox.space.messages
        if one.channel == slack.sandbox.space.direct(person).id and words in one.text
    ]
    return found


def test_a_lead_asks_and_a_coordinator_approves(slack_on_both: Running) -> None:
    slack = slack_on_both
    asked = slack.ask(LEAD, TITLE).text
    assert "Until then it stays as it is" in asked
    assert "templates for" not in slack.ask(CHAIR, "/action status 2.3.5").text.split("\n")[0].lower()
    slack.tick()
    message = _direct(slack, COORDINATOR, "asks to change the wording of 2.3.5")
    assert "~Supervision templates~ *Templates for supervision and observation*" in str(message.blocks)
    assert "[no longer: Supervision templates] Templates for supervision" in message.text
    waiting = slack.ask(COORDINATOR, "/plan waiting")
    assert "Edits (1)" in waiting.text

    slack.press(COORDINATOR, waiting, "edit_grant")
    assert "2.3.5 Templates for supervision and observation" in slack.ask(CHAIR, "/action status 2.3.5").text
    assert "Edits" not in slack.ask(COORDINATOR, "/plan waiting").text
    slack.tick()
    assert "was approved" in _direct(slack, LEAD, "the edit (title)").text
    history = slack.ask(LEAD, "/action history 2.3.5").text
    assert "edit of the wording asked for" in history
    assert "edit of the wording approved" in history
    _holds(slack)
    slack.ask(COORDINATOR, "/action undo")
    assert "Edits (1)" in slack.ask(COORDINATOR, "/plan waiting").text
    assert "2.3.5 Supervision templates" in slack.ask(CHAIR, "/action status 2.3.5").text
    _holds(slack)


def test_a_refusal_has_a_reason(slack: Running) -> None:
    slack.ask(LEAD, TITLE)
    waiting = slack.ask(COORDINATOR, "/plan waiting")
    assert slack.fill_form(COORDINATOR, waiting, "edit_refuse") == {
        "note": "Say why, so that the lead knows what to do."
    }
    assert slack.fill_form(COORDINATOR, waiting, "edit_refuse", note="the board agreed this title") == {}
    slack.tick()
    assert "Reason: the board agreed this title" in _direct(slack, LEAD, "the edit (title)").text
    _holds(slack)


def test_a_lead_takes_a_request_back_or_asks_anew(slack: Running) -> None:
    asked = slack.ask(LEAD, TITLE)
    slack.press(LEAD, asked, "undo")
    assert "Edits" not in slack.ask(COORDINATOR, "/plan waiting").text
    slack.ask(LEAD, TITLE)
    slack.ask(LEAD, "/action edit 2.3.5 outcome: Every talk is recorded in one way")
    waiting = slack.ask(COORDINATOR, "/plan waiting").text
    assert "Edits (1)" in waiting
    assert "Title" in waiting
    assert "What it is for" in waiting
    _holds(slack)


def test_an_edit_of_words_that_changed_since_is_not_approved(slack: Running) -> None:
    slack.ask(LEAD, TITLE)
    waiting = slack.ask(COORDINATOR, "/plan waiting")
    slack.ask(COORDINATOR, "/action edit 2.3.5 title: The county's templates")
    slack.press(COORDINATOR, waiting, "edit_grant")
    assert "The county's templates" in slack.ask(CHAIR, "/action status 2.3.5").text
    assert "Edits (1)" in slack.ask(COORDINATOR, "/plan waiting").text


def test_others_can_only_be_told_who_can(slack: Running) -> None:
    assert "its lead or a deputy can ask for it" in slack.ask(CHAIR, TITLE).text
    assert "Edits" not in slack.ask(COORDINATOR, "/plan waiting").text


def test_a_diff_marks_what_goes_and_what_comes() -> None:
    assert diff_text("100% of teams are told", "90% of teams are told") == "~100%~ *90%* of teams are told"
    assert diff_text("", "New words") == "*New words*"
    assert diff_text("a *b* <@U1>", "a c") == "a ~b &lt;@U1&gt;~ *c*"


def test_an_action_is_split_by_a_form_and_undone_at_once(slack_on_both: Running) -> None:
    slack = slack_on_both
    slack.ask_nothing(COORDINATOR, "/action split 2.3.5")
    parts = {"part_1": "Rewrite the templates for supervising", "part_2": "Rewrite those for observing"}
    before = len(slack.sandbox.space.messages)
    assert slack.send_form(COORDINATOR, **parts) == {}

    answer = slack.sandbox.space.messages[before]
    assert "Split 2.3.5" in answer.text
    assert "2.3.6 Rewrite the templates for supervising, due 30 Sep 2016" in answer.text
    assert "Of which is the measure “New templates in place.”?" in answer.text
    new = slack.ask(LEAD, "/action status 2.3.7").text
    assert "Rewrite those for observing" in new
    assert "Principal Social Worker" in new
    assert "superseded" in slack.ask(LEAD, "/action status 2.3.5").text
    assert "split into 2.3.6, 2.3.7" in slack.ask(LEAD, "/action history 2.3.5").text
    _holds(slack)
    slack.press(COORDINATOR, answer, "undo")
    assert "superseded" not in slack.ask(LEAD, "/action status 2.3.5").text.split("Last update")[0]
    assert "removed" in slack.ask(LEAD, "/action status 2.3.6").text
    _holds(slack)


def test_a_split_has_at_least_two_parts(slack: Running) -> None:
    slack.ask_nothing(COORDINATOR, "/action split 2.3.5")
    assert slack.send_form(COORDINATOR, part_1="Only one") == {"part_2": "Say what the second action is."}
    assert "Only a coordinator can split" in slack.ask(LEAD, "/action split 2.3.5").text
    assert controls(slack.ask(LEAD, "/action status 2.3.5").blocks, "undo") == []
