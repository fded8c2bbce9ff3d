"""What people say about a KPI beside its figures: why it moves, and what to bear in mind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from db import audit_log, disclosure
from db.audit_log import EXPLANATION, Author, Change
from db.kpis import kpi_ref
from db.models import Entry, Kpi
from db.rules.disclosure import NOTHING, disclosed_text


@dataclass(frozen=True)
class Explanation:
    """What somebody (`who`, a Slack ID) said of a KPI and when, as an audience may see it."""

    who: str
    at: datetime
    text: str


def add_explanation(session: Session, author: Author, kpi: Kpi, text: str) -> None:
    """Record an explanation. Raises what `db.text_checks` raises for a text that must not be stored."""
    audit_log.append(session, author, [Change("kpi", kpi.id, kpi_ref(kpi), EXPLANATION, note=text)])


def load_explanations(
    session: Session, wanted: Sequence[Kpi], until: datetime, *, board: bool
) -> dict[int, list[Explanation]]:
    """The explanations of KPIs that stood at a moment, by KPI, the newest first.

    Without `board`, one that quotes a number that is or ever was hidden says that it is hidden.
    """
    query = select(Entry).where(
        Entry.subject == "kpi",
        Entry.field == EXPLANATION,
        col(Entry.subject_id).in_([kpi.id for kpi in wanted]),
        Entry.at <= until,
    )
    entries = audit_log.current_entries(session.exec(query.order_by(col(Entry.seq).desc())))
    found: dict[int, list[Explanation]] = {}
    for kpi in wanted:
        said = [one for one in entries if one.subject_id == kpi.id]
        hidden = disclosure.ever_hidden(session, kpi) if said and not board else NOTHING
        found[kpi.id or 0] = [
            Explanation(one.who, one.at, disclosed_text(one.note, hidden, board=board)) for one in said
        ]
    return found
