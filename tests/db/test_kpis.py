"""Storing figures: what is new, what is replaced, and a note that a file does not show."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from db import kpis
from db.audit_log import Author
from db.engine import reading, writing
from db.kpis import Figure, save_figures
from db.models import Kpi, Observation, Unit
from tests.cast import LEAD, NOW


def _figure(value: float, note: str = "") -> Figure:
    return Figure(date(2020, 1, 1), date(2020, 3, 31), value, note=note)


def _save(engine: Engine, *figures: Figure) -> int:
    with writing(engine) as session:
        kpi = kpis.kpi_by_code(session, "audits")
        if kpi is None:
            kpi = Kpi(code="audits", name="Audits", unit=Unit.PERCENT)
            session.add(kpi)
            session.flush()
        return save_figures(session, Author(LEAD, NOW), [(kpi, figure) for figure in figures])


def _rows(engine: Engine) -> list[tuple[float | None, str, bool]]:
    """Every row as (value, note, whether it is current), the oldest first."""
    with reading(engine) as session:
        rows = session.exec(select(Observation).order_by("id")).all()
        return [(row.value, row.note, row.replaced_at is None) for row in rows]


def test_a_figure_that_is_stored_already_changes_nothing(empty: Engine) -> None:
    assert _save(empty, _figure(9)) == 1
    assert _save(empty, _figure(9)) == 0

    assert _rows(empty) == [(9, "", True)]


def test_a_figure_that_differs_replaces_the_one_of_the_same_period(empty: Engine) -> None:
    _save(empty, _figure(9, "first count"))
    _save(empty, _figure(8, "recounted"))

    assert _rows(empty) == [(9, "first count", False), (8, "recounted", True)]


@pytest.mark.parametrize("hidden", sorted(kpis.HIDDEN_TEXTS))
def test_a_note_that_the_file_hides_stays_as_it_is_stored(empty: Engine, hidden: str) -> None:
    _save(empty, _figure(9, "names the site"))

    assert _save(empty, _figure(9, hidden)) == 0
    assert _save(empty, _figure(8, hidden)) == 1
    assert _rows(empty) == [(9, "names the site", False), (8, "names the site", True)]


def test_a_hidden_note_of_a_new_figure_is_empty(empty: Engine) -> None:
    _save(empty, _figure(9, "kept back"))

    assert _rows(empty) == [(9, "", True)]
