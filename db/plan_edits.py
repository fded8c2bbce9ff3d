"""Changes to what a plan says, made by people and not by a file: actions added, reworded, moved, closed.

Each is recorded as an import records it, so that the record proves it, and so that the next import of the
plan's file meets it. A reference is never given out twice: an action that is taken back stays, removed.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from db import audit_log
from db.audit_log import Author, Change, FieldKey
from db.board_changes import EDITS
from db.errors import Refused
from db.models import OPEN, Action, DueKind, Entry, Lead, Measure, Progress, Role, Section
from db.rules.measures import DraftMeasure, read_measures
from db.rules.records import measure_record, new_action_record
from db.rules.rhythms import read_rhythm, rhythm_in
from db.rules.titles import short_title
from db.updates import set_progress

# What of an action's wording can be edited, and the column that it is.
WORDINGS: Mapping[str, str] = {
    "title": "title",
    "text": "text",
    "outcome": "outcome_text",
    "measure": "measure_text",
    "rhythm": "recurrence",
}
_LAST_NUMBER = re.compile(r"(?P<before>.*?)(?P<number>\d+)(?P<letter>[a-z]?)")


def wording(action: Action, name: str) -> str:
    """A part of an action's wording, by its name in `WORDINGS`."""
    return str(getattr(action, WORDINGS[name]) or "")


def action_added(
    ref: str,
    action_id: int,
    columns: Mapping[str, Any],
    leads: Sequence[str],
    measures: Sequence[Any],
) -> Change:
    """The entry with everything that is stored of a new action, so that the record proves it.

    `ref` is qualified, `columns` are those of `Action`, `leads` the names of roles.
    """
    values = {
        **{name: audit_log.encode(value) for name, value in new_action_record(columns).items()},
        "due_kind": str(columns["due_kind"]),
        "leads": list(leads),
        "measures": [measure_record(measure) for measure in measures],
    }
    return Change("action", action_id, ref, "added", None, values)


@dataclass(frozen=True)
class DueBy:
    """The day until which something is to be done, and how somebody wrote it."""

    day: date
    as_written: str


def add_action(
    session: Session,
    author: Author,
    section: Section,
    text: str,
    leads: Sequence[Role],
    due: DueBy | None,
    note: str = "",
) -> Action:
    """Add an action at the end of a section, under the section's next free reference.

    `note` says where it comes from.
    """
    action = Action(
        plan_id=section.plan_id,
        section_id=section.id,
        ref=next_ref(session, section),
        position=_make_room(session, section),
        title=short_title(text),
        text=text,
        due=due.day if due else None,
        due_kind=DueKind.BY if due else DueKind.UNCLEAR,
        due_as_written=due.as_written if due else "",
        original_due=due.day if due else None,
        original_due_as_written=due.as_written if due else "",
        recurrence=rhythm_in(text),
    )
    session.add(action)
    session.flush()
    _set_leads(action, leads)
    names = [role.name for role in leads]
    change = action_added(f"{section.plan.code}:{action.ref}", action.id or 0, action.model_dump(), names, [])
    audit_log.append(session, author, [replace(change, note=note)])
    session.flush()
    session.refresh(action)
    return action


def next_ref(session: Session, section: Section) -> str:
    """The reference after the section's last, of all that were ever given out in the plan."""
    taken = set(session.exec(select(Action.ref).where(Action.plan_id == section.plan_id)))
    own = session.exec(
        select(Action.ref).where(Action.section_id == section.id).order_by(col(Action.position).desc())
    ).all()
    # 2.3.1, but R1: letters need no full stop.
    begin = f"{section.ref}." if section.ref[-1:].isdigit() else section.ref
    numbered = [found for ref in own if (found := _LAST_NUMBER.fullmatch(ref)) is not None]
    if numbered and not any(one["before"] == begin for one in numbered):
        # A plan numbers its actions in its own way: R1, R2.
        begin = numbered[0]["before"]
    same = [found for ref in taken if (found := _LAST_NUMBER.fullmatch(ref)) and found["before"] == begin]
    number = max((int(one["number"]) for one in same), default=0) + 1
    width = max((len(one["number"]) for one in same if one["number"].startswith("0")), default=0)
    return f"{begin}{number:0{width}d}"


def _make_room(session: Session, section: Section) -> int:
    """The place after the last action of a section in the plan's order; those after it move on."""
    before = [one.id for one in section.plan.sections if one.position <= section.position]
    places = session.exec(select(Action.position).where(col(Action.section_id).in_(before))).all()
    place = max(places, default=-1) + 1
    later = select(Action).where(Action.plan_id == section.plan_id, Action.position >= place)
    for action in session.exec(later):
        action.position += 1
    return place


def reword(session: Session, author: Author, action: Action, texts: Mapping[str, str]) -> bool:
    """Replace parts of an action's wording; `texts` are by the names of `WORDINGS`. Whether any changed.

    Its measures are read from the new words of the measure. A title that was the beginning of the text
    goes with it, and so does a rhythm that stood in the words. Raises `Refused` for a rhythm that is none.
    """
    values: dict[str, Any] = {WORDINGS[name]: text for name, text in texts.items()}
    if "recurrence" in values:
        values["recurrence"] = checked_rhythm(values["recurrence"])
    elif action.recurrence == rhythm_in(action.text, action.measure_text):
        after = (values.get("text", action.text), values.get("measure_text", action.measure_text))
        values["recurrence"] = rhythm_in(*after)
    if "text" in values and "title" not in values and action.title == short_title(action.text):
        values["title"] = short_title(values["text"])
    if "measure_text" in values:
        # First: an undo goes backwards, and reads the measures again from the words that are back then.
        _read_measures_again(session, author, action, values["measure_text"])
    changed = audit_log.set_fields(session, author, action, action.qualified_ref, values)
    session.flush()
    return changed


def checked_rhythm(written: str) -> str | None:
    """A rhythm as somebody typed it, None for "once" or nothing. Raises `Refused` for what is none."""
    words = " ".join(written.split())
    if words.lower() in ("", "once", "none", "never", "does not recur"):
        return None
    if read_rhythm(words) is None:
        raise Refused(
            f"“{words[:40]}” is no rhythm that I know. Write monthly, quarterly, termly, twice a year, "
            "annual, every 6 weeks, or once.",
            field="rhythm",
        )
    return words


def _read_measures_again(session: Session, author: Author, action: Action, words: str) -> None:
    before = [measure_record(one) for one in action.measures]
    measures = read_measures(words, action.text)
    after = [measure_record(one) for one in measures]
    if after != before:
        _set_measures(action, measures)
        change = Change("action", action.id, action.qualified_ref, "measures", before, after)
        audit_log.append(session, author, [change])


def _set_measures(action: Action, measures: Sequence[DraftMeasure]) -> None:
    action.measures = [Measure(**asdict(one), position=at) for at, one in enumerate(measures)]


def split(
    session: Session, author: Author, action: Action, parts: Sequence[str], today: date
) -> list[Action]:
    """Make actions of the parts of one, with its leads and its date, and close it. Raises `Refused`.

    Its measure goes to none of them: only a person knows of which part it is.
    """
    if action.progress is Progress.SUPERSEDED:
        raise Refused(f"{action.ref} is closed, so it can't be split.")
    leads = [lead.role for lead in action.leads]
    due = DueBy(action.due, action.due_as_written) if action.due and action.due_kind is DueKind.BY else None
    new = [
        add_action(session, author, action.section, text, leads, due, f"split from {action.ref}")
        for text in parts
    ]
    close(session, author, action, f"split into {', '.join(one.ref for one in new)}", today)
    return new


def move(session: Session, author: Author, action: Action, section: Section) -> None:
    """Put an action at the end of another section of its plan. It keeps its reference."""
    before = action.section.ref
    action.position = _make_room(session, section)
    action.section = section
    change = Change("action", action.id, f"{section.plan.code}:{action.ref}", "section", before, section.ref)
    audit_log.append(session, author, [change])
    session.flush()


def assign(session: Session, author: Author, action: Action, roles: Sequence[Role]) -> bool:
    """Give an action to roles to lead, in place of those that led it. Whether that changes anything."""
    before, after = [lead.role.name for lead in action.leads], [role.name for role in roles]
    if before == after:
        return False
    _set_leads(action, roles)
    change = Change("action", action.id, action.qualified_ref, "leads", before, after)
    audit_log.append(session, author, [change])
    session.flush()
    return True


def _set_leads(action: Action, roles: Sequence[Role]) -> None:
    action.leads = [Lead(role_id=role.id, role=role, position=at) for at, role in enumerate(roles)]


def close(session: Session, author: Author, action: Action, reason: str, today: date) -> None:
    """Close an action that will not be done: it is superseded, with the reason. Raises `Refused`."""
    if action.progress is Progress.SUPERSEDED:
        raise Refused(f"{action.ref} is closed already.")
    set_progress(session, author, action, Progress.SUPERSEDED, today, reason)


def reopen(session: Session, author: Author, action: Action, reason: str, today: date) -> None:
    """Open an action again: a closed one as it was before it was closed, a completed one as in progress.

    Raises `Refused` for one that is open.
    """
    match action.progress:
        case Progress.SUPERSEDED:
            progress = _before_it_was_closed(session, action)
            audit_log.set_fields(
                session, author, action, action.qualified_ref, {"progress": progress}, reason
            )
        case Progress.COMPLETE | Progress.COMPLETE_WITH_EXCEPTION:
            set_progress(session, author, action, Progress.IN_PROGRESS, today, reason)
        case _:
            raise Refused(f"{action.ref} is open: it is {action.progress}.")


def _before_it_was_closed(session: Session, action: Action) -> Progress:
    entries = audit_log.current_entries(audit_log.entries_of_actions(session, [action.id or 0]))
    closing = [one for one in entries if one.field == "progress" and one.after == Progress.SUPERSEDED]
    before = Progress(closing[-1].before) if closing and closing[-1].before else Progress.NOT_STARTED
    return before if before in OPEN else Progress.IN_PROGRESS


def edited_by_people(session: Session, ids: Sequence[int]) -> dict[FieldKey, datetime]:
    """What of the actions' wording, leads and section a person changed or added, and when last.

    Not what was undone, nor what an import brought since. An action that a person added has the field
    `added`.
    """
    query = (
        select(Entry.subject_id, Entry.field, Entry.who, Entry.at)
        .where(
            Entry.subject == "action",
            col(Entry.field).in_((*EDITS, "leads")),
            col(Entry.subject_id).in_(ids),
            *audit_log.current_conditions(),
        )
        .order_by(col(Entry.seq))
    )
    last = {(action_id, name): (who, at) for action_id, name, who, at in session.exec(query)}
    return {key: at for key, (who, at) in last.items() if not audit_log.is_by_import(who)}


def part_of(action: Action, name: str) -> str | None:
    """An action's section, leads or measures, as the record has them."""
    match name:
        case "section":
            return action.section.ref
        case "leads":
            return audit_log.encode([lead.role.name for lead in action.leads])
        case "measures":
            return audit_log.encode([measure_record(one) for one in action.measures])
    raise ValueError(name)


def restore_part(session: Session, action: Action, name: str, recorded: str | None) -> None:
    """Make an action's section, leads or measures what the record has.

    Raises `Refused` where that can't be.
    """
    match name:
        case "section":
            sections = {one.ref: one for one in action.section.plan.sections}
            if recorded not in sections:
                raise Refused(f"Section {recorded} is not there any more. Nothing was undone.")
            action.section = sections[recorded]
        case "leads":
            roles = {role.name: role for role in session.exec(select(Role))}
            _set_leads(action, [roles[one] for one in json.loads(recorded or "[]")])
        case "measures":
            # The words are back already: they were recorded after this.
            measures = read_measures(action.measure_text, action.text)
            if audit_log.encode([measure_record(one) for one in measures]) != recorded:
                raise Refused(
                    f"I can't read the measure of {action.ref} again as the file gave it. Edit the measure, "
                    "or import the file again."
                )
            _set_measures(action, measures)
    session.flush()
