"""A plan's ladder: an overdue action climbs when nobody answers, and comes down when somebody does."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from db import daily_runs
from db.deliveries import DeliveryKind
from db.engine import reading, writing
from jobs.preview import preview
from sandbox.workspace import Message
from tests.cast import BOARD_CHANNEL, COORDINATOR, DEPUTY, LEAD, NOW, at
from tests.conftest import Running, run_bot

LADDER = f'/plan ladder deputy 7 coordinator 14 group 28 "Executive Group" <#{BOARD_CHANNEL}|board>'


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot with the samples and a ladder; it asks for no figures, and the board gets no digest."""
    with run_bot(copy_of("sqlite", True)) as running:
        with writing(running.engine) as session:
            for kind in (DeliveryKind.KPI, DeliveryKind.DIGEST):
                daily_runs.mark_done(session, kind, date.max)
        assert "Recorded for JTAI 2016" in running.ask(COORDINATOR, LADDER).text
        yield running


def _day(slack: Running, day: str) -> list[Message]:
    slack.sandbox.clock.move(day)
    return slack.messages_after(slack.tick)


def _to(slack: Running, person: str, messages: list[Message]) -> list[Message]:
    return [one for one in messages if one.channel == slack.sandbox.space.direct(person).id]


def test_it_is_shown_and_can_be_undone_or_taken_away(slack: Running) -> None:
    shown = slack.ask(LEAD, "/plan ladder").text
    assert "2. the deputy too, after 7 days" in shown
    assert "the Executive Group in" in shown
    assert "only a coordinator" in slack.ask(LEAD, "/plan ladder off").text.lower()

    answer = slack.ask(COORDINATOR, "/plan ladder jtai2016 coordinator 10")
    slack.press(COORDINATOR, answer, "undo")
    assert "after 28 days" in slack.ask(LEAD, "/plan ladder").text
    slack.ask(COORDINATOR, "/plan ladder off")
    assert "has no ladder of its own" in slack.ask(LEAD, "/plan ladder").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("deputy 14 coordinator 7", "later than the one before"),
        ("deputy 7", "after how many days the coordinators"),
        ("coordinator 14 group 28", "name in quotation marks"),
        ("coordinator soon", "I can't read"),
    ],
)
def test_what_is_no_ladder_is_refused(slack: Running, typed: str, said: str) -> None:
    assert said in slack.ask(COORDINATOR, f"/plan ladder {typed}").text
    assert "after 28 days" in slack.ask(LEAD, "/plan ladder").text


def test_an_action_climbs_step_by_step_and_the_group_gets_one_message(slack: Running) -> None:
    first = slack.messages_after(slack.tick)
    assert _to(slack, LEAD, first)
    assert not _to(slack, DEPUTY, first)

    second = _day(slack, "2016-12-22")
    [asked] = _to(slack, DEPUTY, second)
    assert "You are asked too, as the deputy (Principal Social Worker)" in asked.text
    assert (
        "no exceptions" in slack.ask(LEAD, "/plan exceptions").text
        or "2.3.5" not in slack.ask(LEAD, "/plan exceptions").text
    )

    third = _day(slack, "2016-12-29")
    assert any("new exceptions" in one.text for one in _to(slack, COORDINATOR, third))
    assert "2.3.5" in slack.ask(LEAD, "/plan exceptions").text
    assert "Executive Group" not in slack.ask(LEAD, "/plan exceptions").text

    # Answered, it comes down.
    slack.ask(LEAD, "/action note 2.3.5: the drafts are with the group")
    assert "2.3.5" not in slack.ask(LEAD, "/plan exceptions").text

    _day(slack, "2017-01-05")
    fifth = [one for one in _day(slack, "2017-01-12") if one.channel == BOARD_CHANNEL]
    [digest] = fifth
    assert digest.text.startswith("Executive Group: ")
    assert "2.2.6" in digest.text
    assert "2.3.5" not in digest.text
    assert "with the Executive Group since 12 Jan 2017" in slack.ask(LEAD, "/plan exceptions").text
    # Nothing new climbs: no second message.
    later = _day(slack, "2017-01-19")
    assert [one for one in later if one.channel == BOARD_CHANNEL] == []


def test_who_snoozes_does_not_climb(slack: Running) -> None:
    slack.messages_after(slack.tick)
    slack.ask(LEAD, "/action snooze 2.3.5 until 1 Mar 2017")
    for day in ("2016-12-22", "2016-12-29", "2017-01-05", "2017-01-12"):
        _day(slack, day)
    listed = slack.ask(LEAD, "/plan exceptions").text
    assert "2.2.6" in listed
    assert "2.3.5" not in listed


def test_the_preview_says_what_will_climb_and_when(slack: Running) -> None:
    slack.messages_after(slack.tick)
    with reading(slack.engine) as session:
        context = at(NOW)
        planned = preview(session, date(2016, 12, 16), date(2017, 1, 31), context)
    about = [one for one in planned if "climbs" in one.why and "jtai2016:2.3.5" in one.about]
    climbs = {(one.kind, one.at.date(), one.to, one.why) for one in about}
    assert climbs == {
        (
            DeliveryKind.EXCEPTIONS,
            date(2016, 12, 29),
            COORDINATOR,
            "no answer for 14 days, or no lead can be reached: climbs to the coordinators",
        ),
        (
            DeliveryKind.LADDER,
            date(2017, 1, 12),
            BOARD_CHANNEL,
            "no answer for 28 days: climbs to the Executive Group",
        ),
    }
