"""Write a `PlanDiff` to the store, in the caller's one transaction."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, SQLModel, col, select

from db import audit_log, text_checks
from db.audit_log import Author, Change
from db.bulk_insert import insert_rows
from db.engine import in_batches
from db.models import Action, Doubt, Lead, Measure, Outcome, Progress, Reference, Section
from db.plan_edits import action_added
from db.plan_setup import plan_added
from db.roles import RoleIds
from db.rules.measures import DraftMeasure
from db.rules.titles import short_title
from documents.draft import DraftAction
from documents.plan_diff import PlanDiff, draft_values, reference_rows

OnProgress = Callable[[int], object]
_BATCH = 1000
_MEASURE_FIELDS = tuple(one.name for one in fields(DraftMeasure))


def apply_plan(
    session: Session, diff: PlanDiff, author: Author, today: date, on_progress: OnProgress = int
) -> None:
    """Write an import. `on_progress` is called with how many more actions are written."""
    plan = diff.plan
    if plan.id is None:
        session.add(plan)
        session.flush()
        audit_log.append(session, author, [plan_added(plan)])
    sections = _write_sections(session, diff, author)
    roles = RoleIds(session)
    ids = {ref: action.id for ref, action in diff.existing.items()}
    ids |= _add_actions(session, diff, sections, author, on_progress)
    _change_actions(session, diff, sections, author, on_progress)
    _remove_actions(session, diff, author, today)
    _write_parts(session, diff, roles, ids)


def _write_sections(session: Session, diff: PlanDiff, author: Author) -> dict[str, int]:
    """Add and change the sections, and return every section's id by its ref."""
    plan = diff.plan
    sections = {s.ref: s for s in session.exec(select(Section).where(Section.plan_id == plan.id))}
    changes = []
    for position, drafted in enumerate(diff.draft.sections):
        findings = "\n".join(drafted.findings)
        section = sections.get(drafted.ref)
        if section is None:
            section = Section(plan_id=plan.id, ref=drafted.ref, title=drafted.title, findings=findings)
            session.add(section)
            sections[drafted.ref] = section
        elif drafted.ref in diff.sections_changed:
            qualified = f"{plan.code}:{section.ref}"
            for name, value in (("title", drafted.title), ("findings", findings)):
                if name == "title" or "issues" in diff.draft.columns:
                    before = getattr(section, name)
                    if before != value:
                        changes.append(Change("section", section.id, qualified, name, before, value))
                        setattr(section, name, value)
        section.position = position
    session.flush()
    audit_log.append(session, author, changes)
    return {ref: section.id for ref, section in sections.items() if section.id is not None}


def _new_action_values(drafted: DraftAction, columns: set[str]) -> dict[str, Any]:
    first = drafted.original_due or drafted.due
    return {
        "title": short_title(drafted.text),
        **draft_values(drafted, columns | {"text", "outcome", "measures", "progress"}),
        "finding": drafted.finding,
        "notes": drafted.notes_text,
        "supporters": "; ".join(drafted.supporters),
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
        "status_unsettled": drafted.unsettled,
        "completed_on": drafted.completed_on,
        "evidence": drafted.evidence,
    }


def _add_actions(
    session: Session,
    diff: PlanDiff,
    sections: dict[str, int],
    author: Author,
    on_progress: OnProgress,
) -> dict[str, int]:
    """Insert the new actions, and return every action's id by its ref."""
    position = {id(drafted): at for at, drafted in enumerate(diff.draft.actions)}
    values = [_new_action_values(drafted, diff.draft.columns) for drafted in diff.added]
    for batch in in_batches(list(zip(diff.added, values, strict=True)), _BATCH):
        rows = [
            {
                **columns,
                "plan_id": diff.plan.id,
                "section_id": sections[drafted.section],
                "ref": drafted.ref,
                "position": position[id(drafted)],
                "source_row": drafted.row,
            }
            for drafted, columns in batch
        ]
        insert_rows(session.connection(), Action, rows)
        on_progress(len(batch))
    stored = session.exec(select(Action.ref, Action.id).where(Action.plan_id == diff.plan.id))
    ids = {ref: action_id for ref, action_id in stored if action_id is not None}
    changes = (
        _added(diff, drafted, columns, ids[drafted.ref or ""])
        for drafted, columns in zip(diff.added, values, strict=True)
    )
    audit_log.append(session, author, changes)
    return ids


def _added(diff: PlanDiff, drafted: DraftAction, columns: dict[str, Any], action_id: int) -> Change:
    return action_added(
        f"{diff.plan.code}:{drafted.ref}", action_id, columns, drafted.leads, drafted.measures
    )


def _change_actions(
    session: Session, diff: PlanDiff, sections: dict[str, int], author: Author, on_progress: OnProgress
) -> None:
    position = {id(drafted): at for at, drafted in enumerate(diff.draft.actions)}
    for drafted, action in diff.pairs:
        changed = diff.changes.get(action.ref, {})
        qualified = f"{diff.plan.code}:{action.ref}"
        columns = {name: new for name, (_, new) in changed.items() if name in Action.model_fields}
        audit_log.set_fields(session, author, action, qualified, columns)
        # Leads, measures and the section are not columns of the action; `_write_parts` writes the first two.
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
        on_progress(1)
    session.flush()


def _remove_actions(session: Session, diff: PlanDiff, author: Author, today: date) -> None:
    for action in diff.removed:
        qualified = f"{diff.plan.code}:{action.ref}"
        audit_log.set_fields(session, author, action, qualified, {"removed_on": today})
    session.flush()


def _write_parts(session: Session, diff: PlanDiff, roles: RoleIds, ids: dict[str, int | None]) -> None:
    """Replace the leads, measures, cross-references and doubts of the actions that were added or changed.

    References and doubts depend on other rows of the file too. All of them are replaced whenever anything in
    the plan changed.
    """
    if diff.nothing_changed:
        return
    added = {action.ref for action in diff.added}
    drafts = diff.draft.actions

    def with_new(name: str) -> list[DraftAction]:
        return [d for d in drafts if d.ref in added or name in diff.changes.get(d.ref or "", {})]

    _replace_rows(session, Lead, with_new("leads"), ids, added, lambda d: _lead_rows(d, roles))
    _replace_rows(session, Measure, with_new("measures"), ids, added, _measure_rows)
    _replace_rows(session, Doubt, drafts, ids, added, lambda d: [one._asdict() for one in d.doubts])
    _replace_rows(session, Reference, drafts, ids, added, lambda d: _reference_rows(d, ids))
    _replace_file_doubts(session, diff)


def _replace_file_doubts(session: Session, diff: PlanDiff) -> None:
    """Keep what nobody has settled about the file, without the details of persons that it may quote."""
    plan_id = diff.plan.id
    session.connection().execute(delete(Doubt).where(col(Doubt.plan_id) == plan_id))
    rows = [
        {
            "plan_id": plan_id,
            "position": position,
            "place": text_checks.without_details(diff.draft.place(doubt.row, doubt.sheet)),
            "text": text_checks.without_details(doubt.text),
        }
        for position, doubt in enumerate(diff.draft.doubts)
    ]
    insert_rows(session.connection(), Doubt, rows)


def _replace_rows(
    session: Session,
    table: type[SQLModel],
    drafts: Sequence[DraftAction],
    ids: dict[str, int | None],
    added: set[str | None],
    rows_of: Callable[[DraftAction], Iterable[dict[str, Any]]],
) -> None:
    """Replace the rows of `table` that belong to these actions by the rows that `rows_of` returns."""
    owners = [ids[drafted.ref or ""] for drafted in drafts]
    column = table.__table__.c.action_id  # type: ignore[attr-defined]
    # An action that was just added has no rows to delete.
    with_rows = [owner for owner, drafted in zip(owners, drafts, strict=True) if drafted.ref not in added]
    for batch in in_batches(with_rows, _BATCH):
        session.connection().execute(delete(table).where(column.in_(batch)))
    rows = [
        {**row, "action_id": owner, "position": position}
        for drafted, owner in zip(drafts, owners, strict=True)
        for position, row in enumerate(rows_of(drafted))
    ]
    insert_rows(session.connection(), table, rows)


def _lead_rows(drafted: DraftAction, roles: RoleIds) -> list[dict[str, Any]]:
    return [{"role_id": role_id} for role_id in dict.fromkeys(map(roles.id, drafted.leads))]


def _measure_rows(drafted: DraftAction) -> list[dict[str, Any]]:
    return [{name: getattr(measure, name) for name in _MEASURE_FIELDS} for measure in drafted.measures]


def _reference_rows(drafted: DraftAction, ids: dict[str, int | None]) -> list[dict[str, Any]]:
    return [
        {**row, "target_action_id": ids.get(row["target_ref"])}
        for reference in drafted.references
        for row in reference_rows(reference)
    ]
