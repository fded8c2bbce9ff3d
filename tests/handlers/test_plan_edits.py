"""Coordinators change the plan itself: actions added, reworded, moved, given away, closed; new plans."""

import pytest
from sqlmodel import select

from db import audit_chain, replay
from db.engine import reading
from db.models import Action, Plan, Section
from db.overdue import watched_actions
from sandbox.workspace import Message
from tests.cast import COORDINATOR, LEAD, LONDON, PLAN_CHANNEL, TODAY
from tests.conftest import Running


def _action(slack: Running, ref: str, plan: str = "jtai2016") -> Action:
    with reading(slack.engine) as session:
        query = select(Action).join(Plan).where(Action.ref == ref, Plan.code == plan)
        return session.exec(query).one()


def _proven(slack: Running) -> None:
    """The record is unbroken, and what is stored is what it says."""
    with reading(slack.engine) as session:
        assert audit_chain.verify(session).fault is None
        assert [str(one) for one in replay.find_differences(session)] == []


def _undo(slack: Running, answer: Message) -> str:
    refused = slack.press(COORDINATOR, answer, "undo")
    return refused[0].text if refused else answer.text


def test_an_action_is_added_at_the_end_of_its_section_with_lead_and_date(slack_on_both: Running) -> None:
    slack = slack_on_both
    answer = slack.ask(
        COORDINATOR,
        "/action add 2.3 lead Principal Social Worker due 31/03/2017: Publish the guide for new starters. "
        "Each team gets one.",
    )

    assert "Added 2.3.6 Publish the guide for new starters to section 2.3 Supervision" in answer.text
    assert "Led by Principal Social Worker" in answer.text
    assert "Due 31 Mar 2017" in answer.text
    assert "How will you know? `/action edit 2.3.6 measure: …`" in answer.text
    status = slack.ask(LEAD, "/action status 2.3").text
    assert "6 actions" in status
    assert status.index("2.3.5") < status.index("2.3.6")
    whole = slack.ask(COORDINATOR, "/action list").text
    assert "2.3.6" in whole or "Next" in whole
    _proven(slack)


def test_a_reference_is_never_given_out_twice_not_even_after_an_undo(slack: Running) -> None:
    first = slack.ask(COORDINATOR, "/action add 2.3: Publish the guide")
    assert "2.3.6" in first.text
    assert "Nobody leads it yet" in first.text
    assert "Undone" in _undo(slack, first)
    assert _action(slack, "2.3.6").removed_on is not None
    assert "2.3.6" not in slack.ask(LEAD, "/action status 2.3").text

    assert "Added 2.3.7" in slack.ask(COORDINATOR, "/action add 2.3: Publish another guide").text
    _proven(slack)


def test_an_added_action_of_which_something_is_recorded_is_not_undone(slack: Running) -> None:
    slack.ask(COORDINATOR, "/action add 2.3 lead Principal Social Worker: Publish the guide")
    slack.ask(LEAD, "/action update 2.3.6 in progress: first draft")

    assert "something was recorded of it since" in slack.ask(COORDINATOR, "/action undo").text
    assert _action(slack, "2.3.6").removed_on is None


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        ("/action add 2.3.5: Publish the guide", "2.3.5 is an action. Give the section, such as 2.3."),
        ("/action add 9: Publish the guide", "I can't find 9"),
        ("/action add 2: Publish the guide", "Section 2 has sections of its own."),
        ("/action add 2.3 due 31/02/2017: Publish", "“31/02/2017” is not a date"),
        ("/action add 2.3 due 31/03/2027: Publish", "too far ahead"),
        ("/action add 2.3 lead Principal Socal Worker: Publish", "Did you mean “Principal Social Worker”"),
        ("/action add 2.3 lead @outsider: Publish", "Give a role and not a person"),
        ("/action add 2.3: Ring Jay Carter, aged 9, on 07700 900123", "name and age"),
        ("/action move 2.3.5 2.3", "is in section 2.3 already"),
        ("/action move 2.3.5 ofsted2014:1", "can only move to another section of"),
        ("/action reopen 2.3.5: not done", "2.3.5 is open"),
        ("/action close 2.3.5", "reason is missing"),
        ("/action edit 2.3.5 title", "Say what to change and the new words"),
        ("/plan new jtai2016: Again", "There is a plan jtai2016 already"),
        ("/plan new 2017 plan: Again", "can't be a plan's code"),
        ("/plan section add 2.3: Again", "has a section 2.3 already"),
        ("/plan section add 2.3.5: Again", "has an action 2.3.5"),
        ("/plan section add Workforce", "Give the section's number"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(slack: Running, command: str, refusal: str) -> None:
    with reading(slack.engine) as session:
        before = len(session.exec(select(Action)).all())
    assert refusal in slack.ask(COORDINATOR, command).text
    with reading(slack.engine) as session:
        assert len(session.exec(select(Action)).all()) == before
    _proven(slack)


@pytest.mark.parametrize(
    "command",
    [
        "/action add 2.3: Publish the guide",
        "/action move 2.3.5 2.2",
        "/action assign 2.3.5 CSC Area Managers",
        "/action close 2.3.5: not needed",
        "/action reopen 2.3.5: needed",
        "/plan new neglect2017: Neglect",
        "/plan archive jtai2016",
        "/plan section add 2.4: Workforce",
    ],
)
def test_only_a_coordinator_changes_the_plan(slack: Running, command: str) -> None:
    assert "Only a coordinator can" in slack.ask(LEAD, command).text


def test_a_wording_is_changed_by_line_and_put_back(slack_on_both: Running) -> None:
    slack = slack_on_both
    before = _action(slack, "2.3.5")
    answer = slack.ask(COORDINATOR, "/action edit 2.3.5 title: Templates for one-to-ones")

    assert "Title: “Supervision templates” → “Templates for one-to-ones”" in answer.text
    assert "Templates for one-to-ones" in slack.ask(LEAD, "/action status 2.3.5").text
    history = slack.ask(LEAD, "/action history 2.3.5").text
    assert "title: Supervision templates → Templates for one-to-ones" in history
    _undo(slack, answer)
    assert _action(slack, "2.3.5").title == before.title
    _proven(slack)


def test_a_new_measure_is_read_and_an_undo_brings_the_old_one_back(slack_on_both: Running) -> None:
    slack = slack_on_both
    answer = slack.ask(COORDINATOR, "/action edit 2.3.4 measure: 90% of audited cases meet the standard")
    assert "90%" in slack.ask(LEAD, "/action status 2.3.4").text
    _proven(slack)

    assert "Undone" in _undo(slack, answer)
    status = slack.ask(LEAD, "/action status 2.3.4").text
    assert "75%" in status
    assert "90%" not in status
    _proven(slack)


def test_an_action_is_moved_and_keeps_its_reference(slack: Running) -> None:
    answer = slack.ask(COORDINATOR, "/action move 2.3.5 to 2.2")

    assert "from section 2.3 to section 2.2" in answer.text
    assert "2.3.5" in slack.ask(LEAD, "/action status 2.2").text
    assert "4 actions" in slack.ask(LEAD, "/action status 2.3").text
    _undo(slack, answer)
    assert "5 actions" in slack.ask(LEAD, "/action status 2.3").text
    _proven(slack)


def test_move_with_a_date_asks_for_a_new_date(slack: Running) -> None:
    answer = slack.ask(COORDINATOR, "/action move 2.3.1 to March")

    assert "Shall I record this" in answer.text
    assert "/action due 2.3.1 31 Mar 2017" in answer.text


def test_an_action_is_given_to_other_roles(slack: Running) -> None:
    answer = slack.ask(COORDINATOR, "/action assign 2.3.5 CSC Area Managers and Principal Social Worker")
    assert "is led by CSC Area Managers and Principal Social Worker now" in answer.text
    assert "CSC Area Managers" in slack.ask(LEAD, "/action status 2.3.5").text
    _undo(slack, answer)
    assert "CSC Area Managers" not in slack.ask(LEAD, "/action status 2.3.5").text

    new = slack.ask(COORDINATOR, "/action assign 2.3.5 Workforce Lead")
    assert "Workforce Lead is a new role, and nobody holds it" in new.text
    _proven(slack)


def test_an_action_is_closed_with_a_reason_and_opened_again_as_it_was(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 in progress: first draft")
    slack.sandbox.clock.move("2016-12-16")
    assert "it is superseded" in slack.ask(COORDINATOR, "/action close 2.3.5: the county has its own").text
    assert "the county has its own" in slack.ask(LEAD, "/action history 2.3.5").text
    assert "closed already" in slack.ask(COORDINATOR, "/action close 2.3.5: again").text
    opened = slack.ask(COORDINATOR, "/action reopen 2.3.5: the county's are not ready")
    assert "it is in progress" in opened.text
    _proven(slack)


def test_a_complete_action_is_opened_again_as_in_progress_whatever_came_between(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued https://example.org/t")
    assert "it is superseded" in slack.ask(COORDINATOR, "/action close 2.3.5: not needed").text
    assert "it is in progress" in slack.ask(COORDINATOR, "/action reopen 2.3.5: needed after all").text
    slack.ask(LEAD, "/action update 2.3.5 complete: issued")
    assert "it is in progress" in slack.ask(COORDINATOR, "/action reopen 2.3.5: two teams have none").text
    _proven(slack)


def test_what_a_coordinator_changed_is_among_the_plans_changes_and_as_it_was_before(slack: Running) -> None:
    slack.sandbox.clock.move("2016-12-16")
    slack.ask(COORDINATOR, "/action edit 2.3.5 title: Templates for one-to-ones")
    slack.ask(COORDINATOR, "/action move 2.3.4 2.2")
    slack.ask(COORDINATOR, "/action add 2.3: Publish the guide")
    changes = slack.ask(COORDINATOR, "/plan changes since 16 Dec 2016").text

    assert "2.3.5 title: Supervision templates → Templates for one-to-ones" in changes
    assert "2.3.4 section: 2.3 → 2.2" in changes
    assert "2.3.6 added to the plan" in changes
    assert "Supervision templates" in slack.ask(LEAD, "/action status 2.3.5 at 15 Dec 2016").text
    assert "2.3.6" not in slack.ask(LEAD, "/action status 2.3 at 15 Dec 2016").text
    assert "added to the plan on 16 Dec 2016" in slack.ask(LEAD, "/action status 2.3.6 at 15 Dec 2016").text


def test_a_plan_is_made_from_nothing(slack_on_both: Running) -> None:
    slack = slack_on_both
    assert (
        "Begun: the plan Neglect strategy"
        in slack.ask(COORDINATOR, "/plan new neglect2017: Neglect strategy").text
    )
    for ref, title in (("2", "Practice"), ("1", "Awareness"), ("10", "Review")):
        added = slack.ask(COORDINATOR, f"/plan section add neglect2017:{ref}: {title}")
        assert f"Added section {ref} {title}" in added.text
    with reading(slack.engine) as session:
        plan = session.exec(select(Plan).where(Plan.code == "neglect2017")).one()
        assert [one.ref for one in plan.sections] == ["1", "2", "10"]
    answer = slack.ask(
        COORDINATOR, '/action add neglect2017:1 lead "Neglect Lead" due Mar 2017: Train the schools'
    )
    assert "Added 1.1 Train the schools to section 1 Awareness (Neglect strategy)" in answer.text
    assert "1 action" in slack.ask(COORDINATOR, "/plan summary neglect2017").text
    assert "neglect2017" in slack.ask(COORDINATOR, "/plan list").text
    _proven(slack)


def test_an_empty_plan_or_section_is_taken_back_and_a_filled_one_is_not(slack: Running) -> None:
    begun = slack.ask(COORDINATOR, "/plan new neglect2017: Neglect strategy")
    section = slack.ask(COORDINATOR, "/plan section add neglect2017:1: Practice")
    assert "there is something in it by now" in _undo(slack, begun)
    assert "Undone" in _undo(slack, section)
    assert "Undone" in _undo(slack, begun)
    with reading(slack.engine) as session:
        assert session.exec(select(Plan).where(Plan.code == "neglect2017")).first() is None
        assert session.exec(select(Section).where(Section.title == "Practice")).first() is None
    _proven(slack)


def _add_by_form(slack: Running, **chosen: str) -> dict[str, str]:
    """Fill in the form for a new action that is open, and send it in. Returns the errors by field."""
    view = list(slack.sandbox.space.views_of(COORDINATOR))[-1]
    values = {
        "section": {"selected_option": {"value": chosen["section"]}},
        "text": {"value": chosen.get("text")},
        "lead": {"selected_option": {"value": chosen["lead"]} if "lead" in chosen else None},
        "date": {"selected_date": chosen.get("date")},
    }
    version = slack.sandbox.space.version
    sent = {name: {name: one} for name, one in values.items()}
    errors = slack.sandbox.users.submit(COORDINATOR, view.id, sent)
    if not errors:
        slack.sandbox.space.wait_past(version + 1)
    return errors


def test_an_action_is_added_by_form(slack: Running) -> None:
    slack.ask_nothing(COORDINATOR, "/action add 2.3")
    [view] = slack.sandbox.space.views_of(COORDINATOR)
    fields = {one["block_id"]: one["element"] for one in view.view["blocks"] if one["type"] == "input"}
    assert fields["section"]["initial_option"]["value"] == "jtai2016:2.3"
    # "2" only groups others.
    offered = [one["value"] for one in fields["section"]["options"]]
    assert offered[:3] == ["jtai2016:1", "jtai2016:2.1", "jtai2016:2.2"]
    assert _add_by_form(slack, section="jtai2016:2.3")["text"] == "Say what will be done."
    errors = _add_by_form(
        slack,
        section="jtai2016:2.3",
        text="Publish the guide",
        lead="Principal Social Worker",
        date="2017-03-31",
    )

    assert errors == {}
    answer = slack.sandbox.space.messages[-1].text
    assert "Added 2.3.6 Publish the guide" in answer
    assert "Due 31 Mar 2017. Led by Principal Social Worker." in answer
    _proven(slack)


def test_a_message_becomes_an_action_with_its_words_and_its_link(slack: Running) -> None:
    slack.sandbox.users.say(LEAD, PLAN_CHANNEL, "We should publish the guide for new starters")
    message = slack.sandbox.space.messages[-1]
    version = slack.sandbox.space.version
    slack.sandbox.users.use_shortcut(COORDINATOR, PLAN_CHANNEL, message.ts, "make_action")
    assert slack.sandbox.space.wait_past(version)
    [view] = slack.sandbox.space.views_of(COORDINATOR)
    [text] = [one["element"] for one in view.view["blocks"] if one.get("block_id") == "text"]
    assert text["initial_value"] == "We should publish the guide for new starters"
    assert _add_by_form(slack, section="jtai2016:2.3", text="Publish the guide for new starters") == {}

    history = slack.ask(LEAD, "/action history 2.3.6").text
    assert f"from https://partnership.slack.com/archives/{PLAN_CHANNEL}/p" in history
    _proven(slack)


def test_the_shortcut_is_for_coordinators(slack: Running) -> None:
    slack.sandbox.users.say(LEAD, PLAN_CHANNEL, "We should publish the guide for new starters")
    message = slack.sandbox.space.messages[-1]
    version = slack.sandbox.space.version
    slack.sandbox.users.use_shortcut(LEAD, PLAN_CHANNEL, message.ts, "make_action")
    assert slack.sandbox.space.wait_past(version)

    assert "Only a coordinator can make an action of a message" in slack.sandbox.space.messages[-1].text
    assert not list(slack.sandbox.space.views_of(LEAD))


def _open_form(slack: Running, ref: str) -> dict[str, str]:
    slack.ask_nothing(COORDINATOR, f"/action edit {ref}")
    view = list(slack.sandbox.space.views_of(COORDINATOR))[-1]
    return {
        block["block_id"]: block["element"].get("initial_value") or ""
        for block in view.view["blocks"]
        if block["type"] == "input"
    }


def test_a_form_has_the_wording_and_records_what_was_changed_in_it(slack: Running) -> None:
    shown = _open_form(slack, "2.3.5")
    assert shown["title"] == "Supervision templates"
    errors = slack.send_form(COORDINATOR, **{**shown, "outcome": "Every talk is recorded in one way"})
    assert errors == {}
    answer = slack.sandbox.space.messages[-1]
    assert "“Every talk is recorded in one way”" in answer.text
    assert "Title:" not in answer.text
    _proven(slack)


def test_two_coordinators_who_edit_at_once_do_not_overwrite_each_other(slack: Running) -> None:
    shown = _open_form(slack, "2.3.5")
    slack.ask(COORDINATOR, "/action edit 2.3.5 title: Templates for one-to-ones")
    errors = slack.send_form(COORDINATOR, **{**shown, "title": "Another title"})

    assert "Somebody changed the title of 2.3.5" in errors["title"]
    assert _action(slack, "2.3.5").title == "Templates for one-to-ones"


def test_an_archived_plan_answers_by_its_code_alone_and_nobody_is_reminded_of_it(slack: Running) -> None:
    archived = slack.ask(COORDINATOR, "/plan archive jtai2016")
    assert "Archived: JTAI 2016" in archived.text
    # The channel's plan was jtai2016, so it is the other one now.
    assert "Ofsted 2014" in slack.ask(COORDINATOR, "/plan summary").text
    assert "can't find 2.3.5" in slack.ask(LEAD, "/action status 2.3.5").text
    assert "Supervision templates" in slack.ask(LEAD, "/action status jtai2016:2.3.5").text
    assert "JTAI 2016" in slack.ask(COORDINATOR, "/plan summary jtai2016").text
    assert "archived on 15 Dec 2016" in slack.ask(COORDINATOR, "/plan list").text
    assert "2.3.5" not in slack.ask(LEAD, "/action mine").text
    with reading(slack.engine) as session:
        assert watched_actions(session, TODAY, LONDON) == []
    assert "archived already" in slack.ask(COORDINATOR, "/plan archive jtai2016").text

    assert "Undone" in _undo(slack, archived)
    assert "Supervision templates" in slack.ask(LEAD, "/action status 2.3.5").text
    slack.ask(COORDINATOR, "/plan archive jtai2016")
    assert "no longer archived" in slack.ask(COORDINATOR, "/plan archive jtai2016 off").text
    _proven(slack)
