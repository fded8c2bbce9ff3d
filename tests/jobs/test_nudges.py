"""One message a day to each lead of overdue actions; after 3 without a reply, the exceptions list."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from sqlmodel import select

from db import daily_runs, erasure
from db.audit_log import Author
from db.deliveries import DeliveryKind
from db.engine import reading, writing
from db.models import ERASED, Agency, Delivery, Entry, Nudge, Role
from jobs import nudges as job
from sandbox.workspace import Message
from tests.cast import COORDINATOR, DEPUTY, LEAD, LONDON, NOW, at
from tests.conftest import Running, controls, run_bot

OVERDUE = {"2.1.2", "2.2.1", "2.2.3", "2.2.4", "2.2.5", "2.2.6", "2.3.1", "2.3.5"}


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot with the samples, on a day without nudges so far; it asks for no figures."""
    with run_bot(copy_of("sqlite", True)) as running:
        with writing(running.engine) as session:
            daily_runs.mark_done(session, DeliveryKind.KPI, date.max)
        yield running


def _direct(slack: Running, person: str) -> str:
    return slack.sandbox.space.direct(person).id


def _to(slack: Running, person: str, messages: list[Message]) -> list[Message]:
    return [one for one in messages if one.channel == _direct(slack, person)]


def _tick(slack: Running, day: str | None = None) -> list[Message]:
    if day is not None:
        slack.sandbox.clock.move(day)
    return slack.messages_after(slack.tick)


def _refs(slack: Running, person: str) -> set[str]:
    with reading(slack.engine) as session:
        return {nudge.action.ref for nudge in session.exec(select(Nudge)) if nudge.person == person}


def test_the_principal_social_worker_gets_one_message_with_eight_overdue_actions(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))

    assert message.text.startswith("8 actions are past their date.")
    assert _refs(slack, LEAD) == OVERDUE
    # The three that are late the longest, each two lines; the others by name.
    assert "2.2.3 " in message.text
    assert "due Aug 2016, *107" not in message.text
    assert "days overdue · not started" in message.text
    assert "see above" not in message.text.lower()
    assert "Also waiting: 2.1.2, 2.2.5, 2.3.5, 2.2.1, 2.3.1" in message.text
    assert "Next reminder in 7 days. After 3 reminders without a reply" in message.text
    assert message.metadata is not None
    rows = [block for block in message.blocks if block["type"] == "actions"]
    assert len(rows) == 3 + 1
    done, menu = rows[0]["elements"]
    assert done["text"]["text"] == "Done"
    assert done["accessibility_label"].startswith("Done: 2.2.3 ")
    assert [one["text"]["text"] for one in menu["options"]] == [
        "Update",
        "Blocked",
        "New date",
        "Not mine",
        "Snooze",
    ]
    assert [one["text"]["text"] for one in rows[3]["elements"]] == ["Show 5 more", "All as last week"]
    assert sum(one.get("style") == "primary" for row in rows for one in row["elements"]) == 1
    assert _tick(slack) == [], "a second pass sends nothing"


def test_nudges_are_weekly_and_after_three_the_action_goes_on_the_exceptions_list(
    slack: Running,
) -> None:
    assert len(_to(slack, LEAD, _tick(slack))) == 1
    assert _tick(slack, "2016-12-16") == []
    assert len(_to(slack, LEAD, _tick(slack, "2016-12-22"))) == 1
    assert len(_to(slack, LEAD, _tick(slack, "2016-12-29"))) == 1
    assert "no reply after" not in slack.ask(COORDINATOR, "/plan exceptions").text
    after = _tick(slack, "2017-01-05")

    assert _to(slack, LEAD, after) == []
    [message] = [one for one in _to(slack, COORDINATOR, after) if "new exception" in one.text.splitlines()[0]]
    assert "2.3.5 " in message.text
    listed = slack.ask(COORDINATOR, "/plan exceptions").text
    assert "2.3.5 " in listed
    assert "no reply after 3 reminders, no update yet" in listed
    assert "no lead can be reached" in listed
    assert _tick(slack, "2017-01-06") == [] or not _to(slack, LEAD, slack.sandbox.space.messages[-1:])


@pytest.mark.parametrize(
    ("moment", "sends"),
    [
        ("2016-12-15T08:59", False),
        ("2016-12-15T09:00", True),
        ("2016-12-15T16:59", True),
        ("2016-12-15T17:00", False),
        # A Saturday, a bank holiday, and the first working day after it.
        ("2016-12-17T11:00", False),
        ("2016-12-27T11:00", False),
        ("2016-12-28T11:00", True),
        # Nine o'clock is local time in summer too.
        ("2017-03-27T08:59", False),
        ("2017-03-27T09:00", True),
    ],
)
def test_nudges_go_out_between_nine_and_five_on_working_days(
    slack: Running, moment: str, sends: bool
) -> None:
    when = datetime.fromisoformat(moment).replace(tzinfo=LONDON)

    assert (job.enqueue_due(slack.engine, at(when)) > 0) is sends


@pytest.mark.parametrize(
    "command",
    [
        "/action update 2.3.5 in progress: half done",
        "/action note 2.3.5: waiting for the printer",
        "/action snooze 2.3.5 until 20 Jan 2017",
        "/action due 2.3.5 03/2017: more time",
        "/action update 2.3.5 complete: issued",
    ],
)
def test_an_action_with_an_update_is_left_out(slack: Running, command: str) -> None:
    slack.ask(LEAD, command)
    _tick(slack)

    assert _refs(slack, LEAD) == OVERDUE - {"2.3.5"}


def test_a_week_after_the_last_update_nudges_start_again(slack: Running) -> None:
    _tick(slack)
    slack.ask(LEAD, "/action update 2.3.5 in progress: half done")
    _tick(slack, "2016-12-22")
    with reading(slack.engine) as session:
        days = [one.day for one in session.exec(select(Nudge)) if one.action.ref == "2.3.5"]
    assert days == [date(2016, 12, 15), date(2016, 12, 22)]


def test_done_blocked_and_not_mine_redraw_the_nudge(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    before = len(slack.sandbox.space.messages)
    slack.press_button(LEAD, message, *controls(message.blocks, "action_done")[0])
    assert "note" in slack.fill_form(LEAD, message, "action_blocked")
    slack.fill_form(LEAD, message, "action_blocked", note="needs the survey first")
    slack.fill_form(LEAD, message, "action_not_mine", note="moved to the area managers")

    assert len(slack.sandbox.space.messages) == before, "the message is redrawn and no other is sent"
    assert message.text.count("progress: not started → complete") == 1
    assert message.text.count("progress: not started → blocked") == 1
    assert "You said this is not yours" in message.text
    assert len(controls(message.blocks, "action_undo")) == 3, "each answer can be undone"
    assert len(controls(message.blocks, "action_done")) == 3, "the next ones have come up"
    messages = _to(slack, COORDINATOR, _tick(slack))
    assert any(
        f"<@{LEAD}> says that" in one.text and "is not theirs: moved to the area managers" in one.text
        for one in messages
    )
    assert any(f"<@{LEAD}> is stuck with" in one.text and "the survey" in one.text for one in messages)
    listed = slack.ask(COORDINATOR, "/plan exceptions").text
    assert "no reply after" not in listed


def test_show_more_brings_up_the_rest_and_stays_so_after_an_answer(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    slack.press(LEAD, message, "redraw")
    assert len(controls(message.blocks, "action_done")) == 8
    assert "Also waiting" not in message.text
    slack.press_button(LEAD, message, *controls(message.blocks, "action_done")[7])

    assert len(controls(message.blocks, "action_done")) == 7
    assert "Recorded: 2.3.1 not started → complete" in message.text


def test_all_as_last_week_is_confirmed_recorded_for_each_and_undone_at_once(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    slack.press_button(LEAD, message, *controls(message.blocks, "action_done")[0])
    [(block_id, unchanged)] = controls(message.blocks, "actions_unchanged")
    assert "Nothing has changed in 7 actions (2.2.4, 2.2.6, " in unchanged["confirm"]["text"]["text"]
    slack.press_button(LEAD, message, block_id, unchanged)

    assert "Recorded that nothing has changed: 2.1.2, 2.2.1, 2.2.4," in message.text
    assert controls(message.blocks, "action_done") == controls(message.blocks, "actions_unchanged") == []
    assert "nothing has changed" in slack.ask(LEAD, "/action history 2.3.1").text
    assert _to(slack, LEAD, _tick(slack)) == [], "they have been answered"
    slack.press_button(LEAD, message, *controls(message.blocks, "action_undo")[-1])
    assert len(controls(message.blocks, "action_done")) == 3
    assert "Also waiting: 2.2.5, 2.3.5, 2.2.1, 2.3.1" in message.text


def test_what_was_not_confirmed_is_not_recorded_though_it_waits_again(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    slack.press_button(LEAD, message, *controls(message.blocks, "action_done")[0])
    # The message is not redrawn by a command elsewhere, so its question names seven.
    slack.ask(LEAD, "/action undo")
    slack.press(LEAD, message, "actions_unchanged")

    assert (
        "Recorded that nothing has changed: 2.1.2, 2.2.1, 2.2.4, 2.2.5, 2.2.6, 2.3.1, 2.3.5." in message.text
    )
    assert "1 of 8 actions past their date still wait" in message.text
    undone = slack.ask(LEAD, "/action undo").text
    assert "what you recorded at once on 7 actions: 2.1.2, 2.2.1," in undone


def test_a_sentence_under_a_nudge_is_read_as_anywhere_else(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))

    assert "update 2.2.4 complete" in _reply(slack, message, "2.2.4 is done").text
    assert "snooze 2.2.5 for 2 weeks" in _reply(slack, message, "snooze 2.2.5 for 2 weeks").text


def test_done_offers_evidence_and_undo(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    slack.press_button(LEAD, message, *controls(message.blocks, "action_done")[0])
    labels = [one["accessibility_label"] for _, one in controls(message.blocks, "action_evidence")]
    assert [label.split(" ")[:3] for label in labels] == [["Add", "evidence:", "2.2.3"]]
    assert "evidence" in slack.fill_form(LEAD, message, "action_evidence", evidence="templates")
    slack.fill_form(LEAD, message, "action_evidence", evidence="https://example.org/t", note="the form")

    assert controls(message.blocks, "action_evidence") == []
    assert "evidence linked" in message.text
    assert "https://example.org/t" in slack.ask(LEAD, "/action status 2.2.3").text


def test_snooze_in_the_menu_asks_for_a_day_and_keeps_the_due_date(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    assert "date" in slack.fill_form(LEAD, message, "action_snooze", date="2016-12-01")
    assert "date" in slack.fill_form(LEAD, message, "action_snooze", date="2018-12-01")
    slack.fill_form(LEAD, message, "action_snooze", date="2017-01-20")

    status = slack.ask(LEAD, "/action status 2.2.3").text
    assert "nudges snoozed until 20 Jan 2017" in status
    assert "due 31 Jul 2016" in status


def test_mine_has_the_same_cards_and_is_redrawn(slack: Running) -> None:
    answer = slack.ask(LEAD, "/action mine")
    assert len(controls(answer.blocks, "action_done")) == 5
    slack.press_button(LEAD, answer, *controls(answer.blocks, "action_done")[0])
    assert answer.text.startswith("Recorded: 2.2.3 not started → complete")
    assert "10 actions, 7 overdue, 1 closed" in answer.text
    slack.fill_form(LEAD, answer, "action_not_mine", note="it moved to the area managers")
    assert "Recorded: 2.2.4 is not yours, as you say." in answer.text
    # Nobody was nudged about it yet, and the coordinators are told all the same.
    [told] = [one for one in _to(slack, COORDINATOR, _tick(slack)) if "is not theirs" in one.text]
    assert "2.2.4 " in told.text
    assert "it moved to the area managers" in slack.ask(COORDINATOR, "/plan exceptions").text
    # For everybody else it is a list.
    slack.press(LEAD, answer, "share")
    shared = slack.sandbox.space.messages[-1]
    assert "Shared by" in shared.text
    assert controls(shared.blocks, "action_done") == []


def test_what_was_answered_to_a_nudge_can_be_taken_back(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    slack.fill_form(LEAD, message, "action_not_mine", note="moved to the area managers")
    slack.press(LEAD, message, "action_undo")
    assert "You said this is not yours" not in message.text
    slack.fill_form(LEAD, message, "action_blocked", note="needs the survey first")
    assert "not started → blocked" in message.text
    slack.press(LEAD, message, "action_undo")

    assert "not started → blocked" not in message.text
    messages = _to(slack, COORDINATOR, _tick(slack))
    assert not any("is stuck with" in one.text or "is not theirs:" in one.text for one in messages)
    # Said again, it is told.
    slack.fill_form(LEAD, message, "action_not_mine", note="moved after all")
    [told] = _to(slack, COORDINATOR, _tick(slack))
    assert "is not theirs: moved after all" in told.text


def test_undo_asks_again_who_had_said_that_an_action_is_not_theirs(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    slack.fill_form(LEAD, message, "action_not_mine", note="moved")
    assert "that 2.2.3 is not yours" in slack.ask(LEAD, "/action undo").text
    listed = slack.ask(COORDINATOR, "/plan exceptions").text
    assert "says it is not theirs" not in listed
    slack.sandbox.clock.move("2016-12-29")
    [again] = _to(slack, LEAD, _tick(slack))
    assert "2.2.3" in again.text
    history = slack.ask(LEAD, "/action history 2.2.3").text
    assert "says this is not theirs — moved" in history
    assert "says it is theirs after all" in history


@pytest.mark.parametrize(
    ("action_id", "told", "corrected"),
    [
        ("action_blocked", "is stuck with 2.2.3", "they are not stuck with 2.2.3"),
        ("action_not_mine", "is not theirs", "is theirs after all"),
    ],
)
def test_a_coordinator_who_was_told_is_told_of_the_undo_too(
    slack: Running, action_id: str, told: str, corrected: str
) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    slack.fill_form(LEAD, message, action_id, note="moved")
    [alert] = [one for one in _to(slack, COORDINATOR, _tick(slack)) if told in one.text]
    slack.ask(LEAD, "/action undo")
    [correction] = _to(slack, COORDINATOR, _tick(slack))

    assert corrected in correction.text
    assert "moved" not in correction.text
    assert alert.text != correction.text
    assert _to(slack, COORDINATOR, _tick(slack)) == []


@pytest.mark.parametrize("action_id", ["action_blocked", "action_not_mine"])
def test_a_coordinator_hears_nothing_of_what_was_undone_before_they_were_told(
    slack: Running, action_id: str
) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    slack.fill_form(LEAD, message, action_id, note="moved")
    slack.ask(LEAD, "/action undo")

    assert not [one for one in _to(slack, COORDINATOR, _tick(slack)) if "2.2.3" in one.text]


def test_erasing_why_an_action_is_not_theirs_erases_it_in_the_nudge_too(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    slack.fill_form(LEAD, message, "action_not_mine", note="moved")
    with slack.store.writing() as session:
        entry = session.exec(select(Entry).where(Entry.field == "not_mine")).one()
        erasure.erase(session, Author("server:admin", entry.at), entry.seq, "by mistake")
    with reading(slack.engine) as session:
        [nudge] = session.exec(select(Nudge).where(Nudge.disowned))
    assert nudge.reason == ERASED


def test_who_is_stuck_still_is_told_again_with_the_new_reason(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 blocked: the printer")
    _tick(slack)
    slack.sandbox.clock.move("2016-12-29")
    [message] = _to(slack, LEAD, _tick(slack))
    slack.press(LEAD, message, "redraw")
    choices = controls(message.blocks, "action_blocked")
    nth = next(at for at, (_, one) in enumerate(choices) if "2.3.5" in one["selected_option"]["value"])
    slack.fill_form(LEAD, message, "action_blocked", nth=nth, note="the printer and the paper")
    told = [one.text for one in _to(slack, COORDINATOR, _tick(slack)) if "is stuck with" in one.text]

    assert len(told) == 1
    assert "the printer and the paper" in told[0]


def _reply(slack: Running, message: Message, text: str, *, in_thread: bool = True) -> Message:
    """The bot's answer to what the lead writes in the message's thread, or outside it."""
    return slack.write(LEAD, message.channel, text, message.ts if in_thread else None)


def test_a_reply_in_the_thread_is_recorded_after_confirmation(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    answer = _reply(slack, message, "2.3.5 done: templates issued & used")

    assert answer.thread_ts == message.ts
    assert "as an update on 2.3.5" in answer.text
    assert "“done: templates issued &amp; used”" in answer.text
    assert "Nothing is recorded yet." in answer.text
    assert "Actions: not started" in slack.ask(LEAD, "/action status 2.3.5").text
    slack.press(LEAD, answer, "record_reply_0")
    assert "Recorded: 2.3.5 not started → complete" in answer.text
    assert "templates issued &amp; used" in slack.ask(LEAD, "/action history 2.3.5").text


def test_complete_for_good_is_read_in_a_reply_as_in_a_command(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    slack.press(LEAD, _reply(slack, message, "2.3.5 complete for good: all issued"), "record_reply_0")

    status = slack.ask(LEAD, "/action history 2.3.5").text
    assert "not started → complete — all issued" in status


def test_a_reply_without_an_action_brings_a_question(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    answer = _reply(slack, message, "8 of 12 people were trained")

    assert "Which action is “8 of 12 people were trained” about?" in answer.text
    [row] = [block for block in answer.blocks if block["type"] == "actions"]
    assert {one["text"]["text"] for one in row["elements"]} == OVERDUE
    chosen = next(one for one in row["elements"] if one["text"]["text"] == "2.2.1")
    slack.press_button(LEAD, answer, row["block_id"], chosen)
    assert "8 of 12 people were trained" in slack.ask(LEAD, "/action history 2.2.1").text


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("2.3.5", "Say what to record"),
        ("Jamie, aged 7, was moved", "nothing was recorded or sent on"),
    ],
)
def test_a_reply_that_cannot_be_recorded_is_refused_in_the_thread(
    slack: Running, text: str, refusal: str
) -> None:
    [message] = _to(slack, LEAD, _tick(slack))

    assert refusal in _reply(slack, message, text).text


def test_a_long_reply_is_recorded_in_full(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    note = "x" * 2500
    slack.press(LEAD, _reply(slack, message, f"2.3.5 {note}"), "record_reply_0")

    with reading(slack.engine) as session:
        assert note in [entry.note for entry in session.exec(select(Entry))]


def test_a_direct_message_outside_a_thread_is_recorded_by_a_press_alone(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    answer = _reply(slack, message, "2.3.5 is done", in_thread=False)

    assert "Nothing is recorded yet" in answer.text
    assert "Actions: not started" in slack.ask(LEAD, "/action status 2.3.5").text


def test_a_schools_lead_is_not_nudged_in_the_holidays(slack: Running) -> None:
    """The sample's Christmas holidays are from 17 December to 3 January; the police have none."""
    with writing(slack.engine) as session:
        for role in session.exec(select(Role)):
            role.agency = Agency(name=f"Schools ({role.name})")
    slack.sandbox.clock.move("2016-12-19")
    assert _to(slack, LEAD, _tick(slack)) == []
    assert "2.3.5" not in slack.ask(COORDINATOR, "/plan exceptions").text

    assert len(_to(slack, LEAD, _tick(slack, "2017-01-04"))) == 1


@pytest.mark.parametrize(
    ("agency", "is_school"),
    [
        ("Oxfordshire schools", True),
        ("Academy trusts", True),
        ("The Academy", True),
        ("Headteachers", True),
        ("Thames Valley Police", False),
        ("School Health Nursing", False),
    ],
)
def test_which_agencies_are_schools(agency: str, is_school: bool) -> None:
    assert Agency(name=agency).is_school is is_school


def test_update_opens_the_form_and_the_nudge_is_redrawn(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    slack.press_button(LEAD, message, *controls(message.blocks, "update_form")[0])
    [view] = slack.sandbox.space.views_of(LEAD)
    assert slack.fill(LEAD, {"id": view.id, **view.view}, progress="in progress", note="half done") == {}

    assert "progress: not started → in progress" in message.text
    assert "half done" in message.text


def test_a_new_date_is_requested_by_form_and_goes_to_the_coordinator(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    slack.press_button(LEAD, message, *controls(message.blocks, "action_new_date")[0])
    assert slack.send_form(LEAD, date="2017-03-31", note="cohort in January") == {}

    assert "new date 31 Mar 2017 requested" in message.text
    assert any("asks for a new date" in one.text for one in _to(slack, COORDINATOR, _tick(slack)))


def test_when_a_lead_is_gone_the_deputy_is_nudged_and_then_the_coordinator(slack: Running) -> None:
    slack.sandbox.space.people[LEAD].deleted = True
    first = _tick(slack)
    assert _to(slack, LEAD, first) == []
    with reading(slack.engine) as session:
        reasons = {one.recipient: one.reason for one in session.exec(select(Delivery)) if one.failed_at}
    assert reasons == {LEAD: "account_inactive"}
    [message] = _to(slack, DEPUTY, _tick(slack, "2016-12-16"))
    assert f"You are asked because <@{LEAD}> can't be reached, and you are the deputy" in message.text
    slack.sandbox.space.people[DEPUTY].deleted = True
    _tick(slack, "2016-12-23")
    # The 26th and 27th are bank holidays.
    messages = _to(slack, COORDINATOR, _tick(slack, "2016-12-28"))
    assert any("2.3.5" in one.text for one in messages)


def test_silent_leads_are_listed_with_the_date_of_the_last_update(slack: Running) -> None:
    slack.ask(LEAD, "/action note 2.3.5: word")
    slack.sandbox.clock.move("2017-01-10")
    answer = slack.ask(COORDINATOR, "/plan silent 20").text

    assert f"Principal Social Worker (<@{LEAD}>): 10 open actions, last update 15 Dec 2016" in answer
    assert "Chair of MASH Steering Group (no person set)" in answer
    assert "no update yet" in answer
    assert LEAD not in slack.ask(COORDINATOR, "/plan silent 30").text
    assert "is not a number of days" in slack.ask(COORDINATOR, "/plan silent soon").text


def test_a_person_who_may_not_answer_a_nudge_records_nothing(slack: Running) -> None:
    [message] = _to(slack, LEAD, _tick(slack))
    with writing(slack.engine) as session:
        for nudge in session.exec(select(Nudge)):
            assert nudge.day == NOW.date()
    row = next(block for block in message.blocks if block["type"] == "actions")
    slack.press_button("U0004CHAIR", message, row["block_id"], row["elements"][0])

    with reading(slack.engine) as session:
        assert not [one for one in session.exec(select(Entry)) if one.who == "U0004CHAIR"]


def test_an_action_is_announced_once_30_and_once_7_days_before_its_date(slack: Running) -> None:
    """2.3.2 is due on 30 June 2017, 1.4 on 28 February."""
    slack.ask(COORDINATOR, "/plan nudges weekly")
    lines_by_day: dict[str, list[str]] = {}
    for day in ("2017-01-27", "2017-01-30", "2017-01-31", "2017-02-20", "2017-02-21", "2017-02-22"):
        for message in _to(slack, LEAD, _tick(slack, day)):
            lines_by_day[day] = [line for line in message.text.splitlines() if "is due" in line]

    assert lines_by_day == {
        "2017-01-27": [],
        "2017-01-30": ["• 1.4 CSC audit systems in the remodelled service is due 28 Feb 2017, in 29 days"],
        "2017-02-21": ["• 1.4 CSC audit systems in the remodelled service is due 28 Feb 2017, in 7 days"],
    } | {day: [] for day in lines_by_day if day not in ("2017-01-30", "2017-02-21")}


def test_people_choose_daily_nudges_or_none_and_silent_ones_still_count(slack: Running) -> None:
    assert "nudged daily" in slack.ask(LEAD, "/plan nudges daily").text
    assert len(_to(slack, LEAD, _tick(slack))) == 1
    assert len(_to(slack, LEAD, _tick(slack, "2016-12-16"))) == 1
    assert "no more nudges" in slack.ask(LEAD, "/plan nudges off").text
    assert _to(slack, LEAD, _tick(slack, "2016-12-23")) == []
    _tick(slack, "2016-12-30")

    listed = slack.ask(COORDINATOR, "/plan exceptions").text
    assert "2.3.5 " in listed
    assert "no reply after 3 reminders" in listed
