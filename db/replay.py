"""Does what is stored say what the record says? Replay the record and compare.

The hash chain proves that no entry was changed. It does not prove the answers: they are made from other
tables, and somebody with the database's password can change a row there. So each value that an entry records
is compared with the row: actions, leads, measures, sign-offs, definitions, figures, who holds a role, what
goes to schools and when, what a school has seen and asked, what was decided on a new date, and who may read.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby, zip_longest
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from db.audit_chain import ERASURE_SUBJECT
from db.audit_log import encode
from db.kpis import kpi_ref
from db.models import (
    ERASED,
    Action,
    BoardChannel,
    ChannelPlan,
    DueRequest,
    Entry,
    Guest,
    Kpi,
    Lead,
    Measure,
    Observation,
    Plan,
    Receipt,
    Reminder,
    Role,
    School,
    SchoolQuestion,
    Section,
    Signer,
    TermDate,
)
from db.roles import holders_snapshot
from db.rules.records import (
    action_defaults,
    action_record,
    figure_record,
    kpi_record,
    measure_record,
    measure_words,
    target_record,
    term_record,
)
from db.rules.role_names import role_key

_SHOWN = 60
# How many rows are read from the database at a time.
_AT_ONCE = 1000
_PERIOD = re.compile(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Difference:
    """A stored value that is not what the record says. None stands for no value, or no row."""

    ref: str
    field: str
    recorded: str | None
    stored: str | None

    def __str__(self) -> str:
        name = self.field.replace("_", " ")
        return f"{self.ref}: {name} is {_shown(self.stored)}, but the record says {_shown(self.recorded)}"


def _shown(value: str | None) -> str:
    if not value:
        return "nothing"
    return f"“{value if len(value) <= _SHOWN else f'{value[:_SHOWN]}…'}”"


def find_differences(session: Session) -> Iterator[Difference]:
    """Every row that differs from the record, one difference for each value."""
    # A text that was erased went from every row that had copied it, also where another entry told it.
    erased = session.exec(select_rows(Entry.seq).where(Entry.subject == ERASURE_SUBJECT)).first() is not None
    yield from _compare_actions(session, erased=erased)
    yield from _compare_kpis(session, erased=erased)
    yield from _compare_holders(session)
    yield from _compare_receipts(session)
    yield from _compare_reminders(session, erased=erased)
    yield from _compare_schools(session)
    yield from _compare_terms(session)
    yield from _compare_questions(session, erased=erased)
    yield from _compare_requests(session)
    yield from _compare_access(session)


def _stream(session: Session, query: Any) -> Iterator[Any]:
    with session.connection().execute(query.execution_options(yield_per=_AT_ONCE)) as rows:
        yield from rows


_ENTRY_COLUMNS = ("subject_id", "ref", "field", "before", "after", "note", "undoes", "erased_digest")


def _entries(session: Session, subject: str) -> Iterator[Any]:
    """The entries about a kind of thing, by thing and the oldest first."""
    columns = (getattr(Entry, name) for name in _ENTRY_COLUMNS)
    query = select(*columns).where(col(Entry.subject) == subject)
    return _stream(session, query.order_by(col(Entry.subject_id), col(Entry.seq)))


def _by_id(rows: Iterable[Any], key: Callable[[Any], Any]) -> Callable[[int], list[Any]]:
    """The rows of one id after another: a function that is called with rising ids."""
    groups = groupby(rows, key)
    waiting: list[tuple[int, list[Any]]] = []

    def rows_of(number: int) -> list[Any]:
        while not waiting or waiting[0][0] < number:
            waiting.clear()
            found = next(groups, None)
            if found is None:
                return []
            waiting.append((found[0] or 0, list(found[1])))
        return waiting[0][1] if waiting[0][0] == number else []

    return rows_of


def _compare(
    ref: str, recorded: Mapping[str, str | None], stored: Mapping[str, str | None], *, erased: bool
) -> Iterator[Difference]:
    """Differences of the values that are recorded. A text that was erased is neither here nor there."""
    for name, value in recorded.items():
        is_gone = erased and any(ERASED in (one or "") for one in (value, stored.get(name)))
        if name in stored and stored[name] != value and not is_gone:
            yield Difference(ref, name, value, stored[name])


# Actions


def _compare_actions(session: Session, *, erased: bool) -> Iterator[Difference]:
    entries = _by_id(_entries(session, "action"), lambda row: row.subject_id)
    leads = _by_id(_leads(session), lambda row: row.action_id)
    measures = _by_id(_measures(session), lambda row: row.action_id)
    columns = [getattr(Action, name) for name in Action.model_fields]
    query = select(col(Plan.code), *columns).join(Section, onclause=col(Section.id) == col(Action.section_id))
    query = query.join(Plan, onclause=col(Plan.id) == col(Action.plan_id)).order_by(col(Action.id))
    for action in _stream(session, query):
        ref = f"{action.code}:{action.ref}"
        of_action = entries(action.id)
        if not of_action:
            yield Difference(ref, "action", None, action.title)
            continue
        stored = {name: encode(value) for name, value in action_record(action).items()}
        stored["leads"] = encode([role_key(row.name) for row in leads(action.id)])
        texts = [measure_record(row) for row in measures(action.id)]
        recorded = _replay_action(of_action, texts)
        stored["measures"] = encode(texts)
        yield from _compare(ref, recorded, stored, erased=erased)
    yield from _missing(session, "action", Action)


def _leads(session: Session) -> Iterator[Any]:
    query = select(col(Lead.action_id), col(Role.name)).join(Role, onclause=col(Role.id) == col(Lead.role_id))
    return _stream(session, query.order_by(col(Lead.action_id), col(Lead.position)))


def _measures(session: Session) -> Iterator[Any]:
    columns = [getattr(Measure, name) for name in Measure.model_fields]
    return _stream(session, select(*columns).order_by(col(Measure.action_id), col(Measure.position)))


def _replay_action(entries: Iterable[Any], measures: list[str]) -> dict[str, str | None]:
    """The last recorded value of each field. `measures` are the stored ones."""
    values: dict[str, str | None] = {}
    for entry in entries:
        if entry.field == "added":
            values |= _added_values(entry.after)
        elif entry.field in Action.model_fields or entry.field in ("leads", "measures"):
            values[entry.field] = entry.after
    if values.get("leads") and values["leads"] != ERASED:
        values["leads"] = encode([role_key(name) for name in json.loads(values["leads"] or "[]")])
    if values.get("measures") and values["measures"] != ERASED:
        recorded = json.loads(values["measures"] or "[]")
        # Older entries have the words alone.
        if recorded == [measure_words(text) for text in measures]:
            values["measures"] = encode(measures)
    return values


def _added_values(after: str | None) -> dict[str, str | None]:
    """What the entry that adds an action says of its columns; older ones say less."""
    if not after or not after.startswith("{"):
        return {}
    values = json.loads(after)
    if "due_kind" not in values:
        # There `due` is as the file wrote it.
        values.pop("due", None)
    else:
        values = {**action_defaults(), **values}
    return {name: value if type(value) is str else encode(value) for name, value in values.items()}


def _missing(session: Session, subject: str, table: Any) -> Iterator[Difference]:
    """What was added and is not there any more. Nothing is ever deleted by the bot."""
    stored = select(col(table.id))
    query = select(col(Entry.ref), col(Entry.after)).where(
        col(Entry.subject) == subject, col(Entry.field) == "added", col(Entry.subject_id).not_in(stored)
    )
    for entry in _stream(session, query):
        yield Difference(entry.ref, subject, "added", None)


# KPIs


def _compare_kpis(session: Session, *, erased: bool) -> Iterator[Difference]:
    entries = _by_id(_entries(session, "kpi"), lambda row: row.subject_id)
    current = select_rows(Observation).where(col(Observation.replaced_at).is_(None))
    ordered = current.order_by(col(Observation.kpi_id), col(Observation.id))
    figures = _by_id(session.exec(ordered.execution_options(yield_per=_AT_ONCE)), lambda row: row.kpi_id)
    loads = (selectinload(Kpi.targets), selectinload(Kpi.comparators), selectinload(Kpi.links))  # type: ignore[arg-type]
    for kpi in session.exec(select_rows(Kpi).options(*loads).order_by(col(Kpi.id))):
        of_kpi = entries(kpi.id or 0)
        if not of_kpi:
            yield Difference(kpi_ref(kpi), "KPI", None, kpi.name)
        of_figures = [entry for entry in of_kpi if _PERIOD.fullmatch(entry.field)]
        others = [entry for entry in of_kpi if not _PERIOD.fullmatch(entry.field)]
        yield from _compare_definition(kpi, others, erased=erased)
        yield from _compare_figures(kpi, of_figures, figures(kpi.id or 0), erased=erased)
    yield from _missing(session, "kpi", Kpi)


def _compare_definition(kpi: Kpi, entries: list[Any], *, erased: bool) -> Iterator[Difference]:
    recorded: dict[str, str | None] = {}
    targets: set[str] = set()
    for entry in entries:
        if entry.field == "added":
            recorded |= _definition_values(entry.after)
        elif entry.field == "target":
            targets.discard(entry.before)
            targets.add(entry.after)
        else:
            recorded[entry.field] = entry.after
    stored = {name: encode(value) for name, value in kpi_record(kpi).items()}
    stored |= {f"{one.name} {one.year}"[:40]: f"{one.value:g}" for one in kpi.comparators}
    ref = kpi_ref(kpi)
    yield from _compare(ref, recorded, stored, erased=erased)
    now = {target_record(one) for one in kpi.targets}
    if now != targets and not erased:
        yield Difference(ref, "target", "; ".join(sorted(targets)), "; ".join(sorted(now)))


def _definition_values(after: str | None) -> dict[str, str | None]:
    """What the entry that adds a KPI says of it; an older one has the name alone."""
    if not after or not after.startswith("{"):
        return {"name": after}
    return {
        name: value if isinstance(value, str) else encode(value) for name, value in json.loads(after).items()
    }


def _compare_figures(
    kpi: Kpi, entries: list[Any], rows: list[Observation], *, erased: bool
) -> Iterator[Difference]:
    recorded: dict[tuple[str, str], Any] = {}
    for entry in entries:
        recorded[entry.ref.partition(" ")[2], entry.field] = entry
    for row in rows:
        key = (row.breakdown, f"{row.period_start}/{row.period_end}")
        entry = recorded.pop(key, None)
        name = " ".join(filter(None, (key[1].replace("/", " to "), row.breakdown)))
        if entry is None or entry.after is None:
            if not (erased and ERASED in row.breakdown):
                yield Difference(kpi_ref(kpi), name, None, figure_record(row))
            continue
        by_record = {name: entry.after}
        # Older entries have fewer of the figure's values.
        same = entry.after in (figure_record(row), figure_record(row, brief=True))
        yield from _compare(
            kpi_ref(kpi), by_record, {name: entry.after if same else figure_record(row)}, erased=erased
        )
        if not entry.undoes:
            note = f"note of {name}"
            yield from _compare(kpi_ref(kpi), {note: entry.note}, {note: row.note}, erased=erased)
    for (breakdown, period), entry in recorded.items():
        if entry.after is not None and ERASED not in breakdown:
            name = " ".join(filter(None, (period.replace("/", " to "), breakdown)))
            yield Difference(kpi_ref(kpi), name, entry.after, None)


# People and what they did


def _last_values(session: Session, subject: str, field: str) -> dict[int, Any]:
    """The last entry of a field, by the id of what it is about."""
    return {entry.subject_id: entry for entry in _entries(session, subject) if entry.field == field}


def _compare_holders(session: Session) -> Iterator[Difference]:
    last = _last_values(session, "role", "holder")
    loads = selectinload(Role.holdings)  # type: ignore[arg-type]
    for role in session.exec(select_rows(Role).options(loads)):
        entry = last.get(role.id or 0)
        recorded = encode(json.loads(entry.after or "[]")) if entry is not None else "[]"
        stored = encode(holders_snapshot(role))
        if recorded != stored:
            yield Difference(role.name, "holders", recorded, stored)


def _compare_receipts(session: Session) -> Iterator[Difference]:
    seen = _last_values(session, "receipt", "seen")
    query = select(col(Receipt.id), col(Receipt.seen_by)).where(col(Receipt.seen_by).is_not(None))
    stored = {row.id: row.seen_by for row in _stream(session, query)}
    for number in sorted(seen.keys() | stored.keys()):
        recorded = seen[number].after if number in seen else None
        if recorded != stored.get(number):
            ref = seen[number].ref if number in seen else f"receipt {number}"
            yield Difference(ref, "reminder seen by", recorded, stored.get(number))


def _compare_reminders(session: Session, *, erased: bool) -> Iterator[Difference]:
    """What the schools are sent. The entry that adds a reminder has its text and day alone."""
    recorded: dict[int, dict[str, str | None]] = {}
    for entry in _entries(session, "reminder"):
        values = recorded.setdefault(entry.subject_id, {})
        if entry.field == "added":
            values |= {"day": entry.after, "message": entry.note}
        elif entry.field == "message":
            values["message"] = entry.note
        elif entry.field == "state":
            values["paused"] = encode(entry.after == "paused")
        else:
            values[entry.field] = entry.after
    for reminder in session.exec(select_rows(Reminder).options(selectinload(Reminder.action))):  # type: ignore[arg-type]
        ref = f"reminder of {reminder.action.qualified_ref}"
        if reminder.action_id not in recorded:
            yield Difference(ref, "reminder", None, reminder.message)
            continue
        values = {"paused": encode(False), **recorded.pop(reminder.action_id)}
        stored = {name: encode(getattr(reminder, name)) for name in Reminder.model_fields}
        yield from _compare(ref, values, stored, erased=erased)
    for values in recorded.values():
        yield Difference("reminder", "reminder", values.get("message"), None)


def _compare_schools(session: Session) -> Iterator[Difference]:
    """The register. A telephone number is not in the record, only that it changed."""
    recorded: dict[str, dict[str, str | None]] = {}
    for entry in _entries(session, "school"):
        if entry.field == "added":
            # The order of entries with and without an id differs between the databases.
            recorded.setdefault(entry.ref, {}).setdefault("channel", entry.after)
        elif entry.field in School.model_fields and entry.field != "telephone":
            recorded.setdefault(entry.ref, {})[entry.field] = entry.after
    for school in session.exec(select_rows(School)):
        if school.name not in recorded:
            yield Difference(school.name, "school", None, school.name)
            continue
        stored = {name: encode(getattr(school, name)) for name in School.model_fields}
        yield from _compare(school.name, recorded.pop(school.name), stored, erased=False)
    for name in recorded:
        yield Difference(name, "school", "added", None)


def _compare_terms(session: Session) -> Iterator[Difference]:
    """The school calendars: the days of each term, holiday and half term."""
    recorded = {(one.ref, one.field): one.after for one in _entries(session, "terms")}
    ordered = select_rows(TermDate).order_by(col(TermDate.calendar), col(TermDate.term), col(TermDate.kind))
    stored = {
        (f"{calendar}: {term}", str(kind)): encode(term_record(rows))
        for (calendar, term, kind), rows in groupby(
            session.exec(ordered), lambda one: (one.calendar, one.term, one.kind)
        )
    }
    for ref, kind in dict.fromkeys(chain(recorded, stored)):
        by_record, by_rows = recorded.get((ref, kind)), stored.get((ref, kind))
        if by_record != by_rows:
            yield Difference(ref, kind, by_record, by_rows)


def _compare_questions(session: Session, *, erased: bool) -> Iterator[Difference]:
    """What schools asked and were answered. An answer that Slack refused was given again."""
    asked, answers = defaultdict[int, list[str]](list), defaultdict[int, set[str]](set)
    for entry in _entries(session, "school"):
        if entry.field == "question":
            asked[entry.subject_id].append(entry.note)
        elif entry.field == "answer":
            answers[entry.subject_id].add(entry.note)
    stored = defaultdict[int, list[SchoolQuestion]](list)
    for question in session.exec(select_rows(SchoolQuestion).order_by(col(SchoolQuestion.id))):
        stored[question.school_id].append(question)
    names = dict(session.connection().execute(select(col(School.id), col(School.name))).all())
    for number in sorted(asked.keys() | stored.keys()):
        ref = names.get(number, f"school {number}")
        for note, row in zip_longest(asked[number], stored[number]):
            text = row.text if row else None
            yield from _compare(ref, {"question": note}, {"question": text}, erased=erased)
            if row is not None and row.answer and row.answer not in answers[number]:
                by_record = {"answer": " / ".join(sorted(answers[number])) or None}
                yield from _compare(ref, by_record, {"answer": row.answer}, erased=erased)


def _compare_requests(session: Session) -> Iterator[Difference]:
    """Decisions on new dates. A request that a later one replaced has no entry of its own that says so."""
    decided: dict[int, Any] = {}
    for entry in _entries(session, "due_request"):
        withdrawn = entry.field == "asked" and entry.after == "withdrawn"
        decided[entry.subject_id] = (
            entry.ref,
            entry.after if entry.field == "decision" or withdrawn else None,
        )
    for request in session.exec(select_rows(DueRequest)):
        ref, recorded = decided.get(request.id or 0, (f"request {request.id}", None))
        if request.decision not in (recorded, "replaced"):
            yield Difference(ref, "decision on a new date", recorded, request.decision)


def _compare_access(session: Session) -> Iterator[Difference]:
    """Who from outside is allowed, who may sign off, which channels are a board's, and which plan one has."""
    guests = {guest.slack_user: "yes" for guest in session.exec(select_rows(Guest))}
    boards = {channel.channel: "board" for channel in session.exec(select_rows(BoardChannel))}
    signers = {signer.slack_user: "yes" for signer in session.exec(select_rows(Signer))}
    plans = {one.channel: one.plan.code for one in session.exec(select_rows(ChannelPlan))}
    for subject, field, stored, none in (
        ("signer", "may_sign", signers, "no"),
        ("guest", "may_read", guests, "no"),
        ("channel", "audience", boards, "open"),
        ("channel", "plan", plans, None),
    ):
        recorded = {entry.ref: entry.after for entry in _entries(session, subject) if entry.field == field}
        for ref in dict.fromkeys(chain(recorded, stored)):
            by_record, by_row = recorded.get(ref, none), stored.get(ref, none)
            if by_record != by_row:
                yield Difference(ref, field.replace("_", " "), by_record, by_row)
