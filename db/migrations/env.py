"""Alembic's entry: the connection is handed over by `db.schema`, never read from a file."""

from alembic import context
from sqlmodel import SQLModel

import db.models  # noqa: F401  (fills the metadata)

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
