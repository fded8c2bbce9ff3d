"""The preview shows what then happens, and changes nothing."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlmodel import select

from db.engine import reading, writing
from db.models import Delivery, Holding, Receipt
from jobs.preview import preview
from tests.cast import COORDINATOR
from tests.conftest import Program, Running, run_bot, settings_of

FIRST, LAST = date(2016, 12, 15), date(2017, 1, 20)


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot with the samples, on a day without nudges so far."""
    with run_bot(copy_of("sqlite", True)) as running:
        yield running


def test_the_messages_in_the_preview_are_then_sent(slack: Running) -> None:
    with reading(slack.engine) as session:
        planned = preview(session, FIRST, LAST, slack.store.tick_context())
        assert session.exec(select(Delivery)).all() == []
    expected = {(one.kind, one.at.date(), one.to) for one in planned if one.to is not None}
    to_nobody = [one for one in planned if one.to is None]
    without_channel = {(one.at.date(), one.about) for one in to_nobody if one.kind == "reminder"}
    sent = set()
    day = FIRST
    while day <= LAST:
        if day > FIRST:
            slack.sandbox.clock.move(day.isoformat())
        slack.tick()
        with reading(slack.engine) as session:
            for one in session.exec(select(Delivery)):
                if one.kind in ("nudge", "reminder") and one.sent_at and one.sent_at.date() == day:
                    sent.add((one.kind, day, one.recipient))
        day += timedelta(days=1)

    assert sent == expected
    assert len([one for one in planned if one.kind == "nudge" and one.to is not None]) == 6
    with reading(slack.engine) as session:
        unsent = session.exec(select(Receipt).where(Receipt.delivery_id == None)).all()  # noqa: E711
        assert {(one.due_on, (one.school.name,)) for one in unsent} == without_channel


def test_what_would_reach_nobody_is_said_with_the_reason(slack: Running) -> None:
    with writing(slack.engine) as session:
        for holding in session.exec(select(Holding)):
            session.delete(holding)
    context = replace(slack.store.tick_context(), coordinators=frozenset())
    with reading(slack.engine) as session:
        planned = preview(session, FIRST, FIRST, context)

    [nudge] = [one for one in planned if one.kind == "nudge"]
    assert nudge.to is None
    assert "jtai2016:2.3.5" in nudge.about
    assert nudge.why.startswith("reaches nobody: nobody holds Best Practice Educators, CSC Area Managers, ")
    assert '/plan role set "ROLE" @user' in nudge.why
    with reading(slack.engine) as session:
        planned = preview(session, FIRST, FIRST, slack.store.tick_context())
    asked = [one for one in planned if one.kind == "nudge" and one.to == COORDINATOR]
    assert "no lead of some can be reached, so the coordinators are asked" in asked[0].why


@pytest.fixture
def command(slack: Running, run: Program, monkeypatch: pytest.MonkeyPatch) -> Program:
    """The command line, on the same database."""
    settings = settings_of(slack.settings.database_url, slack.sandbox, 3000)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return run


def _json(command: Program, first: str, last: str) -> Any:
    return json.loads(command("preview", "--from", first, "--to", last, "--format", "json").out)


def test_as_json_each_message_has_its_time_channel_reason_and_text(command: Program) -> None:
    messages = _json(command, "2017-01-06", "2017-01-06")

    assert [(one["kind"], one["to"], one["about"]) for one in messages] == [
        ("reminder", None, ["Meadow Lane School"]),
        ("reminder", "C0003SCHOOL", ["Riverside School"]),
        ("reminder", "C0005HILL", ["Hilltop Primary School"]),
    ]
    assert messages[1]["at"] == "2017-01-06T09:00:00+00:00"
    assert messages[1]["why"] == "school day 3 of Spring 2017 (Oxfordshire), not a bank holiday"
    assert messages[1]["text"].startswith("If a child is at immediate risk, call 999.")
    assert "no channel" in messages[0]["why"]
    # In summer the same local hour is a different hour in UTC.
    assert {one["at"] for one in _json(command, "2017-04-20", "2017-04-20")} == {"2017-04-20T09:00:00+01:00"}


def test_as_a_calendar_and_as_text(command: Program) -> None:
    span = ("preview", "--from", "15/12/2016", "--to", "16/12/2016")
    events = Calendar.from_ical(command(*span, "--format", "ics").out).events
    assert len(events) == 2
    assert "2.3.5" in str(events[0]["SUMMARY"])
    text = command(*span).out
    assert "15 Dec 2016 09:00  nudge to U0001LEAD: jtai2016:2.1.2" in text
    assert "Nothing would be posted" in command("preview", "--from", "2016-12-17", "--to", "2016-12-18").out


@pytest.mark.parametrize(
    ("first", "last", "error"),
    [
        ("soon", "2017-01-01", '--from: "soon" is not a date'),
        ("2017-02-01", "2017-01-01", "is before"),
        ("2017-01-01", "2027-01-01", "two years at most"),
    ],
)
def test_an_invalid_span_is_refused_in_one_line(command: Program, first: str, last: str, error: str) -> None:
    done = command("preview", "--from", first, "--to", last)

    assert done.code == 1
    assert error in done.err
    assert len(done.err.splitlines()) == 1
