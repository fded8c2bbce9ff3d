"""The board's digest: on Mondays, only when there is something to tell."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlmodel import select

from db import daily_runs
from db.engine import writing
from db.models import Action
from db.nudges import KIND
from sandbox.workspace import Message
from tests.cast import BOARD_CHANNEL, LEAD
from tests.conftest import Running, run_bot


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot with the samples, where nobody is nudged."""
    with run_bot(copy_of("sqlite", True)) as running:
        with writing(running.engine) as session:
            daily_runs.mark_done(session, KIND, date.max)
        yield running


def _on(slack: Running, day: str) -> list[Message]:
    slack.sandbox.clock.move(day)
    return [one for one in slack.messages_after(slack.tick) if one.channel == BOARD_CHANNEL]


def test_on_a_monday_the_board_reads_how_plans_stand_and_what_changed(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued")
    assert _on(slack, "2016-12-16") == []
    [told] = _on(slack, "2016-12-19")

    assert "JTAI 2016 at 19 Dec 2016: 24 actions: 1 complete, 12 overdue" in told.text
    assert "JTAI 2016, changes since 12 Dec 2016: 1." in told.text
    assert "2.3.5 progress: not started → complete" in told.text
    assert told.metadata is not None
    assert slack.messages_after(slack.tick) == []


def test_the_monday_after_tells_only_its_own_week_and_a_bank_holiday_tells_nothing(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued")
    _on(slack, "2016-12-19")
    assert _on(slack, "2016-12-26") == []
    [told] = _on(slack, "2017-01-09")
    assert "changes since 2 Jan 2017: nothing changed" in told.text


def test_where_nothing_changed_and_nothing_is_late_the_board_hears_nothing(slack: Running) -> None:
    with writing(slack.engine) as session:
        for action in session.exec(select(Action)):
            action.due = None
    assert _on(slack, "2016-12-19") == []
