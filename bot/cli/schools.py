"""`partnership-bot schools …`, `terms …` and `reminder …`: registers in, reminders set up, ledgers out."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session

from bot.cli.output import errors_reported, fail, say
from bot.store import Store, opened
from db import plans, references, reminder_ledgers, reminders
from db.audit_log import Author
from db.models import Action, Ledger, LedgerLine
from db.references import Missing
from documents.schools import apply_schools, read_schools
from documents.table_writer import Value, write_table
from documents.terms import apply_terms, read_terms
from messages.reminders import reason_text
from messages.times import moment_text

schools = typer.Typer(no_args_is_help=True, help="The register of schools.")
terms = typer.Typer(no_args_is_help=True, help="Term dates of authorities and schools.")
reminder = typer.Typer(no_args_is_help=True, help="Termly reminders to schools.")

_FILE = typer.Argument(help="CSV: name,channel,contact,calendar,from,to.")
_LONGEST_MESSAGE = 1500
_LONGEST_TERM = 100


@schools.command("import")
def import_schools(file: Annotated[Path, _FILE]) -> None:
    """Read the register. A school without a channel is a gap that is told, never counted as reached."""
    with errors_reported(), opened() as store:
        read = read_schools(file)
        with store.writing() as session:
            changed = apply_schools(session, read, _said(store, file))
        say(f"{changed} of {len(read)} schools added or changed." if changed else "Nothing changed.")
        gaps = [one.name for one in read if one.channel is None]
        if gaps:
            say(f"{len(gaps)} cannot be reached, for want of a channel: {', '.join(gaps)}.")


@terms.command("import")
def import_terms(
    file: Annotated[Path, typer.Argument(help="A .csv of calendar,term,starts,ends,kind, or an .ics.")],
    calendar: Annotated[
        str | None, typer.Option("--calendar", help="Whose dates an .ics holds, if it does not say.")
    ] = None,
) -> None:
    """Read term dates. For what a school has otherwise name its calendar "AUTHORITY / SCHOOL"."""
    with errors_reported(), opened() as store:
        read = read_terms(file, calendar)
        with store.writing() as session:
            changed = apply_terms(session, read.spans, _said(store, file))
        say(f"{changed} terms, half terms or INSET days changed." if changed else "Nothing changed.")
        for doubt in read.doubts:
            say(f"  doubt: {doubt}")


def _said(store: Store, file: Path) -> Author:
    return Author(f"import:{file.name}"[:64], store.clock())


def _action(session: Session, ref: str, code: str | None) -> Action:
    plan = plans.plan_by_code(session, code) if code else plans.default_plan(session, None)
    if plan is None:
        held = ", ".join(held.code for held in plans.all_plans(session)) or "none yet"
        fail(f'no plan has the code "{code}"; held: {held}' if code else "no plan is held yet")
    found = references.resolve(session, f"{plan.code}:{ref}", plan)
    if isinstance(found, Missing):
        fail(found.why)
    if len(found.action_ids) != 1:
        fail(f"{ref} is a section: name one action")
    return session.get_one(Action, found.action_ids[0])


@reminder.command("add")
def add(
    action: Annotated[str, typer.Option("--action", help="The action that promises it, such as 1.6.")],
    message: Annotated[Path, typer.Option("--message", help="A text file: what schools are told.")],
    plan: Annotated[str | None, typer.Option("--plan", help="The plan's code.")] = None,
    audience: Annotated[str, typer.Option("--audience", help="Who is reminded: schools.")] = "schools",
    every: Annotated[str, typer.Option("--every", help="How often: term.")] = "term",
    day: Annotated[int, typer.Option("--day", help="On which school day of each term.", min=1)] = 3,
) -> None:
    """Remind every school each term, on the Nth school day of its own term. Again changes what is said."""
    if audience != "schools" or every != "term":
        fail("a reminder goes to schools every term: --audience schools --every term")
    if day > _LONGEST_TERM:
        fail(f"--day {day}: no term has so many school days")
    with errors_reported(), opened() as store:
        if not message.is_file():
            fail(f"there is no file {message}")
        text = message.read_text("utf-8").strip()
        if not text or len(text) > _LONGEST_MESSAGE:
            fail(f"{message.name} must hold 1 to {_LONGEST_MESSAGE} characters, and three lines are enough")
        with store.writing() as session:
            meant = _action(session, action, plan)
            said = Author("import:reminder", store.clock())
            made = reminders.set_up(session, said, meant, day, text, store.today())
            many = reminder_ledgers.count_schools_on_roll(session, store.today())
            coming = reminder_ledgers.next_term(session, made, store.today())
            ref = meant.qualified_ref
        when = f"next in {coming.name}" if coming else "but no term dates are held: terms import FILE"
        say(f"{ref}: {many} schools are reminded on school day {day} of each term, {when}.")


@reminder.command("status")
def status(
    action: Annotated[str, typer.Argument(help="The action, such as 1.6.")],
    term: Annotated[str | None, typer.Option("--term", help='Such as "Autumn 2025"; else the last.')] = None,
    plan: Annotated[str | None, typer.Option("--plan", help="The plan's code.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write all to this .csv or .xlsx.")] = None,
) -> None:
    """Who got a term's reminder, who has seen it, and every gap."""
    with errors_reported(), opened() as store, store.reading() as session:
        held = reminders.reminder_of_action(session, _action(session, action, plan))
        if held is None:
            fail(f"no reminder is set up for {action}")
        book = reminder_ledgers.load_ledger(
            session, held, reminder_ledgers.resolve_term(session, held, term, store.today())
        )
        say(
            f"{book.term} (terms per year: {book.per_year}): {book.delivered} of {len(book.lines)} schools "
            f"delivered, {book.seen} seen, {book.chased} chased, {len(book.gaps)} not reached."
        )
        for line in book.gaps:
            say(f"  {line.school.name}: {reason_text(line.gap or '')}")
        if out is not None:
            _export(book, out, store)


_LEDGER = ("school", "due", "sent", "late", "seen", "seen by", "chased", "not reached because")


def _export(book: Ledger, out: Path, store: Store) -> None:
    """The ledger as a file for whoever has to show it."""
    write_table(out, "ledger", _LEDGER, [_row(line, store.settings.zone) for line in book.lines])
    say(f"{len(book.lines)} schools written to {out}.")


def _row(line: LedgerLine, zone: ZoneInfo) -> list[Value]:
    receipt = line.receipt
    sent = receipt.delivery.sent_at if receipt and receipt.delivery else None
    return [
        line.school.name,
        line.due_on,
        moment_text(sent, zone) if sent else None,
        "yes" if receipt and receipt.late else None,
        moment_text(receipt.seen_at, zone) if receipt and receipt.seen_at else None,
        receipt.seen_by if receipt else None,
        "yes" if receipt and receipt.chase_id else None,
        reason_text(line.gap) if line.gap else None,
    ]
