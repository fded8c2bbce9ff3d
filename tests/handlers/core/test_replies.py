"""An answer reaches the person whatever Slack does with it, and a failed share says so."""

import json
import urllib.request
from typing import Any

import pytest

from sandbox.faults import Fault
from sandbox.workspace import Message
from tests.cast import COORDINATOR, LEAD, PLAN_CHANNEL
from tests.conftest import Running


def _press(slack: Running, person: str, channel: str, ts: str, action_id: str, value: str) -> list[Message]:
    button = {"type": "button", "action_id": action_id, "value": value}
    space = slack.sandbox.space

    def act() -> None:
        version = space.version
        slack.sandbox.users.press(person, channel, ts, "any", button)
        assert space.wait_past(version)

    return slack.messages_after(act)


def test_an_answer_that_the_response_url_takes_and_drops_is_shown_all_the_same(slack: Running) -> None:
    answer = slack.ask(LEAD, "/action status 2.3.5")
    slack.sandbox.space.faults.order("response_url", Fault(error="expired_url"))
    [history] = slack.press(LEAD, answer, "history")

    assert "history, newest first" in history.text
    assert (history.channel, history.only_for) == (PLAN_CHANNEL, LEAD)


def test_where_the_bot_is_no_member_the_answer_comes_by_direct_message(slack: Running) -> None:
    answer = slack.ask(LEAD, "/action status 2.3.5")
    slack.sandbox.space.channels[PLAN_CHANNEL].members.remove(slack.sandbox.space.bot["id"])
    slack.sandbox.space.faults.order("response_url", Fault(error="expired_url"))
    [history] = slack.press(LEAD, answer, "history")

    assert "history, newest first" in history.text
    assert history.channel == slack.sandbox.space.direct(LEAD).id


def test_an_error_comes_by_direct_message_too(slack: Running) -> None:
    answer = slack.ask(LEAD, "/action status 2.3.5")
    slack.sandbox.space.channels[PLAN_CHANNEL].members.remove(slack.sandbox.space.bot["id"])
    slack.sandbox.space.faults.order("response_url", Fault(error="expired_url"))
    [told] = _press(slack, LEAD, PLAN_CHANNEL, answer.ts, "undo", "no-such-act")

    assert "You can no longer undo that" in told.text
    assert told.channel == slack.sandbox.space.direct(LEAD).id


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault(error="restricted_action"), "Not shared: Slack did not take it here (restricted_action)."),
        (Fault(drop="after"), "I can't tell whether that was shared: Slack did not answer."),
    ],
)
def test_a_share_that_failed_does_not_look_done(slack: Running, fault: Fault, told: str) -> None:
    answer = slack.ask(LEAD, "/action status 2.3.5")
    slack.sandbox.space.faults.order("chat.postMessage", fault)
    space = slack.sandbox.space
    slack.press(LEAD, answer, "share")

    def said() -> list[str]:
        return [one.text for one in space.messages if one.only_for == LEAD and told in one.text]

    version = space.version
    if not said():
        # What Slack did not confirm is there before the sharer is told.
        assert space.wait_past(version)
    assert len(said()) == 1


def test_a_button_and_a_form_that_are_gone_say_so(slack: Running) -> None:
    answer = slack.ask(LEAD, "/action status 2.3.5")
    [told] = _press(slack, LEAD, PLAN_CHANNEL, answer.ts, "from_last_year", "1")
    assert "That button is from an older version of me" in told.text

    view = slack.open_form(LEAD, answer)
    slack.sandbox.space.views[view["id"]].view["callback_id"] = "from_last_year"
    errors = slack.sandbox.users.submit(LEAD, view["id"], {})
    assert list(errors.values()) == [
        "This form is from an older version. Copy what you wrote, close it and ask again."
    ]


def test_a_person_who_is_named_is_kept_by_name(slack: Running) -> None:
    slack.ask(COORDINATOR, "/action note 2.3.5: ask @lead about the templates")
    raw = {"text": f"note 2.3.5: and <@{LEAD}> too"}
    slack.sandbox.users.app.form(_command_fields(slack, "/action", raw["text"]))
    status = slack.ask(LEAD, "/action history 2.3.5").text

    assert "ask @lead about the templates" in status
    assert LEAD not in status.split("and @", 1)[1].split("(entry")[0]


def _command_fields(slack: Running, name: str, text: str) -> dict[str, Any]:
    space = slack.sandbox.space
    return {
        "team_id": space.home,
        "channel_id": PLAN_CHANNEL,
        "user_id": COORDINATOR,
        "command": name,
        "text": text,
        "response_url": space.new_response_url(PLAN_CHANNEL, COORDINATOR),
        "trigger_id": space.new_trigger(COORDINATOR),
    }


def test_a_very_long_text_is_refused_before_anything_reads_it(slack: Running) -> None:
    answer = slack.sandbox.users.app.form(_command_fields(slack, "/action", "note 2.3.5: " + "x " * 200_000))
    assert "A text of 400,012 characters is too long" in json.dumps(answer)


@pytest.mark.parametrize(
    ("field", "filled", "told"),
    [
        ("evidence", {"progress": "in progress", "evidence": "minutes"}, "does not begin with https://"),
        ("note", {"progress": "complete with exception"}, "Say what is left of 2.3.5."),
        ("note", {"progress": "in progress", "note": "NHS number 943 476 5919"}, "an NHS number"),
        ("note", {"progress": "in progress", "outcome": "achieved"}, "Say what shows that 2.3.5 made"),
    ],
)
def test_a_fault_stands_at_its_own_field_in_a_forms_words(
    slack: Running, field: str, filled: dict[str, str], told: str
) -> None:
    view = slack.open_form(LEAD, slack.ask(LEAD, "/action status 2.3.5"))
    errors = slack.fill(LEAD, view, **filled)

    assert list(errors) == [field]
    assert told in errors[field]
    assert "colon" not in errors[field]


def test_what_is_copied_into_a_form_is_cleaned_as_in_a_command(slack: Running) -> None:
    view = slack.open_form(LEAD, slack.ask(LEAD, "/action status 2.3.5"))
    slack.fill(LEAD, view, progress="in progress", note="\u200btemplates\u00a0drafted\u202e")

    assert "— templates drafted (entry" in slack.ask(LEAD, "/action history 2.3.5").text


def test_slacks_check_of_the_certificate_is_answered_unsigned(slack: Running) -> None:
    with urllib.request.urlopen(f"{slack.web.url}/slack/events", b"token=x&ssl_check=1") as answer:
        assert (answer.status, answer.read()) == (200, b"")
