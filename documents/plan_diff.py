"""Compare a draft with the stored plan: which actions an import adds, changes and removes.

A re-import keeps refs, history and what people recorded. The file decides the plan's wording; the store
decides what was done about it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy.orm import selectinload
from sqlmodel import Session, col, select

from db import audit_log, doubts, text_checks
from db.audit_log import FieldKey
from db.errors import Refused
from db.models import COMPLETED, Action, DueKind, Measure, Outcome, Plan, Progress, Role, Section
from db.plan_edits import edited_by_people
from db.rules.dates import day_text
from db.rules.doubts import DoubtKey
from db.rules.due_days import Due
from db.rules.measures import DraftMeasure
from db.rules.records import measure_record
from db.rules.role_names import role_key
from db.rules.titles import short_title
from documents.closed_actions import doubt_days_to_come
from documents.doubt_answers import drop_settled, settle_draft
from documents.draft import DocumentError, Draft, DraftAction, DraftReference, refuse_faults
from documents.kept_edits import doubt_missing, keep_edits
from documents.numbering import number_and_link
from documents.pair_doubts import doubt_pairs
from documents.pairing import pair_actions, says_the_same

# Field to its stored value and its value in the file.
_Changes = dict[str, tuple[Any, Any]]


@dataclass
class PlanDiff:
    """What an import would do. `plan_apply.apply_plan` writes it.

    `existing` are all stored actions of the plan by ref, removed ones too. `pairs` are actions of the file,
    each with the stored action that it is. `changes` are by ref.
    """

    plan: Plan
    draft: Draft
    existing: dict[str, Action]
    pairs: list[tuple[DraftAction, Action]]
    added: list[DraftAction]
    removed: list[Action]
    changes: dict[str, _Changes] = field(default_factory=dict)
    sections_changed: list[str] = field(default_factory=list)

    @property
    def nothing_changed(self) -> bool:
        return not (self.added or self.removed or self.changes or self.sections_changed)

    def doubts(self) -> list[dict[str, Any]]:
        """Every doubt with its row and ref in the file's order, and its sheet where several have actions."""
        listed = [
            {"row": one.row, "ref": None, "text": one.with_option, "sheet": one.sheet}
            for one in self.draft.doubts
        ]
        listed += [
            {"row": action.row, "ref": action.ref, "text": doubt.text, "sheet": action.sheet}
            for action in self.draft.actions
            for doubt in action.doubts
        ]
        if not self.draft.has_sheets:
            for doubt in listed:
                del doubt["sheet"]
        return sorted(listed, key=lambda doubt: doubt["row"] or 0)


def diff_plan(
    session: Session,
    plan: Plan,
    draft: Draft,
    same_roles: Mapping[str, str] | None = None,
    answers: Mapping[DoubtKey, str] | None = None,
    *,
    today: date | None = None,
) -> PlanDiff:
    """Compare a draft with the stored plan, and give the draft's actions their refs.

    `same_roles` maps a spelling to the role that it means. `answers` are a person's to the doubts of this
    file; those to earlier files of the plan hold too. `today`, in the plan's zone, tells which days of
    completion have not come. Raises `DocumentError` for a file with personal data.
    """
    _refuse_personal_data(session, draft)
    for drafted in draft.actions:
        drafted.leads = list(dict.fromkeys((same_roles or {}).get(lead, lead) for lead in drafted.leads))
    stored = _load_actions(session, plan)
    by_ref = {action.ref: action for action in stored}
    current = [action for action in stored if action.removed_on is None]
    pairs = pair_actions(draft, current, by_ref)
    for drafted, action in pairs:
        drafted.ref = action.ref
    roles = {role_key(role.name): role.name for role in session.exec(select(Role))}
    number_and_link(draft, set(by_ref), roles.values())
    if today is not None:
        doubt_days_to_come(draft, today)
    settled = {**_still_right(doubts.answers_of(session, plan), pairs), **(answers or {})}
    settle_draft(draft, settled)
    paired = {action.ref for _, action in pairs}
    edited = edited_by_people(session, [action.id for action in current if action.id is not None])
    missing = [action for action in current if action.ref not in paired]
    diff = PlanDiff(
        plan,
        draft,
        by_ref,
        pairs,
        [drafted for drafted in draft.actions if drafted.ref not in paired],
        [action for action in missing if (action.id, "added") not in edited],
    )
    doubt_pairs(plan, draft, pairs, current)
    _find_changes(session, diff, roles, edited)
    doubt_missing(draft, missing, edited)
    drop_settled(draft, settled)
    diff.sections_changed = _sections_changed(session, plan, draft)
    return diff


def _still_right(
    answers: Mapping[DoubtKey, str], pairs: Sequence[tuple[DraftAction, Action]]
) -> dict[DoubtKey, str]:
    """The earlier answers about actions that are still the same: another one may have taken over the ref."""
    asked = {key.ref for key in answers}
    same = {""} | {
        action.ref
        for drafted, action in pairs
        if action.ref in asked and not drafted.reworded and says_the_same(drafted, action)
    }
    return {key: value for key, value in answers.items() if key.ref in same}


def _refuse_personal_data(session: Session, draft: Draft) -> None:
    """Raise `DocumentError`, naming each row and kind, for details that can identify a person."""
    # Loaded once, and only when a text has an email address.
    emails = cache(lambda: text_checks.registered_emails(session))
    texts: list[tuple[int | None, str]] = [
        (action.row, text)
        for action in draft.actions
        for text in (
            action.text,
            action.ref if action.ref and not text_checks.is_ref(action.ref) else None,
            action.title,
            action.outcome_text,
            action.measure_text,
            action.progress_text,
            action.finding,
            action.due.as_written,
            action.original_due.as_written if action.original_due else "",
            action.exception,
            action.evidence,
            action.recurrence,
            *action.notes,
            action.notes_text,
            *action.leads,
            *action.supporters,
            *(doubt.cell for doubt in action.doubts),
        )
        if text
    ]
    # Findings are stored as one text, in which the words of two may say more than each.
    texts += [
        (None, text) for section in draft.sections for text in (section.title, "\n".join(section.findings))
    ]
    faults: dict[str, None] = {}
    for row, text in texts:
        where = f"row {row}" if row else "a section"
        try:
            fault = text_checks.fault_of(text, emails)
        except Refused as too_long:
            raise DocumentError(f"{where}: {too_long}") from None
        if fault is not None:
            faults[f"{where} {fault}"] = None
    delete = "Please delete the file here too, so that nobody else reads it"
    refuse_faults([f"{fault}. Take it out of the file" for fault in faults], delete)


def _load_actions(session: Session, plan: Plan) -> list[Action]:
    """All actions of a plan, removed ones too, with what `_changes` reads of them."""
    if plan.id is None:
        return []
    query = select(Action).where(Action.plan_id == plan.id).order_by(col(Action.position))
    loads = (Action.section, Action.leads, Action.measures, Action.references, Action.doubts)
    options = [selectinload(one) for one in (*loads, Action.due_requests)]  # type: ignore[arg-type]
    return list(session.exec(query.options(*options)))


def _sections_changed(session: Session, plan: Plan, draft: Draft) -> list[str]:
    existing = (
        {s.ref: s for s in session.exec(select(Section).where(Section.plan_id == plan.id))}
        if plan.id is not None
        else {}
    )
    return [
        section.ref
        for section in draft.sections
        if section.ref not in existing
        or existing[section.ref].title != section.title
        or ("issues" in draft.columns and existing[section.ref].findings != "\n".join(section.findings))
    ]


def _find_changes(
    session: Session, diff: PlanDiff, roles: dict[str, str], edited: Mapping[FieldKey, datetime]
) -> None:
    """Add what the file changes of each pair's stored action. What people have edited stays."""
    ids = [action.id for _, action in diff.pairs if action.id is not None]
    set_by_people = audit_log.set_by_people(session, ids)
    for drafted, action in diff.pairs:
        changed = _changes(drafted, action, diff.draft.columns, roles, set_by_people)
        keep_edits(drafted, action, edited, changed)
        if changed:
            diff.changes[action.ref] = changed


def _changes(
    drafted: DraftAction,
    action: Action,
    columns: set[str],
    roles: dict[str, str],
    set_by_people: set[FieldKey],
) -> _Changes:
    """The fields that differ in the file. A field whose column the file lacks does not count."""
    new = draft_values(drafted, columns)
    changed = {
        name: (getattr(action, name), value) for name, value in new.items() if getattr(action, name) != value
    }
    if "text" in changed and drafted.title is None:
        changed["title"] = (action.title, short_title(drafted.text))
    if action.removed_on is not None:
        changed["removed_on"] = (action.removed_on, None)
    if action.section.ref != drafted.section:
        changed["section"] = (action.section.ref, drafted.section)
    _compare_due(drafted, action, columns, changed)
    _compare_progress(drafted, action, set_by_people, changed)
    leads = [lead.role.name for lead in action.leads]
    leads_in_file = [roles.get(role_key(name), name) for name in drafted.leads]
    if "leads" in columns and leads != leads_in_file:
        changed["leads"] = (leads, leads_in_file)
    if "measures" in columns and [measure_key(m) for m in action.measures] != [
        measure_key(m) for m in drafted.measures
    ]:
        changed["measures"] = (
            [measure_record(measure) for measure in action.measures],
            [measure_record(measure) for measure in drafted.measures],
        )
    return changed


# A field that a draft and an action share, and the column that a file must have for it to count.
_TEXT_FIELDS = (
    ("text", "text"),
    ("outcome_text", "outcome"),
    ("measure_text", "measures"),
    ("progress_text", "progress"),
    ("recommendation", "recommendation"),
)


def draft_values(drafted: DraftAction, columns: set[str]) -> dict[str, Any]:
    """The fields of `Action` that the wording of a file with these columns sets directly."""
    new: dict[str, Any] = {
        name: getattr(drafted, name)
        for name, column in _TEXT_FIELDS
        if column in columns or getattr(drafted, name)
    }
    if drafted.title is not None:
        new["title"] = drafted.title
    if drafted.rating is not None:
        new["rating_as_written"] = drafted.rating
    if drafted.finding:
        new["finding"] = drafted.finding
    if "notes" in columns:
        new["notes"] = drafted.notes_text
    if {"leads", "supporters"} & columns:
        new["supporters"] = "; ".join(drafted.supporters)
    new["recurrence"] = drafted.recurrence
    return new


def measure_key(measure: Measure | DraftMeasure) -> tuple[Any, ...]:
    """The values by which two measures are the same one."""
    return tuple(getattr(measure, one.name) for one in fields(DraftMeasure))


def _compare_due(drafted: DraftAction, action: Action, columns: set[str], changed: _Changes) -> None:
    due = drafted.due
    if "due" not in columns or _is_same_due(due, action.due, action.due_kind, action.due_as_written):
        return
    approved = [request for request in action.due_requests if request.decision == "approved"]
    if action.last_round_on and not approved:
        if due.day != action.original_due:
            drafted.doubt(
                f'the file says "{due.as_written}", but since the round of {day_text(action.last_round_on)} '
                f"the next is due {action.due_as_written}: that date stays"
            )
        return
    if approved:
        # Most files still have the first date after an extension was approved, so that one is no doubt.
        if due.day != action.original_due:
            drafted.doubt(
                f'the file says "{due.as_written}", but {action.due_as_written} was approved '
                f"on {approved[-1].decided_at:%d %b %Y}: the approved date stays"
            )
        return
    changed["due"] = (action.due, due.day)
    changed["due_as_written"] = (action.due_as_written, due.as_written)
    if due.kind is not action.due_kind:
        changed["due_kind"] = (action.due_kind, due.kind)


def _is_same_due(due: Due, day: date | None, kind: DueKind, as_written: str) -> bool:
    if (due.day, due.kind) != (day, kind):
        return False
    return day is not None or due.as_written == as_written


def _compare_progress(
    drafted: DraftAction,
    action: Action,
    set_by_people: set[FieldKey],
    changed: _Changes,
) -> None:
    for name in ("progress", "outcome"):
        in_file: Progress | Outcome | None = getattr(drafted, name)
        stored = getattr(action, name)
        if in_file is None or in_file == stored:
            continue
        if (action.id, name) in set_by_people:
            drafted.doubt(
                f'the file says {name} "{in_file}", but "{stored}" is recorded: the recorded {name} stays'
            )
            continue
        changed[name] = (stored, in_file)
    _doubt_unread_report(drafted, action)
    if (action.id, "progress") in set_by_people or drafted.progress is None:
        return
    for name in ("exception", "outstanding_due", "outcome_due"):
        # New progress replaces what was outstanding, also by nothing.
        if getattr(drafted, name) != getattr(action, name) and (
            "progress" in changed or getattr(drafted, name)
        ):
            changed[name] = (getattr(action, name), getattr(drafted, name))
    _compare_settled(drafted, action, changed)
    if drafted.evidence and drafted.evidence != action.evidence:
        changed["evidence"] = (action.evidence, drafted.evidence)
    if action.signed_off_by and {"progress", "evidence"} & set(changed):
        changed["signed_off_by"] = (action.signed_off_by, None)
        changed["signed_off_on"] = (action.signed_off_on, None)


def _compare_settled(drafted: DraftAction, action: Action, changed: _Changes) -> None:
    """A progress that can be read settles the status, and may bring the day of completion."""
    if action.status_unsettled and not drafted.unsettled:
        changed["status_unsettled"] = (True, False)
    if drafted.completed_on and "progress" in changed:
        changed["completed_on"] = (action.completed_on, drafted.completed_on)


def _doubt_unread_report(drafted: DraftAction, action: Action) -> None:
    """Raise a doubt where a completed action has a new report whose progress could not be read."""
    new = drafted.progress_text if drafted.progress_text != action.progress_text else ""
    if drafted.progress is None and new and action.progress in COMPLETED:
        drafted.doubt(f'"{action.progress}" is recorded, but the file now says "{new[:60]}"')


def reference_rows(reference: DraftReference) -> list[dict[str, Any]]:
    """A drafted cross-reference as rows of `Reference`, one for each target that it may mean."""
    return [
        {
            "as_written": reference.as_written,
            "target_ref": target,
            "evidence": reference.evidence,
            "ambiguous": len(reference.targets) > 1,
        }
        for target in reference.targets
    ]
