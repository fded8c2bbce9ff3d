"""What people record about an action: each an operation that changes rows and the record together."""

import json
import re
from datetime import date
from typing import Any

from sqlmodel import Session, select

from db import audit_log, kpis
from db.audit_log import Author, Change
from db.errors import Refused
from db.models import (
    COMPLETED,
    Action,
    Assurance,
    ChannelPlan,
    DueRequest,
    Entry,
    Outcome,
    Plan,
    Progress,
    Role,
)
from db.roles import holders_snapshot, restore_holders


def set_progress(
    session: Session,
    author: Author,
    action: Action,
    progress: Progress,
    today: date,
    note: str = "",
    evidence: str | None = None,
) -> None:
    """Record progress, with what was said and the evidence given.

    Nothing leaves `superseded`, and an action that was complete is opened again only with a reason.
    Raises `Refused`.
    """
    before = action.progress
    if before is Progress.SUPERSEDED and progress is not before:
        raise Refused(f"{action.ref} is superseded, which is final: record the action that replaced it.")
    if before in COMPLETED and progress not in COMPLETED and not note:
        raise Refused(f"{action.ref} is {before}: say after a colon why it is opened again.")
    if progress is Progress.COMPLETE_WITH_EXCEPTION and not (note or action.exception):
        raise Refused(f"Say after a colon what is left of {action.ref}.")
    values: dict[str, Any] = {"progress": progress}
    if (progress in COMPLETED) != (before in COMPLETED):
        values["completed_on"] = today if progress in COMPLETED else None
    if progress is Progress.COMPLETE_WITH_EXCEPTION and note:
        values["exception"] = re.sub(r"^(?:the exception )?of\s+", "", note)
    elif progress is not before and action.exception:
        values |= {"exception": "", "outstanding_due": ""}
    if evidence:
        values["evidence"] = evidence
    _set_fields(session, author, action, values, note)


def _set_fields(session: Session, author: Author, action: Action, values: dict[str, Any], note: str) -> None:
    """Set columns; a note with nothing changed is kept as a note.

    A sign-off was of the progress and the evidence before: when either changes it has to be given anew.
    """
    moved = any(getattr(action, n) != values[n] for n in ("progress", "evidence") if n in values)
    if action.signed_off_by and moved:
        values |= {"signed_off_by": None, "signed_off_on": None}
    if not audit_log.set_fields(session, author, action, action.qualified_ref, values, note) and note:
        add_note(session, author, action, note)


def set_outcome(session: Session, author: Author, action: Action, outcome: Outcome, note: str = "") -> None:
    _set_fields(session, author, action, {"outcome": outcome, "outcome_due": ""}, note)


def add_evidence(session: Session, author: Author, action: Action, url: str, note: str = "") -> None:
    _set_fields(session, author, action, {"evidence": url}, note)


def add_note(session: Session, author: Author, action: Action, text: str) -> None:
    _append_text(session, author, action, "note", text)


def add_comment(session: Session, author: Author, action: Action, text: str) -> None:
    """Keep what somebody said who may not change the action: it counts for nothing but is heard."""
    _append_text(session, author, action, "comment", text)


def _append_text(session: Session, author: Author, action: Action, kind: str, text: str) -> None:
    change = Change("action", action.id, action.qualified_ref, kind, note=text)
    audit_log.append(session, author, [change])


def snooze(session: Session, author: Author, action: Action, until: date) -> None:
    """Hold nudges about an action until a day. Its due date is another matter and stays."""
    audit_log.set_fields(session, author, action, action.qualified_ref, {"snoozed_until": until})


def sign_off(session: Session, author: Author, action: Action, today: date) -> None:
    """A second person says that the evidence shows the action done. Raises `Refused`."""
    if action.progress not in COMPLETED or action.assurance() is not Assurance.EVIDENCED:
        raise Refused(f"{action.ref} can be signed off once it is complete with evidence linked.")
    completed_by = _who_completed(session, action)
    if completed_by == author.who:
        raise Refused(f"You recorded {action.ref} complete yourself: somebody else signs it off.")
    values = {"signed_off_by": author.who, "signed_off_on": today}
    audit_log.set_fields(session, author, action, action.qualified_ref, values)


def _who_completed(session: Session, action: Action) -> str | None:
    """Who recorded the completion that stands: not one that was undone."""
    entries = audit_log.entries_of_actions(session, [action.id or 0])
    undone = {entry.undoes for entry in entries}
    standing = [
        entry.who
        for entry in entries
        if entry.field == "progress" and not entry.undoes and entry.act not in undone
    ]
    return standing[-1] if standing else None


def undo(session: Session, author: Author, act: str | None = None) -> list[Entry]:
    """Reverse an act of the person's by new entries: the one named, else their last.

    It has to be theirs and of the last 15 minutes. Returns what was reversed. Raises `Refused` when there
    is none, or when somebody has changed the same thing since.
    """
    entries = audit_log.last_undoable_act(session, author.who, author.at, act)
    if not entries:
        what = "That is not yours to undo any more" if act else "You changed nothing that could be undone"
        raise Refused(f"{what}: undo is for your own changes of the last 15 minutes.")
    # Backwards, as what came last stands on what came first.
    changes = [_reverse(session, author, entry) for entry in reversed(entries)]
    changes += _withdraw_sign_offs(session, entries)
    audit_log.append(session, author, changes, undoes=entries[0].act)
    return entries


def _reverse(session: Session, author: Author, entry: Entry) -> Change:
    if entry.subject == "action":
        return _reverse_action(session, entry)
    if entry.subject == "role":
        return _reverse_holding(session, entry)
    if entry.subject == "due_request":
        return _withdraw(session, entry)
    if entry.subject == "channel" and entry.field == "plan":
        return _reverse_channel(session, entry)
    if entry.subject == "kpi" and "/" in entry.field:
        return _reverse_figure(session, author, entry)
    raise Refused(f"{entry.ref}: this change cannot be undone; make the change that puts it right.")


def _reversal(entry: Entry, before: Any = None, after: Any = None) -> Change:
    return Change(entry.subject, entry.subject_id, entry.ref, entry.field, before, after)


def _reverse_action(session: Session, entry: Entry) -> Change:
    action = session.get(Action, entry.subject_id, with_for_update=True)
    if action is None or entry.field not in Action.model_fields:
        # A note stays in the record; the entry that undoes it says that it no longer stands.
        return _reversal(entry)
    if audit_log.encode(getattr(action, entry.field)) != entry.after:
        raise Refused(
            f"{entry.ref}: somebody changed its {entry.field.replace('_', ' ')} since; nothing was undone."
        )
    setattr(action, entry.field, audit_log.decode(entry.field, entry.before))
    return _reversal(entry, entry.after, entry.before)


def _withdraw_sign_offs(session: Session, entries: list[Entry]) -> list[Change]:
    """A sign-off was of the progress and evidence that are being taken back: it falls with them."""
    touched = {
        e.subject_id: e for e in entries if e.subject == "action" and e.field in ("progress", "evidence")
    }
    changes = []
    for action_id, entry in touched.items():
        action = session.get(Action, action_id)
        if action is not None and action.signed_off_by:
            for name in ("signed_off_by", "signed_off_on"):
                before = getattr(action, name)
                changes.append(Change("action", action_id, entry.ref, name, before, None))
                setattr(action, name, None)
    return changes


def _reverse_holding(session: Session, entry: Entry) -> Change:
    """A role is held by whom it was held before, with all their dates."""
    role = session.get(Role, entry.subject_id)
    after: list[list[str | None]] = json.loads(entry.after or "[]")
    if role is None or holders_snapshot(role) != after:
        raise Refused(f"{entry.ref}: somebody changed who holds it since; nothing was undone.")
    restore_holders(session, role, json.loads(entry.before or "[]"))
    return _reversal(entry, entry.after, entry.before)


def _reverse_channel(session: Session, entry: Entry) -> Change:
    """A channel means the plan it meant before, or again none of its own."""
    chosen = session.get(ChannelPlan, entry.ref)
    if chosen is None or chosen.plan.code != entry.after:
        raise Refused("Somebody chose another plan for this channel since; nothing was undone.")
    before = session.exec(select(Plan).where(Plan.code == entry.before)).first()
    if before is not None and before.id is not None:
        chosen.plan_id = before.id
    else:
        session.delete(chosen)
    return _reversal(entry, entry.after, entry.before)


def _reverse_figure(session: Session, author: Author, entry: Entry) -> Change:
    """A KPI's figure is again what it was before, or none."""
    change = kpis.undo_figure(session, author, entry)
    if change is None:
        raise Refused(f"{entry.ref}: another figure was recorded since; nothing was undone.")
    return change


def _withdraw(session: Session, entry: Entry) -> Change:
    """Take a request back, or a decision about one: then it waits to be decided again."""
    asked = session.get(DueRequest, entry.subject_id)
    if asked is None or (entry.field == "asked" and not asked.pending):
        became = asked.decision if asked else "removed"
        raise Refused(f"{entry.ref}: that request was {became} since; nothing was undone.")
    if entry.field == "asked":
        asked.decision = "withdrawn"
        earlier = [one for one in asked.action.due_requests if one.decision == "replaced"]
        if earlier:
            earlier[-1].decision = None
        return _reversal(entry, entry.after, "withdrawn")
    asked.decision = asked.decided_by = asked.decided_at = None
    return _reversal(entry, entry.after)
