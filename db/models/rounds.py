"""Rounds of an action that somebody recorded: an audit, a survey, a count that comes round each quarter."""

from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class Round(SQLModel, table=True):
    """One round of an action: that it is complete, or its result.

    `measure` says what of the action was counted, as in `db.rules.rounds.Counted.of`; it is empty for the
    whole action. Of `denominator` cases, people or answers `numerator` passed; both are None for a round
    of which nobody gave a result. `operator` and `pass_mark`, in percent, are the measure's on that day, so
    that a later change of the plan judges nobody's audit again. `due` is the day the round was due. `act` is
    the act of the audit log that recorded it.
    """

    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id", index=True)
    measure: str = Field(default="", sa_type=Text)
    due: date | None = None
    period_start: date
    period_end: date
    numerator: int | None = None
    denominator: int | None = None
    operator: str | None = Field(default=None, max_length=8)
    pass_mark: float | None = None
    act: str = Field(max_length=32)
    recorded_by: str = Field(max_length=64)
    recorded_at: datetime

    @property
    def share(self) -> Fraction | None:
        """The percentage that passed, exactly; None without a result."""
        if self.numerator is None or not self.denominator:
            return None
        return Fraction(100 * self.numerator, self.denominator)
