"""Whatever the bot sends by itself asks first who would read it."""

import pytest
from sqlmodel import select

from bot.app import make_client
from db.deliveries import DeliveryKind, enqueue
from db.engine import reading, writing
from db.models import Delivery
from db.rules.membership import outside, reason_to_deny
from jobs.recipients import CannotReceive, open_channel
from jobs.schedule import SCHEDULED_KINDS
from tests.cast import BOARD_CHANNEL, CHAIR, COORDINATOR, LEAD, NOW, OUTSIDER, SCHOOL_CHANNEL, TODAY
from tests.conftest import Running

_FOR_ANYBODY = {
    DeliveryKind.REMINDER,
    DeliveryKind.REMINDER_CHASE,
    DeliveryKind.SCHOOL_ANSWER,
    DeliveryKind.COVERAGE,
}


def _open(slack: Running, recipient: str, kind: str) -> str:
    return open_channel(slack.engine, make_client(slack.settings), recipient, kind, TODAY)


def test_nothing_is_sent_to_a_guest_an_outsider_or_somebody_who_left(slack: Running) -> None:
    slack.sandbox.space.people[CHAIR].is_restricted = True
    slack.sandbox.space.people[LEAD].deleted = True
    for person, reason in ((CHAIR, "not_allowed"), (OUTSIDER, "not_allowed"), (LEAD, "account_inactive")):
        for one in SCHEDULED_KINDS:
            with pytest.raises(CannotReceive, match=reason):
                _open(slack, person, one.kind)


def test_nothing_of_the_plan_goes_into_a_channel_shared_with_another_organisation(slack: Running) -> None:
    kinds = [one.kind for one in SCHEDULED_KINDS if one.kind not in _FOR_ANYBODY]
    assert [_open(slack, BOARD_CHANNEL, kind) for kind in kinds] == [BOARD_CHANNEL] * len(kinds)
    slack.sandbox.space.channels[BOARD_CHANNEL].shared_with = "T0000OTHER"
    for kind in kinds:
        with pytest.raises(CannotReceive, match="channel_shared"):
            _open(slack, BOARD_CHANNEL, kind)


def test_reminders_go_to_a_schools_channel_that_other_organisations_share(slack: Running) -> None:
    slack.sandbox.space.channels[SCHOOL_CHANNEL].shared_with = "T0000OTHER"
    assert _open(slack, SCHOOL_CHANNEL, DeliveryKind.REMINDER) == SCHOOL_CHANNEL


@pytest.mark.parametrize(("person", "handle"), [(CHAIR, "chair"), (OUTSIDER, "outsider")])
def test_a_partner_gets_messages_about_their_own_actions_and_nothing_else(
    slack: Running, person: str, handle: str
) -> None:
    slack.sandbox.space.people[CHAIR].is_restricted = True
    slack.ask(COORDINATOR, f"/plan allow @{handle}")
    with pytest.raises(CannotReceive, match="not_allowed"):
        _open(slack, person, DeliveryKind.NUDGE)
    slack.ask(COORDINATOR, f'/plan role set "CSC Area Managers" @{handle}')
    for one in SCHEDULED_KINDS:
        if one.kind in (DeliveryKind.NUDGE, DeliveryKind.DUE_DECISION):
            assert _open(slack, person, one.kind).startswith("D")
        else:
            with pytest.raises(CannotReceive, match="not_allowed"):
                _open(slack, person, one.kind)


def test_nothing_of_the_plan_goes_into_a_channel_that_a_guest_reads(slack: Running) -> None:
    slack.sandbox.space.people[CHAIR].is_restricted = True
    assert CHAIR in slack.sandbox.space.channels[BOARD_CHANNEL].members
    for one in SCHEDULED_KINDS:
        if one.kind not in _FOR_ANYBODY:
            with pytest.raises(CannotReceive, match="guest_in_channel"):
                _open(slack, BOARD_CHANNEL, one.kind)


def test_an_answer_is_shared_and_a_small_number_shown_only_where_no_outsider_reads(slack: Running) -> None:
    """The same check as for what the bot sends by itself, asked of Slack at the press."""
    answer = slack.ask(LEAD, "/kpi threshold audit below", BOARD_CHANNEL)
    assert "fewer than 6" not in answer.text
    slack.sandbox.space.people[CHAIR].is_restricted = True
    [refused] = slack.press(LEAD, answer, "share")

    assert "People from outside read this channel" in refused.text
    assert refused.only_for == LEAD
    # The refusal came of asking Slack anew, which the next question hears of too.
    assert "fewer than 6" in slack.ask(LEAD, "/kpi threshold audit below", BOARD_CHANNEL).text
    assert "so small numbers stay hidden" in slack.ask(COORDINATOR, "/plan board here", BOARD_CHANNEL).text


def test_the_outbox_asks_before_it_posts_and_records_why_not(slack: Running) -> None:
    with writing(slack.engine) as session:
        enqueue(session, DeliveryKind.DIGEST, "2016-12-12", OUTSIDER, NOW)
    assert slack.messages_after(slack.tick) == []
    with reading(slack.engine) as session:
        [delivery] = session.exec(select(Delivery))
    assert (delivery.sent_at, delivery.reason) == (None, "not_allowed")


@pytest.mark.parametrize(
    ("user_info", "reason"),
    [
        ({"team_id": "T1"}, None),
        ({"enterprise_user": {"teams": ["T1", "T2"]}}, None),
        ({"team_id": "E9", "enterprise_user": {"teams": ["T1"]}}, None),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T2"]}}, "people of another workspace"),
        ({}, "people of another workspace"),
        ({"team_id": "T1", "is_stranger": True}, "people of another workspace"),
        ({"team_id": "T1", "deleted": True}, "deactivated accounts"),
        ({"team_id": "T1", "is_bot": True}, "bots"),
        ({"team_id": "T1", "is_restricted": True}, "guests"),
        ({"team_id": "T1", "is_ultra_restricted": True}, "guests"),
    ],
)
def test_who_belongs_to_the_home_workspace(user_info: dict[str, object], reason: str | None) -> None:
    assert (reason_to_deny(user_info) or outside(user_info, "T1")) == reason
