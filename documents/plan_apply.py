"""Writing what `merge.compare` found, in the caller's one transaction."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, SQLModel, select

from db import audit_log
from db.audit_log import Author, Change
from db.engine import in_batches
from db.models import Action, Doubt, Lead, Measure, Outcome, Plan, Progress, Reference, Role, Section
from db.rules.measures import DraftMeasure
from db.rules.role_names import role_key
from documents.draft import DraftAction
from documents.plan_diff import PlanDiff, draft_values, reference_rows, short_title

OnProgress = Callable[[int], object]
_CHUNK = 1000
_MEASURE = tuple(one.name for one in fields(DraftMeasure))


def apply_plan(
    session: Session, merge: PlanDiff, author: Author, today: date, watch: OnProgress = int
) -> None:
    """Write an import. `watch` is told how many more actions are done, for a progress bar."""
    plan = merge.plan
    if plan.id is None:
        session.add(plan)
        session.flush()
        audit_log.append(session, author, [_of_plan(plan, "added", None, plan.title)])
    sections = _write_sections(session, merge, author)
    roles = _RoleIds(session)
    ids = {ref: action.id for ref, action in merge.held.items()}
    ids |= _add(session, merge, sections, author, today, watch)
    _change(session, merge, sections, author, watch)
    _remove(session, merge, author, today)
    _write_parts(session, merge, roles, ids)


def _of_plan(plan: Plan, name: str, before: Any, after: Any) -> Change:
    return Change("plan", plan.id, plan.code, name, before, after)


def _write_sections(session: Session, merge: PlanDiff, author: Author) -> dict[str, int]:
    plan = merge.plan
    held = {s.ref: s for s in session.exec(select(Section).where(Section.plan_id == plan.id))}
    changes = []
    for position, drafted in enumerate(merge.draft.sections):
        findings = "\n".join(drafted.findings)
        section = held.get(drafted.ref)
        if section is None:
            section = Section(plan_id=plan.id, ref=drafted.ref, title=drafted.title, findings=findings)
            session.add(section)
            held[drafted.ref] = section
        elif drafted.ref in merge.sections_changed:
            qualified = f"{plan.code}:{section.ref}"
            for name, value in (("title", drafted.title), ("findings", findings)):
                if name == "title" or "issues" in merge.draft.has:
                    before = getattr(section, name)
                    if before != value:
                        changes.append(Change("section", section.id, qualified, name, before, value))
                        setattr(section, name, value)
        section.position = position
    session.flush()
    audit_log.append(session, author, changes)
    return {ref: section.id for ref, section in held.items() if section.id is not None}


def _columns(drafted: DraftAction, has: set[str]) -> dict[str, Any]:
    first = drafted.original_due or drafted.due
    return {
        "title": short_title(drafted.text),
        **draft_values(drafted, has | {"text", "outcome", "measures", "progress"}),
        "due": drafted.due.day,
        "due_kind": drafted.due.kind,
        "due_as_written": drafted.due.as_written,
        "original_due": first.day,
        "original_due_as_written": first.as_written,
        "rating_as_written": drafted.rating,
        "recommendation": drafted.recommendation,
        "progress": drafted.progress or Progress.NOT_STARTED,
        "outcome": drafted.outcome or Outcome.NOT_ASSESSED,
        "exception": drafted.exception,
        "outstanding_due": drafted.outstanding_due,
        "outcome_due": drafted.outcome_due,
        "evidence": drafted.evidence,
    }


def _add(
    session: Session,
    merge: PlanDiff,
    sections: dict[str, int],
    author: Author,
    today: date,
    watch: OnProgress,
) -> dict[str, int]:
    position = {id(drafted): at for at, drafted in enumerate(merge.draft.actions)}
    for chunk in in_batches(merge.added, _CHUNK):
        rows = [
            {
                **_columns(drafted, merge.draft.has),
                "plan_id": merge.plan.id,
                "section_id": sections[drafted.section],
                "ref": drafted.ref,
                "position": position[id(drafted)],
                "source_row": drafted.row,
            }
            for drafted in chunk
        ]
        # Not by RETURNING: SQLite would be asked for one row at a time.
        session.connection().execute(insert(Action), rows)
        watch(len(chunk))
    known = session.exec(select(Action.ref, Action.id).where(Action.plan_id == merge.plan.id))
    ids = {ref: new for ref, new in known if new is not None}
    audit_log.append(session, author, (_added(merge.plan, d, ids[d.ref or ""]) for d in merge.added))
    return ids


def _added(plan: Plan, drafted: DraftAction, new: int) -> Change:
    what = {
        "text": drafted.text,
        "due": drafted.due.as_written,
        "leads": drafted.leads,
        "progress": drafted.progress,
        "outcome": drafted.outcome,
    }
    return Change("action", new, f"{plan.code}:{drafted.ref}", "added", None, what)


def _change(
    session: Session, merge: PlanDiff, sections: dict[str, int], author: Author, watch: OnProgress
) -> None:
    position = {id(drafted): at for at, drafted in enumerate(merge.draft.actions)}
    for drafted, action in merge.pairs:
        changed = merge.changes.get(action.ref, {})
        qualified = f"{merge.plan.code}:{action.ref}"
        columns = {name: new for name, (_, new) in changed.items() if name in Action.model_fields}
        audit_log.set_fields(session, author, action, qualified, columns)
        others = {name: pair for name, pair in changed.items() if name not in columns}
        audit_log.append(
            session,
            author,
            [Change("action", action.id, qualified, name, *pair) for name, pair in others.items()],
        )
        if action.section_id != sections[drafted.section]:
            action.section_id = sections[drafted.section]
        if (action.position, action.source_row) != (position[id(drafted)], drafted.row):
            action.position, action.source_row = position[id(drafted)], drafted.row
        watch(1)
    session.flush()


def _remove(session: Session, merge: PlanDiff, author: Author, today: date) -> None:
    for action in merge.removed:
        qualified = f"{merge.plan.code}:{action.ref}"
        audit_log.set_fields(session, author, action, qualified, {"removed_on": today})
    session.flush()


class _RoleIds:
    """The roles held, found by what their spellings share, and made when they are new."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ids = {role_key(role.name): role.id for role in session.exec(select(Role))}

    def id(self, name: str) -> int:
        known = self._ids.get(role_key(name))
        if known is None:
            role = Role(name=name)
            self._session.add(role)
            self._session.flush()
            assert role.id is not None
            known = self._ids[role_key(name)] = role.id
        return known


def _write_parts(session: Session, merge: PlanDiff, roles: _RoleIds, ids: dict[str, int | None]) -> None:
    """Leads, measures, cross-references and doubts of what was added or changed, laid anew.

    References and doubts also follow from other rows of the file, so they are laid anew throughout
    whenever anything in the plan changed.
    """
    if merge.nothing_changed:
        return
    added = {action.ref for action in merge.added}
    changed = {action.ref for action in merge.draft.actions if action.ref in merge.changes}
    laid = {
        "leads": added | {ref for ref in changed if "leads" in merge.changes.get(ref or "", {})},
        "measures": added | {ref for ref in changed if "measures" in merge.changes.get(ref or "", {})},
    }
    drafts = merge.draft.actions
    _replace_rows(
        session, Lead, [d for d in drafts if d.ref in laid["leads"]], ids, added, lambda d: _leads(d, roles)
    )
    _replace_rows(session, Measure, [d for d in drafts if d.ref in laid["measures"]], ids, added, _measures)
    _replace_rows(session, Doubt, drafts, ids, added, lambda d: [{"text": text} for text in d.doubts])
    _replace_rows(session, Reference, drafts, ids, added, lambda d: _references(d, ids))


def _replace_rows(
    session: Session,
    table: type[SQLModel],
    drafts: Sequence[DraftAction],
    ids: dict[str, int | None],
    new: set[str | None],
    rows_of: Callable[[DraftAction], Iterable[dict[str, Any]]],
) -> None:
    owners = [ids[drafted.ref or ""] for drafted in drafts]
    column = table.__table__.c.action_id  # type: ignore[attr-defined]
    # What was just added has nothing laid yet.
    held = [owner for owner, drafted in zip(owners, drafts, strict=True) if drafted.ref not in new]
    for part in in_batches(held, _CHUNK):
        session.connection().execute(delete(table).where(column.in_(part)))
    rows = [
        {**row, "action_id": owner, "position": position}
        for drafted, owner in zip(drafts, owners, strict=True)
        for position, row in enumerate(rows_of(drafted))
    ]
    for chunk in in_batches(rows, _CHUNK):
        session.connection().execute(insert(table), list(chunk))


def _leads(drafted: DraftAction, roles: _RoleIds) -> list[dict[str, Any]]:
    return [{"role_id": role} for role in dict.fromkeys(map(roles.id, drafted.leads))]


def _measures(drafted: DraftAction) -> list[dict[str, Any]]:
    return [{name: getattr(measure, name) for name in _MEASURE} for measure in drafted.measures]


def _references(drafted: DraftAction, ids: dict[str, int | None]) -> list[dict[str, Any]]:
    return [
        {**row, "target_action_id": ids.get(row["target_ref"])}
        for reference in drafted.references
        for row in reference_rows(reference)
    ]
