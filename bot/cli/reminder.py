"""`partnership-bot reminder …`: termly reminders to schools."""

from datetime import date
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
from db.rules.due_dates import read_due
from db.rules.links import link_fault
from documents.table_writer import Value, write_table
from messages.reminders import reason_text
from messages.times import moment_text
from messages.wording import count_text

app = typer.Typer(no_args_is_help=True, help="Set up termly reminders to schools, and see who got them.")

_LONGEST_MESSAGE = 1500
# No term has more school days.
_LONGEST_TERM = 100
_PLAN = typer.Option("--plan", help="The plan's code.")


def _action(session: Session, ref: str, code: str | None) -> Action:
    plan = plans.plan_by_code(session, code) if code else plans.default_plan(session, None)
    if plan is None:
        codes = ", ".join(plan.code for plan in plans.all_plans(session))
        fail(
            f'no plan has the code "{code}". The plans are: {codes or "none yet"}'
            if code
            else "there is no plan yet"
        )
    found = references.resolve(session, f"{plan.code}:{ref}", plan)
    if isinstance(found, Missing):
        fail(found.why)
    if len(found.action_ids) != 1:
        fail(f"{ref} is a section. Name one action")
    return session.get_one(Action, found.action_ids[0])


@app.command()
def add(
    action: Annotated[str, typer.Option("--action", help="The action that promises it, such as 1.6.")],
    message: Annotated[Path, typer.Option("--message", help="A text file: what schools are told.")],
    plan: Annotated[str | None, _PLAN] = None,
    audience: Annotated[str, typer.Option("--audience", help="Who is reminded: schools.")] = "schools",
    every: Annotated[str, typer.Option("--every", help="How often: term.")] = "term",
    day: Annotated[int, typer.Option("--day", help="The school day of each term.", min=1)] = 3,
    sender: Annotated[str, typer.Option("--sender", help="Who sends it, by name.")] = "",
    document: Annotated[
        str | None, typer.Option("--document", help="Link to the thresholds document.")
    ] = None,
    dated: Annotated[str | None, typer.Option("--dated", help="The document's date.")] = None,
    referral: Annotated[str | None, typer.Option("--referral", help="Link to the referral form.")] = None,
) -> None:
    """Remind every school each term, on the Nth school day of its own term.

    A second time, for the same action, it changes all of this.
    """
    if audience != "schools" or every != "term":
        fail("a reminder goes to schools every term: --audience schools --every term")
    if day > _LONGEST_TERM:
        fail(f"--day {day}: no term has that many school days")
    with errors_reported(), opened() as store:
        text = _message(message)
        terms = reminders.ReminderTerms(
            day,
            text,
            sender.strip(),
            _link("--document", document),
            _day(dated),
            _link("--referral", referral),
        )
        with store.writing() as session:
            found = _action(session, action, plan)
            author = Author("import:reminder", store.clock())
            reminder = reminders.set_up(session, author, found, terms, store.today())
            schools = reminder_ledgers.count_schools_on_roll(session, store.today())
            term = reminder_ledgers.next_term(session, reminder, store.today())
            ref = found.qualified_ref
        when = f"next in {term.name}" if term else "but there are no term dates yet: terms import FILE"
        say(f"{ref}: {count_text(schools, 'school')} reminded on school day {day} of each term, {when}.")


def _message(file: Path) -> str:
    if not file.is_file():
        fail(f"there is no file {file}")
    text = file.read_text("utf-8").strip()
    if not text or len(text) > _LONGEST_MESSAGE:
        fail(f"{file.name} must hold 1 to {_LONGEST_MESSAGE} characters. Three lines are enough")
    return text


def _link(option: str, address: str | None) -> str | None:
    fault = link_fault(address) if address is not None else None
    if fault:
        fail(f"{option}: the link {fault}")
    return address


def _day(text: str | None) -> date | None:
    due = read_due(text) if text else None
    if due is not None and due.day is None:
        fail(f"--dated: {text} is not a date. Write it as 14/11/2016 or November 2016")
    return due.day if due else None


@app.command()
def status(
    action: Annotated[str, typer.Argument(help="The action, such as 1.6.")],
    term: Annotated[str | None, typer.Option("--term", help='Such as "Autumn 2025"; else the last.')] = None,
    plan: Annotated[str | None, _PLAN] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write every school to a .csv or .xlsx.")] = None,
) -> None:
    """Show who got a term's reminder, who has seen it, and who was not reached and why."""
    with errors_reported(), opened() as store, store.reading() as session:
        reminder = reminders.reminder_of_action(session, _action(session, action, plan))
        if reminder is None:
            fail(f"no reminder is set up for {action}")
        wanted = reminder_ledgers.resolve_term(session, reminder, term, store.today())
        ledger = reminder_ledgers.load_ledger(session, reminder, wanted.name)
        say(
            f"{ledger.term} (terms per year: {ledger.per_year}): {ledger.delivered} of "
            f"{count_text(len(ledger.lines), 'school')} delivered, {ledger.seen} seen, "
            f"{ledger.chased} asked again, {len(ledger.gaps)} not reached."
        )
        for line in ledger.gaps:
            say(f"  {line.school.name}: {reason_text(line.gap or '')}")
        if out is not None:
            _export(ledger, out, store)


_COLUMNS = ("school", "due", "sent", "late", "seen", "seen by", "chased", "not reached because")


def _export(ledger: Ledger, out: Path, store: Store) -> None:
    write_table(out, "ledger", _COLUMNS, [_row(line, store.settings.zone) for line in ledger.lines])
    say(f"{count_text(len(ledger.lines), 'school')} written to {out}.")


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
