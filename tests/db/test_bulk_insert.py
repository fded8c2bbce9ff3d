"""Thousands of rows at once: the same as one by one, on both kinds of database, and each text is checked."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from db.bulk_insert import insert_rows
from db.engine import reading, writing
from db.errors import PersonalDataFound
from db.models import Action, DueKind, Observation, Outcome, Plan, Progress, Section, ValueStatus
from tests.cast import NOW

_MANY = 1_200


def _section(session: Session) -> Section:
    plan = Plan(code="big", title="Big")
    section = Section(plan=plan, ref="1", title="Work")
    session.add(section)
    session.flush()
    return section


def _rows(section: Section, count: int = _MANY) -> list[dict[str, object]]:
    return [
        {
            "plan_id": section.plan_id,
            "section_id": section.id,
            "ref": f"1.{number}",
            "title": f"Do “{number}”\twith a tab, a \\ and a line\nbreak",
            "due": date(2026, 3, 31) if number % 2 else None,
            "due_kind": DueKind.BY,
            "progress": Progress.BLOCKED,
            "status_unsettled": number % 3 == 0,
        }
        for number in range(count)
    ]


def test_many_rows_are_stored_as_one_is(empty: Engine) -> None:
    with writing(empty) as session:
        section = _section(session)
        rows = _rows(section)
        insert_rows(session.connection(), Action, rows)
        alone = {**rows[1], "ref": "alone"}
        insert_rows(session.connection(), Action, [alone])
    with reading(empty) as session:
        stored = list(session.exec(select(Action).order_by(col(Action.id))))
    assert len(stored) == _MANY + 1
    for row, action in zip([*rows, alone], stored, strict=True):
        assert {name: getattr(action, name) for name in row} == row
    # What the rows leave out has its default.
    assert stored[1].model_dump(exclude={"id", "ref"}) == stored[-1].model_dump(exclude={"id", "ref"})
    assert stored[0].outcome is Outcome.NOT_ASSESSED


def test_moments_and_numbers_come_back_as_they_were(sampled: Engine) -> None:
    row = {
        "kpi_id": 1,
        "breakdown": "",
        "value": 0.1,
        "status": ValueStatus.FINAL,
        "source": "bench",
        "note": "",
        "recorded_by": "bench",
        "recorded_at": NOW,
        "replaced_at": NOW,
    }
    days = [date.fromordinal(date(1990, 1, 1).toordinal() + number) for number in range(_MANY)]
    rows = [{**row, "period_start": day, "period_end": day} for day in days]
    with writing(sampled) as session:
        insert_rows(session.connection(), Observation, rows)
    with reading(sampled) as session:
        stored = list(session.exec(select(Observation).where(Observation.source == "bench")))
    assert sorted(one.period_end for one in stored) == days
    assert {(one.value, one.recorded_at, one.status) for one in stored} == {(0.1, NOW, ValueStatus.FINAL)}


def test_a_detail_in_one_of_many_rows_is_refused(empty: Engine) -> None:
    with writing(empty) as session:
        rows = _rows(_section(session))
        rows[700]["title"] = "Call NHS 943 476 5919"
        with pytest.raises(PersonalDataFound):
            insert_rows(session.connection(), Action, rows)
        session.rollback()
    with reading(empty) as session:
        assert session.exec(select(Action)).first() is None
