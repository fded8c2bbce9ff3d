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
from tests.cast import BOARD_CHANNEL, COORDINATOR, LEAD
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
    assert "JTAI 2016, the week since 12 Dec 2016:" in digest.text
    completed = f"• 2.3.5 Supervision templates: progress: not started → complete, <@{LEAD}>, 15 Dec 2016"
    assert f"Completed, rounds too (1)\n{completed}" in digest.text
    assert digest.metadata is not None
    assert slack.messages_after(slack.tick) == []


def test_each_digest_covers_one_week_and_a_bank_holiday_has_none(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued")
    _board_messages_on(slack, "2016-12-19")
    assert _board_messages_on(slack, "2016-12-26") == []
    [digest] = _board_messages_on(slack, "2017-01-09")
    assert "JTAI 2016, the week since 2 Jan 2017: nothing changed" in digest.text


def test_what_became_overdue_is_news_though_nobody_did_anything(slack: Running) -> None:
    [digest] = _board_messages_on(slack, "2017-02-06")
    assert "the week since 30 Jan 2017:" in digest.text
    newly = digest.text.split("Newly overdue (", 1)[1]
    assert newly.startswith("2)\n• 1.2 ")
    assert "2.2.2" in newly
    assert "due Jan 2017, 6 days overdue" in newly


def test_a_change_that_was_undone_is_no_news_and_several_are_one(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.1 complete: by mistake")
    slack.ask(LEAD, "/action undo")
    slack.ask(LEAD, "/action update 2.3.5 in progress: begun")
    slack.ask(LEAD, "/action update 2.3.5 complete: issued")
    slack.ask(LEAD, "/action outcome 2.3.5 on track: early")
    slack.ask(LEAD, "/action due 2.3.2 30/09/2017: slower")
    slack.ask(COORDINATOR, "/action due 2.3.1 31/03/2017: cohort")
    [digest] = _board_messages_on(slack, "2016-12-19")

    assert "by mistake" not in digest.text
    assert digest.text.count("2.3.5 Supervision templates: progress: not started → complete") == 1
    assert "begun" not in digest.text
    assert "New dates (1)\n• 2.3.1 " in digest.text
    assert "due: 30 Nov 2016 → 31 Mar 2017" in digest.text
    assert "Outcomes (1)\n• 2.3.5 Supervision templates: outcome: not assessed → on track" in digest.text
    assert "Decisions needed: 1 new date. /plan waiting lists them" in digest.text.replace("`", "")


def test_without_changes_and_overdue_actions_there_is_no_digest(slack: Running) -> None:
    with writing(slack.engine) as session:
        for action in session.exec(select(Action)):
            action.due = None
    assert _board_messages_on(slack, "2016-12-19") == []
