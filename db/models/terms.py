"""Term dates as authorities and schools publish them, one row for each span of days."""

from datetime import date
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from db.models.vocabulary import text_enum


class SpanKind(StrEnum):
    TERM = "term"
    HALF_TERM = "half_term"
    INSET = "inset"


class DateStatus(StrEnum):
    """How far dates may be relied on. An example's are made up, for the demo's year."""

    PUBLISHED = "published"
    PROVISIONAL = "provisional"
    EXAMPLE = "example"


# The calendar of one school: what differs from its authority's stands under both names.
SCHOOL_SEPARATOR = " / "


class TermDate(SQLModel, table=True):
    """A term, the half term inside one, or a day when staff are in and pupils are not; days inclusive.

    A calendar called `Oxfordshire / Riverside School` holds what that school has otherwise than
    Oxfordshire: a term or half term in place of the one of the same name, its own INSET days besides.
    """

    __table_args__ = (UniqueConstraint("calendar", "term", "kind", "starts"),)

    id: int | None = Field(default=None, primary_key=True)
    calendar: str = Field(index=True, max_length=160)
    term: str = Field(max_length=80)
    starts: date
    ends: date
    kind: SpanKind = Field(sa_type=text_enum(SpanKind))
    standing: DateStatus = Field(default=DateStatus.PUBLISHED, sa_type=text_enum(DateStatus))
