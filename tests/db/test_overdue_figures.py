"""A period that has closed without a figure, and a target missed twice: told once, to whom it concerns."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from sqlmodel import select

from db import daily_runs
from db.engine import reading, writing
from db.models import Action, Delivery, FigureRequest, Kpi, Nudge, Observation, Target, TargetType, Unit
from jobs import overdue_figures as job
from jobs import schedule
from sandbox.workspace import Message
from tests.cast import COORDINATOR, LEAD, LONDON, NOW, at
from tests.conftest import Running, run_bot

OWNER = '"Chair of Performance, Audit and Quality Assurance Sub-Group of OSCB"'


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot with the samples, on a day when nobody was asked for a figure yet and nobody is nudged."""
    with run_bot(copy_of("sqlite", True), datetime(2020, 6, 1, 8, 0, tzinfo=LONDON)) as running:
        with writing(running.engine) as session:
            for kind in ("nudge", "digest"):
                daily_runs.mark_done(session, kind, NOW.date().replace(year=9999))
        yield running


def _to(slack: Running, person: str, day: str) -> list[Message]:
    slack.sandbox.clock.move(day)
    place = slack.sandbox.space.direct(person).id
    return [one for one in slack.messages_after(slack.tick) if one.channel == place]


def test_an_owner_is_asked_once_for_a_period_that_is_over_without_a_figure(slack: Running) -> None:
    slack.ask(COORDINATOR, f"/plan role set {OWNER} @lead")
    [told] = _to(slack, LEAD, "2020-06-02")

    assert "figures are due* and not recorded yet" in str(told.blocks)
    assert "CAMHS seen within 12 weeks, the period to 31 Mar 2020. Held: " in told.text
    assert _to(slack, LEAD, "2020-06-03") == []
    assert _to(slack, COORDINATOR, "2020-06-04") == []


def test_where_nobody_owns_it_the_coordinators_are_asked(slack: Running) -> None:
    [told] = _to(slack, COORDINATOR, "2020-06-02")

    assert "CAMHS seen within 12 weeks" in told.text


def test_a_figure_that_came_meanwhile_is_not_asked_for(slack: Running) -> None:
    slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 36% 31 Mar 2020")
    [told] = _to(slack, COORDINATOR, "2020-06-02")

    assert "CAMHS seen within 12 weeks, the period" not in told.text


def test_a_target_missed_twice_running_goes_to_the_coordinators_with_its_actions(slack: Running) -> None:
    first = _to(slack, COORDINATOR, "2020-06-02")
    assert "two periods running" not in " ".join(one.text for one in first)
    slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 36% 31 Mar 2020")
    [told] = _to(slack, COORDINATOR, "2020-06-03")

    assert "Missed the target in two periods running" in told.text
    assert "CAMHS seen within 12 weeks 36%, at 31 Mar 2020" in told.text
    assert "not met, 39 points below" in told.text
    assert "No action is linked to it." in told.text
    assert _to(slack, COORDINATOR, "2020-06-04") == []


def test_met_in_between_is_no_breach(slack: Running) -> None:
    slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 76% 31 Mar 2020")
    slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 30% 31 Mar 2021")

    assert "two periods running" not in " ".join(one.text for one in _to(slack, COORDINATOR, "2020-06-02"))


@pytest.mark.parametrize(
    ("moment", "asks"),
    [("2020-06-02T08:59", False), ("2020-06-02T09:00", True), ("2020-06-06T10:00", False)],
)
def test_at_a_sensible_hour_on_a_working_day(slack: Running, moment: str, asks: bool) -> None:
    when = datetime.fromisoformat(moment).replace(tzinfo=LONDON)

    assert (job.notice(slack.engine, at(when)) > 0) is asks


def test_who_wants_no_nudges_is_counted_as_asked(slack: Running) -> None:
    slack.ask(COORDINATOR, f"/plan role set {OWNER} @lead")
    slack.ask(LEAD, "/plan nudges off")
    assert _to(slack, LEAD, "2020-06-02") == []

    with reading(slack.engine) as session:
        assert {one.person for one in session.exec(select(FigureRequest))} >= {LEAD}


def test_the_button_opens_the_form(slack: Running) -> None:
    [told] = _to(slack, COORDINATOR, "2020-06-02")
    block = next(one for one in told.blocks if one.get("accessory"))
    slack.press_button(COORDINATOR, told, block["block_id"], block["accessory"])
    [view] = slack.sandbox.space.views_of(COORDINATOR)

    assert view.view["title"]["text"] == "Record a figure"


def test_who_is_nudged_today_is_asked_for_figures_on_another_day(slack: Running) -> None:
    slack.ask(COORDINATOR, f"/plan role set {OWNER} @lead")
    with writing(slack.engine) as session:
        action = session.exec(select(Action)).first()
        assert action is not None
        assert action.id is not None
        session.add(Nudge(action_id=action.id, person=LEAD, day=date(2020, 6, 2)))

    assert _to(slack, LEAD, "2020-06-02") == []
    assert len(_to(slack, LEAD, "2020-06-03")) == 1


def test_a_rise_is_judged_over_its_series_and_not_figure_by_figure(slack: Running) -> None:
    """From 50 by way of 40 to 45: it rose in the last period; 80, 70, 60 did not, though all are above 50."""
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
    told = " ".join(one.text for one in _to(slack, COORDINATOR, "2020-06-02"))

    assert "fallen 60%" in told
    assert "risen" not in told


def test_a_message_that_never_got_there_asked_nobody(slack: Running) -> None:
    slack.ask(COORDINATOR, f"/plan role set {OWNER} @lead")
    slack.sandbox.space.people[LEAD].deleted = True
    assert _to(slack, LEAD, "2020-06-02") == []

    [told] = _to(slack, COORDINATOR, "2020-06-03")
    assert "CAMHS seen within 12 weeks" in told.text


def test_what_one_notice_stumbles_over_keeps_nothing_else_back(
    slack: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(schedule, "NOTICES", (broken, job.notice))
    slack.sandbox.clock.move("2020-06-02")
    with pytest.raises(ZeroDivisionError):
        slack.tick()

    assert any("figures are due" in one.text for one in slack.sandbox.space.messages)


def test_a_message_that_was_given_up_is_made_anew(slack: Running) -> None:
    assert len(_to(slack, COORDINATOR, "2020-06-02")) == 1
    with writing(slack.engine) as session:
        for delivery in session.exec(select(Delivery).where(Delivery.kind == "kpi")):
            delivery.sent_at, delivery.failed_at, delivery.reason = None, delivery.sent_at, "internal_error"

    assert len(_to(slack, COORDINATOR, "2020-06-03")) == 1
    assert _to(slack, COORDINATOR, "2020-06-04") == []
