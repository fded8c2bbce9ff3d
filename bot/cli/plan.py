"""`partnership-bot plan …`: plans in and out of the store."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlmodel import Session

from bot.cli.output import (
    Format,
    FormatOption,
    errors_reported,
    fail,
    import_author,
    past_day,
    say,
    say_json,
    without_details,
)
from bot.store import Store, opened
from db import meetings, plans, rounds
from db.actions import evidence_of
from db.audit_log import Author
from db.engine import garbage_collection_paused
from db.models import Action, Meeting, Plan
from db.rules.dates import day_text
from db.rules.typed_dates import read_day
from messages.wording import count_text

if TYPE_CHECKING:
    from documents.import_options import ImportOptions
    from documents.plan_diff import PlanDiff

app = typer.Typer(no_args_is_help=True, help="Import, export and show action plans.")

# A smaller plan is written before anybody could read a progress bar.
_BAR_FROM = 500


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A .docx, .xlsx or .csv file.")],
    plan: Annotated[str | None, typer.Option("--plan", help="The plan's code; else the file's name.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="The plan's title.")] = None,
    approved: Annotated[str | None, typer.Option("--approved", help="The day the plan was approved.")] = None,
    same_role: Annotated[
        list[str] | None,
        typer.Option(
            "--same-role",
            help='"SPELLING=ROLE": two names for one role. Repeatable; kept for the next import.',
        ),
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help='"HEADING=MEANING": what a column is. Repeatable; kept for the next import of the plan.',
        ),
    ] = None,
    sheet: Annotated[
        list[str] | None,
        typer.Option("--sheet", help="A sheet to read. Repeatable; kept for the next import of the plan."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it and write nothing.")] = False,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Read a plan, and show how its columns were read, what changes and every doubt.

    The same file again changes nothing.
    """
    from documents.plan_files import plan_code

    with errors_reported(), garbage_collection_paused(), opened() as store:
        code = plan_code(plan or file.stem)
        options = _options(store, code, map_ or [], sheet or [], same_role or [])
        given = {
            "title": title,
            "approved": _approved(approved, store),
            "import_options": options.as_text() or None,
        }
        diff, fields = _import(store, file, code, options, given, dry_run=dry_run)
        _report(diff, format_, written=not dry_run, fields=fields)


def _options(
    store: Store, code: str, maps: Sequence[str], sheets: Sequence[str], same_roles: Sequence[str]
) -> "ImportOptions":
    """The options of this import, and those that were kept from the plan's last one."""
    from documents.import_options import ImportOptions

    with store.reading() as session:
        stored = plans.plan_by_code(session, code)
        earlier = ImportOptions.of_plan(stored)
    return earlier.with_new(maps, sheets, same_roles)


def _import(
    store: Store, file: Path, code: str, options: "ImportOptions", given: dict[str, Any], *, dry_run: bool
) -> tuple["PlanDiff", dict[str, Any]]:
    """What the import changes, and the plan's own fields that it sets; written unless `dry_run`."""
    from documents.plan_diff import diff_plan
    from documents.plan_files import read_plan_file

    draft = read_plan_file(file, options)
    with store.reading() if dry_run else store.writing() as session:
        existing = plans.plan_by_code(session, code)
        target = existing or Plan(code=code, title=given["title"] or code, source=file.name)
        diff = diff_plan(session, target, draft, options.same_roles, today=store.today())
        fields = {n: v for n, v in given.items() if v is not None and v != getattr(target, n)}
        if not dry_run:
            author = import_author(store, file)
            plans.set_plan_fields(session, author, target, fields)
            if existing is not None and not diff.nothing_changed:
                plans.set_plan_fields(session, author, target, {"source": file.name})
            if existing is None or not diff.nothing_changed:
                _write(session, diff, author, store.today())
    return diff, fields


def _approved(text: str | None, store: Store) -> date | None:
    day = read_day(text, store.today()) if text else None
    if text and day is None:
        fail(f'--approved: "{text}" is not a date, such as 2016-07-19')
    return day


def _write(session: Session, diff: "PlanDiff", author: Author, today: date) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from documents.plan_apply import apply_plan

    total = len(diff.draft.actions)
    columns = (TextColumn("writing"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=total < _BAR_FROM, transient=True) as bar:
        task = bar.add_task("writing", total=total)
        apply_plan(session, diff, author, today, lambda done: bar.advance(task, done))


def _report(diff: "PlanDiff", format_: Format, *, written: bool, fields: dict[str, Any]) -> None:
    from documents.plan_report import change_lines, count_changes, report_json

    report = report_json(diff, written=written)
    if format_ is Format.JSON:
        say_json(report)
        return
    if diff.nothing_changed and not fields:
        say(f"{diff.plan.code}: nothing changed ({count_text(report['unchanged'], 'action')}).")
    else:
        unwritten = "" if written else " Nothing was written (--dry-run)."
        say(f"{diff.plan.code}: {count_changes(diff)}.{unwritten}")
        for line in change_lines(diff):
            say(f"  {line}")
    _say_columns(report["columns"])
    if report["pointer_rows"]:
        rows = ", ".join(f"row {row} ({text})" for row, text in diff.draft.pointer_rows)
        say(f"{count_text(report['pointer_rows'], 'row')} pointing elsewhere, not read as actions: {rows}")
    if report["doubts"]:
        say(f"{count_text(len(report['doubts']), 'doubt')} to settle:")
    for doubt in report["doubts"]:
        place = " ".join(filter(None, (diff.draft.place(doubt["row"], doubt.get("sheet")), doubt["ref"])))
        say(f"  {place + ': ' if place else ''}{without_details(doubt['text'])}")


def _say_columns(columns: list[dict[str, str | None]]) -> None:
    """How each column was read. Several sheets with the same headings are told once."""
    seen = dict.fromkeys((one["heading"] or "", one["meaning"]) for one in columns)
    read = [f"{heading} → {meaning or 'not used'}" for heading, meaning in seen]
    say(f"Columns: {'; '.join(map(without_details, read))}.")


@app.command()
def export(
    code: Annotated[str, typer.Argument(help="The plan's code.")],
    file: Annotated[Path, typer.Argument(help="The file to write: .xlsx, .csv or .docx.")],
) -> None:
    """Write a plan as a file in its own six columns plus status."""
    from documents.plan_export import export_plan

    with errors_reported(), opened() as store:
        with store.reading() as session:
            plan = _plan(session, code)
            actions = plans.actions_of(session, plan)
            export_plan(plan, actions, file)
        say(f"{count_text(len(actions), 'action')} of {plan.code} written to {file}.")


def _plan(session: Session, code: str) -> Plan:
    plan = plans.plan_by_code(session, code)
    if plan is None:
        codes = ", ".join(one.code for one in plans.all_plans(session)) or "none yet"
        fail(f'no plan has the code "{code}". The plans are: {codes}')
    return plan


@app.command()
def report(
    code: Annotated[str, typer.Argument(help="The plan's code.")],
    out: Annotated[Path, typer.Option(help="The file to write: .docx, or .xlsx for the tables.")],
    at: Annotated[str | None, typer.Option(help="The day, as 2016-12-17; today without it.")] = None,
    meeting: Annotated[str | None, typer.Option(help="The meeting: its day, or words of its name.")] = None,
    template: Annotated[Path | None, typer.Option(help="A .docx or .dotx whose styles are used.")] = None,
    board: Annotated[bool, typer.Option("--board", help="Show small counts: for a board alone.")] = False,
) -> None:
    """Write a plan's paper for its board, as it stood at the end of a day."""
    from db.board_paper import load_paper
    from documents.board_paper_file import write_paper
    from messages.charts import pictures

    with errors_reported(), opened() as store:
        with store.reading() as session:
            plan = _plan(session, code)
            day, found = _paper_of(session, plan, store.today(), at, meeting)
            paper = load_paper(session, plan, day, store.settings.zone, meeting=found, board=board)
            write_paper(paper, out, pictures(paper.kpis) if out.suffix.lower() == ".docx" else {}, template)
        say(f"The paper of {plan.code} as at {day_text(day)} is written to {out}.")


def _paper_of(
    session: Session, plan: Plan, today: date, at: str | None, named: str | None
) -> tuple[date, Meeting | None]:
    """The day of a paper, and the meeting that it is for."""
    if at is not None and named is not None:
        fail("give --at or --meeting, not both")
    if named is not None:
        meeting = meetings.find_meeting(session, plan, named, today)
        return min(meeting.day, today), meeting
    day = past_day(at, today)
    return day, meetings.next_meeting(session, plan, day)


@app.command("list")
def list_() -> None:
    """List the plans, with their codes."""
    with errors_reported(), opened() as store, store.reading() as session:
        for plan, actions in plans.plans_with_counts(session):
            archived = f"\tarchived {plan.archived_on}" if plan.archived_on else ""
            say(f"{plan.code}\t{count_text(actions, 'action')}\t{plan.title}{archived}")


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="The plan's code.")], format_: FormatOption = Format.TEXT
) -> None:
    """Show a whole plan: every section and action with dates, leads, status and measures."""
    with errors_reported(), opened() as store, store.reading() as session:
        plan = _plan(session, code)
        actions = plans.actions_of(session, plan)
        if format_ is Format.JSON:
            links = evidence_of(session, [action.id or 0 for action in actions])
            evidence = {action: [one.after or "" for one in found] for action, found in links.items()}
            held = rounds.rounds_as_json(session, actions)
            say_json(plans.plan_as_json(plan, actions, evidence, held))
        else:
            _show(plan, actions, store.today())


def _show(plan: Plan, actions: list[Action], today: date) -> None:
    say(f"{plan.title} ({plan.code})")
    for section in plan.sections:
        say(f"\n{section.ref} {section.title}")
        for action in (action for action in actions if action.section_id == section.id):
            leads = " / ".join(lead.role.name for lead in action.leads) or "no lead"
            due = day_text(action.due) if action.due else action.due_as_written or "no date"
            state = action.due_state(today).value
            say(f"  {action.ref}  {action.title}")
            say(f"      {leads}; {due} ({action.due_kind})")
            say(f"      {action.progress}; {state}; outcome {action.outcome}")
            for measure in action.measures:
                say(f"      {measure.kind}: {measure.text}")
