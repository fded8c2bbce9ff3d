"""What each person has not seen yet."""

from datetime import UTC, datetime

import pytest

from sandbox.clock import MovableClock
from sandbox.server import CAST
from sandbox.unread import ReadMarks
from sandbox.workspace import Workspace
from tests.cast import CHAIR, LEAD, PLAN_CHANNEL


@pytest.fixture
def space() -> Workspace:
    return Workspace(CAST, MovableClock(datetime(2016, 12, 15, 9, tzinfo=UTC)), {})


def test_messages_of_others_are_unread_until_they_are_seen(space: Workspace) -> None:
    read = ReadMarks(space)
    space.post(PLAN_CHANNEL, LEAD, "One")
    space.post(PLAN_CHANNEL, CHAIR, "Two")
    assert [read.count(user, PLAN_CHANNEL) for user in (LEAD, CHAIR)] == [1, 1]

    read.mark(LEAD, PLAN_CHANNEL)
    assert [read.count(user, PLAN_CHANNEL) for user in (LEAD, CHAIR)] == [0, 1]
    space.post(PLAN_CHANNEL, CHAIR, "Three")
    assert read.count(LEAD, PLAN_CHANNEL) == 1


def test_a_message_for_one_person_is_unread_for_them_alone(space: Workspace) -> None:
    read = ReadMarks(space)
    space.post_only_for(PLAN_CHANNEL, LEAD, "For you", [])

    assert [read.count(user, PLAN_CHANNEL) for user in (LEAD, CHAIR)] == [1, 0]


def test_a_reply_in_a_thread_is_not_in_the_channel(space: Workspace) -> None:
    read = ReadMarks(space)
    first = space.post(PLAN_CHANNEL, LEAD, "One")
    space.post(PLAN_CHANNEL, CHAIR, "A reply", thread_ts=first.ts)

    assert read.count(LEAD, PLAN_CHANNEL) == 0


def test_after_a_start_at_an_earlier_moment_new_messages_are_unread(space: Workspace) -> None:
    read = ReadMarks(space)
    space.post(PLAN_CHANNEL, CHAIR, "Later")
    read.mark(LEAD, PLAN_CHANNEL)
    space.clear()
    read.clear()
    space.clock = MovableClock(datetime(2015, 1, 1, tzinfo=UTC))
    space.post(PLAN_CHANNEL, CHAIR, "Earlier")

    assert read.count(LEAD, PLAN_CHANNEL) == 1
