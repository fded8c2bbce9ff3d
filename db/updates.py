"""What people record about an action. Each operation changes the rows and the audit log together."""

import json
import re
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from db import audit_log, kpis, nudges, rounds
from db.audit_log import NOT_MINE, Author, Change
from db.errors import Refused
from db.extension_requests import reopen_replaced
from db.models import (
    COMPLETED,
    OPEN,
    Action,
    ChannelPlan,
    DueRequest,
    Entry,
    Nudge,
    Outcome,
    Plan,
    Progress,
    Role,
)
from db.roles import holders_snapshot, restore_holders
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
    _set_fields(session, author, action, values, note)


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
    values = {**rounds.values_after_round(session, action, today), "status_unsettled": False}
    # Done long before its date it is the round before that one.
    due = action.due if values.get("due") != action.due else None
    change = Change("action", action.id, action.qualified_ref, "round", due, progress, note)
    audit_log.append(session, author, [change])
    _set_fields(session, author, action, values | ({"evidence": evidence} if evidence else {}), "")


def _set_fields(session: Session, author: Author, action: Action, values: dict[str, Any], note: str) -> None:
    """Set columns. Where no column changes, the note is recorded alone. Raises `Refused` for no link.

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
    if not audit_log.set_fields(session, author, action, action.qualified_ref, values, note) and note:
        add_note(session, author, action, note)


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


def _append_text(session: Session, author: Author, action: Action, kind: str, text: str) -> None:
    change = Change("action", action.id, action.qualified_ref, kind, note=text)
    audit_log.append(session, author, [change])


def snooze(session: Session, author: Author, action: Action, until: date) -> None:
    """Send no nudges about an action until a day. Its due date stays."""
    audit_log.set_fields(session, author, action, action.qualified_ref, {"snoozed_until": until})


def undo(session: Session, author: Author, act: str | None = None) -> list[Entry]:
    """Undo the act of the person that is named, or their last one, by new entries.

    It must be their own and from the last 15 minutes. Returns the entries that were undone. Raises
    `Refused` where there is no such act, or where somebody changed the same thing since.
    """
    entries = audit_log.last_undoable_act(session, author.who, author.at, act)
    if not entries:
        why = "You can no longer undo that" if act else "You changed nothing that could be undone"
        raise Refused(f"{why}. You can undo your own changes of the last 15 minutes.")
    # Newest first: a later entry of an act may depend on an earlier one.
    changes = [_reverse(session, author, entry) for entry in reversed(entries)]
    changes += _withdraw_sign_offs(session, entries)
    audit_log.append(session, author, changes, undoes=entries[0].act)
    nudges.correct_alerts(session, author, entries)
    return entries


def _reverse(session: Session, author: Author, entry: Entry) -> Change:
    if entry.erased_digest is not None:
        raise Refused(f"{entry.ref}: the text of that change was erased, so it cannot be undone.")
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
    raise Refused(f"{entry.ref}: this change cannot be undone. Make another change to put it right.")


def _reversal(entry: Entry, before: Any = None, after: Any = None) -> Change:
    return Change(entry.subject, entry.subject_id, entry.ref, entry.field, before, after)


def _reverse_action(session: Session, entry: Entry) -> Change:
    action = session.get(Action, entry.subject_id, with_for_update=True)
    if action is not None and entry.field == NOT_MINE:
        _ask_again(session, action, entry.who)
    if action is None or entry.field not in Action.model_fields:
        # A note stays in the audit log; the entry that undoes it marks it as undone.
        return _reversal(entry)
    if audit_log.encode(getattr(action, entry.field)) != entry.after:
        raise Refused(
            f"{entry.ref}: somebody changed its {entry.field.replace('_', ' ')} since. Nothing was undone."
        )
    setattr(action, entry.field, audit_log.decode(entry.field, entry.before))
    return _reversal(entry, entry.after, entry.before)


def _ask_again(session: Session, action: Action, person: str) -> None:
    """Nudge a person about an action again, who had said that it is not theirs."""
    disowned = select(Nudge).where(Nudge.action_id == action.id, Nudge.person == person, col(Nudge.disowned))
    for nudge in session.exec(disowned):
        nudge.disowned, nudge.reason = False, ""


def _withdraw_sign_offs(session: Session, entries: list[Entry]) -> list[Change]:
    """Remove the sign-offs that were of the progress or evidence being undone."""
    undone = {
        entry.subject_id: entry
        for entry in entries
        if entry.subject == "action" and entry.field in ("progress", "evidence")
    }
    changes = []
    for action_id, entry in undone.items():
        action = session.get(Action, action_id)
        if action is not None and action.signed_off_by:
            for name in ("signed_off_by", "signed_off_on"):
                before = getattr(action, name)
                changes.append(Change("action", action_id, entry.ref, name, before, None))
                setattr(action, name, None)
    return changes


def _reverse_holding(session: Session, entry: Entry) -> Change:
    """Restore who held a role before, with all dates."""
    role = session.get(Role, entry.subject_id)
    after: list[list[str | None]] = json.loads(entry.after or "[]")
    if role is None or holders_snapshot(role) != after:
        raise Refused(f"{entry.ref}: somebody changed who holds it since. Nothing was undone.")
    restore_holders(session, role, json.loads(entry.before or "[]"))
    return _reversal(entry, entry.after, entry.before)


def _reverse_channel(session: Session, entry: Entry) -> Change:
    """Restore the channel's earlier plan, or that it had none of its own."""
    channel_plan = session.get(ChannelPlan, entry.ref)
    if channel_plan is None or channel_plan.plan.code != entry.after:
        raise Refused("Somebody chose another plan for this channel since. Nothing was undone.")
    before = session.exec(select(Plan).where(Plan.code == entry.before)).first()
    if before is not None and before.id is not None:
        channel_plan.plan_id = before.id
    else:
        session.delete(channel_plan)
    return _reversal(entry, entry.after, entry.before)


def _reverse_figure(session: Session, author: Author, entry: Entry) -> Change:
    """Restore a KPI's earlier figure, or that there was none."""
    change = kpis.undo_figure(session, author, entry)
    if change is None:
        raise Refused(f"{entry.ref}: another figure was recorded since. Nothing was undone.")
    return change


def _withdraw(session: Session, entry: Entry) -> Change:
    """Withdraw a request for a new date, or the decision on one. Then the request waits for a decision."""
    request = session.get(DueRequest, entry.subject_id)
    if request is None or (entry.field == "asked" and not request.pending):
        decision = request.decision if request else "removed"
        raise Refused(f"{entry.ref}: that request was {decision} since. Nothing was undone.")
    if entry.field == "asked":
        request.decision = "withdrawn"
        reopen_replaced(request)
        return _reversal(entry, entry.after, "withdrawn")
    request.decision = request.decided_by = request.decided_at = None
    return _reversal(entry, entry.after)
