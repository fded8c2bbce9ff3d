"""`partnership-bot kpi …`: KPIs in and out as files, and one as it stands."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlmodel import Session

from bot.cli.output import errors_reported, fail, import_author, past_day, say, say_doubts, say_json
from bot.store import opened
from db import audit_log, disclosure, kpis
from db.engine import garbage_collection_paused
from db.models import FEWER, WITHHELD, Kpi, Observation, Target, TargetType
from db.rules.dates import day_text
from db.rules.figure_texts import judgement_text
from db.rules.readings import Reading
from messages import kpis as render
from messages.wording import count_text

if TYPE_CHECKING:
    from documents.kpi_apply import KpiChanges

app = typer.Typer(no_args_is_help=True, help="Import, export and show KPIs.")

_BOARD = typer.Option("--board", help="With small counts, for a board.")
_FORMAT = typer.Option("--format", help="text or json.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help=".xlsx with three sheets, or a .csv.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it and write nothing.")] = False,
    authority: Annotated[
        str | None, typer.Option("--la", help="The authority to read in a DfE open-data file, by its name.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help='"COLUMN=CODE": a column of a DfE file, and its KPI. Repeatable.'),
    ] = None,
    polarity: Annotated[
        list[str] | None,
        typer.Option("--polarity", help='"CODE=high", low or neutral, where the file does not say.'),
    ] = None,
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", help='"CODE=%": its unit, where the file does not say.'),
    ] = None,
    output: Annotated[str, _FORMAT] = "text",
) -> None:
    """Read definitions, values and comparators, a scorecard, or a DfE file.

    Shows what changes and every doubt.
    """
    from documents.kpi_apply import apply_kpis, known_terms
    from documents.kpi_options import KpiOptions
    from documents.kpi_reader import read_kpis

    with errors_reported(), garbage_collection_paused(), opened() as store:
        with store.reading() as session:
            known = known_terms(session)
        options = KpiOptions.from_texts(authority, column or [], polarity or [], unit or [])
        draft = read_kpis(file, known, today=store.today(), options=options)
        with store.writing() as session:
            audit_log.take_write_lock(session)
            changes = apply_kpis(session, import_author(store, file), draft, store.today())
            if dry_run:
                session.rollback()
        _report(changes, output, written=not dry_run)


def _report(changes: "KpiChanges", output: str, *, written: bool) -> None:
    doubts = [*(question.with_option for question in changes.questions), *changes.doubts]
    if output == "json":
        say_json(
            {
                "added": changes.added,
                "changed": changes.changed,
                "values": changes.figures,
                "comparators": changes.comparators,
                "doubts": doubts,
                "written": written,
            }
        )
        return
    if changes.did_nothing:
        say("Nothing changed.")
    else:
        would = "" if written else "would be "
        say(
            f"{count_text(len(changes.added), 'KPI')} {would}added, {len(changes.changed)} {would}changed; "
            f"{count_text(changes.figures, 'value')} and "
            f"{count_text(changes.comparators, 'comparator')} {would}recorded."
        )
    say_doubts(doubts)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help=".xlsx, or .csv for three files of that name.")],
    board: Annotated[bool, _BOARD] = False,
) -> None:
    """Write every KPI to a file that an import takes."""
    from documents.kpi_export import export_kpis

    with errors_reported(), opened() as store, store.reading() as session:
        number = export_kpis(session, file, store.as_at(), board=board)
        hidden = "" if board else "; small counts are hidden (--board writes them)"
        say(f"{count_text(number, 'KPI')} written to {file}{hidden}.")


@app.command()
def template(file: Annotated[Path, typer.Argument(help="The .xlsx to write.")]) -> None:
    """Write an empty workbook with its lists to choose from and an example."""
    from documents.kpi_template import write_template

    with errors_reported():
        write_template(file)
        say(f"A workbook for KPIs is written to {file}.")


@app.command()
def report(
    theme: Annotated[str, typer.Argument(help="What the report card is about.")],
    kpi: Annotated[list[str], typer.Option(help="The code of a KPI, as kpi list prints it. Repeatable.")],
    out: Annotated[Path, typer.Option(help="The .docx file to write.")],
    at: Annotated[str | None, typer.Option(help="The day, as 2016-12-17; today without it.")] = None,
    template: Annotated[Path | None, typer.Option(help="A .docx or .dotx whose styles are used.")] = None,
    board: Annotated[bool, _BOARD] = False,
) -> None:
    """Write a theme's report card: numbers, explanations, and what is still to be done."""
    from db.report_card import load_report_card
    from documents.report_card import write_card
    from messages.charts import pictures

    with errors_reported(), opened() as store:
        day = past_day(at, store.today())
        with store.reading() as session:
            wanted = [_by_code(session, code) for code in kpi]
            card = load_report_card(session, theme, wanted, day, store.settings.zone, board=board)
            write_card(card, out, pictures(card.readings), template)
        say(f"The report card of {count_text(len(wanted), 'KPI')} as at {day_text(day)} is written to {out}.")


@app.command("list")
def list_() -> None:
    """List every KPI's code and name."""
    with errors_reported(), opened() as store, store.reading() as session:
        for kpi in kpis.all_kpis(session):
            say(f"{kpi.code}  {kpi.name}")


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="The KPI's code, as kpi list prints it.")],
    output: Annotated[str, _FORMAT] = "text",
    board: Annotated[bool, _BOARD] = False,
) -> None:
    """Show a KPI with everything recorded of it, judged."""
    with errors_reported(), opened() as store, store.reading() as session:
        kpi = _by_code(session, code)
        [reading] = disclosure.read_kpis(session, [kpi], store.as_at(), board=board)
        if output == "json":
            say_json(_as_json(reading))
        else:
            say(str(render.detail(reading, "").body()["text"]))


def _by_code(session: Session, code: str) -> Kpi:
    kpi = kpis.kpi_by_code(session, code)
    if kpi is None:
        near = ", ".join(found for found, _ in kpis.find_kpis(session, code).suggestions)
        fail(f"no KPI has the code “{code}”{f'. The closest are: {near}' if near else ''}")
    return kpi


def _as_json(reading: Reading) -> dict[str, Any]:
    kpi = reading.kpi
    target = kpi.targets[-1] if kpi.targets else None
    baseline = None if reading.baseline is None else {"value": reading.baseline, "date": kpi.baseline_date}
    return {
        **{name: getattr(kpi, name) for name in ("code", "name", "unit", "polarity", "kind")},
        "target": _target(target),
        "baseline": baseline,
        "values": [_value(row) for series in reading.series.values() for row in series],
        "judgement": judgement_text(reading.judgement),
        "trend": str(reading.trend),
        "notes": [note for note in (reading.caution, render.age_text(reading)) if note],
    }


def _target(target: Target | None) -> dict[str, Any] | None:
    if target is None or target.type is TargetType.NONE:
        return None
    days = {"from": target.starts, "to": target.ends}
    return {"type": target.type, "value": target.value, "upper": target.upper, **days}


def _value(row: Observation) -> dict[str, Any]:
    names = ("period_start", "period_end", "breakdown", "value", "symbol", "status", "source")
    fields = {name: getattr(row, name) for name in names}
    return {**fields, "symbol": "c" if row.symbol in (FEWER, WITHHELD) else row.symbol}
