"""Changes that meet other changes: undo of a named act, handovers, stale forms, sign-offs, other plans."""

from pathlib import Path

import pytest
from sqlmodel import select

from db import plans
from db.audit_log import Author, Change, append, set_fields
from db.deliveries import DeliveryKind, enqueue
from db.engine import reading, writing
from db.models import Action, DueRequest, Holding, Plan, Role
from documents.plan_apply import apply_plan
from documents.plan_diff import diff_plan
from documents.plan_files import read_plan_file
from documents.sample import load_sample
from sandbox.workspace import Message
from tests.cast import CHAIR, COORDINATOR, DEPUTY, LEAD, NOW, OUTSIDER, PLAN_CHANNEL, SCHOOL, TODAY
from tests.conftest import Running


def _offers(answer: Message, action_id: str) -> bool:
    return any(
        one.get("action_id") == action_id for block in answer.blocks for one in block.get("elements") or []
    )


def _status(slack: Running, ref: str) -> str:
    return slack.ask(COORDINATOR, f"/action status {ref}").text


def test_an_undo_button_undoes_the_change_it_stands_under(slack_on_both: Running) -> None:
    slack = slack_on_both
    first = slack.ask(LEAD, "/action update 2.2.5 in progress: first")
    slack.ask(LEAD, "/action update 2.2.6 complete: second https://example.org/x")
    slack.press(LEAD, first, "undo")

    assert "2.2.5 progress: in progress → not started" in first.text
    assert "Actions: not started" in _status(slack, "2.2.5")
    assert "Actions: complete" in _status(slack, "2.2.6")


def test_nobody_undoes_what_another_did(slack: Running) -> None:
    answer = slack.ask(LEAD, "/action update 2.2.5 in progress: first")
    [refused] = slack.press(COORDINATOR, answer, "undo")

    assert "can no longer undo that" in refused.text
    assert "Actions: in progress" in _status(slack, "2.2.5")


def test_a_handover_is_undone_to_exactly_who_held_it_before(slack_on_both: Running) -> None:
    slack = slack_on_both
    before = slack.ask(COORDINATOR, "/plan roles").text
    answer = slack.ask(COORDINATOR, '/plan role set "Principal Social Worker" @school from 19/07/2016')
    assert f"nudge <@{SCHOOL}>" in answer.text
    slack.ask(COORDINATOR, "/action undo")
    assert slack.ask(COORDINATOR, "/plan roles").text == before

    slack.ask(COORDINATOR, '/plan role set "CSC Area Managers" @school')
    slack.ask(COORDINATOR, '/plan role set "CSC Area Managers" @chair')
    slack.ask(COORDINATOR, "/action undo")
    assert f"CSC Area Managers: <@{SCHOOL}>" in slack.ask(COORDINATOR, "/plan roles").text


def test_the_sample_does_not_take_a_handover_back(slack: Running) -> None:
    slack.ask(COORDINATOR, '/plan role set "Principal Social Worker" @chair from 2016-12-01')
    with writing(slack.engine) as session:
        assert not any(load_sample(session, Author("import:sample", NOW), TODAY).values())
    assert f"Principal Social Worker: <@{CHAIR}>" in slack.ask(COORDINATOR, "/plan roles").text


@pytest.mark.parametrize(
    ("who", "why"), [("@outsider", "Allow them by name first"), ("@partnership", "can't hold a role")]
)
def test_a_role_is_for_members_of_the_workspace_and_for_who_is_allowed(
    slack: Running, who: str, why: str
) -> None:
    assert why in slack.ask(COORDINATOR, f'/plan role set "CSC Area Managers" {who}').text


def test_a_role_keeps_its_deputy_and_is_not_given_behind_somebodys_back(slack: Running) -> None:
    answer = slack.ask(COORDINATOR, '/plan role set "Principal Social Worker" @lead')
    assert f"deputy <@{DEPUTY}>" in answer.text
    refused = slack.ask(COORDINATOR, '/plan role set "Principal Social Worker" @chair from 1 Jan 2016')
    assert "Choose a later date" in refused.text


def test_a_sign_off_falls_with_what_it_was_of(slack_on_both: Running) -> None:
    slack = slack_on_both
    slack.ask(LEAD, "/action update 2.1.2 complete: done https://example.org/a")
    slack.press(COORDINATOR, slack.ask(COORDINATOR, "/action status 2.1.2"), "sign_off")
    assert "signed off by" in _status(slack, "2.1.2")
    slack.ask(LEAD, "/action evidence 2.1.2 https://example.org/b")
    assert "evidence linked (evidence (https://example.org/b)), not signed off" in _status(slack, "2.1.2")

    slack.ask(LEAD, "/action update 2.3.5 complete: done https://example.org/a")
    slack.press(COORDINATOR, slack.ask(COORDINATOR, "/action status 2.3.5"), "sign_off")
    slack.ask(LEAD, "/action undo")
    assert "Actions: not started" in _status(slack, "2.3.5")
    assert "Assurance: nothing recorded" in _status(slack, "2.3.5")


def test_a_completion_that_was_undone_and_redone_is_still_somebodys_own(slack: Running) -> None:
    slack.ask(COORDINATOR, "/action update 2.3.5 complete: done https://example.org/a")
    slack.ask(LEAD, "/action update 2.3.5 in progress: not yet")
    slack.ask(LEAD, "/action undo")

    assert not _offers(slack.ask(COORDINATOR, "/action status 2.3.5"), "sign_off")


def test_a_form_left_as_it_was_does_not_take_back_what_somebody_recorded_meanwhile(slack: Running) -> None:
    view = slack.open_form(LEAD, slack.ask(LEAD, "/action status 2.3.5"))
    slack.ask(DEPUTY, "/action update 2.3.5 complete: issued")
    wrong = slack.fill(LEAD, view, progress="not started", outcome="not assessed", note="a word on it")

    assert not wrong
    assert "Actions: complete" in _status(slack, "2.3.5")
    assert "a word on it" in slack.ask(LEAD, "/action history 2.3.5").text


def test_a_form_that_would_overwrite_another_change_says_so(slack: Running) -> None:
    view = slack.open_form(LEAD, slack.ask(LEAD, "/action status 2.3.5"))
    slack.ask(DEPUTY, "/action update 2.3.5 complete: issued")
    wrong = slack.fill(LEAD, view, progress="blocked", outcome="not assessed")

    assert "Somebody recorded 2.3.5 as complete since you opened the form" in wrong["progress"]
    assert "Actions: complete" in _status(slack, "2.3.5")


def test_a_form_says_what_is_wrong_with_its_link(slack: Running) -> None:
    view = slack.open_form(LEAD, slack.ask(LEAD, "/action status 2.3.5"))

    assert "https://" in slack.fill(LEAD, view, progress="complete", evidence="example.org")["evidence"]
    assert "Say what is left of" in slack.fill(LEAD, view, progress="complete with exception")["note"]


def test_a_message_that_all_can_see_is_not_overwritten_by_one(slack: Running) -> None:
    [shared] = slack.press(LEAD, slack.ask(LEAD, "/action status 2.3.5"), "share")
    text = shared.text
    view = slack.open_form(CHAIR, shared)
    slack.fill(CHAIR, view, progress="complete")

    assert shared.text == text
    assert slack.sandbox.space.messages[-1].only_for == CHAIR
    assert "Recorded as a comment" in slack.sandbox.space.messages[-1].text


@pytest.mark.parametrize(
    "said",
    [
        "complete by March",
        "completed by March 2017",
        "complete, except north",
        "complete apart from the north",
        "complete: all but two teams",
        "complete: except the leaflet",
        "finished bar the printing",
        "complete 80%",
        "done?",
    ],
)
def test_what_does_not_sound_complete_is_not_recorded_complete(slack: Running, said: str) -> None:
    slack.ask(LEAD, f"/action update 2.3.5 {said}")

    assert "Actions: not started" in _status(slack, "2.3.5")


@pytest.mark.parametrize("said", ["complete: by the team in March", "complete issued to all", "done."])
def test_what_sounds_complete_is(slack: Running, said: str) -> None:
    slack.ask(LEAD, f"/action update 2.3.5 {said}")

    assert "Actions: complete" in _status(slack, "2.3.5")


def test_an_exception_goes_when_the_action_moves_on(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete with exception: the leaflet")
    assert "complete with exception: the leaflet" in _status(slack, "2.3.5")
    slack.ask(LEAD, "/action update 2.3.5 in progress: more to do")
    assert "leaflet" not in _status(slack, "2.3.5").split("Last update")[0]
    assert "what is left" in slack.ask(LEAD, "/action update 2.3.5 complete with exception").text


def test_evidence_is_said_to_be_linked_only_when_it_was(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 in progress: begun https://example.org/a")
    answer = slack.ask(LEAD, "/action update 2.3.5 blocked: waiting")

    assert "evidence linked" not in answer.text


def test_words_typed_with_a_section_are_carried_to_the_action_that_is_chosen(slack: Running) -> None:
    offered = slack.ask(LEAD, "/action update 2.3 complete: all finished")
    assert "section of 5 actions" in offered.text
    slack.press(LEAD, offered, "ask_4")
    assert "2.3.5 not started → complete" in offered.text
    assert "all finished" in slack.ask(LEAD, "/action history 2.3.5").text

    offered = slack.ask(LEAD, "/action note 2.3: long and precious")
    slack.press(LEAD, offered, "ask_0")
    assert "Noted on 2.3.1" in offered.text


def test_a_reference_alone_that_is_a_section_opens_a_form_for_the_one_chosen(slack: Running) -> None:
    slack.ask_nothing(LEAD, "/action update 2.3")
    [view] = slack.sandbox.space.views_of(LEAD)

    first = next(block for block in view.view["blocks"] if block["type"] == "input")
    assert first["block_id"] == "action"


def test_another_plans_action_is_read_but_not_changed_unasked(slack: Running) -> None:
    assert "Ofsted 2014" in slack.ask(COORDINATOR, "/action status 4.2").text
    offered = slack.ask(COORDINATOR, "/action update 4.2 blocked: x")
    assert "Choose it to change it" in offered.text
    slack.press(COORDINATOR, offered, "ask_0")
    assert "in progress → blocked" in offered.text


def _remove(slack: Running, ref: str) -> None:
    with writing(slack.engine) as session:
        plan = plans.plan_by_code(session, "jtai2016")
        assert plan is not None
        action = next(a for a in plans.actions_of(session, plan) if a.ref == ref)
        set_fields(session, Author("import:x", NOW), action, f"jtai2016:{ref}", {"removed_on": TODAY})


def test_an_action_that_was_taken_out_is_history_and_not_changed(slack: Running) -> None:
    before = slack.ask(LEAD, "/action status 2.3 at 2016-12-14").text
    _remove(slack, "2.3.5")

    assert "removed from JTAI 2016 on 15 Dec 2016" in _status(slack, "2.3.5")
    assert "removed from" in slack.ask(LEAD, "/action update 2.3.5 complete: x").text
    assert "added to the plan" in slack.ask(LEAD, "/action history 2.3.5").text
    assert "4 actions, 3 overdue" in _status(slack, "2.3")
    assert slack.ask(LEAD, "/action status 2.3 at 2016-12-14").text == before


def test_the_leads_of_the_past_are_those_of_the_past(slack: Running) -> None:
    with writing(slack.engine) as session:
        action = session.exec(select(Action).where(Action.ref == "2.3.4")).one()
        other = session.exec(select(Role).where(Role.name == "Early Intervention Manager")).one()
        action.leads[0].role = other
        change = Change("action", action.id, "jtai2016:2.3.4", "leads", ["CSC Area Managers"], [other.name])
        append(session, Author("import:x", NOW), [change])

    assert "Early Intervention Manager" in _status(slack, "2.3.4")
    assert "Lead: CSC Area Managers" in slack.ask(LEAD, "/action status 2.3.4 at 2016-12-14").text


def test_a_decision_on_a_date_can_be_taken_back_and_is_told_again(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.1 03/2017: cohort starts in January")
    [card] = slack.messages_after(slack.tick)
    slack.press(COORDINATOR, card, "due_grant")
    slack.messages_after(slack.tick)
    slack.ask(COORDINATOR, "/action undo")

    assert "due 30 Nov 2016, 15 days overdue · 31 Mar 2017 requested" in _status(slack, "2.3.1")
    told = {message.channel: message.text for message in slack.messages_after(slack.tick)}
    assert "asks for a new date" in told[f"D{COORDINATOR[1:]}"]
    assert "was taken back" in told[f"D{LEAD[1:]}"]


def test_a_coordinators_own_new_date_is_one_act(slack: Running) -> None:
    slack.ask(COORDINATOR, "/action due 2.3.2 30/09/2017: slower")
    assert "due 30 Sep 2017" in _status(slack, "2.3.2")
    slack.ask(COORDINATOR, "/action undo")
    status = _status(slack, "2.3.2")

    assert "due 30 Jun 2017" in status
    assert "asked for, not decided" not in status


def test_undoing_a_second_request_brings_the_first_back(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.1 31/03/2017: one")
    slack.ask(LEAD, "/action due 2.3.1 30/04/2017: two")
    slack.ask(LEAD, "/action undo")
    assert "31 Mar 2017 requested, waiting for a coordinator" in _status(slack, "2.3.1")
    slack.ask(LEAD, "/action undo")
    assert "asked for" not in _status(slack, "2.3.1").split("Last update")[0]
    with reading(slack.engine) as session:
        assert {asked.decision for asked in session.exec(select(DueRequest))} == {"withdrawn"}


def test_a_refusal_is_in_the_history(slack: Running) -> None:
    slack.ask(LEAD, "/action due 1.4 30/09/2017: slower")
    [card] = slack.messages_after(slack.tick)
    slack.fill_form(COORDINATOR, card, "due_refuse", note="the board has set this date")

    told = slack.ask(LEAD, "/action history 1.4").text
    assert f"<@{COORDINATOR}>: new date refused" in told


def test_what_runs_on_has_no_end_to_move(slack: Running) -> None:
    assert "no end to move" in slack.ask(COORDINATOR, "/action due 1.6 31/01/2018: slip").text


def test_todays_changes_are_among_those_since_today(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued")
    slack.ask(COORDINATOR, '/plan role set "CSC Area Managers" @chair')
    text = slack.ask(CHAIR, "/plan changes since 15 Dec").text

    assert "2.3.5 progress: not started → complete" in text
    assert f"CSC Area Managers holder: nothing → <@{CHAIR}> from 15 Dec 2016" in text


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ('/action list lead "Principal Social Worker"', "10 actions"),
        ("/action list lead @lead", "10 actions"),
        ("/action list lead Morgan", "I can't find a lead called “Morgan”"),
        ("/action list all section ofsted2014:1", "Ofsted 2014, all, section ofsted2014:1: 2 actions"),
        ("/action list all section 4.2", "4.2"),
        ("/action status 2.3.5, 2.3.1", "2.3.5, 2.3.1: 2 actions"),
        ("/action status 2 3 5", "jtai2016:2.3.5"),
        ("/action status rec 99", "has no recommendation 99"),
        ("/action list overdue soon", "does not go with"),
        ("/action status &lt;!channel&gt;", "Nothing in JTAI 2016 matches"),
    ],
)
def test_what_is_typed_in_haste_is_understood_or_said(slack: Running, command: str, told: str) -> None:
    assert told in slack.ask(COORDINATOR, command).text


def test_a_long_note_can_be_read_back(slack: Running) -> None:
    slack.ask(LEAD, f"/action note 2.3.5: {'word ' * 400}end")

    assert slack.ask(LEAD, "/action history 2.3.5").text.count("word") == 400


def test_a_plan_with_refs_like_its_sections_answers_with_its_actions(slack: Running) -> None:
    path = Path(slack.settings.database_url.removeprefix("sqlite:///")).with_name("flat.csv")
    path.write_text("Ref,Action,Lead\n1,First thing,Head\n2,Second thing,Head\n", "utf-8")
    with writing(slack.engine) as session:
        merge = diff_plan(session, Plan(code="flat", title="Flat"), read_plan_file(path))
        apply_plan(session, merge, Author("import:flat", NOW), TODAY)

    assert "2 Second thing (Flat)" in slack.ask(LEAD, "/action status flat:2").text


def test_a_poisoned_delivery_keeps_no_other_from_going_out(slack: Running) -> None:
    with writing(slack.engine) as session:
        enqueue(session, DeliveryKind.DUE_REQUEST, "nonsense", LEAD, NOW)
    slack.ask(LEAD, "/action due 2.3.1 03/2017: x")

    assert slack.tick() == {
        "noticed": 0, "sent": 1, "deferred": 1, "failed": 0, "skipped": 0,
    }  # fmt: skip


def test_an_outsider_who_was_given_a_role_by_a_file_is_still_refused(slack: Running) -> None:
    with writing(slack.engine) as session:
        role = session.exec(select(Role).where(Role.name == "CSC Area Managers")).one()
        role.holdings.append(Holding(slack_user=OUTSIDER))
    answer = slack.ask(OUTSIDER, "/action update 2.3.4 complete: x", PLAN_CHANNEL)

    assert "not open to people of another workspace" in answer.text
    assert "Actions: not started" in _status(slack, "2.3.4")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("due 2.3.1 end of half term: cohort", "17 Feb 2017"),
        ("due 2.3.1 friday week: cohort", "23 Dec 2016"),
        ("due 2.3.1 03/2017 cohort starts January", "Mar 2017"),
        ("due 2.3.1 31/01/2017 or 28/02/2017", "is not one date"),
        ("due 2.3.1 may slip to June", "is not one date"),
        ("due 2.3.1 friday maybe", "is not one date"),
        ("due 2.3.1 Friday 31/01/2017: cohort", "31 Jan 2017 is a Tuesday, not a Friday"),
        ("due 2.3.1 31/03/2099: cohort", "is too far ahead"),
        ("snooze 2.3.1 until 2099", "is not a date"),
        ("snooze 2.3.1 until 1 Jan 2099", "is too far ahead. Give a day up to 15 Dec 2017"),
        ("snooze 2.3.1 for 2 weeks", "29 Dec 2016"),
        ("snooze 2.3.1 until the end of term", "16 Dec 2016"),
    ],
)
def test_a_whole_date_is_read_or_none(slack: Running, line: str, answer: str) -> None:
    assert answer in slack.ask(LEAD, f"/action {line}").text


def test_a_role_is_set_from_the_nearest_day_and_a_planned_handover_stays(slack: Running) -> None:
    role = '/plan role set "CSC Area Managers"'
    assert "now" in slack.ask(COORDINATOR, f"{role} @lead from 1 Dec").text
    assert "from 1 Feb 2017" in slack.ask(COORDINATOR, f"{role} @chair from 1 Feb").text
    told = slack.ask(COORDINATOR, f"{role} @school").text

    assert f"<@{CHAIR}> takes over on 1 Feb 2017, as planned." in told
    assert f"CSC Area Managers: <@{SCHOOL}>" in slack.ask(COORDINATOR, "/plan roles").text
    slack.sandbox.clock.move("2017-02-01")
    assert f"CSC Area Managers: <@{CHAIR}>" in slack.ask(COORDINATOR, "/plan roles").text
