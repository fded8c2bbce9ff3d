"""Findings of inspections: their threads on a day, which actions answer them, and which might."""

import json
from collections.abc import Sequence
from datetime import date

from rapidfuzz import fuzz, process
from sqlalchemy.orm import selectinload
from sqlmodel import Session, col, delete, or_, select

from db import audit_log, plans
from db.audit_log import Author, Change
from db.errors import Refused
from db.models import Action, Entry, Finding, FindingAction, FindingKpi, Kpi, Plan
from db.rules.findings import Thread, published_by

# The lowest rapidfuzz score, of 100, at which an action's words count as like a finding's.
_SIMILAR = 70
_PROPOSED = 3


def load_threads(session: Session, plan: Plan | None, day: date) -> list[Thread]:
    """The findings that were known on a day: a plan's (None: every plan's), then those of no plan.

    What a document says counts from the day on which it was published.
    """
    query = select(Finding).options(selectinload(Finding.statements))  # type: ignore[arg-type]
    if plan is not None:
        query = query.where(or_(col(Finding.plan_id) == plan.id, col(Finding.plan_id).is_(None)))
    rows = list(session.exec(query.order_by(col(Finding.plan_id).is_(None), col(Finding.id))))
    return _threads(session, rows, day)


def _threads(session: Session, rows: Sequence[Finding], day: date) -> list[Thread]:
    if not rows:
        return []
    ids = [one.id for one in rows]
    answers: dict[int, list[str]] = {}
    linked = select(FindingAction.finding_id, Action.ref).join(Action).order_by(col(Action.position))
    for finding, ref in session.exec(linked.where(col(FindingAction.finding_id).in_(ids))):
        answers.setdefault(finding, []).append(ref)
    figures: dict[int, dict[str, str]] = {}
    shown = select(FindingKpi.finding_id, Kpi.code, Kpi.name).join(Kpi).order_by(col(Kpi.code))
    for finding, code, name in session.exec(shown.where(col(FindingKpi.finding_id).in_(ids))):
        figures.setdefault(finding, {})[code] = name
    codes = {one.id: one.code for one in plans.all_plans(session)}
    threads = []
    for row in rows:
        known = published_by(row.statements, day)
        if known:
            refs, kpis = tuple(answers.get(row.id or 0, ())), figures.get(row.id or 0, {})
            threads.append(Thread(row.ref, row.title, codes.get(row.plan_id, ""), known, refs, kpis))
    return threads


def threads_of_action(session: Session, action: Action, day: date) -> list[Thread]:
    """The threads of the findings that an action answers."""
    query = select(Finding).join(FindingAction).where(FindingAction.action_id == action.id)
    rows = session.exec(query.options(selectinload(Finding.statements)).order_by(col(Finding.id)))  # type: ignore[arg-type]
    return _threads(session, rows.all(), day)


def find_thread(session: Session, typed: str, day: date) -> Thread:
    """The thread that somebody means by its reference or by words. Raises `Refused`, naming what there is."""
    threads = load_threads(session, None, day)
    wanted = " ".join(typed.split()).strip(" \"'`.").lower()
    found = [one for one in threads if one.ref.lower() == wanted]
    found = found or [one for one in threads if all(word in one.title.lower() for word in wanted.split())]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(f"“{typed[:60]}” may be {_named(found)}.")
    if not threads:
        raise Refused("No inspection's finding is on record. `partnership-bot findings import` reads them.")
    titles = {one.ref: one.title for one in threads}
    near = process.extract(wanted, titles, scorer=fuzz.token_set_ratio, limit=3, score_cutoff=_SIMILAR)
    named = [one for one in threads if one.ref in {ref for _, _, ref in near}] or threads[:8]
    raise Refused(f"No finding is called “{typed[:60]}”. There are: {_named(named)}.")


def _named(threads: Sequence[Thread]) -> str:
    return "; ".join(f"{one.ref} {one.title}" for one in threads[:8])


def propose_actions(session: Session, title: str, plan: Plan) -> list[Action]:
    """The actions of a plan whose words are most like a finding's. To be linked by a person, or not."""
    rows = plans.actions_of(session, plan)
    texts = {at: f"{one.title} {one.text} {one.outcome_text}" for at, one in enumerate(rows)}
    near = process.extract(title, texts, scorer=fuzz.token_set_ratio, limit=_PROPOSED, score_cutoff=_SIMILAR)
    return [rows[at] for _, _, at in near]


def link_actions(session: Session, author: Author, ref: str, plan: Plan, rows: Sequence[Action]) -> bool:
    """Say that these actions answer a finding too. Whether that changes anything. Raises `Refused`."""
    finding = session.exec(select(Finding).where(Finding.ref == ref)).one()
    if finding.plan_id not in (None, plan.id):
        raise Refused(f"{ref} is answered by another plan. Nothing was linked.")
    before = linked_ids(session, finding)
    after = sorted({*before, *(one.id or 0 for one in rows)})
    changes = set_links(session, finding, plan, after)
    audit_log.append(session, author, changes)
    return bool(changes)


def linked_ids(session: Session, finding: Finding) -> list[int]:
    query = select(FindingAction.action_id).where(FindingAction.finding_id == finding.id)
    return sorted(session.exec(query))


def set_links(session: Session, finding: Finding, plan: Plan | None, ids: Sequence[int]) -> list[Change]:
    """Make these actions the ones that answer a finding; the changes of it, which the caller records."""
    changes = []
    plan_id = plan.id if plan else None
    if finding.plan_id != plan_id:
        changes.append(
            Change("finding", finding.id, finding.ref, "plan_id", finding.plan_id, plan_id),
        )
        finding.plan_id = plan_id
    before, after = linked_ids(session, finding), sorted(ids)
    if before != after:
        changes.append(
            Change("finding", finding.id, finding.ref, "actions", json.dumps(before), json.dumps(after))
        )
        session.exec(delete(FindingAction).where(col(FindingAction.finding_id) == finding.id))
        session.add_all(FindingAction(finding_id=finding.id or 0, action_id=one) for one in after)
        session.flush()
    return changes


def take_back(session: Session, entry: Entry) -> None:
    """Undo a link. Raises `Refused` where somebody changed it since."""
    finding = session.get_one(Finding, entry.subject_id)
    if entry.field == "plan_id":
        if audit_log.encode(finding.plan_id) != entry.after:
            raise Refused(f"{entry.ref}: somebody changed that since. Nothing was undone.")
        finding.plan_id = int(entry.before) if entry.before else None
    elif entry.field == "actions":
        if json.dumps(linked_ids(session, finding)) != entry.after:
            raise Refused(f"{entry.ref}: somebody changed that since. Nothing was undone.")
        session.exec(delete(FindingAction).where(col(FindingAction.finding_id) == finding.id))
        ids = json.loads(entry.before or "[]")
        session.add_all(FindingAction(finding_id=finding.id or 0, action_id=one) for one in ids)
    else:
        raise Refused(f"{entry.ref} came from a file: import the file again without it.")
    session.flush()
