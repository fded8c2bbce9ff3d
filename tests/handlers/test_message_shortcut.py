"""The message shortcut *Use as an update*: the words and the link of a message go into the form."""

from typing import Any

from sandbox.faults import Fault
from sandbox.workspace import Message
from tests.cast import (
    CHAIR,
    COORDINATOR,
    JOINT_CHANNEL,
    LEAD,
    OUTSIDER,
    PLAN_CHANNEL,
    SCHOOL,
    SCHOOL_CHANNEL,
)
from tests.conftest import Running


def _form(slack: Running, person: str, message: Message) -> dict[str, Any]:
    """Choose the shortcut in a message's menu. Returns the form that opens."""
    version = slack.sandbox.space.version
    slack.sandbox.users.use_shortcut(person, message.channel, message.ts, "use_as_update")
    assert slack.sandbox.space.wait_past(version)
    [view] = slack.sandbox.space.views_of(person)
    return {"id": view.id, **view.view}


def _write(slack: Running, person: str, text: str, channel: str = PLAN_CHANNEL) -> Message:
    slack.sandbox.users.say(person, channel, text)
    return [one for one in slack.sandbox.space.messages if one.user == person][-1]


def _field(form: dict[str, Any], name: str) -> dict[str, Any]:
    [block] = [one for one in form["blocks"] if one.get("block_id") == name]
    element: dict[str, Any] = block["element"]
    return element


def test_a_message_becomes_an_update_with_its_words_and_its_link(slack: Running) -> None:
    message = _write(slack, CHAIR, "Templates for 2.3.5 went to all teams today, @lead")
    form = _form(slack, LEAD, message)
    link = f"https://partnership.slack.com/archives/{PLAN_CHANNEL}/p{message.ts.replace('.', '')}"

    assert _field(form, "action")["initial_option"]["value"] == "jtai2016:2.3.5"
    assert _field(form, "note")["initial_value"] == "Templates for 2.3.5 went to all teams today, @lead"
    assert _field(form, "evidence")["initial_value"] == link
    errors = slack.fill(
        LEAD,
        form,
        action="jtai2016:2.3.5",
        progress="complete",
        note="Templates went to all teams",
        evidence=link,
    )
    assert errors == {}
    answer = slack.sandbox.space.messages[-1]
    assert (answer.only_for, answer.channel) == (LEAD, PLAN_CHANNEL)
    assert "2.3.5 not started → complete" in answer.text
    status = slack.ask(LEAD, "/action status 2.3.5").text
    assert "Templates went to all teams" in status
    assert link in status


def test_a_lead_picks_among_their_own_open_actions_and_nothing_is_guessed(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: templates issued")
    form = _form(slack, LEAD, _write(slack, CHAIR, "the survey is back"))
    offered = [one["value"] for one in _field(form, "action")["options"]]

    assert "jtai2016:2.3.1" in offered
    assert "jtai2016:2.3.5" not in offered
    assert "initial_option" not in _field(form, "action")
    # A coordinator's offer is the whole plan.
    again = _form(slack, COORDINATOR, _write(slack, CHAIR, "the survey is back"))
    assert len(_field(again, "action")["options"]) > len(offered)


def test_a_message_without_words_and_a_link_that_slack_does_not_tell_leave_the_fields_empty(
    slack: Running,
) -> None:
    slack.sandbox.space.faults.order("chat.getPermalink", Fault(error="message_not_found"))
    slack.sandbox.users.share_file(CHAIR, PLAN_CHANNEL, "minutes.pdf", b"%PDF")
    form = _form(slack, LEAD, slack.sandbox.space.messages[-1])

    assert "initial_value" not in _field(form, "note")
    assert "initial_value" not in _field(form, "evidence")


def test_what_must_not_be_stored_is_refused_at_its_field(slack: Running) -> None:
    form = _form(slack, LEAD, _write(slack, CHAIR, "Ring Zara's mum on 07700 900123 about 2.3.1"))
    errors = slack.fill(
        LEAD,
        form,
        action="jtai2016:2.3.1",
        progress="in progress",
        note=_field(form, "note")["initial_value"],
    )

    assert list(errors) == ["note"]
    assert "telephone number" in errors["note"]


def test_somebody_who_leads_nothing_may_comment(slack: Running) -> None:
    form = _form(slack, SCHOOL, _write(slack, COORDINATOR, "2.3.1 has begun", SCHOOL_CHANNEL))
    slack.fill(SCHOOL, form, action="jtai2016:2.3.1", progress="in progress", note="begun")

    assert "Recorded as a comment" in slack.sandbox.space.messages[-1].text


def test_somebody_from_outside_gets_a_refusal_and_no_form(slack: Running) -> None:
    message = _write(slack, COORDINATOR, "2.3.1 has begun", JOINT_CHANNEL)
    before, version = len(slack.sandbox.space.messages), slack.sandbox.space.version
    slack.sandbox.users.use_shortcut(OUTSIDER, JOINT_CHANNEL, message.ts, "use_as_update")
    assert slack.sandbox.space.wait_past(version)

    [refusal] = slack.sandbox.space.messages[before:]
    assert refusal.only_for == OUTSIDER
    assert "not open to people of another workspace" in refusal.text
    assert list(slack.sandbox.space.views_of(OUTSIDER)) == []
