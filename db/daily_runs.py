"""What the clock does once a day: a row says that the day's round of a kind was made."""

from datetime import date

from sqlmodel import Session

from db.models import DailyRun


def is_done(session: Session, kind: str, day: date) -> bool:
    """Whether the round of that day, or of a later one, was made already."""
    held = session.get(DailyRun, kind)
    return held is not None and held.day >= day


def mark_done(session: Session, kind: str, day: date) -> None:
    held = session.get(DailyRun, kind)
    if held is None:
        session.add(DailyRun(kind=kind, day=day))
    else:
        held.day = day
