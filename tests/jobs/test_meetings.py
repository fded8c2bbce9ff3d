"""Coordinators are told ten working days before a meeting, and on its day, what its paper still lacks."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from db import daily_runs
from db.deliveries import DeliveryKind
from db.engine import writing
from jobs.meetings import paper_due_on
from tests.cast import COORDINATOR
from tests.conftest import Running, controls, run_bot


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    with run_bot(copy_of("sqlite", True)) as running:
        with writing(running.engine) as session:
            for kind in (DeliveryKind.KPI, DeliveryKind.DIGEST, DeliveryKind.NUDGE):
                daily_runs.mark_done(session, kind, date.max)
        yield running


def test_ten_working_days_leave_out_weekends_and_bank_holidays() -> None:
    assert paper_due_on(date(2017, 1, 20)) == date(2017, 1, 6)
    # Christmas, Boxing Day and New Year's Day (observed) are no working days.
    assert paper_due_on(date(2017, 1, 10)) == date(2016, 12, 22)


def test_a_paper_is_due_and_says_what_it_lacks(slack: Running) -> None:
    slack.ask(COORDINATOR, "/plan meeting add 20 Jan 2017 Executive Group")
    slack.tick()
    assert not [one for one in slack.sandbox.space.messages if "Its paper" in one.text]
    slack.sandbox.clock.move("2017-01-06")
    slack.tick()
    slack.tick()

    [told] = [one for one in slack.sandbox.space.messages if "Its paper" in one.text]
    assert told.channel == slack.sandbox.space.direct(COORDINATOR).id
    assert "The Executive Group about JTAI 2016 is in 14 days, on 20 Jan 2017" in told.text
    assert "13 actions are overdue" in told.text
    assert "no update for 30 days from Principal Social Worker" in told.text
    [_] = controls(told.blocks, "paper_send")
    slack.press(COORDINATOR, told, "paper_send")
    assert [one.name for one in slack.sandbox.space.files.values()] == ["jtai2016-2017-01-06.docx"]

    slack.sandbox.clock.move("2017-01-20")
    slack.tick()
    assert "is today" in slack.sandbox.space.messages[-1].text
