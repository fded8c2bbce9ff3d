"""The board's digest: on Mondays, and only if there is news."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlmodel import select

from db import daily_runs
from db.deliveries import DeliveryKind
from db.engine import writing
from db.models import Action
from sandbox.workspace import Message
from tests.cast import BOARD_CHANNEL, LEAD
from tests.conftest import Running, run_bot


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot with the samples; it nudges nobody."""
    with run_bot(copy_of("sqlite", True)) as running:
        with writing(running.engine) as session:
            daily_runs.mark_done(session, DeliveryKind.NUDGE, date.max)
        yield running


def _board_messages_on(slack: Running, day: str) -> list[Message]:
    """The messages of that day's tick to the board's channel."""
    slack.sandbox.clock.move(day)
    return [one for one in slack.messages_after(slack.tick) if one.channel == BOARD_CHANNEL]


def test_on_a_monday_the_board_reads_each_plans_state_and_its_changes(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued")
    assert _board_messages_on(slack, "2016-12-16") == []
    [digest] = _board_messages_on(slack, "2016-12-19")

    assert "JTAI 2016 at 19 Dec 2016: 24 actions: 1 complete, 12 overdue" in digest.text
    assert "JTAI 2016, changes since 12 Dec 2016: 1." in digest.text
    assert "2.3.5 progress: not started → complete" in digest.text
    assert digest.metadata is not None
    assert slack.messages_after(slack.tick) == []


def test_each_digest_covers_one_week_and_a_bank_holiday_has_none(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued")
    _board_messages_on(slack, "2016-12-19")
    assert _board_messages_on(slack, "2016-12-26") == []
    [digest] = _board_messages_on(slack, "2017-01-09")
    assert "changes since 2 Jan 2017: nothing changed" in digest.text


def test_without_changes_and_overdue_actions_there_is_no_digest(slack: Running) -> None:
    with writing(slack.engine) as session:
        for action in session.exec(select(Action)):
            action.due = None
    assert _board_messages_on(slack, "2016-12-19") == []
