"""Alerts on overdue figures and on targets missed twice running: who gets them, once each."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from sqlmodel import select

from db import daily_runs, overdue_figures
from db.deliveries import DeliveryKind
from db.engine import reading, writing
from db.models import (
    Action,
    Delivery,
    FigureRequest,
    Frequency,
    Kpi,
    Nudge,
    Observation,
    Polarity,
    Target,
    TargetType,
    Unit,
)
from db.nudges import NudgeSettings
from db.overdue import RoleOnDay
from db.overdue_figures import BREACH, MISSING, PeriodAlert, PersonalAlert
from jobs import nudges as nudges_job
from jobs import overdue_figures as job
from jobs import schedule
from sandbox.workspace import Message
from tests.cast import COORDINATOR, DEPUTY, LEAD, LONDON, NOW, at
from tests.conftest import Running, run_bot

OWNER = '"Chair of Performance, Audit and Quality Assurance Sub-Group of OSCB"'


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot with the samples, before any alert about a figure was sent and with nudges stopped."""
    with run_bot(copy_of("sqlite", True), datetime(2020, 6, 1, 8, 0, tzinfo=LONDON)) as running:
        with writing(running.engine) as session:
            for kind in ("nudge", "digest"):
                daily_runs.mark_done(session, kind, NOW.date().replace(year=9999))
        yield running


def _to(slack: Running, person: str, day: str) -> list[Message]:
    slack.sandbox.clock.move(day)
    place = slack.sandbox.space.direct(person).id
    return [one for one in slack.messages_after(slack.tick) if one.channel == place]


def test_an_owner_is_asked_once_for_an_overdue_figure(slack: Running) -> None:
    slack.ask(COORDINATOR, f"/plan role set {OWNER} @lead")
    [message] = _to(slack, LEAD, "2020-06-02")

    assert "figures are due* and not recorded yet" in str(message.blocks)
    assert "CAMHS seen within 12 weeks, the period to 31 Mar 2020." in message.text
    assert _to(slack, LEAD, "2020-06-03") == []
    assert _to(slack, COORDINATOR, "2020-06-04") == []


def test_without_an_owner_the_coordinators_are_asked(slack: Running) -> None:
    [message] = _to(slack, COORDINATOR, "2020-06-02")

    assert "CAMHS seen within 12 weeks" in message.text


def test_a_figure_that_was_recorded_is_not_asked_for(slack: Running) -> None:
    slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 36% 31 Mar 2020")
    [message] = _to(slack, COORDINATOR, "2020-06-02")

    assert "CAMHS seen within 12 weeks, the period" not in message.text


def test_a_target_missed_twice_running_goes_to_the_coordinators_with_its_actions(slack: Running) -> None:
    first = _to(slack, COORDINATOR, "2020-06-02")
    assert "two periods running" not in " ".join(one.text for one in first)
    slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 36% 31 Mar 2020")
    [message] = _to(slack, COORDINATOR, "2020-06-03")

    assert "Missed the target in two periods running" in message.text
    assert "CAMHS seen within 12 weeks 36%, at 31 Mar 2020" in message.text
    assert "not met, 39 points below" in message.text
    assert "No action is linked to it." in message.text
    assert _to(slack, COORDINATOR, "2020-06-04") == []


def test_a_target_met_in_between_is_not_a_breach(slack: Running) -> None:
    slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 76% 31 Mar 2020")
    slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 30% 31 Mar 2021")

    assert "two periods running" not in " ".join(one.text for one in _to(slack, COORDINATOR, "2020-06-02"))


@pytest.mark.parametrize(
    ("moment", "sent"),
    [("2020-06-02T08:59", False), ("2020-06-02T09:00", True), ("2020-06-06T10:00", False)],
)
def test_alerts_go_out_in_working_hours_only(slack: Running, moment: str, sent: bool) -> None:
    when = datetime.fromisoformat(moment).replace(tzinfo=LONDON)

    assert (job.enqueue_due(slack.engine, at(when)) > 0) is sent


def test_a_person_who_turned_nudges_off_is_counted_and_gets_no_message(slack: Running) -> None:
    slack.ask(COORDINATOR, f"/plan role set {OWNER} @lead")
    slack.ask(LEAD, "/plan nudges off")
    assert _to(slack, LEAD, "2020-06-02") == []

    with reading(slack.engine) as session:
        assert {one.person for one in session.exec(select(FigureRequest))} >= {LEAD}


def test_the_button_opens_the_form(slack: Running) -> None:
    [message] = _to(slack, COORDINATOR, "2020-06-02")
    block = next(one for one in message.blocks if one.get("accessory"))
    slack.press_button(COORDINATOR, message, block["block_id"], block["accessory"])
    [view] = slack.sandbox.space.views_of(COORDINATOR)

    assert view.view["title"]["text"] == "Record a figure"


def test_a_person_who_is_nudged_today_gets_the_alert_on_another_day(slack: Running) -> None:
    slack.ask(COORDINATOR, f"/plan role set {OWNER} @lead")
    with writing(slack.engine) as session:
        action = session.exec(select(Action)).first()
        assert action is not None
        assert action.id is not None
        session.add(Nudge(action_id=action.id, person=LEAD, day=date(2020, 6, 2)))

    assert _to(slack, LEAD, "2020-06-02") == []
    assert len(_to(slack, LEAD, "2020-06-03")) == 1


def test_a_rise_is_judged_over_its_series_and_not_figure_by_figure(slack: Running) -> None:
    """50, 40, 45 rose in the last period. 50, 80, 70, 60 did not, though every figure is above 50."""
    with writing(slack.engine) as session:
        for code, baseline in (("risen", 50.0), ("fallen", 50.0)):
            kpi = Kpi(code=code, name=code, unit=Unit.PERCENT, baseline=baseline)
            kpi.targets = [Target(type=TargetType.RISE_EACH_PERIOD, value=1)]
            session.add(kpi)
            session.flush()
            for month, value in enumerate((40, 45) if code == "risen" else (80, 70, 60), start=1):
                day = date(2019, month, 28)
                session.add(
                    Observation(
                        kpi_id=kpi.id or 0, period_start=day, period_end=day, value=value, recorded_at=NOW
                    )
                )
    text = " ".join(message.text for message in _to(slack, COORDINATOR, "2020-06-02"))

    assert "fallen 60%" in text
    assert "risen" not in text


def test_a_message_that_was_not_delivered_does_not_count(slack: Running) -> None:
    slack.ask(COORDINATOR, f"/plan role set {OWNER} @lead")
    slack.sandbox.space.people[LEAD].deleted = True
    assert _to(slack, LEAD, "2020-06-02") == []

    [message] = _to(slack, COORDINATOR, "2020-06-03")
    assert "CAMHS seen within 12 weeks" in message.text


def test_an_error_in_one_scheduled_kind_does_not_stop_the_others(
    slack: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError

    kinds = (
        schedule.ScheduledKind(DeliveryKind.NUDGE, nudges_job.build, broken),
        schedule.ScheduledKind(DeliveryKind.KPI, job.build, job.enqueue_due),
    )
    monkeypatch.setattr(schedule, "SCHEDULED_KINDS", kinds)
    slack.sandbox.clock.move("2020-06-02")
    with pytest.raises(ZeroDivisionError):
        slack.tick()

    assert any("figures are due" in one.text for one in slack.sandbox.space.messages)


def test_a_message_that_was_not_delivered_is_sent_again_the_next_day(slack: Running) -> None:
    assert len(_to(slack, COORDINATOR, "2020-06-02")) == 1
    with writing(slack.engine) as session:
        for delivery in session.exec(select(Delivery).where(Delivery.kind == "kpi")):
            delivery.sent_at, delivery.failed_at, delivery.reason = None, delivery.sent_at, "internal_error"

    assert len(_to(slack, COORDINATOR, "2020-06-03")) == 1
    assert _to(slack, COORDINATOR, "2020-06-04") == []


def _kpi(**values: Any) -> Kpi:
    defaults = {"id": 1, "code": "audits", "name": "Audits", "unit": Unit.PERCENT, "polarity": Polarity.HIGH}
    return Kpi(**{**defaults, "frequency": Frequency.QUARTERLY, "lag_days": 30, **values})


@pytest.mark.parametrize(
    ("values", "latest_end", "today", "ends"),
    [
        # The next quarter ends on 30 June, and its figure is due 30 days later.
        ({}, date(2020, 3, 31), date(2020, 7, 30), None),
        ({}, date(2020, 3, 31), date(2020, 7, 31), date(2020, 6, 30)),
        ({"lag_days": 0}, date(2020, 3, 31), date(2020, 7, 1), date(2020, 6, 30)),
        # Years later it is still the quarter after the latest that is missing.
        ({}, date(2020, 3, 31), date(2024, 1, 1), date(2020, 6, 30)),
        ({}, None, date(2024, 1, 1), None),
        ({"frequency": Frequency.IRREGULAR}, date(2020, 3, 31), date(2024, 1, 1), None),
    ],
)
def test_a_figure_is_missing_once_its_period_and_lag_have_passed(
    values: dict[str, Any], latest_end: date | None, today: date, ends: date | None
) -> None:
    expected = None if ends is None else PeriodAlert(1, ends, MISSING)

    assert overdue_figures.missing_figure(_kpi(**values), latest_end, today) == expected


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        (None, [COORDINATOR]),
        (RoleOnDay("Head"), [COORDINATOR]),
        (RoleOnDay("Head", LEAD, DEPUTY), [LEAD]),
        (RoleOnDay("Head", "U0009GONE", DEPUTY), [DEPUTY]),
        (RoleOnDay("Head", "U0009GONE"), [COORDINATOR]),
        (RoleOnDay("Head", LEAD, DEPUTY, on_holiday=True), []),
    ],
)
def test_the_owner_is_asked_else_the_deputy_else_the_coordinators(
    owner: RoleOnDay | None, expected: list[str]
) -> None:
    settings = NudgeSettings(frozenset({"U0009GONE"}), (COORDINATOR,))

    assert list(overdue_figures.people_to_ask(owner, settings)) == expected


@pytest.mark.parametrize(
    ("values", "missed_twice"),
    [
        ((), False),
        ((40,), False),
        ((40, 45), True),
        ((80, 40), False),
        ((40, 80), False),
        ((80, 40, 45), True),
    ],
)
def test_a_breach_is_a_target_missed_in_the_last_two_periods(
    values: tuple[float, ...], missed_twice: bool
) -> None:
    kpi = _kpi(targets=[Target(type=TargetType.AT_LEAST, value=75)])
    rows = [_observation(month, value) for month, value in enumerate(values, start=1)]
    expected = PeriodAlert(1, rows[-1].period_end, BREACH) if missed_twice else None

    assert overdue_figures.breach(kpi, rows) == expected


def test_a_breakdown_is_never_a_breach() -> None:
    kpi = _kpi(targets=[Target(type=TargetType.AT_LEAST, value=75)])
    rows = [_observation(1, 40), _observation(2, 80), _observation(3, 40, breakdown="sex: girls")]

    assert overdue_figures.breach(kpi, rows) is None


def _observation(month: int, value: float, breakdown: str = "") -> Observation:
    day = date(2020, month, 28)
    return Observation(
        kpi_id=1, period_start=day, period_end=day, breakdown=breakdown, value=value, recorded_at=NOW
    )


def test_alerts_are_grouped_by_person_without_those_they_got() -> None:
    first, second = PeriodAlert(1, date(2020, 3, 31), MISSING), PeriodAlert(2, date(2020, 3, 31), BREACH)
    settings = NudgeSettings(every={DEPUTY: "off"})

    assert overdue_figures.personal_alerts(
        [(first, [LEAD, DEPUTY]), (second, [LEAD, COORDINATOR])],
        {(first, LEAD), (second, COORDINATOR)},
        settings,
    ) == [PersonalAlert(DEPUTY, [first], silent=True), PersonalAlert(LEAD, [second])]
