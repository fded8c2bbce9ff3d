"""What changed in a plan that a board asks about: status, date, lead, rounds, coverage and wording."""

from datetime import datetime

from sqlmodel import Session, col, select

from db.audit_log import COVERAGE, ROUNDS, entries_since, is_by_import
from db.models import Action, Entry, Lead, Plan


def holder_changes_since(session: Session, plan_id: int | None, since: datetime) -> list[Entry]:
    """Changes of who holds a role that leads an action of the plan, after a moment, oldest first."""
    leading = select(Lead.role_id).join(Action).where(Action.plan_id == plan_id)
    query = select(Entry).where(
        Entry.subject == "role",
        col(Entry.subject_id).in_(leading),
        Entry.at > since,
    )
    return list(session.exec(query.order_by(col(Entry.seq))))


# A board asks about changes of status, date and lead. Notes and wording are in the action's history.
_BOARD_FIELDS = frozenset(
    {
        "progress",
        *ROUNDS,
        *COVERAGE,
        "outcome",
        "due",
        "leads",
        "holder",
        "removed_on",
        "signed_off_by",
    }
)
# By a person only: of an import they are the plan's file, and not news.
EDITS = frozenset({"added", "title", "text", "outcome_text", "measure_text", "recurrence", "section"})
# A complete round says these too: that the next one is due is no new date that somebody gave.
_IN_A_ROUND = frozenset({"progress", "due"})


def board_changes_since(session: Session, plan: Plan, since: datetime) -> list[Entry]:
    """The changes in a plan after a moment that a board asks about, oldest first."""
    entries = [*entries_since(session, plan.code, since), *holder_changes_since(session, plan.id, since)]
    rounds = {(entry.act, entry.subject_id) for entry in entries if entry.field in ROUNDS}
    shown = [
        entry
        for entry in entries
        if (entry.field in _BOARD_FIELDS or _is_edit(entry))
        and not _is_first_holder(entry)
        and not (entry.field in _IN_A_ROUND and (entry.act, entry.subject_id) in rounds)
    ]
    return sorted(shown, key=lambda entry: entry.seq)


def _is_edit(entry: Entry) -> bool:
    """Whether a person added an action, or changed its wording."""
    return entry.subject == "action" and entry.field in EDITS and not is_by_import(entry.who)


def _is_first_holder(entry: Entry) -> bool:
    return entry.field == "holder" and entry.before is None and is_by_import(entry.who)
