"""A year of the 2016 plan with two meetings: what changed since the last one, as a person would list it."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from db import daily_runs
from db.deliveries import DeliveryKind
from db.engine import reading, writing
from db.replay import find_differences
from tests.cast import CHAIR, COORDINATOR, LEAD
from tests.conftest import Running, run_bot


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    with run_bot(copy_of("sqlite", True)) as running:
        with writing(running.engine) as session:
            for kind in (DeliveryKind.KPI, DeliveryKind.DIGEST, DeliveryKind.NUDGE, DeliveryKind.REMINDER):
                daily_runs.mark_done(session, kind, date.max)
        running.ask(COORDINATOR, '/plan role set "CSC Area Managers" @chair')
        yield running


def _changes(slack: Running) -> list[tuple[str, str]]:
    """What `/plan changes since last meeting` lists: the reference and the day of each, in its order."""
    text = slack.ask(CHAIR, "/plan changes since last meeting").text
    # What was undone is marked as such, and so is its undoing.
    lines = [line for line in text.split("\n") if line.startswith("• ") and "(undo" not in line]
    # A line ends with its moment; a date before it is the action's.
    found = [re.search(r".*(?<!\d)(\d{1,2} [A-Z][a-z]{2} 20\d\d) \d\d:\d\d", line) for line in lines]
    assert all(found), lines
    return [(line.split()[1], one[1]) for line, one in zip(lines, found, strict=True) if one]


def _paper(slack: Running, which: str) -> bytes:
    slack.press(CHAIR, slack.ask(CHAIR, f"/plan report {which}"), "paper_send")
    content: bytes = list(slack.sandbox.space.files.values())[-1].content
    return content


def _parts(paper: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(paper)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_a_year(slack: Running) -> None:
    def on(day: str) -> None:
        slack.sandbox.clock.move(day)

    def say(person: str, line: str) -> str:
        return slack.ask(person, line).text

    # Before the first meeting: what happens here is old news at the second.
    say(COORDINATOR, "/plan meeting add 20 Jan 2017 Executive Group")
    on("2016-12-19")
    say(LEAD, "/action update 2.3.5 in progress: the drafts are out")
    on("2017-01-20")
    assert "no last meeting" in say(CHAIR, "/plan changes since last meeting")

    # After the first meeting, day by day.
    on("2017-01-23")
    first = _paper(slack, "20 January 2017")
    say(COORDINATOR, "/plan decide last meeting: the audit tool is bought")
    on("2017-02-06")
    say(LEAD, "/action update 2.3.5 complete: issued to all teams https://example.org/t")
    on("2017-03-01")
    say(CHAIR, "/action update 2.3.3 in progress: observations have begun")
    on("2017-03-02")
    say(CHAIR, "/action note 2.3.3: two managers are away")
    on("2017-04-05")
    say(COORDINATOR, "/action due 1.8 30/09/2017: the survey runs in the summer term")
    on("2017-05-10")
    say(LEAD, "/action update 2.3.1 complete: by mistake")
    say(LEAD, "/action undo")
    on("2017-05-11")
    say(COORDINATOR, "/action outcome 2.3.5 achieved: the audit of March shows it")
    on("2017-06-01")
    say(COORDINATOR, "/action close 2.2.4: taken over by the regional programme")
    say(COORDINATOR, "/plan meeting add 15 Jul 2017 Executive Group")

    by_hand = {
        ("2.3.5", "6 Feb 2017"),  # complete, with a link
        ("2.3.3", "1 Mar 2017"),  # in progress
        ("1.8", "5 Apr 2017"),  # another date
        ("2.3.5", "11 May 2017"),  # the outcome
        ("2.2.4", "1 Jun 2017"),  # closed
    }
    # On the morning of the second meeting.
    on("2017-07-15")
    listed = _changes(slack)
    # A note changes nothing, and what was undone has not been.
    assert set(listed) == by_hand
    summary = say(CHAIR, "/plan report")
    assert (
        "Since the Executive Group of 20 Jan 2017, 4 actions have changed: 2.3.5, 2.3.3, 1.8, 2.2.4"
        in (summary)
        or "4 actions have changed" in summary
    )

    # The second meeting is over: its own day counts from then on, and nothing has changed since.
    on("2017-07-17")
    assert "nothing changed" in say(CHAIR, "/plan changes since last meeting")
    on("2017-09-04")
    say(LEAD, "/action update 2.3.1 complete: the first cohort is through")
    assert _changes(slack) == [("2.3.1", "4 Sep 2017")]

    # A year after the first meeting its paper is the same, but for the times in the package.
    on("2018-01-22")
    again = _paper(slack, "20 January 2017")
    assert _parts(first) == _parts(again)
    with reading(slack.engine) as session:
        assert list(find_differences(session)) == []
