"""Migrations: up, down, and no drift from the models, on both databases."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Enum, inspect
from sqlmodel import SQLModel

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


def test_a_closed_vocabulary_is_the_same_in_the_models_and_in_the_migrations(url: str) -> None:
    """Alembic's comparison ignores check constraints, so a status without a migration would pass it."""
    engine = connect(url)
    schema.upgrade(engine)
    columns = [
        (table, column.name, column.type)
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Enum)
    ]

    assert len(columns) > 10
    for table, column, kind in columns:
        checks = [check["sqltext"] for check in inspect(engine).get_check_constraints(table.name)]
        [allowed] = [text for text in checks if re.search(rf"\b{column}\b", text.split("'")[0])]
        assert set(re.findall(r"'([^']*)'", allowed)) == set(kind.enums), f"{table.name}.{column}"
    engine.dispose()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_scheme_for_postgresql_uses_psycopg_3(scheme: str) -> None:
    engine = connect(f"{scheme}://user:secret@localhost/name")

    assert engine.dialect.driver == "psycopg"
    engine.dispose()
