"""How long what people wrote is kept: texts older than the set number of months are erased."""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlmodel import Session, col

from db import erasure
from db.audit_chain import ERASURE_SUBJECT
from db.audit_log import IMPORT_PREFIX, Author
from db.models import Entry

KIND = "retention"
# Each text is searched for in every table, so a night has a limit. The rest waits for the next one.
_EACH_NIGHT = 500


def erase_old_texts(session: Session, now: datetime, first_kept: datetime, months: int) -> int:
    """Erase the notes that people wrote before a moment, and their copies. Returns how many entries.

    For a transaction that holds the write lock. What an import brought is the plan's and stays.
    """
    query = (
        select(Entry)
        .where(
            col(Entry.at) < first_kept,
            col(Entry.salt).is_not(None),
            col(Entry.note) != "",
            col(Entry.subject) != ERASURE_SUBJECT,
            ~col(Entry.who).startswith(IMPORT_PREFIX),
        )
        .order_by(col(Entry.seq))
        .limit(_EACH_NIGHT)
    )
    entries = list(session.scalars(query))
    if not entries:
        return 0
    reason = f"kept for {months} months, the time that is set"
    return len(erasure.erase_entries(session, Author(KIND, now), entries, reason).entries)


def first_day_kept(today: date, months: int) -> date:
    """The first day of which texts are kept."""
    return today - relativedelta(months=months)
