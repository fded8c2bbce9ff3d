"""Which people are nudged about which actions on a day: the rule, without a database."""

from datetime import date, timedelta
from typing import Any

import pytest

from db.models import NO_LEAD
from db.nudges import NudgeItem, NudgeSettings, PersonalNudge, plan_nudges
from db.overdue import EarlierNudge, RoleOnDay, WatchedAction
from tests.cast import COORDINATOR, DEPUTY, LEAD

TODAY = date(2016, 12, 15)
HEAD = RoleOnDay("Head", LEAD, DEPUTY)


def _overdue(action_id: int = 1, **values: Any) -> WatchedAction:
    return WatchedAction(**{"action_id": action_id, "due": date(2016, 11, 30), "roles": (HEAD,), **values})


def _due_in(days: int, action_id: int = 2, **values: Any) -> WatchedAction:
    return _overdue(action_id, due=TODAY + timedelta(days=days), **values)


def _plan(*actions: WatchedAction, **settings: Any) -> list[PersonalNudge]:
    return plan_nudges(actions, TODAY, NudgeSettings(**{"coordinators": (COORDINATOR,), **settings}))


def test_a_person_gets_one_nudge_about_all_their_actions() -> None:
    assert _plan(_overdue(1), _due_in(30), _overdue(3)) == [
        PersonalNudge(LEAD, [NudgeItem(1), NudgeItem(2, None, 30), NudgeItem(3)])
    ]


def test_joint_leads_are_each_nudged() -> None:
    nudges = _plan(_overdue(roles=(HEAD, RoleOnDay("Nurse", "U0007NURSE"))))

    assert [nudge.person for nudge in nudges] == [LEAD, "U0007NURSE"]


@pytest.mark.parametrize(
    ("unreachable", "expected"),
    [
        ({LEAD}, [PersonalNudge(DEPUTY, [NudgeItem(1, "Head")])]),
        ({LEAD, DEPUTY}, [PersonalNudge(COORDINATOR, [NudgeItem(1, NO_LEAD)])]),
    ],
)
def test_without_the_lead_the_deputy_and_then_the_coordinators_are_nudged(
    unreachable: set[str], expected: list[PersonalNudge]
) -> None:
    assert _plan(_overdue(), unreachable=frozenset(unreachable)) == expected


def test_coordinators_get_no_early_notice_for_an_action_without_a_lead() -> None:
    assert _plan(_due_in(30, roles=())) == []


def test_a_school_lead_on_holiday_is_not_nudged_and_not_replaced() -> None:
    on_holiday = (RoleOnDay("Headteacher", LEAD, on_holiday=True),)

    assert _plan(_overdue(roles=on_holiday), _due_in(30, roles=on_holiday)) == []


@pytest.mark.parametrize(("every", "nudged"), [("daily", True), ("weekly", False), ("off", False)])
def test_the_interval_decides_whether_a_person_is_nudged_again(every: str, nudged: bool) -> None:
    action = _overdue(earlier_nudges=(EarlierNudge(LEAD, TODAY - timedelta(days=1)),))

    assert bool(_plan(action, every={LEAD: every})) is nudged


def test_a_person_who_turned_nudges_off_is_counted_silently_and_gets_no_early_notice() -> None:
    assert _plan(_overdue(), _due_in(30), every={LEAD: "off"}) == [
        PersonalNudge(LEAD, [NudgeItem(1)], silent=True)
    ]
