"""Does what is stored say what the record says? Replay the record and compare.

The hash chain proves that no entry was changed. It does not prove the answers: they are made from other
tables, and somebody with the database's password can change a row there. So each value that an entry records
is compared with the row: actions, leads, measures, sign-offs, definitions, figures, who holds a role, what
goes to schools and when, what a school has seen and asked, what was decided on a new date, and who may read.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from db.audit_chain import ERASURE_SUBJECT
from db.audit_log import COVERAGE, EXPLANATION, ROUNDS, encode
from db.kpis import kpi_ref
from db.models import (
    ERASED,
    Action,
    Covered,
    Entry,
    Kpi,
    Lead,
    Measure,
    Member,
    Observation,
    Plan,
    Role,
    Round,
    School,
    Section,
)
from db.replay_people import compare_people
from db.replay_rows import ROWS_AT_ONCE, Difference, compare_values, entries_about, rows_by_id, stream
from db.rules.records import (
    action_defaults,
    action_record,
    figure_record,
    kpi_record,
    measure_record,
    measure_words,
    round_record,
    target_record,
)
from db.rules.role_names import role_key

_PERIOD = re.compile(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d")


def find_differences(session: Session) -> Iterator[Difference]:
    """Every row that differs from the record, one difference for each value."""
    # A text that was erased went from every row that had copied it, also where another entry told it.
    erased = session.exec(select_rows(Entry.seq).where(Entry.subject == ERASURE_SUBJECT)).first() is not None
    yield from _compare_actions(session, erased=erased)
    yield from _compare_kpis(session, erased=erased)
    yield from compare_people(session, erased=erased)


# Actions


def _compare_actions(session: Session, *, erased: bool) -> Iterator[Difference]:
    with (
        rows_by_id(entries_about(session, "action"), lambda row: row.subject_id) as entries,
        rows_by_id(_leads(session), lambda row: row.action_id) as leads,
        rows_by_id(_measures(session), lambda row: row.action_id) as measures,
        rows_by_id(_rounds(session), lambda row: row.action_id) as rounds,
        rows_by_id(_covered(session), lambda row: row.action_id) as covered,
    ):
        columns = [getattr(Action, name) for name in Action.model_fields]
        query = select(col(Plan.code), *columns).join(
            Section, onclause=col(Section.id) == col(Action.section_id)
        )
        query = query.join(Plan, onclause=col(Plan.id) == col(Action.plan_id)).order_by(col(Action.id))
        for action in stream(session, query):
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
            yield from compare_values(ref, recorded, stored, erased=erased)
            yield from _compare_rounds(ref, of_action, rounds(action.id), erased=erased)
            yield from _compare_coverage(ref, of_action, covered(action.id), erased=erased)
    yield from _missing(session, "action", Action)


def _leads(session: Session) -> Iterator[Any]:
    query = select(col(Lead.action_id), col(Role.name)).join(Role, onclause=col(Role.id) == col(Lead.role_id))
    return stream(session, query.order_by(col(Lead.action_id), col(Lead.position)))


def _measures(session: Session) -> Iterator[Any]:
    columns = [getattr(Measure, name) for name in Measure.model_fields]
    return stream(session, select(*columns).order_by(col(Measure.action_id), col(Measure.position)))


def _rounds(session: Session) -> Iterator[Any]:
    columns = [getattr(Round, name) for name in Round.model_fields]
    return stream(session, select(*columns).order_by(col(Round.action_id), col(Round.id)))


def _compare_rounds(
    ref: str, entries: Iterable[Any], rows: Iterable[Any], *, erased: bool
) -> Iterator[Difference]:
    """The rounds that were recorded and not undone, by their acts."""
    of_rounds = [entry for entry in entries if entry.field in ROUNDS]
    undone = {entry.undoes for entry in of_rounds if entry.undoes}
    recorded = {entry.act: entry for entry in of_rounds if not entry.undoes and entry.act not in undone}
    for row in rows:
        entry = recorded.pop(row.act, None)
        stored = "complete" if row.denominator is None else encode(round_record(row))
        if entry is None:
            yield Difference(ref, f"round of {row.period_end}", None, stored)
        elif entry.field == "result":
            name = f"result of {row.period_end}"
            yield from compare_values(ref, {name: entry.after}, {name: stored}, erased=erased)
    for entry in recorded.values():
        yield Difference(ref, entry.field, entry.after, None)


def _covered(session: Session) -> Iterator[Any]:
    name = func.coalesce(col(Member.name), col(School.name)).label("name")
    query = (
        select(col(Covered.action_id), col(Covered.covered_on), name)
        .outerjoin(Member, onclause=col(Member.id) == col(Covered.member_id))
        .outerjoin(School, onclause=col(School.id) == col(Covered.school_id))
        .where(col(Covered.withdrawn_act).is_(None))
    )
    return stream(session, query.order_by(col(Covered.action_id), col(Covered.id)))


def _compare_coverage(
    ref: str, entries: Iterable[Any], rows: Iterable[Any], *, erased: bool
) -> Iterator[Difference]:
    """Who is covered and since when, by the entries that were not undone."""
    of_coverage = [entry for entry in entries if entry.field in COVERAGE]
    undone = {entry.undoes for entry in of_coverage if entry.undoes}
    recorded: dict[str, str | None] = {}
    for entry in of_coverage:
        if entry.undoes or entry.act in undone or entry.after == ERASED:
            continue
        values = json.loads(entry.after or "{}")
        for name in values.get("names", ()):
            recorded[name] = values.get("on")
    stored = {row.name: row.covered_on.isoformat() for row in rows}
    for name in dict.fromkeys([*recorded, *stored]):
        if recorded.get(name) != stored.get(name) and not erased:
            yield Difference(ref, f"coverage of {name}", recorded.get(name), stored.get(name))


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
    for entry in stream(session, query):
        yield Difference(entry.ref, subject, "added", None)


# KPIs


def _compare_kpis(session: Session, *, erased: bool) -> Iterator[Difference]:
    current = select_rows(Observation).where(col(Observation.replaced_at).is_(None))
    ordered = current.order_by(col(Observation.kpi_id), col(Observation.id))
    rows = session.exec(ordered.execution_options(yield_per=ROWS_AT_ONCE))
    with (
        rows_by_id(entries_about(session, "kpi"), lambda row: row.subject_id) as entries,
        rows_by_id(rows, lambda row: row.kpi_id) as figures,
    ):
        loads = (selectinload(Kpi.targets), selectinload(Kpi.comparators), selectinload(Kpi.links))  # type: ignore[arg-type]
        for kpi in session.exec(select_rows(Kpi).options(*loads).order_by(col(Kpi.id))):
            of_kpi = entries(kpi.id or 0)
            if not of_kpi:
                yield Difference(kpi_ref(kpi), "KPI", None, kpi.name)
            of_figures = [entry for entry in of_kpi if _PERIOD.fullmatch(entry.field)]
            others = [
                entry for entry in of_kpi if entry.field != EXPLANATION and not _PERIOD.fullmatch(entry.field)
            ]
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
    yield from compare_values(ref, recorded, stored, erased=erased)
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
        yield from compare_values(
            kpi_ref(kpi), by_record, {name: entry.after if same else figure_record(row)}, erased=erased
        )
        if not entry.undoes:
            note = f"note of {name}"
            yield from compare_values(kpi_ref(kpi), {note: entry.note}, {note: row.note}, erased=erased)
    for (breakdown, period), entry in recorded.items():
        if entry.after is not None and ERASED not in breakdown:
            name = " ".join(filter(None, (period.replace("/", " to "), breakdown)))
            yield Difference(kpi_ref(kpi), name, entry.after, None)
