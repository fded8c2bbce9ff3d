"""What people say about a KPI beside its figures: why it moves, and what to bear in mind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from db import audit_log, disclosure
from db.audit_log import EXPLANATION, Author, Change
from db.kpis import kpi_ref
from db.models import Entry, Kpi
from db.rules.calendars import local_day
from db.rules.disclosure import MAY_TELL_HIDDEN


@dataclass(frozen=True)
class Explanation:
    """What somebody (`who`, a Slack ID) said of a KPI on a day, as an audience may see it.

    `number` is that of the entry in the audit log.
    """

    who: str
    day: date
    note: str
    number: int


def add_explanation(session: Session, author: Author, kpi: Kpi, text: str) -> None:
    """Record an explanation. Raises what `db.text_checks` raises for a text that must not be stored."""
    audit_log.append(session, author, [Change("kpi", kpi.id, kpi_ref(kpi), EXPLANATION, note=text)])


def load_explanations(
    session: Session, wanted: Sequence[Kpi], until: datetime, zone: ZoneInfo, *, board: bool
) -> dict[int, list[Explanation]]:
    """The explanations of KPIs that stood at a moment, by KPI, the newest first, without the erased ones.

    Without `board`, those of a KPI that has hidden figures are hidden with them: "down by 17" tells one
    without quoting it.
    """
    query = select(Entry).where(
        Entry.subject == "kpi",
        Entry.field == EXPLANATION,
        col(Entry.subject_id).in_([kpi.id for kpi in wanted]),
        Entry.at <= until,
    )
    entries = audit_log.current_entries(session.exec(query.order_by(col(Entry.seq).desc())))
    entries = [one for one in entries if one.erased_digest is None]
    found: dict[int, list[Explanation]] = {}
    for kpi in wanted:
        own = [one for one in entries if one.subject_id == kpi.id]
        is_hidden = bool(own) and not board and disclosure.has_hidden_figures(session, kpi)
        found[kpi.id or 0] = [
            Explanation(
                one.who, local_day(one.at, zone), MAY_TELL_HIDDEN if is_hidden else one.note, one.seq or 0
            )
            for one in own
        ]
    return found
