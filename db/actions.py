"""Actions with everything that an answer may show, as they are now or as they were on a day."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlalchemy.orm import joinedload, selectinload
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from db import audit_log
from db.engine import in_batches
from db.models import Action, Entry, Lead, Measure, Plan, Role, Section
from db.plans import action_load_options, archived_plan_ids, line_load_options, section_load_options
from db.references import Found
from db.rules.measures import read_measures
from db.rules.plan_figures import added_since
from db.rules.records import measure_words


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last microsecond of a day in a zone, as aware UTC."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC) - timedelta(microseconds=1)


def load_actions(session: Session, ids: Sequence[int], *, in_full: bool = True) -> list[Action]:
    """These actions in their plan's order, with everything about them or what a section's answer says."""
    found = session.exec(_query_in_full() if in_full else _query_for_section(), params={"ids": list(ids)})
    return list(found.unique())


# Made once, as it takes as long to make such a query as to run it.
@cache
def _query_in_full() -> SelectOfScalar[Action]:
    siblings = joinedload(Action.section).selectinload(Section.actions)  # type: ignore[arg-type]
    return _query_by_ids().options(*action_load_options(), siblings)


@cache
def _query_for_section() -> SelectOfScalar[Action]:
    return _query_by_ids().options(*section_load_options())


def _query_by_ids() -> SelectOfScalar[Action]:
    by_ids = select(Action).where(col(Action.id).in_(bindparam("ids", expanding=True)))
    return by_ids.order_by(col(Action.position))


def load_sections(session: Session, found: Found) -> list[Section]:
    """The section that was found and those below it, in order.

    Those of actions that were loaded are there already; one that only groups others is read.
    """
    found_sections = (session.get(Section, number) for number in found.section_ids)
    return [section for section in found_sections if section is not None]


def last_updates(session: Session, actions: Sequence[Action], until: datetime) -> dict[int, list[Entry]]:
    """The entries of the last current act of a person about each action up to a moment, by action."""
    return audit_log.latest_updates(session, _ids(actions), until)


def restore_as_at(session: Session, actions: Sequence[Action], until: datetime) -> None:
    """Set loaded actions back to how they were at a moment. For a session that never writes."""
    _restore_before(session, actions, audit_log.entries_of_actions(session, _ids(actions), since=until))


def _restore_before(session: Session, actions: Sequence[Action], entries: Sequence[Entry]) -> None:
    """Set loaded actions back to before these entries, some of which may be about others."""
    entries = [entry for entry in entries if entry.subject == "action"]
    audit_log.restore_values(actions, entries)
    by_id = {action.id: action for action in actions}
    for entry in reversed(entries):
        action = by_id.get(entry.subject_id)
        if action is not None and entry.field == "leads":
            names = json.loads(entry.before or "[]")
            action.leads = [Lead(role=role) for role in _roles(session, names)]
        elif action is not None and entry.field == "measures":
            texts = "\n".join(map(measure_words, json.loads(entry.before or "[]")))
            action.measures = [Measure(**asdict(measure)) for measure in read_measures(texts)]


def added_by_people_since(session: Session, ids: Sequence[int], until: datetime) -> dict[int, datetime]:
    """Which of these actions a person added to the plan after a moment, and when.

    What a file brought was in the plan before its first import.
    """
    entries = audit_log.entries_of_actions(session, ids, since=until)
    return {
        entry.subject_id or 0: entry.at
        for entry in entries
        if entry.field == "added" and not entry.undoes and not audit_log.is_by_import(entry.who)
    }


def _roles(session: Session, names: Sequence[str]) -> list[Role]:
    query = select(Role).where(col(Role.name).in_(names)).options(selectinload(Role.holdings))  # type: ignore[arg-type]
    by_name = {role.name: role for role in session.exec(query)}
    return [by_name[name] for name in names if name in by_name]


def evidence_of(
    session: Session, ids: Sequence[int], until: datetime | None = None
) -> dict[int, list[Entry]]:
    """The entries by which evidence was linked to each of these actions, without those undone, oldest first.

    With `until`, as they were at that moment. A link that was given twice counts once, as the last one.
    """
    query = select(Entry).where(
        Entry.subject == "action",
        col(Entry.subject_id).in_(ids),
        Entry.field == "evidence",
        col(Entry.after).is_not(None),
        col(Entry.erased_digest).is_(None),
        *audit_log.current_conditions(until),
    )
    by_action: dict[int, dict[str, Entry]] = {}
    for entry in session.exec(query.order_by(col(Entry.seq))):
        first = entry.subject_id not in by_action
        links = by_action.setdefault(entry.subject_id or 0, {})
        if first and entry.before:
            # It came with the file that brought the action, whose entry has no link of its own.
            from_file = {"after": entry.before, "before": None, "note": "", "who": "import:plan"}
            links[entry.before] = Entry(**{**entry.model_dump(), **from_file})
        links.pop(entry.after or "", None)
        links[entry.after or ""] = entry
    return {action: list(links.values()) for action, links in by_action.items()}


def action_history(session: Session, actions: Sequence[Action]) -> list[Entry]:
    """What is recorded about these actions and the doubts of their imports, oldest first."""
    entries = audit_log.entries_of_actions(session, _ids(actions))
    refs = [action.qualified_ref for action in actions]
    of_doubts = select(Entry).where(Entry.subject == "doubt", col(Entry.ref).in_(refs))
    return sorted([*entries, *session.exec(of_doubts)], key=lambda entry: entry.seq)


def _ids(actions: Sequence[Action]) -> list[int]:
    return [action.id for action in actions if action.id is not None]


def actions_led_by(session: Session, role_ids: Sequence[int]) -> list[Action]:
    """The current actions that any of these roles leads, plan by plan, with their measures."""
    led = select(Lead.action_id).where(col(Lead.role_id).in_(role_ids))
    query = (
        select(Action)
        .where(
            col(Action.id).in_(led),
            col(Action.removed_on).is_(None),
            col(Action.plan_id).not_in(archived_plan_ids()),
        )
        .order_by(col(Action.plan_id), col(Action.position))
    )
    # A person leads few actions, so that their rows may be multiplied.
    options = (
        joinedload(Action.section).joinedload(Section.plan),  # type: ignore[arg-type]
        joinedload(Action.leads).joinedload(Lead.role),  # type: ignore[arg-type]
        selectinload(Action.measures),  # type: ignore[arg-type]
    )
    return list(session.exec(query.options(*options)).unique())


def load_related(session: Session, actions: Sequence[Action], related: Any) -> None:
    """Load what belongs to actions that are loaded already, in few queries and not one for each action.

    `related` is a relationship, such as `Action.measures`.
    """
    for batch in in_batches(_ids(actions)):
        session.exec(select(Action).where(col(Action.id).in_(batch)).options(selectinload(related))).all()


def list_actions(
    session: Session, plan: Plan, *, roles: Sequence[int] | None = None, within: Found | None = None
) -> list[Action]:
    """A plan's current actions: of the section `within` and led by one of these roles, where given."""
    query = (
        select(Action)
        .where(Action.plan_id == plan.id, col(Action.removed_on).is_(None))
        .order_by(col(Action.position))
    )
    if within is not None:
        query = query.where(col(Action.id).in_(within.action_ids))
    if roles is not None:
        led = select(Lead.action_id).where(col(Lead.role_id).in_(roles))
        query = query.where(col(Action.id).in_(led))
    return list(session.exec(query.options(*line_load_options())))


def plan_actions_at(session: Session, plan: Plan, day: date, zone: ZoneInfo) -> list[Action]:
    """A plan's actions as they were at the end of a day, in its order. For a session that never writes.

    What was taken out of the plan since is among them, and what came into it since is not.
    """
    until = end_of_day(day, zone)
    query = select(Action).where(
        Action.plan_id == plan.id, col(Action.removed_on).is_(None) | (col(Action.removed_on) > day)
    )
    query = query.order_by(col(Action.position)).options(*line_load_options(holders=True))
    rows = list(session.exec(query).unique())
    entries = audit_log.entries_since(session, plan.code, until)
    new = added_since(entries, _ids(rows))
    rows = [action for action in rows if action.id not in new]
    _restore_before(session, rows, entries)
    return rows


def removed_action_ids(session: Session, section_ids: Sequence[int], day: date) -> list[int]:
    """The ids of the sections' actions that were still in the plan on a day and are removed now."""
    query = select(Action.id).where(col(Action.section_id).in_(section_ids), col(Action.removed_on) > day)
    return [action_id for action_id in session.exec(query) if action_id is not None]
