"""Migrations: bring a database to a revision, and read which one it has."""

from functools import cache
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel

from db.engine import engine_for


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "db:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate the database up to a revision, in one transaction."""
    with engine_for(engine, "writing").begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate the database down to a revision, in one transaction."""
    with engine_for(engine, "writing").begin() as connection:
        command.downgrade(_config(connection), revision)


@cache
def newest_revision() -> str | None:
    """The newest revision in the migrations of this code. Read once a process."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current_revision(engine: Engine) -> str | None:
    """The database's revision, or None where it was never migrated."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_from_newer_code(engine: Engine) -> bool:
    """Whether the database is at a revision that this code does not know."""
    at = current_revision(engine)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    return at is not None and at not in known


def drift(engine: Engine) -> list[Any]:
    """The differences between the models and the migrated database; empty where they agree."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))
