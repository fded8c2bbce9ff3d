"""Compare with the record who holds what, what goes to schools, what was decided, and who may read."""

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, groupby, zip_longest
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from db.audit_log import encode
from db.models import (
    ERASED,
    BoardChannel,
    ChannelPlan,
    Decision,
    DueRequest,
    EditRequest,
    Finding,
    FindingAction,
    FindingKpi,
    Guest,
    Meeting,
    Member,
    Receipt,
    Recommendation,
    Reminder,
    Role,
    School,
    SchoolQuestion,
    Signer,
    SignUp,
    Statement,
    TermDate,
)
from db.replay_rows import Difference, compare_values, entries_about, stream
from db.roles import holders_snapshot
from db.rules.records import statement_record, term_record


def compare_people(session: Session, *, erased: bool) -> Iterator[Difference]:
    """Every row about people and schools that differs from the record."""
    yield from _compare_holders(session)
    yield from _compare_receipts(session)
    yield from _compare_reminders(session, erased=erased)
    yield from _compare_schools(session)
    yield from _compare_members(session)
    yield from _compare_terms(session)
    yield from _compare_questions(session, erased=erased)
    yield from _compare_requests(session)
    yield from _compare_access(session)
    yield from _compare_meetings(session)
    yield from _compare_findings(session)


def _last_values(session: Session, subject: str, field: str) -> dict[int, Any]:
    """The last entry of a field, by the id of what it is about."""
    return {entry.subject_id: entry for entry in entries_about(session, subject) if entry.field == field}


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
    stored = {row.id: row.seen_by for row in stream(session, query)}
    for number in sorted(seen.keys() | stored.keys()):
        recorded = seen[number].after if number in seen else None
        if recorded != stored.get(number):
            ref = seen[number].ref if number in seen else f"receipt {number}"
            yield Difference(ref, "reminder seen by", recorded, stored.get(number))


def _compare_reminders(session: Session, *, erased: bool) -> Iterator[Difference]:
    """What the schools are sent. The entry that adds a reminder has its text and day alone."""
    recorded: dict[int, dict[str, str | None]] = {}
    for entry in entries_about(session, "reminder"):
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
        yield from compare_values(ref, values, stored, erased=erased)
    for values in recorded.values():
        yield Difference("reminder", "reminder", values.get("message"), None)


def _compare_schools(session: Session) -> Iterator[Difference]:
    """The register. A telephone number is not in the record, only that it changed."""
    recorded: dict[str, dict[str, str | None]] = {}
    for entry in entries_about(session, "school"):
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
        yield from compare_values(school.name, recorded.pop(school.name), stored, erased=False)
    for name in recorded:
        yield Difference(name, "school", "added", None)


def _compare_members(session: Session) -> Iterator[Difference]:
    """The other registers, by their names: `teams: North`."""
    recorded: dict[str, dict[str, str | None]] = {}
    for entry in entries_about(session, "member"):
        if entry.field == "added":
            recorded.setdefault(entry.ref, {})
        else:
            recorded.setdefault(entry.ref, {})[entry.field] = entry.after
    for member in session.exec(select_rows(Member)):
        ref = f"{member.kind}: {member.name}"
        if ref not in recorded:
            yield Difference(ref, "member", None, member.name)
            continue
        stored = {name: encode(getattr(member, name)) for name in Member.model_fields}
        yield from compare_values(ref, recorded.pop(ref), stored, erased=False)
    for ref in recorded:
        yield Difference(ref, "member", "added", None)


def _compare_terms(session: Session) -> Iterator[Difference]:
    """The school calendars: the days of each term, holiday and half term."""
    recorded = {(one.ref, one.field): one.after for one in entries_about(session, "terms")}
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
    for entry in entries_about(session, "school"):
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
            yield from compare_values(ref, {"question": note}, {"question": text}, erased=erased)
            if row is not None and row.answer and row.answer not in answers[number]:
                by_record = {"answer": " / ".join(sorted(answers[number])) or None}
                yield from compare_values(ref, by_record, {"answer": row.answer}, erased=erased)


def _compare_requests(session: Session) -> Iterator[Difference]:
    """Decisions on what leads asked for: new dates, and edits of the wording."""
    tables = (("due_request", DueRequest, "a new date"), ("edit_request", EditRequest, "an edit"))
    for subject, table, what in tables:
        yield from _compare_decisions(session, subject, table, f"decision on {what}")


def _compare_decisions(session: Session, subject: str, table: Any, name: str) -> Iterator[Difference]:
    """A request that a later one replaced has no entry of its own that says so."""
    decided: dict[int, Any] = {}
    for entry in entries_about(session, subject):
        withdrawn = entry.field == "asked" and entry.after == "withdrawn"
        decided[entry.subject_id] = (
            entry.ref,
            entry.after if entry.field == "decision" or withdrawn else None,
        )
    for request in session.exec(select_rows(table)):
        ref, recorded = decided.get(request.id or 0, (f"request {request.id}", None))
        if request.decision not in (recorded, "replaced"):
            yield Difference(ref, name, recorded, request.decision)


def _compare_meetings(session: Session) -> Iterator[Difference]:
    """Meetings with their days, decisions with their words, and who has signed a plan when."""
    tables: tuple[tuple[str, Any, str, str], ...] = (
        ("meeting", Meeting, "day", "name"),
        ("decision", Decision, "", "text"),
        ("recommendation", Recommendation, "", "text"),
        ("sign_up", SignUp, "day", "body"),
    )
    for subject, table, value, text in tables:
        recorded: dict[int, tuple[str | None, str]] = {}
        for entry in entries_about(session, subject):
            note = entry.note or recorded.get(entry.subject_id, (None, ""))[1]
            recorded[entry.subject_id] = (entry.after, note)
            if entry.undoes and entry.field == "added":
                del recorded[entry.subject_id]
        for row in session.exec(select_rows(table)):
            after, note = recorded.pop(row.id or 0, (None, ""))
            stored = encode(getattr(row, value)) if value else None
            if (after, note) != (stored, getattr(row, text)) and ERASED not in (note, getattr(row, text)):
                yield Difference(f"{subject} {row.id}", text, f"{note} {after or ''}", getattr(row, text))
        for number, (_, note) in recorded.items():
            yield Difference(f"{subject} {number}", text, note, None)


def _compare_findings(session: Session) -> Iterator[Difference]:
    """Findings with their links, and what each document says of them."""
    links: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for finding, action in session.exec(select_rows(FindingAction.finding_id, FindingAction.action_id)):
        links["actions", finding].append(action)
    for finding, kpi in session.exec(select_rows(FindingKpi.finding_id, FindingKpi.kpi_id)):
        links["kpis", finding].append(kpi)
    recorded: dict[int, dict[str, str | None]] = {}
    for entry in entries_about(session, "finding"):
        # What the import left empty was never recorded.
        values = recorded.setdefault(entry.subject_id, {"plan_id": None, "actions": "[]", "kpis": "[]"})
        values |= {"title": entry.note} if entry.field in ("added", "title") else {entry.field: entry.after}
    for row in session.exec(select_rows(Finding)):
        stored = {"title": row.title, "plan_id": encode(row.plan_id)}
        stored |= {name: json.dumps(sorted(links[name, row.id or 0])) for name in ("actions", "kpis")}
        yield from compare_values(row.ref, recorded.pop(row.id or 0, {"title": None}), stored, erased=True)
    for number in recorded:
        yield Difference(f"finding {number}", "finding", "added", None)
    said = _last_values(session, "statement", "said")
    for one in session.exec(select_rows(Statement)):
        entry = said.pop(one.id or 0, None)
        held = {"said": entry.after if entry else None, "text": entry.note if entry else None}
        is_stored = {"said": statement_record(one), "text": one.text}
        yield from compare_values(f"statement {one.id}", held, is_stored, erased=True)
    for number, entry in said.items():
        yield Difference(f"statement {number}", "said", entry.after, None)


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
        recorded = {
            entry.ref: entry.after for entry in entries_about(session, subject) if entry.field == field
        }
        for ref in dict.fromkeys(chain(recorded, stored)):
            by_record, by_row = recorded.get(ref, none), stored.get(ref, none)
            if by_record != by_row:
                yield Difference(ref, field.replace("_", " "), by_record, by_row)
