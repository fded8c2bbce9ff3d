"""Edits of an action's wording that its lead asks for: a coordinator approves them."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Text
from sqlmodel import Field, Relationship, SQLModel

if TYPE_CHECKING:
    from db.models.actions import Action


class EditRequest(SQLModel, table=True):
    """A request to reword an action. `texts` is JSON: of each part its words then, and the new ones."""

    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id", index=True)
    texts: str = Field(sa_type=Text)
    asked_by: str = Field(max_length=64)
    asked_at: datetime
    decision: str | None = Field(default=None, max_length=16)
    decided_by: str | None = Field(default=None, max_length=64)
    decided_at: datetime | None = None
    decision_reason: str = Field(default="", sa_type=Text)

    action: "Action" = Relationship()

    @property
    def pending(self) -> bool:
        return self.decision is None

    @property
    def changes(self) -> dict[str, tuple[str, str]]:
        """By the name of each part of the wording: the words then, and the new ones."""
        return {name: (before, after) for name, (before, after) in json.loads(self.texts).items()}
