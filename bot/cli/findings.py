"""`partnership-bot findings …`: what inspections found, and what later documents say of it."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import errors_reported, import_author, say
from bot.store import opened
from db import findings, plans
from documents.findings import apply_findings, read_findings

app = typer.Typer(
    no_args_is_help=True, help="Import what inspections found and what later documents say of it."
)


@app.callback()
def _group() -> None:
    """Import what inspections found and what later documents say of it."""


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            help=".xlsx or .csv: ref,title,plan,actions,kpis,kind,document,published,paragraph,text."
        ),
    ],
) -> None:
    """Read findings: a row for what each document says. For one that no action answers, propose some."""
    with errors_reported(), opened() as store:
        rows = read_findings(file)
        with store.writing() as session:
            changed = apply_findings(session, file, rows, import_author(store, file))
        say(f"{changed} of {len(rows)} findings added or changed." if changed else "Nothing changed.")
        with store.reading() as session:
            answered = {one.ref for one in findings.load_threads(session, None, date.max) if one.actions}
            for row in rows:
                plan = plans.plan_by_code(session, row.plan) if row.plan else None
                if plan is None or row.ref in answered:
                    continue
                near = findings.propose_actions(session, row.title, plan)
                named = ", ".join(f"{one.ref} {one.title}" for one in near) or "none by its words"
                say(f"{row.ref} {row.title}: no action answers it. Likely: {named}.")


@app.command("list")
def list_() -> None:
    """List the findings, and whether each stuck."""
    with errors_reported(), opened() as store, store.reading() as session:
        for thread in findings.load_threads(session, None, store.today()):
            say("\t".join([thread.ref, thread.plan, ",".join(thread.actions), thread.stuck, thread.title]))
