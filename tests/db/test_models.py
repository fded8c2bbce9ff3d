"""The rules about one row, on rows that were never saved."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.models import (
    CLOSED,
    Action,
    Assurance,
    DueKind,
    DueState,
    Holding,
    Lead,
    Progress,
    Reference,
    Role,
)


def _action(**values: Any) -> Action:
    base: dict[str, Any] = {"ref": "1.1", "title": "t", "due": date(2016, 11, 30), "due_kind": DueKind.BY}
    return Action(**{**base, **values})


def test_a_month_is_late_from_the_first_of_the_next() -> None:
    action = _action()

    assert action.days_overdue(date(2016, 11, 30)) == 0
    assert action.days_overdue(date(2016, 12, 1)) == 1
    assert action.days_overdue(date(2016, 12, 15)) == 15


@pytest.mark.parametrize("kind", [DueKind.FROM, DueKind.ONGOING, DueKind.UNCLEAR])
def test_an_action_without_an_end_is_never_late(kind: DueKind) -> None:
    assert _action(due_kind=kind).days_overdue(date(2030, 1, 1)) == 0


@pytest.mark.parametrize("progress", sorted(CLOSED))
def test_a_closed_action_is_never_late(progress: Progress) -> None:
    action = _action(progress=progress)

    assert action.days_overdue(date(2030, 1, 1)) == 0
    assert action.due_state(date(2030, 1, 1)) is DueState.CLOSED


@given(st.dates(date(2015, 1, 1), date(2019, 1, 1)))
def test_health_follows_from_dates_alone(today: date) -> None:
    action = _action()
    left = (date(2016, 11, 30) - today).days
    expected = DueState.OVERDUE if left < 0 else DueState.DUE_SOON if left <= 30 else DueState.NOT_YET_DUE

    assert action.due_state(today) is expected
    assert (action.days_overdue(today) > 0) == (expected is DueState.OVERDUE)


def test_assurance_grows_from_nothing_to_a_sign_off() -> None:
    action = _action()
    assert action.assurance() is Assurance.NONE
    action.progress = Progress.COMPLETE
    assert action.assurance() is Assurance.SELF_REPORTED
    action.evidence = "https://example.org"
    assert action.assurance() is Assurance.EVIDENCED
    action.signed_off_by = "U0003COORD"
    assert action.assurance() is Assurance.SIGNED_OFF


def test_a_completed_action_stays_as_late_as_it_was_completed() -> None:
    action = _action(progress=Progress.COMPLETE, completed_on=date(2016, 12, 15))

    assert action.days_late() == 15
    assert _action().days_late() == 0


def test_the_holder_of_a_day_is_the_one_who_began_last() -> None:
    role = Role(name="Head")
    first = Holding(slack_user="U1", starts=date(2016, 1, 1), ends=date(2016, 6, 30))
    second = Holding(slack_user="U2", starts=date(2016, 6, 1))
    role.holdings = [first, second]

    assert role.holding_on(date(2015, 12, 31)) is None
    assert role.holding_on(date(2016, 1, 1)) is first
    assert role.holding_on(date(2016, 6, 30)) is second
    assert role.holding_on(date(2026, 1, 1)) is second


def test_leads_and_deputies_speak_for_an_action_while_they_hold_the_role() -> None:
    role = Role(name="Head", holdings=[Holding(slack_user="U1", deputy="U2", starts=date(2016, 1, 1))])
    action = _action(leads=[Lead(role=role)])

    assert action.lead_user_ids(date(2016, 1, 1)) == {"U1", "U2"}
    assert action.lead_user_ids(date(2015, 1, 1)) == set()


def test_evidence_that_comes_later_counts_only_where_the_link_is_certain() -> None:
    later = _action(ref="1.9", due=date(2017, 11, 30))
    link = Reference(as_written="survey in 1", target_ref="1.9", evidence=True, target=later)
    action = _action(references=[link])

    assert action.evidence_after_due() == [later]
    link.ambiguous = True
    assert action.evidence_after_due() == []
    link.ambiguous, later.due = False, date(2016, 11, 30) - timedelta(days=1)
    assert action.evidence_after_due() == []
