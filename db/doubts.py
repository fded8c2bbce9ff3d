"""Doubts of imports: a coordinator's answer changes the action, and holds for the plan's next import."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, assert_never

from sqlalchemy import delete
from sqlalchemy.orm import contains_eager, joinedload
from sqlmodel import Session, col, select

from db import audit_log
from db.audit_log import IMPORT_PREFIX, Author, Change, set_by_people
from db.errors import Refused
from db.extension_requests import approved_count
from db.models import COMPLETED, Action, Doubt, DoubtAbout, Lead, Plan, Progress, SettledDoubt
from db.plans import action_load_options
from db.roles import RoleIds
from db.rules.doubts import DoubtKey, completion_day, due_kind_of, due_of, leads_of, stored_key


def answers_of(session: Session, plan: Plan) -> dict[DoubtKey, str]:
    """What people have answered to the doubts of a plan's imports."""
    if plan.id is None:
        return {}
    rows = session.exec(select(SettledDoubt).where(SettledDoubt.plan_id == plan.id))
    return {DoubtKey(row.ref, row.about, row.cell): row.value for row in rows}


def save_answers(session: Session, author: Author, plan: Plan, answers: Mapping[DoubtKey, str]) -> None:
    """Keep answers for the plan's next import. A newer answer about the same cell replaces the older one."""
    assert plan.id is not None
    held = answers_of(session, plan)
    changes = []
    for key, value in answers.items():
        if held.get(key) == value:
            continue
        changes.append(Change("doubt", plan.id, f"{plan.code}:{key.ref}", key.about, key.cell, value))
        if key in held:
            here = (col(SettledDoubt.plan_id) == plan.id, col(SettledDoubt.ref) == key.ref)
            same = (col(SettledDoubt.about) == key.about, col(SettledDoubt.cell) == key.cell)
            session.connection().execute(delete(SettledDoubt).where(*here, *same))
        row = SettledDoubt(
            plan_id=plan.id, **key._asdict(), value=value, settled_by=author.who, settled_at=author.at
        )
        session.add(row)
    audit_log.append(session, author, changes)


def delete_answered(session: Session, plan: Plan, answers: Mapping[DoubtKey, str]) -> None:
    """Ask no more about what has been answered, where no import writes the plan's doubts anew."""
    query = select(Doubt).join(Action).where(Action.plan_id == plan.id)
    of_actions = session.exec(query.options(joinedload(Doubt.action)))  # type: ignore[arg-type]
    for doubt in [*of_actions, *about_file(session, plan)]:
        if stored_key(doubt) in answers:
            session.delete(doubt)
    session.flush()


def about_file(session: Session, plan: Plan | None) -> list[Doubt]:
    """The open doubts about the file of a plan, or of each plan that is not archived, in the file's order."""
    query = select(Doubt).join(Plan).options(contains_eager(Doubt.plan))  # type: ignore[arg-type]
    which = col(Plan.archived_on).is_(None) if plan is None else col(Plan.id) == plan.id
    return list(session.exec(query.where(which).order_by(col(Doubt.plan_id), col(Doubt.position))))


def doubt_by_id(session: Session, number: int) -> Doubt | None:
    """A doubt with its action and all that is shown of it, or with the plan whose file it is about."""
    doubt = session.get(Doubt, number)
    if doubt is not None and doubt.action_id is not None:
        # Loads the rows into the session, where `doubt.action` finds them.
        session.exec(select(Action).where(Action.id == doubt.action_id).options(*action_load_options())).one()
    return doubt


def settle(session: Session, author: Author, doubt: Doubt, value: str) -> None:
    """Answer a stored doubt: change what it is about, and ask about it no more.

    The other doubts about the same cell are answered with it. Raises `Refused` for a status that somebody has
    recorded since, which counts more than the file.
    """
    action = doubt.action
    if action is None:
        assert doubt.plan is not None
        save_answers(session, author, doubt.plan, {stored_key(doubt): value})
        session.delete(doubt)
        session.flush()
        return
    plan = action.section.plan
    # The action's values are the import's: they are what the file says, and no update of its lead.
    importer = replace(author, who=f"{IMPORT_PREFIX}{plan.source or plan.code}"[:64])
    match doubt.about:
        case DoubtAbout.DUE:
            _set_due(session, importer, action, due_of(value))
        case DoubtAbout.STATUS:
            _set_progress(session, importer, action, Progress(value), doubt.cell)
        case DoubtAbout.LEADS:
            _set_leads(session, importer, action, leads_of(value))
        case DoubtAbout.OTHER:
            pass
        case _:
            assert_never(doubt.about)
    key = stored_key(doubt)
    save_answers(session, author, plan, {key: value})
    for other in list(action.doubts):
        if stored_key(other) == key:
            action.doubts.remove(other)
    session.flush()


def _set_due(session: Session, author: Author, action: Action, day: date | None) -> None:
    values: dict[str, Any] = {}
    if action.original_due is None or action.original_due == action.due:
        values["original_due"] = day
    if action.last_round_on is None and approved_count(action) == 0:
        # Else a later date was agreed, which counts more than the file.
        values |= {"due": day, "due_kind": due_kind_of(day, action.due_kind)}
    audit_log.set_fields(session, author, action, action.qualified_ref, values)


def _set_progress(session: Session, author: Author, action: Action, progress: Progress, cell: str) -> None:
    """What the file meant, which is no new report: it needs no note, and completes no round."""
    if (action.id, "progress") in set_by_people(session, [action.id or 0]):
        if progress is action.progress:
            return
        raise Refused(
            f"{action.ref} was recorded {action.progress} since the import. To change it: "
            f"`/action update {action.ref} {progress}`"
        )
    values: dict[str, Any] = {"progress": progress, "status_unsettled": False}
    if progress not in COMPLETED:
        values["completed_on"] = None
    elif action.completed_on is None:
        values["completed_on"] = completion_day(cell)
    if action.signed_off_by and progress is not action.progress:
        values |= {"signed_off_by": None, "signed_off_on": None}
    audit_log.set_fields(session, author, action, action.qualified_ref, values)


def _set_leads(session: Session, author: Author, action: Action, leads: list[str]) -> None:
    before = [lead.role.name for lead in action.leads]
    if before == leads:
        return
    roles = RoleIds(session)
    ids = list(dict.fromkeys(map(roles.id, leads)))
    action.leads = [Lead(role_id=role_id, position=position) for position, role_id in enumerate(ids)]
    change = Change("action", action.id, action.qualified_ref, "leads", before, leads)
    audit_log.append(session, author, [change])
