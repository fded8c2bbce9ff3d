"""`partnership-bot kpi …`: figures in and out as files, and one as it stands."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.output import errors_reported, fail, say, say_json
from bot.store import opened
from db import audit_log, kpis
from db.audit_log import Author
from db.engine import garbage_collection_paused
from db.models import FEWER, WITHHELD, Observation, Target, TargetType
from db.rules.readings import Reading, read_kpi
from documents.kpi_apply import KpiChanges, apply_kpis
from documents.kpi_export import export_kpis
from documents.kpi_reader import read_kpis
from messages import kpis as render

kpi = typer.Typer(no_args_is_help=True, help="Key performance indicators: figures in and out as files.")

_BOARD = typer.Option("--board", help="For a board's eyes: small counts are not kept back.")
_JSON = typer.Option("--format", help="text or json.")


@kpi.command("import")
def import_kpis(
    file: Annotated[Path, typer.Argument(help=".xlsx with three sheets, or a .csv.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    output: Annotated[str, _JSON] = "text",
) -> None:
    """Read definitions, values and comparators; print what changes, and what arithmetic asks."""
    with errors_reported(), garbage_collection_paused(), opened() as store:
        draft = read_kpis(file)
        with store.writing() as session:
            audit_log.take_write_lock(session)
            done = apply_kpis(session, Author(f"import:{file.name}"[:64], store.clock()), draft)
            if dry_run:
                session.rollback()
        _tell(done, output, written=not dry_run)


def _tell(done: KpiChanges, output: str, *, written: bool) -> None:
    if output == "json":
        say_json(
            {
                "added": done.added,
                "changed": done.changed,
                "values": done.figures,
                "comparators": done.comparators,
                "doubts": done.doubts,
                "written": written,
            }
        )
        return
    if done.did_nothing:
        say("Nothing changed.")
    else:
        would = "" if written else "would be "
        say(
            f"{len(done.added)} KPIs {would}added, {len(done.changed)} {would}changed; {done.figures} values "
            f"and {done.comparators} comparators {would}held."
        )
    for doubt in done.doubts:
        say(f"  doubt: {doubt}")


@kpi.command("export")
def export(
    file: Annotated[Path, typer.Argument(help=".xlsx, or .csv for three files of its name.")],
    board: Annotated[bool, _BOARD] = False,
) -> None:
    """Write every KPI to a file that an import takes."""
    with errors_reported(), opened() as store, store.reading() as session:
        many = export_kpis(session, file, board=board)
        kept_back = "" if board else "; small counts are kept back (--board writes them)"
        say(f"{many} KPIs written to {file}{kept_back}.")


@kpi.command("list")
def list_() -> None:
    """Every KPI's code and name."""
    with errors_reported(), opened() as store, store.reading() as session:
        for one in kpis.all_kpis(session):
            say(f"{one.code}  {one.name}")


@kpi.command("show")
def show(
    code: Annotated[str, typer.Argument(help="Its code; kpi list prints them.")],
    output: Annotated[str, _JSON] = "text",
    board: Annotated[bool, _BOARD] = False,
) -> None:
    """A KPI with all that is held of it, judged."""
    with errors_reported(), opened() as store, store.reading() as session:
        found = kpis.kpi_by_code(session, code)
        if found is None:
            near = ", ".join(one for one, _ in kpis.find_kpis(session, code).suggestions)
            fail(f"no KPI has the code “{code}”{f'; closest: {near}' if near else ''}")
        reading = read_kpi(found, kpis.figures_of_kpi(session, found), store.today(), board=board)
        if output == "json":
            say_json(_as_json(reading))
        else:
            say(str(render.detail(reading, "").body()["text"]))


def _as_json(reading: Reading) -> dict[str, Any]:
    found = reading.kpi
    target = found.targets[-1] if found.targets else None
    notes = [found.note] if found.note else []
    notes += [one for one in (render.age_text(reading),) if one]
    return {
        **{name: getattr(found, name) for name in ("code", "name", "unit", "polarity", "kind")},
        "target": _target(target),
        "baseline": None
        if reading.baseline is None
        else {"value": reading.baseline, "date": found.baseline_date},
        "values": [_value(row) for series in reading.series.values() for row in series],
        "judgement": render.judgement_text(reading.judgement),
        "trend": str(reading.trend),
        "notes": notes,
    }


def _target(target: Target | None) -> dict[str, Any] | None:
    if target is None or target.type is TargetType.NONE:
        return None
    days = {"from": target.starts, "to": target.ends}
    return {"type": target.type, "value": target.value, "upper": target.upper, **days}


def _value(row: Observation) -> dict[str, Any]:
    names = ("period_start", "period_end", "breakdown", "value", "symbol", "status", "source")
    told = {name: getattr(row, name) for name in names}
    return {**told, "symbol": "c" if row.symbol in (FEWER, WITHHELD) else row.symbol}
