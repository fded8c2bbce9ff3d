"""Migrations: up, down, and no drift from the models, on both databases."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import inspect

from db import schema
from db.engine import connect


@pytest.fixture
def url(kind: str, tmp_path: Path, postgres: Callable[[str | None], str]) -> str:
    return postgres(None) if kind == "postgresql" else f"sqlite:///{tmp_path / 'new.db'}"


def test_migrations_go_up_and_down_and_match_the_models(url: str) -> None:
    engine = connect(url)
    assert schema.current_revision(engine) is None
    schema.upgrade(engine)
    assert schema.current_revision(engine) == schema.newest_revision()
    assert schema.drift(engine) == []
    schema.upgrade(engine)
    schema.downgrade(engine, "base")
    assert schema.current_revision(engine) is None
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    schema.upgrade(engine)
    assert schema.drift(engine) == []
    engine.dispose()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_scheme_for_postgresql_uses_psycopg_3(scheme: str) -> None:
    engine = connect(f"{scheme}://user:secret@localhost/name")

    assert engine.dialect.driver == "psycopg"
    engine.dispose()
