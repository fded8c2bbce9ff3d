"""Taking back what somebody recorded or changed in the last quarter of an hour, by new entries."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from db import audit_log, coverage, edit_requests, findings, kpis, meetings, nudges, plan_edits
from db.audit_log import NOT_MINE, Author, Change
from db.errors import Refused
from db.extension_requests import reopen_replaced
from db.models import Action, ChannelPlan, DueRequest, Entry, Nudge, Plan, Role, Round, Section
from db.roles import holders_snapshot, restore_holders


def undo(session: Session, author: Author, today: date, act: str | None = None) -> list[Entry]:
    """Undo the act of the person that is named, or their last one, by new entries.

    It must be their own and from the last 15 minutes. Returns the entries that were undone. Raises
    `Refused` where there is no such act, or where somebody changed the same thing since.
    """
    entries = audit_log.last_undoable_act(session, author.who, author.at, act)
    if not entries:
        why = "You can no longer undo that" if act else "You changed nothing that could be undone"
        raise Refused(f"{why}. You can undo your own changes of the last 15 minutes.")
    # Newest first: a later entry of an act may depend on an earlier one.
    changes = [_reverse(session, author, entry, today) for entry in reversed(entries)]
    changes += _withdraw_sign_offs(session, entries)
    audit_log.append(session, author, changes, undoes=entries[0].act)
    nudges.correct_alerts(session, author, entries)
    return entries


def _reverse(session: Session, author: Author, entry: Entry, today: date) -> Change:
    if entry.erased_digest is not None:
        raise Refused(f"{entry.ref}: the text of that change was erased, so it cannot be undone.")
    if entry.subject == "action":
        return _reverse_action(session, entry, today)
    if entry.subject == "kpi" and "/" in entry.field:
        return _reverse_figure(session, author, entry)
    found = _WAYS_BACK.get((entry.subject, entry.field)) or _WAYS_BACK.get((entry.subject, ""))
    if found is None:
        raise Refused(f"{entry.ref}: this change cannot be undone. Make another change to put it right.")
    return found(session, entry)


def _reversal(entry: Entry, before: Any = None, after: Any = None) -> Change:
    return Change(entry.subject, entry.subject_id, entry.ref, entry.field, before, after)


def _reverse_action(session: Session, entry: Entry, today: date) -> Change:
    action = session.get(Action, entry.subject_id, with_for_update=True)
    if action is not None and entry.field == "added":
        return _remove_added(session, action, entry, today)
    if action is not None and entry.field in _PARTS:
        return _put_back_part(session, action, entry)
    if action is not None and entry.field in audit_log.ROUNDS:
        session.execute(delete(Round).where(col(Round.action_id) == action.id, col(Round.act) == entry.act))
    if action is not None and entry.field in audit_log.COVERAGE:
        coverage.undo_covered(session, entry.act, entry.field)
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


def _remove_added(session: Session, action: Action, entry: Entry, today: date) -> Change:
    """Take back an action that a person added: it stays as one that was removed, with its reference."""
    entries = audit_log.current_entries(audit_log.entries_of_actions(session, [action.id or 0]))
    if any(one.act != entry.act for one in entries):
        raise Refused(f"{entry.ref}: something was recorded of it since. Nothing was undone.")
    before, action.removed_on = action.removed_on, today
    return Change("action", action.id, entry.ref, "removed_on", before, today)


# What an action has beside its columns, as the record has it.
_PARTS = ("section", "leads", "measures")


def _put_back_part(session: Session, action: Action, entry: Entry) -> Change:
    if plan_edits.part_of(action, entry.field) != entry.after:
        raise Refused(f"{entry.ref}: somebody changed its {entry.field} since. Nothing was undone.")
    plan_edits.restore_part(session, action, entry.field, entry.before)
    return _reversal(entry, entry.after, entry.before)


def _reverse_plan(session: Session, entry: Entry) -> Change:
    """Take back that a plan was archived, or its ladder."""
    plan = session.get_one(Plan, entry.subject_id)
    if audit_log.encode(getattr(plan, entry.field)) != entry.after:
        raise Refused(f"{entry.ref}: somebody changed that since. Nothing was undone.")
    if entry.field == "ladder":
        plan.ladder = entry.before or ""
    else:
        plan.archived_on = date.fromisoformat(entry.before) if entry.before else None
    return _reversal(entry, entry.after, entry.before)


def _take_place_back(session: Session, entry: Entry) -> Change:
    """Take an empty plan or section back."""
    table, inside = (Plan, Section.plan_id) if entry.subject == "plan" else (Section, Action.section_id)
    found = session.get(table, entry.subject_id)
    if found is None or session.exec(select(inside).where(inside == entry.subject_id)).first() is not None:
        raise Refused(f"{entry.ref}: there is something in it by now. Nothing was undone.")
    if (
        entry.subject == "plan"
        and session.exec(select(ChannelPlan).where(ChannelPlan.plan_id == entry.subject_id)).first()
    ):
        raise Refused(f"{entry.ref} is the plan of a channel by now. Nothing was undone.")
    session.delete(found)
    session.flush()
    return _reversal(entry, entry.after, None)


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


def _taking_back(take_back: Callable[[Session, Entry], None]) -> Callable[[Session, Entry], Change]:
    """The way back of what needs no other words in the record than the values the other way round."""

    def reverse(session: Session, entry: Entry) -> Change:
        take_back(session, entry)
        return _reversal(entry, entry.after, entry.before)

    return reverse


def _withdraw_edit(session: Session, entry: Entry) -> Change:
    edit_requests.take_back(session, entry)
    return _reversal(entry, entry.after, "withdrawn" if entry.field == "asked" else None)


# By subject and field, or by subject alone.
_WAYS_BACK: Mapping[tuple[str, str], Callable[[Session, Entry], Change]] = {
    ("plan", "archived_on"): _reverse_plan,
    ("plan", "ladder"): _reverse_plan,
    ("plan", "added"): _take_place_back,
    ("section", "added"): _take_place_back,
    ("role", ""): _reverse_holding,
    ("due_request", ""): _withdraw,
    ("edit_request", ""): _withdraw_edit,
    ("channel", "plan"): _reverse_channel,
    ("meeting", ""): _taking_back(meetings.take_back),
    ("decision", ""): _taking_back(meetings.take_back),
    ("recommendation", ""): _taking_back(meetings.take_back),
    ("sign_up", ""): _taking_back(meetings.take_back),
    ("finding", ""): _taking_back(findings.take_back),
    # It stays in the audit log; the entry that undoes it marks it as undone.
    ("kpi", audit_log.EXPLANATION): lambda session, entry: _reversal(entry),
}
