"""A draft beside what is held: what would be added, changed or removed, and then doing it.

A re-import keeps refs, history and whatever people recorded: the file is the authority for the
plan's wording, the record for what has been done about it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy.orm import selectinload
from sqlmodel import Session, col, select

from db import audit_log
from db.models import COMPLETED, Action, DueKind, Entry, Measure, Outcome, Plan, Progress, Role, Section
from db.rules.dates import Due
from db.rules.measures import DraftMeasure
from db.rules.personal_data import find_personal_data
from db.rules.role_names import role_key
from documents.draft import DocumentError, Draft, DraftAction, DraftReference
from documents.numbering import number_and_link
from documents.pairing import SAME_ACTION, pair_actions, same_words

_LONGEST_TITLE = 80


@dataclass
class PlanDiff:
    """What an import would do. Nothing is written until `apply.apply_merge` is given it."""

    plan: Plan
    draft: Draft
    held: dict[str, Action]
    pairs: list[tuple[DraftAction, Action]]
    added: list[DraftAction]
    removed: list[Action]
    changes: dict[str, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    sections_changed: list[str] = field(default_factory=list)

    @property
    def nothing_changed(self) -> bool:
        return not (self.added or self.removed or self.changes or self.sections_changed)

    def doubts(self) -> list[dict[str, Any]]:
        """Every doubt with its row and ref, in the order of the file."""
        listed = [{"row": row, "ref": None, "text": text} for row, text in self.draft.doubts]
        listed += [
            {"row": action.row, "ref": action.ref, "text": text}
            for action in self.draft.actions
            for text in action.doubts
        ]
        return sorted(listed, key=lambda doubt: doubt["row"] or 0)

    def report(self, *, written: bool) -> dict[str, Any]:
        """The import as the JSON form of the command line: counts, with the refs beside them."""
        return {
            "plan": self.plan.code,
            "added": len(self.added),
            "changed": len(self.changes),
            "removed": len(self.removed),
            "unchanged": len(self.pairs) - len(self.changes),
            "pointer_rows": len(self.draft.pointer_rows),
            "doubts": self.doubts(),
            "written": written,
            "refs": {
                "added": [action.ref for action in self.added],
                "changed": {ref: sorted(changed) for ref, changed in self.changes.items()},
                "removed": [action.ref for action in self.removed],
                "sections": self.sections_changed,
            },
        }


def diff_plan(
    session: Session, plan: Plan, draft: Draft, same_roles: dict[str, str] | None = None
) -> PlanDiff:
    """Compare a draft with the plan held. `same_roles` maps a spelling to the role it means."""
    _refuse_personal_data(session, draft)
    for one in draft.actions:
        one.leads = list(dict.fromkeys((same_roles or {}).get(lead, lead) for lead in one.leads))
    everything = _held(session, plan)
    held = [action for action in everything if action.removed_on is None]
    pairs = pair_actions(draft, held, {action.ref: action for action in everything})
    for drafted, action in pairs:
        drafted.ref = action.ref
    roles = {role_key(role.name): role.name for role in session.exec(select(Role))}
    number_and_link(draft, {action.ref for action in everything}, roles.values())
    paired = {action.ref for _, action in pairs}
    merge = PlanDiff(
        plan,
        draft,
        {action.ref: action for action in everything},
        pairs,
        [one for one in draft.actions if one.ref not in paired],
        [action for action in held if action.ref not in paired],
    )
    spoken = _set_by_people(session, [action.id for _, action in pairs if action.id is not None])
    for drafted, action in pairs:
        _doubt_other_words(drafted, action)
        changed = _changes(drafted, action, draft.has, roles, spoken)
        if changed:
            merge.changes[action.ref] = changed
    merge.sections_changed = _sections_changed(session, plan, draft)
    return merge


def _refuse_personal_data(session: Session, draft: Draft) -> None:
    """Refuse a file whose texts hold details by which a person can be known, naming the row and the kind."""
    known = cache(lambda: audit_log.registered_emails(session))
    texts: list[tuple[int | None, str]] = [
        (one.row, text)
        for one in draft.actions
        for text in (one.text, one.title, one.outcome_text, one.measure_text, one.progress_text, *one.leads)
        if text
    ]
    texts += [(None, text) for section in draft.sections for text in (section.title, *section.findings)]
    for row, text in texts:
        kinds = find_personal_data(text, known)
        if kinds:
            where = f"row {row}" if row else "a section"
            raise DocumentError(
                f"{where} seems to hold {' and '.join(kinds)}, which a plan must not: take it out of the file"
            )


def _doubt_other_words(drafted: DraftAction, action: Action) -> None:
    """A ref of the file that stands for something else by now: what is recorded under it may not belong."""
    touched = action.progress is not Progress.NOT_STARTED or action.evidence
    alike = fuzz.ratio(same_words(drafted.text), same_words(action.text))
    if touched and alike < SAME_ACTION and not any("reworded" in text for text in drafted.doubts):
        drafted.doubts.append(
            f'{action.ref} was "{action.title}" and is recorded {action.progress}: check that this still '
            "belongs to its new words"
        )


def _held(session: Session, plan: Plan) -> list[Action]:
    if plan.id is None:
        return []
    query = select(Action).where(Action.plan_id == plan.id).order_by(col(Action.position))
    loads = (Action.section, Action.leads, Action.measures, Action.references, Action.doubts)
    options = [selectinload(one) for one in (*loads, Action.due_requests)]  # type: ignore[arg-type]
    return list(session.exec(query.options(*options)))


def _sections_changed(session: Session, plan: Plan, draft: Draft) -> list[str]:
    held = (
        {s.ref: s for s in session.exec(select(Section).where(Section.plan_id == plan.id))}
        if plan.id is not None
        else {}
    )
    return [
        section.ref
        for section in draft.sections
        if section.ref not in held
        or held[section.ref].title != section.title
        or ("issues" in draft.has and held[section.ref].findings != "\n".join(section.findings))
    ]


def _set_by_people(session: Session, ids: Sequence[int]) -> set[tuple[int | None, str]]:
    """Which action's progress or outcome was last set by a person, not by an import."""
    query = (
        select(Entry.subject_id, Entry.field, Entry.who)
        .where(
            Entry.subject == "action",
            col(Entry.field).in_(("progress", "outcome", "due")),
            col(Entry.subject_id).in_(ids),
        )
        .order_by(col(Entry.seq))
    )
    last = {(subject, name): who for subject, name, who in session.exec(query)}
    return {key for key, who in last.items() if not who.startswith("import:")}


def short_title(text: str) -> str:
    """An action's first clause as its title, cut at a word, at most 80 characters."""
    first = re.split(
        r"(?<=[a-z)’'])[.;:]\s|\n|,? so that |, (?:including|with|focusing)\b", text, maxsplit=1
    )[0]
    first = re.sub(r"\s+", " ", first).strip(" .,;:")
    if len(first) <= _LONGEST_TITLE:
        return first
    return first[: _LONGEST_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _changes(
    drafted: DraftAction,
    action: Action,
    has: set[str],
    roles: dict[str, str],
    spoken: set[tuple[int | None, str]],
) -> dict[str, tuple[Any, Any]]:
    """Field to (held, in the file) for what the file says differently, as far as it says anything."""
    new = draft_values(drafted, has)
    changed = {
        name: (getattr(action, name), value) for name, value in new.items() if getattr(action, name) != value
    }
    if "text" in changed and drafted.title is None:
        changed["title"] = (action.title, short_title(drafted.text))
    if action.removed_on is not None:
        changed["removed_on"] = (action.removed_on, None)
    if action.section.ref != drafted.section:
        changed["section"] = (action.section.ref, drafted.section)
    _due_change(drafted, action, has, changed)
    _progress_change(drafted, action, spoken, changed)
    leads = [lead.role.name for lead in action.leads]
    in_file = [roles.get(role_key(name), name) for name in drafted.leads]
    if "leads" in has and leads != in_file:
        changed["leads"] = (leads, in_file)
    if "measures" in has and [measure_key(m) for m in action.measures] != [
        measure_key(m) for m in drafted.measures
    ]:
        changed["measures"] = (
            [m.text for m in action.measures],
            [m.text for m in drafted.measures],
        )
    return changed


# A draft's field, the column it fills, and the heading that must be there for it to mean anything.
_PLAIN = (
    ("text", "text"),
    ("outcome_text", "outcome"),
    ("measure_text", "measures"),
    ("progress_text", "progress"),
    ("recommendation", "recommendation"),
)


def draft_values(drafted: DraftAction, has: set[str]) -> dict[str, Any]:
    """The columns of an action that a file's wording sets directly."""
    new: dict[str, Any] = {
        name: getattr(drafted, name) for name, heading in _PLAIN if heading in has or getattr(drafted, name)
    }
    if drafted.title is not None:
        new["title"] = drafted.title
    if drafted.rating is not None:
        new["rating_as_written"] = drafted.rating
    new["recurrence"] = drafted.recurrence
    return new


def measure_key(measure: Measure | DraftMeasure) -> tuple[Any, ...]:
    """What makes two measures the same one."""
    return tuple(getattr(measure, one.name) for one in fields(DraftMeasure))


def _due_change(
    drafted: DraftAction, action: Action, has: set[str], changed: dict[str, tuple[Any, Any]]
) -> None:
    due = drafted.due
    if "due" not in has or _same_due(due, action.due, action.due_kind, action.due_as_written):
        return
    approved = [asked for asked in action.due_requests if asked.decision == "approved"]
    if approved:
        # Most files still carry the date that a coordinator has since moved.
        if due.day != action.original_due:
            drafted.doubts.append(
                f'the file says "{due.as_written}", but {action.due_as_written} was approved '
                f"on {approved[-1].decided_at:%d %b %Y}: kept"
            )
        return
    changed["due"] = (action.due, due.day)
    changed["due_as_written"] = (action.due_as_written, due.as_written)
    if due.kind is not action.due_kind:
        changed["due_kind"] = (action.due_kind, due.kind)


def _same_due(due: Due, day: date | None, kind: DueKind, as_written: str) -> bool:
    if (due.day, due.kind) != (day, kind):
        return False
    return day is not None or due.as_written == as_written


def _progress_change(
    drafted: DraftAction,
    action: Action,
    spoken: set[tuple[int | None, str]],
    changed: dict[str, tuple[Any, Any]],
) -> None:
    for name in ("progress", "outcome"):
        said: Progress | Outcome | None = getattr(drafted, name)
        held = getattr(action, name)
        if said is None or said == held:
            continue
        if (action.id, name) in spoken:
            drafted.doubts.append(f'the file says {name} "{said}", recorded is "{held}": kept')
            continue
        changed[name] = (held, said)
    _doubt_unread_report(drafted, action)
    if (action.id, "progress") in spoken or drafted.progress is None:
        return
    for name in ("exception", "outstanding_due", "outcome_due"):
        # With the progress comes what was outstanding of it, or that nothing is any more.
        if getattr(drafted, name) != getattr(action, name) and (
            "progress" in changed or getattr(drafted, name)
        ):
            changed[name] = (getattr(action, name), getattr(drafted, name))
    if drafted.evidence and drafted.evidence != action.evidence:
        changed["evidence"] = (action.evidence, drafted.evidence)
    if action.signed_off_by and {"progress", "evidence"} & set(changed):
        changed["signed_off_by"] = (action.signed_off_by, None)
        changed["signed_off_on"] = (action.signed_off_on, None)


def _doubt_unread_report(drafted: DraftAction, action: Action) -> None:
    """A new report that could not be read must not leave an old "complete" standing unseen."""
    new = drafted.progress_text if drafted.progress_text != action.progress_text else ""
    if drafted.progress is None and new and action.progress in COMPLETED:
        drafted.doubts.append(f'recorded is "{action.progress}", but the file now says "{new[:60]}"')


def reference_rows(reference: DraftReference) -> list[dict[str, Any]]:
    """A drafted cross-reference as rows, one for each place it may mean."""
    return [
        {
            "as_written": reference.as_written,
            "target_ref": target,
            "evidence": reference.evidence,
            "ambiguous": len(reference.targets) > 1,
        }
        for target in reference.targets
    ]
