"""The exceptions list: which overdue actions are on it and why, and which leads are silent."""

from datetime import date, timedelta
from typing import Any

import pytest

from db import escalations
from db.escalations import Escalation, SilentLead, find_escalations
from db.models import NO_LEAD, Action, Holding, Lead, Role
from db.overdue import EarlierNudge, RoleOnDay, WatchedAction
from tests.cast import DEPUTY, LEAD

TODAY = date(2016, 12, 15)
HEAD = RoleOnDay("Head", LEAD)


def _nudged(*days_ago: int, **values: Any) -> tuple[EarlierNudge, ...]:
    return tuple(EarlierNudge(LEAD, TODAY - timedelta(days=days), **values) for days in days_ago)


def _action(**values: Any) -> WatchedAction:
    return WatchedAction(**{"action_id": 1, "due": date(2016, 11, 1), "roles": (HEAD,), **values})


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, None),
        ({"roles": ()}, NO_LEAD),
        ({"roles": (), "due": TODAY}, None),
        ({"earlier_nudges": _nudged(7, disowned=True)}, "says it is not theirs"),
        ({"earlier_nudges": _nudged(28, 21)}, None),
        ({"earlier_nudges": _nudged(21, 14, 7)}, "no reply after 3 reminders"),
        # The third nudge is not a week old yet.
        ({"earlier_nudges": _nudged(20, 13, 6)}, None),
        ({"earlier_nudges": _nudged(28, 21, 14, 7)}, "no reply after 4 reminders"),
        ({"earlier_nudges": _nudged(21, 14, 7), "last_update_on": TODAY}, None),
        ({"earlier_nudges": (*_nudged(50, days_ahead=7), *_nudged(14, 7))}, None),
    ],
)
def test_an_action_is_escalated_without_a_lead_or_without_a_reply(
    values: dict[str, Any], why: str | None
) -> None:
    found = list(find_escalations([_action(**values)], TODAY, frozenset()))

    assert [escalation.why for escalation in found] == ([] if why is None else [why])


def test_an_escalation_for_want_of_a_reply_names_its_last_nudge() -> None:
    action = _action(earlier_nudges=_nudged(21, 14, 7))

    assert list(find_escalations([action], TODAY, frozenset())) == [
        Escalation(action, "no reply after 3 reminders", action.earlier_nudges[-1])
    ]


def test_a_lead_who_cannot_be_reached_is_no_lead() -> None:
    [escalation] = find_escalations([_action()], TODAY, frozenset({LEAD}))

    assert (escalation.why, escalation.last_nudge) == (NO_LEAD, None)


def test_a_role_counts_its_actions_and_has_the_latest_update_on_any_of_them() -> None:
    head = Role(name="Head", holdings=[Holding(slack_user=LEAD, deputy=DEPUTY)])
    vacant = Role(name="Nurse")
    actions = [
        Action(id=1, ref="1.1", title="t", leads=[Lead(role=head)]),
        Action(id=2, ref="1.2", title="t", leads=[Lead(role=head), Lead(role=vacant)]),
        Action(id=3, ref="1.3", title="t", leads=[Lead(role=head)]),
    ]
    updates = {1: date(2016, 10, 1), 3: date(2016, 9, 1)}

    assert escalations.leads_with_last_update(actions, updates, TODAY) == [
        SilentLead("Head", LEAD, 3, date(2016, 10, 1)),
        SilentLead("Nurse", None, 1, None),
    ]
