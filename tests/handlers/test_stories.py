"""The stories of leads, coordinators and chairs, told to the real bot over signed HTTP."""

import re

import pytest

from sandbox.workspace import Message
from tests.cast import CHAIR, COORDINATOR, DEPUTY, LEAD, OUTSIDER, PLAN_CHANNEL, SCHOOL_CHANNEL
from tests.conftest import Running


def _offers(answer: Message, action_id: str) -> bool:
    return any(
        one.get("action_id") == action_id for block in answer.blocks for one in block.get("elements") or []
    )


def test_a_section_answers_with_all_its_actions_and_how_late_each_is(slack_on_both: Running) -> None:
    answer = slack_on_both.ask(LEAD, "/action status 2.3")

    assert "2.3 Supervision (JTAI 2016): 5 actions, 4 overdue." in answer.text
    for ref, due, lead in [
        ("2.3.1", "due Nov 2016, 15 days overdue", "Principal Social Worker"),
        ("2.3.2", "due Jun 2017, 197 days left", "Principal Social Worker"),
        ("2.3.3", "due Jul 2016, 137 days overdue", "CSC Area Managers"),
        ("2.3.4", "due Nov 2016, 15 days overdue", "CSC Area Managers"),
        ("2.3.5", "due Sep 2016, 76 days overdue", "Principal Social Worker"),
    ]:
        assert re.search(rf"^{re.escape(ref)} .*\n{due} · {lead}", answer.text, re.MULTILINE), ref
    assert "No updates recorded." in answer.text
    assert answer.only_for == LEAD


def test_one_action_answers_with_every_measure_its_lead_and_where_it_stands(slack: Running) -> None:
    text = slack.ask(LEAD, "/action status 1.3").text

    assert "due 31 Mar 2017" in text
    assert "6-monthly" in text
    assert "Lead: Chair of MASH Steering Group (no person set)" in text
    assert "2 measures, no values recorded" in text
    assert "100% of audited cases" in text
    assert "100% of referrals" in text
    assert "section 1, third row" in text


def test_mine_names_what_is_late_by_date_and_what_comes_next(slack: Running) -> None:
    text = slack.ask(LEAD, "/action mine").text
    late, _, coming = text.partition("Next")

    assert "10 actions, 8 overdue" in text
    refs = re.findall(r"^(\d\.\d\.\d|\d\.\d) ", late, re.MULTILINE)
    assert refs == ["2.2.3", "2.2.4", "2.2.6", "2.1.2", "2.2.5", "2.3.5", "2.2.1", "2.3.1"]
    assert "joint with Best Practice Educators" in late
    assert re.findall(r"^(\d\.\d(?:\.\d)?) .*due (\w+ \d+)", coming, re.MULTILINE) == [
        ("1.4", "Feb 2017"),
        ("2.3.2", "Jun 2017"),
    ]


def test_the_deputy_has_the_same_list_and_the_chair_has_none(slack: Running) -> None:
    assert "10 actions, 8 overdue" in slack.ask(DEPUTY, "/action mine").text
    assert "You don't hold a role" in slack.ask(CHAIR, "/action mine").text


def test_an_update_in_one_line_is_recorded_with_its_evidence_and_how_late_it_is(
    slack_on_both: Running,
) -> None:
    slack = slack_on_both
    answer = slack.ask(LEAD, "/action update 2.3.5 complete: templates issued 9 Dec https://example.org/t")

    assert "2.3.5 not started → complete" in answer.text
    assert f"by <@{LEAD}>, 15 Dec 2016 09:00, evidence linked" in answer.text
    assert "76 days after it was due" in answer.text
    assert "Outcome not assessed" in answer.text
    assert f"“New templates in place” awaits sign-off by <@{COORDINATOR}>" in answer.text
    status = slack.ask(CHAIR, "/action status 2.3.5").text
    assert "Actions: complete" in status
    assert "Outcome: not assessed" in status
    assert "evidence linked" in status
    assert "templates issued 9 Dec" in status


def test_the_past_is_answered_from_the_record(slack_on_both: Running) -> None:
    slack = slack_on_both
    before = slack.ask(LEAD, "/action status 2.3 at 2016-12-14").text
    slack.ask(LEAD, "/action update 2.3.5 complete: templates issued")
    slack.ask(COORDINATOR, "/action due 2.3.1 03/2017: cohort starts in January")

    assert slack.ask(LEAD, "/action status 2.3 at 2016-12-14").text == before
    assert "2.3.5 Supervision templates\ndue Sep 2016, 75 days overdue" in before
    assert "3 overdue" not in before
    today = slack.ask(LEAD, "/action status 2.3").text
    assert "5 actions, 2 overdue" in today


def test_a_day_to_come_cannot_be_asked_about(slack: Running) -> None:
    assert "has not come yet" in slack.ask(LEAD, "/action status 2.3 at 2017-01-01").text


def test_undo_takes_a_change_back_by_a_new_entry_and_only_once(slack_on_both: Running) -> None:
    slack = slack_on_both
    slack.ask(LEAD, "/action update 2.3.5 complete: templates issued https://example.org/t")

    assert "complete → not started" in slack.ask(LEAD, "/action undo").text
    status = slack.ask(LEAD, "/action status 2.3.5").text
    assert "Actions: not started" in status
    assert "Assurance: nothing recorded" in status
    history = slack.ask(LEAD, "/action history 2.3.5").text
    assert "(undone)" in history
    assert "(undo)" in history
    assert "nothing that could be undone" in slack.ask(LEAD, "/action undo").text


def test_undo_is_for_fifteen_minutes(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 started")
    slack.sandbox.clock.move("next day")

    assert "nothing that could be undone" in slack.ask(LEAD, "/action undo").text
    assert "Actions: in progress" in slack.ask(LEAD, "/action status 2.3.5").text


def test_undo_does_not_take_back_what_somebody_else_changed_since(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 started")
    slack.ask(COORDINATOR, "/action update 2.3.5 blocked: waits for the printer")

    assert "changed its progress since" in slack.ask(LEAD, "/action undo").text
    assert "Actions: blocked" in slack.ask(LEAD, "/action status 2.3.5").text


def test_a_blocked_action_whose_measure_comes_later_is_offered_a_way_out(slack: Running) -> None:
    answer = slack.ask(LEAD, "/action update 2.2.4 blocked: needs survey 1.9")

    assert "2.2.4 not started → blocked" in answer.text
    assert "was due Jul 2016" in answer.text
    assert "its measure relies on 1.9" in answer.text
    assert "leave the measure open until Nov 2017" in answer.text
    slack.press(LEAD, answer, "suggestion_take")
    assert "Actions: in progress" in slack.ask(LEAD, "/action status 2.2.4").text


def test_a_blocked_action_may_stay_blocked(slack: Running) -> None:
    answer = slack.ask(LEAD, "/action update 2.2.4 blocked: needs survey 1.9")
    slack.press(LEAD, answer, "suggestion_leave")

    assert "2.2.4 stays blocked" in answer.text
    assert "Actions: blocked" in slack.ask(LEAD, "/action status 2.2.4").text


def test_a_new_date_is_asked_for_decided_by_a_coordinator_and_the_original_kept(
    slack_on_both: Running,
) -> None:
    slack = slack_on_both
    asked = slack.ask(LEAD, "/action due 2.3.1 03/2017 cohort starts January")
    assert "Nov 2016 → Mar 2017" in asked.text
    assert "first change" in asked.text
    assert "Original date kept" in asked.text
    assert f"<@{COORDINATOR}>" in asked.text
    assert "15 days overdue" in slack.ask(LEAD, "/action status 2.3.1").text

    [message] = slack.messages_after(slack.tick)
    assert message.channel == f"D{COORDINATOR[1:]}"
    assert "cohort starts January" in message.text
    slack.press(COORDINATOR, message, "due_grant")
    assert "was approved" in message.text

    status = slack.ask(LEAD, "/action status 2.3.1").text
    assert "due 31 Mar 2017" in status
    assert "originally 30 Nov 2016" in status
    [told] = slack.messages_after(slack.tick)
    assert told.channel == f"D{LEAD[1:]}"
    assert "was approved" in told.text


def test_a_refused_date_changes_nothing(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.1 03/2017: cohort starts in January")
    [message] = slack.messages_after(slack.tick)
    assert slack.fill_form(COORDINATOR, message, "due_refuse") == {
        "note": "Say why, so that the lead knows what to do."
    }
    slack.fill_form(COORDINATOR, message, "due_refuse", note="the board has set this date")

    assert "was refused" in message.text
    assert "Reason: the board has set this date" in message.text
    [told] = slack.messages_after(slack.tick)
    assert told.channel == "D0001LEAD"
    assert "Reason: the board has set this date" in told.text
    assert "due 30 Nov 2016, 15 days overdue" in slack.ask(LEAD, "/action status 2.3.1").text


def test_overdue_is_told_by_month_and_by_lead(slack: Running) -> None:
    text = slack.ask(COORDINATOR, "/plan overdue").text

    assert "13 of 24 overdue" in text
    assert "Jul 2016: 2.2.3, 2.2.4, 2.2.6, 2.3.3, 3.2.1." in text
    assert "Sep 2016: 2.1.2, 2.2.5, 2.3.5." in text
    assert "Nov 2016: 1.5, 1.7, 2.2.1, 2.3.1, 2.3.4." in text
    assert "Principal Social Worker 8, CSC Area Managers 2, Deputy Director CSC 1" in text
    assert "Not counted: 1.6 (recurring)." in text


def test_the_weak_places_of_a_plan_are_named(slack: Running) -> None:
    text = slack.ask(COORDINATOR, "/plan check").text

    for line in [
        "No own measure: 1.5, 2.2.3, 2.2.4.",
        "No baseline: 1.1, 2.1.1.",
        "Not quantified: 3.1.1.",
        "Sample but no pass mark: 1.2.",
        "Evidence later than due date: 2.2.3, 2.2.4, 2.2.5.",
        "Joint or collective leads: 2.1.2, 2.2.2, 2.3.3, 2.3.4.",
        "Same measure twice: 2.3.1, 2.3.2.",
        "Due in the month of approval: 5:",
        "Ambiguous “bi-annual”: 2.3.3.",
    ]:
        assert line in text


def test_a_role_is_given_to_a_person_and_joint_leads_are_named(slack: Running) -> None:
    answer = slack.ask(COORDINATOR, '/plan role set "Principal Social Worker" @chair from 2016-07-19')

    assert f"10 actions now nudge <@{CHAIR}>" in answer.text
    assert "2.1.2 also lists Best Practice Educators (no person set)" in answer.text
    assert "10 actions, 8 overdue" in slack.ask(CHAIR, "/action mine").text
    assert "You don't hold a role" in slack.ask(LEAD, "/action mine").text
    slack.ask(COORDINATOR, "/action undo")


def test_only_a_coordinator_gives_roles_and_chooses_plans(slack: Running) -> None:
    assert (
        "Only a coordinator can set who holds"
        in slack.ask(LEAD, '/plan role set "Early Intervention Manager" @lead').text
    )
    assert "Only a coordinator can set" in slack.ask(LEAD, "/plan use ofsted2014").text


def test_the_chair_sees_the_plan_in_two_lines(slack: Running) -> None:
    text = slack.ask(CHAIR, "/plan summary").text

    assert (
        "JTAI 2016 at 15 Dec 2016: 24 actions: 0 complete, 13 overdue, 10 not yet due, 1 recurring." in text
    )
    assert "Outcomes: none assessed." in text
    assert "Next due: 1.2, 2.2.2 (Jan 2017)." in text


def test_changes_since_a_date_are_status_date_and_lead_changes_with_who_and_when(slack: Running) -> None:
    assert "nothing changed" in slack.ask(CHAIR, "/plan changes since 2016-09-20").text
    slack.ask(LEAD, "/action update 2.3.5 complete: issued")
    slack.ask(LEAD, "/action note 2.3.4: a note is no change")
    slack.ask(COORDINATOR, '/plan role set "Early Intervention Manager" @deputy')

    text = slack.ask(CHAIR, "/plan changes since 2016-09-20").text
    assert "changes since 20 Sep 2016: 2." in text
    assert f"2.3.5 progress: not started → complete, <@{LEAD}>, 15 Dec 2016 09:00" in text
    assert "Early Intervention Manager holder" in text
    assert "a note is no change" not in text


def test_a_complete_action_whose_outcome_nobody_stated_is_not_called_achieved(slack: Running) -> None:
    text = slack.ask(CHAIR, "/action status ofsted2014:1.2").text

    assert "Actions: complete" in text
    assert "Outcome: not assessed (not stated)" in text
    assert "Report of Nov 2015" in text
    assert "no resources to carry it on" in text
    assert "achieved" not in text


def test_the_old_plan_keeps_actions_and_outcomes_apart(slack: Running) -> None:
    text = slack.ask(CHAIR, "/plan summary ofsted2014").text

    assert "Nov 2015" in text
    assert "7 complete, 2 complete with exception (2.1" in text
    assert "late 2015; 6.2" in text
    assert "1 in progress (4.2, end of 2015)" in text
    assert (
        "Outcomes: 6 achieved, 2 on track for end of 2015 (2.2, 4.2), "
        "1 ongoing without a date (4.1), 1 not assessed (1.2)." in text
    )


def test_a_ref_in_two_plans_is_answered_from_the_channels_and_names_the_other(slack: Running) -> None:
    text = slack.ask(LEAD, "/action status 3.1").text
    assert "3.1 Resources (JTAI 2016): one action, 3.1.1." in text
    assert "due 28 Feb 2017" in text
    assert "ofsted2014:3.1 Friends and family assessments" in text.replace("`", "")

    slack.ask(COORDINATOR, "/plan use ofsted2014")
    text = slack.ask(LEAD, "/action status 3.1").text
    assert text.startswith("3.1 Friends and family assessments (Ofsted 2014)")
    assert "jtai2016:3.1 Resources" in text.replace("`", "")


def test_a_channels_plan_can_be_put_back(slack: Running) -> None:
    slack.ask(COORDINATOR, "/plan use ofsted2014")
    slack.ask(COORDINATOR, "/action undo")

    assert "JTAI 2016" in slack.ask(LEAD, "/action status 3.1").text


def test_a_change_by_somebody_else_is_kept_as_a_comment_that_says_so(slack_on_both: Running) -> None:
    slack = slack_on_both
    answer = slack.ask(CHAIR, "/action update 2.3.5 complete: I saw them")

    assert f"Recorded as a comment; only <@{LEAD}> (Principal Social Worker)" in answer.text
    status = slack.ask(LEAD, "/action status 2.3.5").text
    assert "Actions: not started" in status
    assert "comment — wanted: complete; I saw them" in status


@pytest.mark.parametrize("person", [LEAD, DEPUTY, COORDINATOR])
def test_the_lead_the_deputy_and_a_coordinator_change_an_action(slack: Running, person: str) -> None:
    assert "not started → in progress" in slack.ask(person, "/action update 2.3.5 started").text


@pytest.mark.parametrize(
    "command",
    [
        "/action status 2.3",
        "/action mine",
        "/action update 2.3.5 done",
        "/plan summary",
        "/action status nothing",
    ],
)
def test_somebody_of_another_workspace_is_refused_and_learns_nothing(slack: Running, command: str) -> None:
    answer = slack.ask(OUTSIDER, command)

    assert "not open to people of another workspace" in answer.text
    assert "2.3" not in answer.text
    assert "Actions: not started" in slack.ask(LEAD, "/action status 2.3.5").text


@pytest.mark.parametrize(
    ("field", "whom"),
    [
        ("deleted", "deactivated"),
        ("is_restricted", "guests"),
        ("is_ultra_restricted", "guests"),
        ("is_bot", "bots"),
    ],
)
def test_guests_bots_and_deactivated_people_are_refused(slack: Running, field: str, whom: str) -> None:
    setattr(slack.sandbox.space.people[CHAIR], field, True)

    assert f"not open to {whom}" in slack.ask(CHAIR, "/action status 2.3").text


def test_an_answer_is_shared_with_the_channel_only_on_purpose(slack: Running) -> None:
    answer = slack.ask(LEAD, "/action status 2.3")
    [shared] = slack.press(LEAD, answer, "share")

    assert shared.only_for is None
    assert shared.channel == PLAN_CHANNEL
    assert f"Shared by <@{LEAD}>" in shared.text
    assert "5 actions, 4 overdue" in shared.text
    assert not any(
        e["action_id"] == "share" for b in shared.blocks for e in b.get("elements", []) if "action_id" in e
    )


def test_an_outsider_who_presses_a_shared_answers_button_is_refused(slack: Running) -> None:
    [shared] = slack.press(LEAD, slack.ask(LEAD, "/action status 2.3"), "share")
    [refused] = slack.press(OUTSIDER, shared, "history")

    assert refused.only_for == OUTSIDER
    assert "not open to people of another workspace" in refused.text


def test_history_under_a_section_names_each_action(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued")
    [history] = slack.press(LEAD, slack.ask(LEAD, "/action status 2.3"), "history")

    assert "2.3 Supervision: history" in history.text
    assert "2.3.5 15 Dec 2016 09:00" in history.text


def test_a_sign_off_is_given_by_a_second_person_and_shown(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued https://example.org/t")
    assert not _offers(slack.ask(LEAD, "/action status 2.3.5"), "sign_off")
    [asked] = [one for one in slack.messages_after(slack.tick) if "sign it off" in one.text]
    assert asked.channel == "D0003COORD"

    answer = slack.ask(COORDINATOR, "/action status 2.3.5")
    slack.press(COORDINATOR, answer, "sign_off")
    assert f"signed off by <@{COORDINATOR}>, 15 Dec 2016" in answer.text


def test_nobody_signs_off_what_they_recorded_themselves(slack: Running) -> None:
    slack.ask(COORDINATOR, "/action update 2.3.5 complete: issued https://example.org/t")
    told = slack.ask(COORDINATOR, "/action update 2.3.5 complete: issued again")

    assert "Nobody can sign it off yet" in told.text
    assert "/plan signer @user" in told.text
    assert not _offers(slack.ask(COORDINATOR, "/action status 2.3.5"), "sign_off")


def test_the_word_payload_in_a_command_is_heard(slack: Running) -> None:
    assert "Noted on 2.3.5" in slack.ask(LEAD, "/action note 2.3.5: payload agreed").text
    assert "payload agreed" in slack.ask(LEAD, "/action status 2.3.5").text


def test_what_somebody_types_rings_nobody_and_forges_nothing(slack: Running) -> None:
    slack.ask(LEAD, "/action note 2.3.5: <!channel> *look* <https://evil.example|click> & <b>")
    status = slack.ask(LEAD, "/action status 2.3.5")

    assert "<!channel>" not in status.text
    assert "&lt;!channel&gt;" in status.text
    assert "<https://evil" not in status.text


def test_evidence_outcome_and_snooze_are_recorded_each_for_itself(slack: Running) -> None:
    assert (
        "It is still not started"
        in slack.ask(LEAD, "/action evidence 2.3.5 https://example.org/t: draft").text
    )
    assert "not assessed → on track" in slack.ask(LEAD, "/action outcome 2.3.5 on track: first audit").text
    snoozed = slack.ask(LEAD, "/action snooze 2.3.5 until 9 Jan 2017").text
    assert "until 9 Jan 2017" in snoozed
    assert "still due 30 Sep 2016" in snoozed
    status = slack.ask(LEAD, "/action status 2.3.5").text
    assert "Outcome: on track" in status
    assert "nudges snoozed until 9 Jan 2017" in status
    assert "76 days overdue" in status


def test_a_complete_action_is_opened_again_only_with_a_reason(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued")

    assert "Say why you reopen it" in slack.ask(LEAD, "/action update 2.3.5 in progress").text
    assert (
        "complete → in progress" in slack.ask(LEAD, "/action update 2.3.5 in progress: two are missing").text
    )


def test_a_superseded_action_stays_so(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 superseded: by 2.3.2")

    assert "which is final" in slack.ask(LEAD, "/action update 2.3.5 complete: really").text


def test_lists_are_filtered_by_state_lead_and_section(slack: Running) -> None:
    assert "8 actions" in slack.ask(COORDINATOR, "/action list overdue lead Principal").text
    assert (
        "overdue, section 2.3: 4 actions" in slack.ask(COORDINATOR, "/action list overdue section 2.3").text
    )
    assert "9 actions" in slack.ask(COORDINATOR, "/action list complete plan ofsted2014").text
    assert "all: 24 actions" in slack.ask(COORDINATOR, "/action list all").text
    assert ": none." in slack.ask(COORDINATOR, "/action list blocked").text


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("/action sttus 2.3", "5 actions, 4 overdue"),
        ("/action status 2.9", "I can't find 2.9 in JTAI 2016. Section 2 has 2.1 to 2.3."),
        ("/action status 2.3.9", "Section 2.3 has 2.3.1 to 2.3.5."),
        ("/action status jtai:2.3", "No plan has the code"),
        ("/action update 2.3.5 complte: x", "Did you mean “complete”?"),
        ("/action update 2.3 complete", "is a section of 5 actions"),
        ("/action status", "REF is missing"),
        ("/action due 2.3.1 whenever", "is not a date"),
        ("/action summary", "24 actions"),
        ("/action 2.3", "5 actions, 4 overdue"),
        ("/action status 2.3 at 31/02/2016", "is not a date"),
        ("/action snooze 2.3.1 until 1 Dec 2016", "in the future"),
        ('/plan role set "Principle Social Worker" @lead', "Did you mean “Principal Social Worker”?"),
        ("/plan use nothing", "No plan has the code “nothing”"),
        ("/plan changes since 2017-01-01", "has not come yet"),
    ],
)
def test_a_slip_of_the_hand_gets_one_clear_sentence(slack: Running, command: str, told: str) -> None:
    assert told in slack.ask(COORDINATOR, command).text


def test_words_are_offered_what_they_may_mean_and_a_press_answers(slack: Running) -> None:
    offered = slack.ask(LEAD, "/action status the audit one")
    assert "jtai2016:1.2" in offered.text
    assert "jtai2016:2.3.4" in offered.text

    slack.press(LEAD, offered, "ask_0")
    assert "Audits of the pathway into CSC" in offered.text
    assert "due 31 Jan 2017" in offered.text


def test_the_inspectors_number_finds_its_action(slack: Running) -> None:
    assert "1.2 Independent advocates" in slack.ask(LEAD, "/action status rec 9").text


@pytest.mark.parametrize("command", ["/action help", "/plan help", "/action", "/action update help"])
def test_help_is_there_for_everything(slack: Running, command: str) -> None:
    assert "For example" in slack.ask(LEAD, command).text


def test_a_channel_that_shows_another_plan_does_not_change_its_neighbours(slack: Running) -> None:
    slack.ask(COORDINATOR, "/plan use ofsted2014", SCHOOL_CHANNEL)

    assert "Ofsted 2014" in slack.ask(COORDINATOR, "/action status 3.1", SCHOOL_CHANNEL).text
    assert "3.1 Resources" in slack.ask(COORDINATOR, "/action status 3.1").text


def test_the_past_of_an_action_shows_who_led_it_then(slack: Running) -> None:
    slack.ask(COORDINATOR, '/plan role set "Principal Social Worker" @chair from 2016-12-15')

    assert f"<@{LEAD}>" in slack.ask(CHAIR, "/action status 2.3.5 at 2016-12-14").text
    assert f"<@{CHAIR}>" in slack.ask(CHAIR, "/action status 2.3.5").text
