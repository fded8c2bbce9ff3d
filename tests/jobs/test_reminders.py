"""Termly reminders: each school gets exactly one a term, on its own day, with a receipt or a reason."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine
from sqlmodel import Session, select

from db import audit_chain, reminders
from db.audit_log import Author
from db.engine import reading, writing
from db.models import MISSED, NO_CHANNEL, Delivery, Entry, Receipt, Reminder, School, SpanKind
from documents.schools import SchoolRow, apply_schools
from documents.terms import TermRow, apply_terms
from jobs import reminders as job
from sandbox.workspace import Message
from tests.cast import COORDINATOR, LEAD, LONDON, NOW, PLAN_CHANNEL, SCHOOL, SCHOOL_CHANNEL, at
from tests.conftest import Program, Running

HILLTOP_CHANNEL = "C0005HILL"
MORNING = 9
YEAR = "2025-26"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def _enrolled(name: str, channel: str | None, **days: date) -> SchoolRow:
    return SchoolRow(name, channel, None, None, "Oxfordshire", days.get("starts"), days.get("ends"))


@pytest.fixture
def county(sampled: Engine) -> Engine:
    """Schools on the county's dates and on their own, one that joins late, and one without a channel."""
    with writing(sampled) as session:
        author = Author("import:test", NOW)
        for school in session.exec(select(School)):
            session.delete(school)
        session.flush()
        joins = date(2025, 11, 12)
        apply_schools(
            session,
            [
                _enrolled("County School", "C1"),
                _enrolled("Own School", "C2"),
                _enrolled("New School", "C3", starts=joins),
                _enrolled("Gap School", None),
                _enrolled("Closed School", "C4", ends=date(2025, 8, 31)),
            ],
            author,
        )
        own = "Oxfordshire / Own School"
        apply_terms(
            session,
            [
                TermRow(own, "Autumn 2025", date(2025, 9, 4), date(2025, 12, 19), SpanKind.TERM),
                TermRow(own, "Spring 2026", date(2026, 1, 5), date(2026, 1, 5), SpanKind.INSET),
            ],
            author,
        )
        for reminder in session.exec(select(Reminder)):
            reminder.since = date(2025, 8, 1)
    return sampled


def _receipts(engine: Engine) -> dict[tuple[str, str], Receipt]:
    with reading(engine) as session:
        found = session.exec(select(Receipt).options(*reminders.receipt_load_options())).all()
        return {(receipt.school.name, receipt.term): receipt for receipt in found}


def _tick_times() -> Iterator[datetime]:
    """Moments of a school year: on each day shortly before 09:00 and then; on Fridays also in the evening."""
    day = date(2025, 8, 25)
    while day < date(2026, 8, 1):
        for hour, minute in ((8, 45), (9, 0), (18, 1)) if day.weekday() == 4 else ((8, 45), (9, 0)):
            yield datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)
        day += timedelta(days=1)


def test_over_a_school_year_each_school_gets_one_reminder_a_term_on_its_own_day(county: Engine) -> None:
    noticed: dict[tuple[str, str], datetime] = {}
    for moment in sorted(_tick_times()):
        if job.enqueue_due(county, at(moment)):
            for key in _receipts(county).keys() - noticed.keys():
                noticed[key] = moment

    receipts = {key: (receipt.due_on.isoformat(), receipt.late) for key, receipt in _receipts(county).items()}
    assert receipts == {
        ("County School", "Autumn 2025"): ("2025-09-04", False),
        ("County School", "Spring 2026"): ("2026-01-07", False),
        ("County School", "Summer 2026"): ("2026-04-15", False),
        ("Own School", "Autumn 2025"): ("2025-09-08", False),
        # Its own INSET day is not a school day.
        ("Own School", "Spring 2026"): ("2026-01-08", False),
        ("Own School", "Summer 2026"): ("2026-04-15", False),
        # It joined in the middle of the autumn.
        ("New School", "Autumn 2025"): ("2025-11-12", False),
        ("New School", "Spring 2026"): ("2026-01-07", False),
        ("New School", "Summer 2026"): ("2026-04-15", False),
        ("Gap School", "Autumn 2025"): ("2025-09-04", False),
        ("Gap School", "Spring 2026"): ("2026-01-07", False),
        ("Gap School", "Summer 2026"): ("2026-04-15", False),
    }
    for (name, term), receipt in _receipts(county).items():
        moment = noticed[name, term].astimezone(LONDON)
        assert (moment.date(), moment.hour, moment.minute) == (receipt.due_on, MORNING, 0)
        assert (receipt.reason == NO_CHANNEL) is (name == "Gap School")


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        # The clocks went back on 26 October and forward on 29 March: nine o'clock stays nine o'clock.
        (date(2025, 9, 4), 8),
        (date(2026, 1, 7), 9),
        (date(2026, 4, 15), 8),
    ],
)
def test_reminders_go_out_at_nine_local_time_on_both_sides_of_a_clock_change(
    county: Engine, day: date, utc: int
) -> None:
    early = datetime(day.year, day.month, day.day, 8, 59, tzinfo=LONDON)
    job.enqueue_due(county, at(early))
    assert not [one for one in _receipts(county).values() if one.due_on == day]
    job.enqueue_due(county, at(early + timedelta(minutes=1)))

    on_time = [one for one in _receipts(county).values() if one.due_on == day and one.delivery]
    assert on_time
    assert {one.delivery.next_try.hour for one in on_time if one.delivery and one.delivery.next_try} == {utc}


def test_after_three_weeks_of_downtime_no_reminder_is_lost_and_none_is_sent_twice(
    county: Engine,
) -> None:
    job.enqueue_due(county, at(_moment("2025-08-28T09:00")))
    assert _receipts(county) == {}
    back = _moment("2025-09-18T22:15")
    job.enqueue_due(county, at(back))
    job.enqueue_due(county, at(back + timedelta(minutes=1)))

    with reading(county) as session:
        deliveries = session.exec(select(Delivery).where(Delivery.kind == reminders.KIND)).all()
    assert sorted(one.recipient for one in deliveries) == ["C1", "C2"]
    # It is night, so they go out on the next morning of a school day.
    assert {one.next_try for one in deliveries} == {_moment("2025-09-19T09:00")}
    assert all(one.late for one in _receipts(county).values() if one.reason is None)


def test_a_reminder_that_is_too_late_is_recorded_as_missed(county: Engine) -> None:
    job.enqueue_due(county, at(_moment("2025-12-01T09:00")))

    assert {key: one.reason for key, one in _receipts(county).items()} == {
        ("County School", "Autumn 2025"): MISSED,
        ("Own School", "Autumn 2025"): MISSED,
        ("New School", "Autumn 2025"): None,
        ("Gap School", "Autumn 2025"): NO_CHANNEL,
    }


def test_several_ticks_at_once_enqueue_each_reminder_once(county: Engine) -> None:
    from concurrent.futures import ThreadPoolExecutor

    context = at(_moment("2025-09-08T09:00"))
    with ThreadPoolExecutor(4) as pool:
        counts = [one.result() for one in [pool.submit(job.enqueue_due, county, context) for _ in range(4)]]

    assert sum(counts) == 3
    assert job.enqueue_due(county, context) == 0
    with reading(county) as session:
        assert len(session.exec(select(Delivery)).all()) == 2
        assert audit_chain.verify(session).fault is None


def test_a_paused_reminder_and_terms_before_its_set_up_remind_nobody(county: Engine) -> None:
    with writing(county) as session:
        reminder = session.exec(select(Reminder)).one()
        reminder.since = date(2025, 9, 6)
    assert job.enqueue_due(county, at(_moment("2025-09-07T12:00"))) == 0
    with writing(county) as session:
        session.exec(select(Reminder)).one().paused = True
    assert job.enqueue_due(county, at(_moment("2026-01-12T10:00"))) == 0


def _reminders_of_spring(slack: Running) -> list[Message]:
    """Move to the first week of the sample's spring term and tick; the reminders that go out."""
    slack.sandbox.clock.move("2017-01-06")
    return slack.messages_after(slack.tick)


def _to(messages: list[Message], channel: str) -> Message:
    [message] = [one for one in messages if one.channel == channel]
    return message


def test_a_schools_channel_gets_the_emergency_line_first_and_last_who_sends_it_and_why(
    slack: Running,
) -> None:
    sent = _reminders_of_spring(slack)
    post = _to(sent, SCHOOL_CHANNEL)

    lines = post.text.splitlines()
    assert lines[0] == "If a child is at immediate risk, call 999."
    assert len(lines) == 4
    assert lines[3] == (
        "From Oxfordshire Safeguarding Children Board, each term to every school, as promised in JTAI 2016, "
        "action 1.6. · Thresholds document (https://board.example.org/threshold-of-needs), 30 Nov 2016 · "
        "Referral form (https://board.example.org/mash-form)"
    )
    [footer] = [block for block in post.blocks if block["type"] == "actions"]
    assert [one["text"]["text"] for one in footer["elements"]] == ["Seen", "Who is our contact?", "Ask"]
    assert post.metadata is not None
    assert post.metadata["event_type"] == "partnership_delivery"
    assert {one.channel for one in sent} == {SCHOOL_CHANNEL, HILLTOP_CHANNEL}
    assert slack.messages_after(slack.tick) == []


def test_seen_is_recorded_once_with_a_name_and_the_message_says_so(slack: Running) -> None:
    post = _to(_reminders_of_spring(slack), SCHOOL_CHANNEL)
    slack.press(SCHOOL, post, "reminder_seen")
    assert f"Seen by <@{SCHOOL}>, 6 Jan 2017 09:0" in post.text
    answer = slack.ask(COORDINATOR, "/reminder status 1.6").text

    assert "Spring 2017 (terms per year: 3)" in answer
    assert "2 of 3 schools delivered, 1 seen, 0 asked again" in answer
    assert "Meadow Lane School: no channel is known" in answer
    assert "67%" in answer
    assert "No answer yet (1)\n• Hilltop Primary School" in answer
    with reading(slack.engine) as session:
        [entry] = session.exec(select(Entry).where(Entry.subject == "receipt")).all()
        assert (entry.who, entry.ref, entry.field) == (SCHOOL, "Riverside School: Spring 2017", "seen")


def test_a_reminder_that_will_never_be_sent_is_not_listed_as_still_to_come(slack: Running) -> None:
    """The reminder was set up in December, after the autumn's day."""
    answer = slack.ask(LEAD, "/reminder status 1.6 Autumn 2016").text

    assert "Not sent, and the day has passed (3)" in answer
    assert "Still to come" not in answer
    assert "Still to come (3)" in slack.ask(LEAD, "/reminder status 1.6 Spring 2017").text


def test_the_actions_measure_is_read_from_the_ledger(slack: Running) -> None:
    assert "no values recorded" in slack.ask(LEAD, "/action status 1.6").text
    _reminders_of_spring(slack)
    answer = slack.ask(LEAD, "/action status 1.6").text

    assert "Reminders: 67% (2 of 3 schools, 1 not reached), Spring 2017, at 6 Jan 2017" in answer
    assert "no values recorded" not in answer
    past = slack.ask(LEAD, "/action status 1.6 at 2016-12-20").text
    assert "no values recorded" not in past
    assert "Reminders:" not in past


def test_the_contact_is_shown_in_private_and_also_that_there_is_none(slack: Running) -> None:
    sent = _reminders_of_spring(slack)
    [answer] = slack.press(SCHOOL, _to(sent, SCHOOL_CHANNEL), "reminder_contact")
    assert (
        answer.text
        == "Riverside School: your contact about thresholds is Jo Marsh at the MASH, 01632 960148."
    )
    assert answer.only_for == SCHOOL
    [answer] = slack.press(SCHOOL, _to(sent, HILLTOP_CHANNEL), "reminder_contact")
    assert "Hilltop Primary School has no contact yet" in answer.text


def _ask_form(slack: Running) -> dict[str, Any]:
    slack.press(SCHOOL, _to(_reminders_of_spring(slack), SCHOOL_CHANNEL), "reminder_ask")
    [view] = slack.sandbox.space.views_of(SCHOOL)
    return {"id": view.id, **view.view}


def test_a_question_reaches_the_coordinator_and_says_not_to_name_a_child(slack: Running) -> None:
    view = _ask_form(slack)
    assert "Do not name or describe a child. If a child is at immediate risk call 999" in json.dumps(view)
    note = {"note": {"note": {"value": "Does the matrix cover neglect?"}}}
    assert slack.sandbox.users.submit(SCHOOL, view["id"], note) == {}
    sent = slack.messages_after(slack.tick)

    [passed] = [one for one in sent if one.channel == slack.sandbox.space.direct(COORDINATOR).id]
    assert f"<@{SCHOOL}> of Riverside School asks" in passed.text
    assert "Does the matrix cover neglect?" in passed.text


def test_a_question_with_a_childs_details_is_not_stored_and_the_sender_sees_why(slack: Running) -> None:
    view = _ask_form(slack)
    note = {"note": {"note": {"value": "NHS number 943 476 5919, is that level 3?"}}}
    errors = slack.sandbox.users.submit(SCHOOL, view["id"], note)

    assert "NHS number" in errors["note"]
    with reading(slack.engine) as session:
        assert not [one for one in session.exec(select(Entry)) if "943 476" in one.note]


def test_a_schools_disclosure_is_neither_stored_nor_sent_on(slack: Running) -> None:
    view = _ask_form(slack)
    note = {"note": {"note": {"value": "A child in my class told me her mum hits her. Do I refer?"}}}
    errors = slack.sandbox.users.submit(SCHOOL, view["id"], note)

    assert errors["note"].lstrip("*").startswith("If a child is in danger now, call 999.")
    assert slack.messages_after(slack.tick) == []
    with reading(slack.engine) as session:
        assert not [one for one in session.exec(select(Entry)) if "hits" in one.note]


def test_only_schools_that_have_not_answered_are_chased_and_only_once(slack: Running) -> None:
    sent = _reminders_of_spring(slack)
    slack.press(SCHOOL, _to(sent, SCHOOL_CHANNEL), "reminder_seen")
    slack.sandbox.clock.move("2017-01-12")
    assert slack.messages_after(slack.tick) == []
    slack.sandbox.clock.move("2017-01-13")
    chased = slack.messages_after(slack.tick)
    slack.sandbox.clock.move("2017-01-27")

    assert [one.channel for one in chased] == [HILLTOP_CHANNEL]
    assert "no answer from Hilltop Primary School" in chased[0].text
    assert slack.messages_after(slack.tick) == []
    assert "1 seen, 1 asked again" in slack.ask(COORDINATOR, "/reminder status 1.6").text


def test_an_undelivered_reminder_says_what_is_wrong_and_who_can_fix_it(slack: Running) -> None:
    space = slack.sandbox.space
    space.channels[HILLTOP_CHANNEL].members.remove("U0000BOT")
    space.channels[SCHOOL_CHANNEL].archived = True
    _reminders_of_spring(slack)
    answer = slack.ask(COORDINATOR, "/reminder status 1.6").text

    assert "0 of 3 schools delivered" in answer
    assert "Hilltop Primary School: the bot is not in its channel. Anybody there can type /invite" in answer
    assert "Riverside School: its channel is archived" in answer


def test_anybody_can_preview_reminders_and_only_a_coordinator_can_send_them(slack: Running) -> None:
    answer = slack.ask(LEAD, "/reminder preview 1.6")
    assert "Spring 2017" in answer.text
    assert "on school day 3 of each school's own term, at 09:00" in answer.text
    assert f"Riverside School: 6 Jan 2017 in <#{SCHOOL_CHANNEL}>" in answer.text
    assert "Can't be reached (1)\n• Meadow Lane School: no channel is known" in answer.text
    assert "Only a coordinator can send reminders" in slack.ask(LEAD, "/reminder send 1.6").text

    slack.sandbox.clock.move("2017-01-04")
    confirmation = slack.ask(COORDINATOR, "/reminder send 1.6")
    [answer] = slack.press(COORDINATOR, confirmation, "reminder_send")
    assert answer.text.startswith("I'm sending 2 reminders.")
    assert "Not reached (1)\n• Meadow Lane School: no channel is known" in answer.text
    assert (
        "Meadow Lane School: no channel is known" in slack.ask(LEAD, "/reminder status 1.6 Spring 2017").text
    )
    [shared] = slack.press(COORDINATOR, answer, "share")
    assert shared.only_for is None
    assert "Spring 2017" in shared.text
    assert {one.channel for one in slack.messages_after(slack.tick)} == {SCHOOL_CHANNEL, HILLTOP_CHANNEL}
    slack.sandbox.clock.move("2017-01-06")
    assert slack.messages_after(slack.tick) == []


def test_what_is_shared_is_the_term_that_was_on_the_screen(slack: Running) -> None:
    """After its day the next reminder is another term's."""
    slack.sandbox.clock.move("2017-01-09")
    confirmation = slack.ask(COORDINATOR, "/reminder send 1.6")
    assert "Spring 2017" in confirmation.text
    [shared] = slack.press(COORDINATOR, confirmation, "share")

    assert "Spring 2017" in shared.text
    assert "Summer 2017" in slack.ask(LEAD, "/reminder preview 1.6").text
    assert "Autumn 2016" in slack.ask(LEAD, "/reminder preview 1.6 autumn 2016").text


def test_reminders_are_listed_paused_and_resumed(slack: Running) -> None:
    assert "1.6 Termly reminders" in slack.ask(LEAD, "/reminder list").text
    assert "3 schools, next Spring 2017" in slack.ask(LEAD, "/reminder list").text
    assert "Only a coordinator can pause or resume reminders" in slack.ask(LEAD, "/reminder pause 1.6").text
    assert "is paused. Nothing more goes out" in slack.ask(COORDINATOR, "/reminder pause 1.6").text
    assert _reminders_of_spring(slack) == []
    assert "is active. It goes out each term" in slack.ask(COORDINATOR, "/reminder resume 1.6").text
    assert len(slack.messages_after(slack.tick)) == 2


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("/reminder status 2.3.5", "No reminder is set up for 2.3.5"),
        ("/reminder status 1.6 Autumn 2031", "There are no dates for “Autumn 2031”"),
        ("/reminder status 9.9", "9.9"),
        ("/reminder status 1.6 autumn 16", "Autumn 2016 (terms per year: 3)"),
        ('/reminder status 1.6 "Autumn 2016"', "0 of 3 schools delivered"),
    ],
)
def test_status_takes_another_term_or_action(slack: Running, command: str, expected: str) -> None:
    assert expected in slack.ask(LEAD, command, PLAN_CHANNEL).text


def test_without_term_dates_the_answer_says_so_and_guesses_nothing(
    slack: Running, plan_of: Callable[[str], dict[str, object]]
) -> None:
    with writing(slack.engine) as session:
        _delete_term_dates(session)
    assert "I have no term dates" in slack.ask(LEAD, "/reminder status 1.6").text
    assert "no term dates" in slack.ask(LEAD, "/reminder list").text


def _delete_term_dates(session: Session) -> None:
    from db.models import TermDate

    for row in session.exec(select(TermDate)):
        session.delete(row)


def test_a_plan_that_counts_six_terms_reminds_six_times_a_year(slack: Running) -> None:
    assert "Only a coordinator can set how many terms" in slack.ask(LEAD, "/plan terms 6").text
    assert "counts 6 terms a year" in slack.ask(COORDINATOR, "/plan terms 6").text
    answer = slack.ask(COORDINATOR, "/reminder status 1.6").text
    assert "Term 2 2016-17 (terms per year: 6)" in answer
    slack.sandbox.clock.move("2017-02-22")
    assert len(slack.messages_after(slack.tick)) == 2
    assert "Term 4 2016-17 (terms per year: 6)" in slack.ask(COORDINATOR, "/reminder status 1.6").text


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_the_ledger_can_be_written_to_a_file(run: Program, tmp_path: Path, ending: str) -> None:
    run.on_samples()
    out = tmp_path / f"ledger{ending}"
    done = run("reminder", "status", "1.6", "--plan", "jtai2016", "--term", "autumn 25", "--out", str(out))

    assert "Autumn 2025 (terms per year: 3): 0 of 3 schools delivered" in done.out
    if ending == ".csv":
        rows = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
    else:
        book = load_workbook(out)
        assert book.active is not None
        rows = [[str(cell) for cell in row] for row in book.active.iter_rows(values_only=True)]
    assert rows[0][:3] == ["school", "due", "sent"]
    assert len(rows) == 4
    refused = run("reminder", "status", "1.6", "--plan", "jtai2016", "--term", "autumn 25", "--out", "x.pdf")
    assert (refused.code, "neither .csv nor .xlsx" in refused.err) == (1, True)
