"""An import of any kind of file as one operation: read it, and say what it changes or change it.

For files that are sent in chat. The command line has a command for each kind, with the same readers.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import assert_never
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from db import audit_log, doubts, plans
from db.audit_log import Author
from db.models import Action, Plan
from db.rules.doubts import LONGEST_ANSWER, SEEN, AsRead, proposals
from db.rules.import_reports import OPTION, ImportReport, OpenDoubt
from documents.doubt_answers import key_of
from documents.draft import DocumentError, Draft, DraftAction, DraftDoubt, FileDoubt
from documents.file_kinds import FileKind
from documents.import_options import ImportOptions
from documents.import_wishes import ImportWish
from documents.kpi_apply import apply_kpis, known_terms
from documents.kpi_draft import POLARITY, UNIT, KpiQuestion
from documents.kpi_options import KpiOptions
from documents.kpi_reader import read_kpis
from documents.member_register import MEMBER_COLUMNS, apply_members, read_members, register_kind
from documents.pairing import same_words
from documents.people import (
    PEOPLE_COLUMNS,
    apply_people,
    check_roles,
    check_users,
    read_people,
    several_agencies,
)
from documents.plan_apply import apply_plan
from documents.plan_diff import PlanDiff, diff_plan
from documents.plan_files import plan_code, read_plan_file
from documents.plan_report import change_lines, count_changes
from documents.registers import unread_parts
from documents.schools import SCHOOL_COLUMNS, apply_schools, check_calendars, read_schools, shared_channels
from documents.terms import apply_terms, read_terms

# A file is taken for an update of the plan that has at least this share of its actions.
_SAME_PLAN = 0.5


@dataclass(frozen=True)
class ImportContext:
    """Who imports, and when: `today` is the day in the plan's zone.

    `answerer` is the person who has settled doubts; None: the author has.
    """

    author: Author
    today: date
    zone: ZoneInfo
    answerer: Author | None = None


def run_import(
    session: Session, path: Path, wish: ImportWish, context: ImportContext, *, write: bool
) -> ImportReport:
    """Import a file, or with `write` off say what the import would do. Raises `DocumentError`.

    Without `write` the caller rolls back: some kinds are written to find out what they change.
    """
    match wish.kind:
        case FileKind.PLAN:
            return _import_plan(session, path, wish, context, write=write)
        case FileKind.KPIS:
            return _import_kpis(session, path, wish, context)
        case FileKind.PEOPLE:
            return _import_people(session, path, context)
        case FileKind.SCHOOLS:
            return _import_schools(session, path, context)
        case FileKind.REGISTER:
            return _import_register(session, path, wish, context)
        case FileKind.TERMS:
            return _import_terms(session, path, wish, context)
        case _:
            assert_never(wish.kind)


def check_against_slack(path: Path, wish: ImportWish, fault_of_user: Callable[[str], str | None]) -> None:
    """Raise `DocumentError` for people in a file whom `fault_of_user` refuses, before a session is opened."""
    if wish.kind is FileKind.PEOPLE:
        check_users(path, read_people(path), fault_of_user)


# Plans


def _import_plan(
    session: Session, path: Path, wish: ImportWish, context: ImportContext, *, write: bool
) -> ImportReport:
    code = plan_code(wish.plan or path.stem)
    stored = _named_plan(session, wish, code)
    options = _options(stored, wish)
    draft = read_plan_file(path, options)
    if stored is None and not wish.is_new and not wish.plan:
        stored = _plan_of_same_actions(session, draft)
        with_stored = _options(stored, wish)
        if with_stored != options:
            options, draft = with_stored, read_plan_file(path, with_stored)
    plan = stored or Plan(code=code, title=wish.title or code, source=path.name)
    diff = diff_plan(session, plan, draft, options.same_roles, wish.answers, today=context.today)
    report = _plan_report(diff, context.today, is_new=stored is None)
    if write:
        fields = {"import_options": options.as_text(), "title": wish.title or plan.title}
        if not diff.nothing_changed:
            fields["source"] = path.name
        plans.set_plan_fields(session, context.author, plan, fields)
        if stored is None or not diff.nothing_changed:
            apply_plan(session, diff, context.author, context.today)
        else:
            doubts.delete_answered(session, plan, wish.answers)
        doubts.save_answers(session, context.answerer or context.author, plan, wish.answers)
    return report


def _named_plan(session: Session, wish: ImportWish, code: str) -> Plan | None:
    """The stored plan that the person names, or that the file is called after. Raises `DocumentError`."""
    stored = plans.plan_by_code(session, code)
    if wish.is_new and stored is not None:
        taken = f"there is a plan with the code {code} already: give the new one another code"
        raise DocumentError(taken, f"{taken}, or write `update of {code}` with the file")
    if wish.plan and not wish.is_new and stored is None:
        codes = ", ".join(one.code for one in plans.all_plans(session)) or "none yet"
        raise DocumentError(f"no plan has the code {code}: the plans are {codes}")
    return stored


def _options(stored: Plan | None, wish: ImportWish) -> ImportOptions:
    earlier = ImportOptions.of_plan(stored)
    return earlier.with_new(wish.option("map"), wish.option("sheet"), wish.option("same-role"))


def _plan_of_same_actions(session: Session, draft: Draft) -> Plan | None:
    """The plan that has most of a file's actions, if it has enough of them."""
    wanted = {same_words(action.text) for action in draft.actions}
    found: Counter[int] = Counter()
    query = select(Action.plan_id, Action.text).where(col(Action.removed_on).is_(None))
    for plan_id, text in session.exec(query):
        found[plan_id or 0] += same_words(text) in wanted
    best, number = max(found.items(), key=lambda one: one[1], default=(0, 0))
    return session.get(Plan, best) if number >= _SAME_PLAN * len(wanted) else None


def _plan_report(diff: PlanDiff, today: date, *, is_new: bool) -> ImportReport:
    columns = dict.fromkeys((one.heading, one.meaning) for one in diff.draft.columns_read)
    pointers = [f"row {row} only points elsewhere: {text}" for row, text in diff.draft.pointer_rows]
    title = "" if diff.plan.title == diff.plan.code else f": {diff.plan.title}"
    update = f"an update of {diff.plan.title} ({diff.plan.code})"
    what = f"a new plan, {diff.plan.code}{title}" if is_new else update
    return ImportReport(
        what,
        count_changes(diff),
        [*change_lines(diff), *pointers],
        list(columns),
        list(open_doubts(diff, today)),
        nothing_changed=diff.nothing_changed and not is_new,
        plan=diff.plan.code,
    )


def open_doubts(diff: PlanDiff, today: date) -> list[OpenDoubt]:
    """Every doubt of a file with the answers that are offered: those about columns first, then by row."""
    place = diff.draft.place
    found = [(one.row or 0, _file_doubt(one, place(one.row, one.sheet))) for one in diff.draft.doubts]
    found += [
        (action.row, _action_doubt(action, doubt, place(action.row, action.sheet), today))
        for action in diff.draft.actions
        for doubt in action.doubts
    ]
    ordered = sorted(found, key=lambda one: (one[1].about != OPTION, one[0]))
    return list({one.id: one for _, one in ordered}.values())


def _file_doubt(doubt: FileDoubt, place: str) -> OpenDoubt:
    answers = [(one.label, f"{one.option}:{one.value}") for one in doubt.choices]
    answers = [one for one in answers if len(one[1]) <= LONGEST_ANSWER]
    if not answers:
        return OpenDoubt(doubt.text, place, cell=doubt.text, choices=[("It is right", SEEN)])
    if doubt.choices[0].option == "same-role":
        answers.append(("They are two roles", SEEN))
    return OpenDoubt(doubt.text, place, about=OPTION, cell=doubt.text, choices=answers)


def _action_doubt(action: DraftAction, doubt: DraftDoubt, place: str, today: date) -> OpenDoubt:
    key = key_of(action, doubt)
    read = AsRead(action.due.day, action.progress, action.leads)
    answers = proposals(doubt.about, doubt.cell, read, today)
    return OpenDoubt(doubt.text, place, key.ref, doubt.about, key.cell, answers)


# Figures and registers: what was left out of them is put right in the file.


def _import_kpis(session: Session, path: Path, wish: ImportWish, context: ImportContext) -> ImportReport:
    options = KpiOptions.from_texts(
        wish.only("la"), wish.option("column"), wish.option(POLARITY), wish.option(UNIT)
    )
    draft = read_kpis(path, known_terms(session), today=context.today, options=options)
    audit_log.take_write_lock(session)
    changes = apply_kpis(session, context.author, draft, context.today)
    counts = (
        f"KPIs: {len(changes.added)} added, {len(changes.changed)} changed; values: {changes.figures}; "
        f"comparators: {changes.comparators}"
    )
    lines = [f"+ {code}" for code in changes.added] + [f"~ {code}" for code in changes.changed]
    found = [_kpi_doubt(question) for question in changes.questions]
    found += [OpenDoubt(text) for text in changes.doubts]
    return ImportReport("a file of figures", counts, lines, doubts=found, nothing_changed=changes.did_nothing)


def _kpi_doubt(question: KpiQuestion) -> OpenDoubt:
    answers = [(label, f"{question.option}:{question.code}={value}") for label, value in question.choices]
    return OpenDoubt(question.text, about=OPTION, cell=question.text, choices=answers)


def _import_people(session: Session, path: Path, context: ImportContext) -> ImportReport:
    people = read_people(path)
    check_roles(session, path, people)
    changed = apply_people(session, people, context.author, context.today)
    lines = list(dict.fromkeys(one.role for one in people))
    counts = f"{len(people)} rows; roles with other holders: {changed}"
    doubts = _unread(path, PEOPLE_COLUMNS) + [OpenDoubt(text) for text in several_agencies(people)]
    return ImportReport("who holds which role", counts, lines, doubts=doubts, nothing_changed=not changed)


def _import_schools(session: Session, path: Path, context: ImportContext) -> ImportReport:
    schools = read_schools(path)
    check_calendars(session, path, schools)
    changed = apply_schools(session, schools, context.author)
    gaps = [f"{one.name} has no channel, so it can't be reached" for one in schools if one.channel is None]
    counts = f"{len(schools)} schools; added or changed: {changed}"
    doubts = _unread(path, SCHOOL_COLUMNS) + [OpenDoubt(text) for text in shared_channels(schools)]
    return ImportReport("the register of schools", counts, gaps, doubts=doubts, nothing_changed=not changed)


def _import_register(session: Session, path: Path, wish: ImportWish, context: ImportContext) -> ImportReport:
    register = register_kind(wish.only("register") or path.stem)
    members = read_members(path)
    changed = apply_members(session, register, members, context.author)
    gaps = [f"{one.name} has no contact, so it can't be asked" for one in members if one.contact is None]
    counts = f"{len(members)} {register}; added or changed: {changed}"
    doubts = _unread(path, MEMBER_COLUMNS)
    return ImportReport(
        f"the register of {register}", counts, gaps, doubts=doubts, nothing_changed=not changed
    )


def _unread(path: Path, columns: Sequence[str]) -> list[OpenDoubt]:
    return [OpenDoubt(text) for text in unread_parts(path, columns)]


def _import_terms(session: Session, path: Path, wish: ImportWish, context: ImportContext) -> ImportReport:
    terms = read_terms(path, wish.only("calendar"), context.zone)
    changed = apply_terms(session, terms.spans, context.author)
    lines = [
        f"{one.calendar}: {one.term}, {one.kind.replace('_', ' ')}, {one.starts} to {one.ends}"
        for one in terms.spans
    ]
    found = [OpenDoubt(text) for text in terms.doubts]
    counts = f"{len(terms.spans)} terms, half terms and INSET days; changed: {changed}"
    return ImportReport("term dates", counts, lines, doubts=found, nothing_changed=not changed)
