"""What people record about an action. Each operation changes the rows and the audit log together."""

import re
from datetime import date
from typing import Any

from sqlmodel import Session

from db import audit_log, rounds
from db.audit_log import NOT_MINE, Author, Change
from db.errors import Refused
from db.models import (
    COMPLETED,
    OPEN,
    Action,
    Nudge,
    Outcome,
    Progress,
)
from db.rules.links import link_fault


def set_progress(
    session: Session,
    author: Author,
    action: Action,
    progress: Progress,
    today: date,
    note: str = "",
    evidence: str | None = None,
    *,
    for_good: bool = False,
) -> None:
    """Record progress, with a note and a link to evidence if given.

    When an action that recurs is complete, that round is: it stays open and its next round is due, unless
    `for_good`.

    Raises `Refused` for an action that is superseded, for one that is reopened without a note, and for an
    exception without a note that says what is left.
    """
    before = action.progress
    _check_progress(action, progress, note)
    if progress in COMPLETED and before in OPEN and rounds.recurs(action) and not for_good:
        rounds.check_not_recorded(action, today)
        _complete_round(session, author, action, progress, today, note, evidence)
        return
    values: dict[str, Any] = {"progress": progress, "status_unsettled": False}
    if (progress in COMPLETED) != (before in COMPLETED):
        values["completed_on"] = today if progress in COMPLETED else None
    elif before is Progress.COMPLETE_WITH_EXCEPTION and progress is Progress.COMPLETE:
        # Only now nothing is left of it.
        values["completed_on"] = today
    if progress is Progress.COMPLETE_WITH_EXCEPTION and note:
        values["exception"] = re.sub(r"^(?:the exception )?of\s+", "", note)
    elif progress is not before and action.exception:
        values |= {"exception": "", "outstanding_due": ""}
    if evidence:
        values["evidence"] = evidence
    _set_fields(session, author, action, values, note, confirmed=progress if progress is before else None)


def _check_progress(action: Action, progress: Progress, note: str) -> None:
    """Raise `Refused` where an action may not go on from its progress to this one, or not without a note."""
    before = action.progress
    if before is Progress.SUPERSEDED and progress is not before:
        raise Refused(
            f"{action.ref} is superseded, which is final. Record the action that replaced it.",
            field="progress",
        )
    if before in COMPLETED and progress not in COMPLETED and not note:
        raise Refused(
            f"{action.ref} is {before}. Say why you reopen it.",
            field="note",
            in_a_command="Write the reason after a colon.",
        )
    if progress is Progress.COMPLETE_WITH_EXCEPTION and not (note or action.exception):
        raise Refused(
            f"Say what is left of {action.ref}.", field="note", in_a_command="Write it after a colon."
        )


def _complete_round(
    session: Session,
    author: Author,
    action: Action,
    progress: Progress,
    today: date,
    note: str,
    evidence: str | None,
) -> None:
    values = rounds.complete_round(session, author, action, today)
    # Done long before its date it is the round before that one.
    due = action.due if values.get("due") != action.due else None
    change = Change("action", action.id, action.qualified_ref, "round", due, progress, note)
    audit_log.append(session, author, [change])
    _set_fields(session, author, action, values | ({"evidence": evidence} if evidence else {}), "")


def _set_fields(
    session: Session,
    author: Author,
    action: Action,
    values: dict[str, Any],
    note: str,
    *,
    confirmed: Progress | None = None,
) -> None:
    """Set columns. Where no column changes, the note is recorded alone. Raises `Refused` for no link.

    With `confirmed`, that progress is recorded as confirmed: a person has said that it is still so, and an
    older file must not take it back.

    A sign-off is of the progress and the evidence at that time, so a change of either removes it.
    """
    fault = link_fault(values["evidence"]) if values.get("evidence") else None
    if fault:
        raise Refused(f"That link {fault}, so nothing was recorded.", field="evidence")
    changed = any(
        getattr(action, name) != values[name] for name in ("progress", "evidence") if name in values
    )
    if action.signed_off_by and changed:
        values |= {"signed_off_by": None, "signed_off_on": None}
    if audit_log.set_fields(session, author, action, action.qualified_ref, values, note):
        return
    if note or confirmed:
        _append_text(session, author, action, "note", note, confirmed)


def set_outcome(
    session: Session, author: Author, action: Action, outcome: Outcome, note: str = "", *, ground: str = ""
) -> None:
    """Record an outcome, with a note if given.

    Raises `Refused` for one that is achieved with nothing to show it: no note, no `ground` that was given
    with it, and no evidence.
    """
    if outcome is Outcome.ACHIEVED and not (note or ground or action.evidence):
        raise Refused(
            f"Say what shows that {action.ref} made its difference, or link evidence first.",
            field="note",
            in_a_command="Write it after a colon.",
        )
    _set_fields(session, author, action, {"outcome": outcome, "outcome_due": ""}, note)


def add_evidence(session: Session, author: Author, action: Action, url: str, note: str = "") -> None:
    _set_fields(session, author, action, {"evidence": url}, note)


def add_note(session: Session, author: Author, action: Action, text: str) -> None:
    _append_text(session, author, action, "note", text)


def add_comment(session: Session, author: Author, action: Action, text: str) -> None:
    """Record a comment by a person who may not change the action. It is shown, but is not an update."""
    _append_text(session, author, action, "comment", text)


def record_not_mine(session: Session, author: Author, nudge: Nudge, reason: str) -> None:
    """Record that a person says an action is not theirs, and why. They are not nudged about it again."""
    nudge.disowned, nudge.reason = True, reason
    # The note has the reason alone: erasing its text finds the copy in the nudge by that.
    _append_text(session, author, nudge.action, NOT_MINE, reason)


def _append_text(
    session: Session,
    author: Author,
    action: Action,
    kind: str,
    text: str,
    confirmed: Progress | None = None,
) -> None:
    change = Change("action", action.id, action.qualified_ref, kind, confirmed, confirmed, text)
    audit_log.append(session, author, [change])


def snooze(session: Session, author: Author, action: Action, until: date) -> None:
    """Send no nudges about an action until a day. Its due date stays."""
    audit_log.set_fields(session, author, action, action.qualified_ref, {"snoozed_until": until})
