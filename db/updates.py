"""What people record about an action: each an operation that changes rows and the record together."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from db import record
from db.models import (
    COMPLETED,
    Action,
    Assurance,
    ChannelPlan,
    DueRequest,
    Entry,
    Holding,
    Outcome,
    Plan,
    Progress,
)
from db.record import Change, Said
from db.roles import reopen_before


class Refused(Exception):
    """A change that may not be made. Its text is one sentence for the person."""


def qualified(action: Action) -> str:
    return f"{action.section.plan.code}:{action.ref}"


def set_progress(
    session: Session,
    said: Said,
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
    values: dict[str, Any] = {"progress": progress}
    if (progress in COMPLETED) != (before in COMPLETED):
        values["completed_on"] = today if progress in COMPLETED else None
    if progress is Progress.COMPLETE_WITH_EXCEPTION and note:
        values["exception"] = note
    elif progress is Progress.COMPLETE and action.exception:
        values |= {"exception": "", "outstanding_due": ""}
    if evidence:
        values["evidence"] = evidence
    if action.signed_off_by and progress is not before:
        values |= {"signed_off_by": None, "signed_off_on": None}
    if not record.set_fields(session, said, action, qualified(action), values, note) and note:
        add_note(session, said, action, note)


def set_outcome(session: Session, said: Said, action: Action, outcome: Outcome, note: str = "") -> None:
    values = {"outcome": outcome, "outcome_due": ""}
    if not record.set_fields(session, said, action, qualified(action), values, note) and note:
        add_note(session, said, action, note)


def add_evidence(session: Session, said: Said, action: Action, url: str, note: str = "") -> None:
    """Link evidence. A sign-off was of the evidence before it, so it has to be given again."""
    values: dict[str, Any] = {"evidence": url}
    if action.signed_off_by and url != action.evidence:
        values |= {"signed_off_by": None, "signed_off_on": None}
    if not record.set_fields(session, said, action, qualified(action), values, note) and note:
        add_note(session, said, action, note)


def add_note(session: Session, said: Said, action: Action, text: str) -> None:
    _say(session, said, action, "note", text)


def add_comment(session: Session, said: Said, action: Action, text: str) -> None:
    """Keep what somebody said who may not change the action: it counts for nothing but is heard."""
    _say(session, said, action, "comment", text)


def _say(session: Session, said: Said, action: Action, kind: str, text: str) -> None:
    change = Change("action", action.id, qualified(action), kind, note=text)
    record.append(session, said, [change])


def snooze(session: Session, said: Said, action: Action, until: date) -> None:
    """Hold nudges about an action until a day. Its due date is another matter and stays."""
    record.set_fields(session, said, action, qualified(action), {"snoozed_until": until})


def sign_off(session: Session, said: Said, action: Action, today: date) -> None:
    """A second person says that the evidence shows the action done. Raises `Refused`."""
    if action.progress not in COMPLETED or action.assurance() is not Assurance.EVIDENCED:
        raise Refused(f"{action.ref} can be signed off once it is complete with evidence linked.")
    completed_by = _who_completed(session, action)
    if completed_by == said.who:
        raise Refused(f"You recorded {action.ref} complete yourself: somebody else signs it off.")
    values = {"signed_off_by": said.who, "signed_off_on": today}
    record.set_fields(session, said, action, qualified(action), values)


def _who_completed(session: Session, action: Action) -> str | None:
    entries = record.of_actions(session, [action.id or 0])
    last = [entry for entry in entries if entry.field == "progress" and not entry.undoes]
    return last[-1].who if last else None


def undo(session: Session, who: str, now: datetime, channel: str | None) -> list[Entry]:
    """Reverse somebody's last act of the last 15 minutes by new entries; returns what was reversed.

    Raises `Refused` when there is none, or when somebody has changed the same thing since.
    """
    entries = record.last_act(session, who, now)
    if not entries:
        raise Refused("You changed nothing in the last 15 minutes that could be undone.")
    said = Said(who, now, channel)
    changes = [change for entry in entries if (change := _reverse(session, entry)) is not None]
    record.append(session, said, changes, undoes=entries[0].act)
    return entries


def _reverse(session: Session, entry: Entry) -> Change:
    if entry.subject == "action":
        return _reverse_action(session, entry)
    if entry.subject == "role":
        return _reverse_holding(session, entry)
    if entry.subject == "due_request":
        return _withdraw(session, entry)
    if entry.subject == "channel":
        return _reverse_channel(session, entry)
    raise Refused(f"{entry.ref}: this change cannot be undone; make the change that puts it right.")


def _back(entry: Entry, before: Any = None, after: Any = None) -> Change:
    return Change(entry.subject, entry.subject_id, entry.ref, entry.field, before, after)


def _reverse_action(session: Session, entry: Entry) -> Change:
    action = session.get(Action, entry.subject_id, with_for_update=True)
    if action is None or entry.field not in Action.model_fields:
        # A note stays in the record; the entry that undoes it says that it no longer stands.
        return _back(entry)
    if record.encode(getattr(action, entry.field)) != entry.after:
        raise Refused(
            f"{entry.ref}: somebody changed its {entry.field.replace('_', ' ')} since; nothing was undone."
        )
    setattr(action, entry.field, record.decode(entry.field, entry.before))
    return _back(entry, entry.after, entry.before)


def _reverse_holding(session: Session, entry: Entry) -> Change:
    """Take back the holding that a role was given, and open again the one it had ended."""
    holding = session.exec(
        select(Holding).where(Holding.role_id == entry.subject_id).order_by(Holding.id.desc())  # type: ignore[union-attr]
    ).first()
    if holding is not None:
        reopen_before(session, holding)
    return _back(entry, entry.after, entry.before)


def _reverse_channel(session: Session, entry: Entry) -> Change:
    """A channel means the plan it meant before, or again none of its own."""
    chosen = session.get(ChannelPlan, entry.ref)
    before = session.exec(select(Plan).where(Plan.code == entry.before)).first()
    if chosen is not None and before is not None and before.id is not None:
        chosen.plan_id = before.id
    elif chosen is not None:
        session.delete(chosen)
    return _back(entry, entry.after, entry.before)


def _withdraw(session: Session, entry: Entry) -> Change:
    """Take a request back, or a decision about one: then it waits to be decided again."""
    asked = session.get(DueRequest, entry.subject_id)
    if asked is None or (entry.field == "asked" and not asked.pending):
        raise Refused(f"{entry.ref}: the new date was decided already; nothing was undone.")
    if entry.field == "asked":
        asked.decision = "withdrawn"
        return _back(entry, entry.after, "withdrawn")
    asked.decision = asked.decided_by = asked.decided_at = None
    return _back(entry, entry.after)
