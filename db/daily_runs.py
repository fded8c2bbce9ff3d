"""Which daily runs are done: one row a kind, with the day of its last run."""

from datetime import date

from sqlmodel import Session

from db.models import DailyRun


def is_done(session: Session, kind: str, day: date) -> bool:
    """Whether the run of that day, or of a later day, is done already."""
    last_run = session.get(DailyRun, kind)
    return last_run is not None and last_run.day >= day


def mark_done(session: Session, kind: str, day: date) -> None:
    last_run = session.get(DailyRun, kind)
    if last_run is None:
        session.add(DailyRun(kind=kind, day=day))
    else:
        last_run.day = day
