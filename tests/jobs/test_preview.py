"""What is previewed is what then happens, and previewing it changes nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlmodel import select

from db.engine import reading
from db.models import Delivery, Receipt
from jobs.preview import preview
from tests.conftest import Ran, Running, run_bot, settings_of

FIRST, LAST = date(2016, 12, 15), date(2017, 1, 20)


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot with the samples, on a day when nobody was nudged yet."""
    with run_bot(copy_of("sqlite", True)) as running:
        yield running


def test_what_is_previewed_is_what_then_happens(slack: Running) -> None:
    with reading(slack.engine) as session:
        planned = preview(session, FIRST, LAST, slack.store.moment())
        assert session.exec(select(Delivery)).all() == []
    expected = {(one.kind, one.at.date(), one.to) for one in planned if one.to is not None}
    unreached = {(one.at.date(), one.about) for one in planned if one.to is None}
    happened = set()
    day = FIRST
    while day <= LAST:
        if day > FIRST:
            slack.sandbox.clock.move(day.isoformat())
        slack.tick()
        with reading(slack.engine) as session:
            for one in session.exec(select(Delivery)):
                if one.kind in ("nudge", "reminder") and one.sent_at and one.sent_at.date() == day:
                    happened.add((one.kind, day, one.recipient))
        day += timedelta(days=1)

    assert happened == expected
    assert len([one for one in planned if one.kind == "nudge"]) == 6
    with reading(slack.engine) as session:
        gaps = session.exec(select(Receipt).where(Receipt.delivery_id == None)).all()  # noqa: E711
        assert {(one.due_on, (one.school.name,)) for one in gaps} == unreached


@pytest.fixture
def command(slack: Running, run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """The command, on the same database."""
    settings = settings_of(slack.settings.database_url, slack.sandbox, 3000)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return run


def _json(command: Callable[..., Ran], first: str, last: str) -> Any:
    return json.loads(command("preview", "--from", first, "--to", last, "--format", "json").out)


def test_as_json_each_message_has_its_moment_place_reason_and_text(command: Callable[..., Ran]) -> None:
    told = _json(command, "2017-01-06", "2017-01-06")

    assert [(one["kind"], one["to"], one["about"]) for one in told] == [
        ("reminder", None, ["Meadow Lane School"]),
        ("reminder", "C0003SCHOOL", ["Riverside School"]),
        ("reminder", "C0005HILL", ["Hilltop Primary School"]),
    ]
    assert told[1]["at"] == "2017-01-06T09:00:00+00:00"
    assert told[1]["why"] == "school day 3 of Spring 2017 (Oxfordshire), not a bank holiday"
    assert told[1]["text"].startswith("If a child is at immediate risk, call 999.")
    assert "no channel" in told[0]["why"]
    # In summer the same hour is another in UTC.
    assert {one["at"] for one in _json(command, "2017-04-20", "2017-04-20")} == {"2017-04-20T09:00:00+01:00"}


def test_as_a_calendar_and_as_text(command: Callable[..., Ran]) -> None:
    span = ("preview", "--from", "15/12/2016", "--to", "16/12/2016")
    events = Calendar.from_ical(command(*span, "--format", "ics").out).events
    assert len(events) == 2
    assert "2.3.5" in str(events[0]["SUMMARY"])
    text = command(*span).out
    assert "15 Dec 2016 09:00  nudge to U0001LEAD: jtai2016:2.1.2" in text
    assert "Nothing would be posted" in command("preview", "--from", "2016-12-17", "--to", "2016-12-18").out


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("soon", "2017-01-01", '--from: "soon" is no date'),
        ("2017-02-01", "2017-01-01", "is before"),
        ("2017-01-01", "2027-01-01", "two years at most"),
    ],
)
def test_a_span_that_is_none_is_refused_in_one_line(
    command: Callable[..., Ran], first: str, last: str, told: str
) -> None:
    done = command("preview", "--from", first, "--to", last)

    assert done.code == 1
    assert told in done.err
    assert len(done.err.splitlines()) == 1
