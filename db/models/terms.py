"""Term dates as local authorities and schools publish them, one row for each span of days."""

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
    """How far the dates can be relied on. `example` dates are invented, for the year of the demo."""

    PUBLISHED = "published"
    PROVISIONAL = "provisional"
    EXAMPLE = "example"


# A school's own dates are in a calendar named after the authority and the school, joined by this.
SCHOOL_SEPARATOR = " / "


class TermDate(SQLModel, table=True):
    """A term, a half-term holiday, or INSET days (staff are in and pupils are not). Both days are inclusive.

    A calendar called `Oxfordshire / Riverside School` holds only that school's differences from
    Oxfordshire: a term or half term replaces the one of the same name, and INSET days are added.
    """

    __table_args__ = (UniqueConstraint("calendar", "term", "kind", "starts"),)

    id: int | None = Field(default=None, primary_key=True)
    calendar: str = Field(index=True, max_length=160)
    term: str = Field(max_length=80)
    starts: date
    ends: date
    kind: SpanKind = Field(sa_type=text_enum(SpanKind))
    standing: DateStatus = Field(default=DateStatus.PUBLISHED, sa_type=text_enum(DateStatus))
