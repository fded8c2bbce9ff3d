"""The Home tab: what is there for each person, and buttons that act in place."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from messages.home import QUESTIONS
from sandbox.faults import Fault
from tests.cast import CHAIR, COORDINATOR, LEAD, OUTSIDER, SCHOOL
from tests.conftest import Running, controls, no_nudges, run_bot

Blocks = list[dict[str, Any]]


def _home(slack: Running, person: str) -> Blocks:
    space = slack.sandbox.space
    before = space.homes.get(person)
    slack.sandbox.users.open_home(person)
    return _shown_after(slack, person, before)


def _shown_after(slack: Running, person: str, before: Any) -> Blocks:
    space = slack.sandbox.space
    while space.homes.get(person) is before:
        version = space.version
        if space.homes.get(person) is before:
            assert space.wait_past(version), "the Home tab was not drawn again"
    blocks: Blocks = space.homes[person].view["blocks"]
    return blocks


def _press(slack: Running, person: str, action_id: str, nth: int = 0) -> Blocks:
    """Use a control of the Home tab, and wait until the tab is drawn again."""
    before = slack.sandbox.space.homes[person]
    _use(slack, person, action_id, nth)
    return _shown_after(slack, person, before)


def _use(slack: Running, person: str, action_id: str, nth: int = 0) -> None:
    block_id, control = controls(slack.sandbox.space.homes[person].view["blocks"], action_id)[nth]
    sent = {name: control.get(name) for name in ("type", "action_id", "value", "selected_option")}
    slack.sandbox.users.press_home(person, block_id, sent)


def _text(blocks: Blocks) -> str:
    return json.dumps(blocks, ensure_ascii=False)


def _headers(blocks: Blocks) -> list[str]:
    return [one["text"]["text"] for one in blocks if one["type"] == "header"]


def _questions(blocks: Blocks) -> list[str]:
    rows = [one for one in blocks if one["type"] == "actions"][-1]
    return [one["text"]["text"] for one in rows["elements"]]


def test_a_lead_sees_late_and_next_actions_and_done_acts_in_place(slack: Running) -> None:
    blocks = _home(slack, LEAD)
    assert _headers(blocks) == ["Your actions", "Ask me"]
    assert "*Late (8)*" in _text(blocks)
    assert len(controls(blocks, "action_done")) == 5 + 2
    assert "Also late: 2.3.5, 2.2.1, 2.3.1" in _text(blocks)
    assert _questions(blocks)[0] == "What do I lead?"

    after = _press(slack, LEAD, "action_done")
    assert "Recorded: *2.2.3* not started → *complete*" in _text(after)
    assert "*Late (7)*" in _text(after)
    assert "complete" in slack.ask(LEAD, "/action status 2.2.3").text


def test_a_form_of_a_card_redraws_the_tab_and_a_request_stays_in_sight(slack: Running) -> None:
    _home(slack, LEAD)
    space = slack.sandbox.space
    version = space.version
    _use(slack, LEAD, "action_new_date")
    assert space.wait_past(version)
    before = space.homes[LEAD]
    assert slack.send_form(LEAD, date="2017-03-31", note="cohort starts in January") == {}

    after = _shown_after(slack, LEAD, before)
    assert "Requested: *2.2.3*" in _text(after)
    assert "*Waiting for a coordinator*\\n• *2.2.3*: 31 Mar 2017 asked for" in _text(after)


def test_a_coordinator_sees_what_waits_and_decides_there(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.1 31/03/2017: cohort starts in January")
    blocks = _home(slack, COORDINATOR)
    # The coordinator is in the board's channel too.
    assert _headers(blocks) == ["Waiting", "This week", "The plan at a glance", "Ask me"]
    assert "asks for 31 Mar 2017" in _text(blocks)
    after = _press(slack, COORDINATOR, "due_grant")

    assert "asks for 31 Mar 2017" not in _text(after)
    assert "31 Mar 2017" in slack.ask(LEAD, "/action status 2.3.1").text


def test_the_chair_sees_the_plan_at_a_glance_and_an_answer_has_a_way_back(slack: Running) -> None:
    blocks = _home(slack, CHAIR)
    assert _headers(blocks) == ["The plan at a glance", "Ask me"]
    answer = _press(slack, CHAIR, "ask_0")
    assert "overdue" in _text(answer)
    assert controls(answer, "share") == []

    assert _headers(_press(slack, CHAIR, "redraw")) == ["The plan at a glance", "Ask me"]


def test_a_table_is_shown_on_the_tab_or_as_lines_where_slack_draws_none(slack: Running) -> None:
    _home(slack, CHAIR)
    _press(slack, CHAIR, "ask_2")
    assert "data_table" in [one["type"] for one in _press(slack, CHAIR, "kpi_board_table")]
    _press(slack, CHAIR, "redraw")
    _press(slack, CHAIR, "ask_2")
    slack.sandbox.space.faults.order("views.publish", Fault(error="invalid_arguments"))
    assert "*Not met* (" in _text(_press(slack, CHAIR, "kpi_board_table"))


@pytest.fixture
def in_term(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot on the day in January on which schools get their reminder."""
    with run_bot(copy_of("sqlite", True)) as running:
        no_nudges(running)
        running.sandbox.clock.move("2017-01-06")
        running.tick()
        yield running


def test_a_school_sees_its_reminders_contact_and_questions(in_term: Running) -> None:
    slack = in_term
    blocks = _home(slack, SCHOOL)
    assert "*Not marked as seen yet*" in _text(blocks)
    assert _headers(blocks)[-2:] == ["Riverside School", "Ask me"]
    assert "your contact about thresholds is" in _text(blocks)
    first = len(controls(blocks, "home_seen"))
    after = _press(slack, SCHOOL, "home_seen")
    assert "has seen its reminder" in _text(after)
    assert len(controls(after, "home_seen")) == first - 1
    # The message in the school's channel says so too.
    assert any("Seen by <@U0005SCHOOL>" in one.text for one in slack.sandbox.space.messages)

    space = slack.sandbox.space
    version = space.version
    _use(slack, SCHOOL, "reminder_ask")
    assert space.wait_past(version)
    assert slack.send_form(SCHOOL, note="Which form do we use?") == {}
    again = _home(slack, SCHOOL)
    assert "“Which form do we use?”" in _text(again)
    assert "waits for an answer" in _text(again)
    # Nobody else's Home has it.
    assert "Which form do we use?" not in _text(_home(slack, CHAIR))


def test_nobody_marks_another_schools_reminder_as_seen_from_home(in_term: Running) -> None:
    slack = in_term
    _home(slack, SCHOOL)
    [*_, (block_id, seen)] = controls(slack.sandbox.space.homes[SCHOOL].view["blocks"], "home_seen")
    _home(slack, CHAIR)
    before = slack.sandbox.space.homes[CHAIR]
    slack.sandbox.users.press_home(CHAIR, block_id, seen)

    assert "I can't find that reminder" in _text(_shown_after(slack, CHAIR, before))


def test_where_slack_does_not_tell_the_channels_the_rest_is_there(slack: Running) -> None:
    slack.sandbox.space.faults.order("users.conversations", Fault(error="missing_scope"))
    assert _headers(_home(slack, LEAD)) == ["Your actions", "Ask me"]


def test_somebody_from_outside_gets_one_sentence(slack: Running) -> None:
    blocks = _home(slack, OUTSIDER)

    assert len(blocks) == 1
    assert "not open to people of another workspace" in _text(blocks)


def test_the_tab_never_has_more_than_a_hundred_blocks(slack: Running) -> None:
    for ref in ("2.2.1", "2.2.3", "2.2.4", "2.2.5", "2.3.1", "2.3.5", "2.1.2"):
        slack.ask(LEAD, f"/action update {ref} complete https://example.org/{ref}")
        slack.ask(LEAD, f"/action due {ref} 31/03/2017: later")
    slack.sandbox.clock.forward(timedelta(days=30))
    for person in (LEAD, COORDINATOR, CHAIR, SCHOOL):
        assert len(_home(slack, person)) <= 100


@pytest.mark.parametrize("questions", QUESTIONS)
def test_what_home_offers_to_ask_is_understood_when_it_is_typed(
    slack: Running, questions: tuple[tuple[str, str], ...]
) -> None:
    for label, line in questions:
        typed = slack.ask(COORDINATOR, f"/plan {label}").text.splitlines()[0]
        pressed = slack.ask(COORDINATOR, line).text.splitlines()[0]
        assert typed == pressed, label
