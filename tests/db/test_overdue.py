"""The rules on who is nudged about an overdue action and when, on rows that need no database."""

from datetime import date, timedelta
from typing import Any

import pytest

from db.overdue import EarlierNudge, RoleOnDay, WatchedAction
from tests.cast import DEPUTY, LEAD

TODAY = date(2016, 12, 15)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
NO_ONE: frozenset[str] = frozenset()


def _ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def _nudged(*days_ago: int, person: str = LEAD, **values: Any) -> tuple[EarlierNudge, ...]:
    return tuple(EarlierNudge(person, _ago(days), **values) for days in days_ago)


def _action(**values: Any) -> WatchedAction:
    return WatchedAction(**{"action_id": 1, "due": date(2016, 11, 30), **values})


@pytest.mark.parametrize(
    ("due", "late"),
    [(_ago(1), True), (_ago(400), True), (TODAY, False), (TODAY + DAY, False)],
)
def test_an_action_is_late_from_the_day_after_its_date(due: date, late: bool) -> None:
    assert _action(due=due).is_late(TODAY) is late


def test_early_notices_are_not_nudges_that_ask_for_a_reply() -> None:
    asked = _nudged(14, 7)
    action = _action(earlier_nudges=(*_nudged(60, days_ahead=30), *asked))

    assert action.nudges == list(asked)


@pytest.mark.parametrize(
    ("earlier", "last_update_on", "expected"),
    [
        ((), None, 0),
        (_nudged(14, 7), None, 2),
        # Joint leads nudged on the same day count once.
        ((*_nudged(7), *_nudged(7, person=DEPUTY)), None, 1),
        (_nudged(45, days_ahead=30), None, 0),
        (_nudged(21, 14, 7), _ago(10), 1),
        # An update on the day of the nudge answers it.
        (_nudged(7), _ago(7), 0),
        (_nudged(7), _ago(8), 1),
    ],
)
def test_nudges_count_as_unanswered_since_the_last_update(
    earlier: tuple[EarlierNudge, ...], last_update_on: date | None, expected: int
) -> None:
    assert _action(earlier_nudges=earlier, last_update_on=last_update_on).unanswered == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"earlier_nudges": _nudged(7)}, True),
        ({"earlier_nudges": _nudged(6)}, False),
        ({"earlier_nudges": _nudged(6, person=DEPUTY)}, False),
        ({"earlier_nudges": _nudged(6, days_ahead=7)}, True),
        ({"earlier_nudges": _nudged(21, 14)}, True),
        ({"earlier_nudges": _nudged(28, 21, 14)}, False),
        ({"earlier_nudges": _nudged(28, 21, 14), "last_update_on": _ago(10)}, True),
        ({"last_update_on": _ago(6)}, False),
        ({"last_update_on": _ago(7)}, True),
        ({"snoozed_until": TODAY + DAY}, False),
        ({"snoozed_until": TODAY}, True),
        ({"has_pending_request": True}, False),
    ],
)
def test_a_nudge_is_due_weekly_unless_something_holds_it(values: dict[str, Any], expected: bool) -> None:
    assert _action(**values).is_due(TODAY) is expected


@pytest.mark.parametrize(
    ("every", "days_ago", "expected"), [(DAY, 1, True), (DAY, 0, False), (WEEK, 1, False), (WEEK, 7, True)]
)
def test_the_interval_that_a_person_chose_decides(every: timedelta, days_ago: int, expected: bool) -> None:
    assert _action(earlier_nudges=_nudged(days_ago)).is_due(TODAY, every) is expected


@pytest.mark.parametrize(
    ("days_left", "values", "expected"),
    [
        (31, {}, None),
        (30, {}, 30),
        # A notice that was missed on its day is still due until the next one.
        (28, {}, 30),
        (8, {}, 30),
        (7, {}, 7),
        (0, {}, 7),
        (-1, {}, None),
        (28, {"earlier_nudges": _nudged(2, days_ahead=30)}, None),
        (7, {"earlier_nudges": _nudged(23, days_ahead=30)}, 7),
        (5, {"earlier_nudges": _nudged(2, days_ahead=7)}, None),
        # The notice was about an earlier due date, which has moved since.
        (30, {"earlier_nudges": _nudged(40, days_ahead=30)}, 30),
        (30, {"last_update_on": _ago(6)}, None),
        (30, {"last_update_on": _ago(7)}, 30),
        (30, {"snoozed_until": TODAY + DAY}, None),
        (30, {"has_pending_request": True}, None),
    ],
)
def test_an_early_notice_is_due_30_and_7_days_ahead_once_each(
    days_left: int, values: dict[str, Any], expected: int | None
) -> None:
    action = _action(due=TODAY + timedelta(days=days_left), **values)

    assert action.days_ahead(TODAY) == expected


HEAD = RoleOnDay("Head", LEAD, DEPUTY)
NURSE = RoleOnDay("Nurse", "U0007NURSE")


@pytest.mark.parametrize(
    ("roles", "unreachable", "earlier", "expected"),
    [
        ((), NO_ONE, (), []),
        ((RoleOnDay("Vacant"),), NO_ONE, (), []),
        # A deputy stands in for a holder, not for a vacant role.
        ((RoleOnDay("Vacant", None, DEPUTY),), NO_ONE, (), []),
        ((HEAD,), NO_ONE, (), [(LEAD, None, False)]),
        ((HEAD,), {LEAD}, (), [(DEPUTY, "Head", False)]),
        ((HEAD,), {LEAD, DEPUTY}, (), []),
        ((NURSE,), {"U0007NURSE"}, (), []),
        ((HEAD,), NO_ONE, _nudged(7, disowned=True), [(DEPUTY, "Head", False)]),
        ((HEAD, NURSE), NO_ONE, (), [(LEAD, None, False), ("U0007NURSE", None, False)]),
        ((RoleOnDay("Head", LEAD, on_holiday=True),), NO_ONE, (), [(LEAD, None, True)]),
        # A person who leads and deputises is nudged as the lead.
        ((RoleOnDay("Dean", LEAD, DEPUTY), RoleOnDay("Head", DEPUTY)), {LEAD}, (), [(DEPUTY, None, False)]),
        ((RoleOnDay("Head", DEPUTY), RoleOnDay("Dean", LEAD, DEPUTY)), {LEAD}, (), [(DEPUTY, None, False)]),
    ],
)
def test_recipients_are_the_holders_or_their_deputies(
    roles: tuple[RoleOnDay, ...],
    unreachable: set[str],
    earlier: tuple[EarlierNudge, ...],
    expected: list[tuple[str, str | None, bool]],
) -> None:
    action = _action(roles=roles, earlier_nudges=earlier)

    assert action.recipients(frozenset(unreachable)) == expected
