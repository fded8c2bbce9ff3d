"""KPIs written back as files that an import takes: definitions, values and comparators.

Small counts are kept back unless a board asks for them: a file is passed on.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlmodel import Session

from db import kpis
from db.kpis import NOTE_KEPT_BACK
from db.models import FEWER, WITHHELD, Kpi, Observation, Target, TargetType
from db.rules.disclosure import disclosed, disclosed_baseline
from documents.draft import DocumentError
from documents.kpi_reader import HIDDEN_WORDS, SHEETS, csv_files_of
from documents.table_writer import Value, write_book, write_csv

_IN_WORDS = dict(zip((FEWER, WITHHELD), HIDDEN_WORDS, strict=True))


def export_kpis(session: Session, path: Path, *, board: bool) -> int:
    """Write every KPI to an .xlsx, or to the three .csv files that a name stands for; how many KPIs.

    Raises `DocumentError` for another ending; `OSError` when a file cannot be written.
    """
    held = kpis.all_kpis(session)
    rows = kpis.figures(session, [kpi.id or 0 for kpi in held])
    tables = {
        "definitions": [_definition(kpi, board=board) for kpi in held],
        "values": [row for kpi in held for row in _values(kpi, rows.get(kpi.id or 0, []), board=board)],
        "comparators": [row for kpi in held for row in _comparators(kpi)],
    }
    if path.suffix.lower() == ".xlsx":
        write_book(path, {name: (SHEETS[name], many) for name, many in tables.items()})
    elif path.suffix.lower() == ".csv":
        for (name, many), one in zip(tables.items(), csv_files_of(path), strict=True):
            write_csv(one, SHEETS[name], many)
    else:
        raise DocumentError(f"{path.name} ends in neither .xlsx nor .csv: name it with one of them")
    return len(held)


def _definition(kpi: Kpi, *, board: bool) -> list[Value]:
    target = kpi.targets[-1] if kpi.targets else None
    given: Mapping[str, Value] = {
        "target": _figure(target),
        "target_type": str(target.type if target else TargetType.NONE),
        "target_from": target.starts if target else None,
        "target_to": target.ends if target else None,
        "linked_actions": "; ".join(one.ref for one in kpi.links),
        "baseline": disclosed_baseline(kpi, board=board),
    }
    return [given[name] if name in given else _plain(getattr(kpi, name)) for name in SHEETS["definitions"]]


def _plain(value: Value) -> Value:
    """An enumeration's word as text: a spreadsheet knows no enumerations."""
    return str(value) if isinstance(value, str) else value


def _figure(target: Target | None) -> Value:
    if target is None:
        return None
    return f"{target.value:g}-{target.upper:g}" if target.type is TargetType.RANGE else target.value


def _values(kpi: Kpi, rows: Sequence[Observation], *, board: bool) -> Iterator[list[Value]]:
    for row, held in zip(disclosed(kpi, rows, board=board), rows, strict=True):
        note = row.note if row.note == held.note else NOTE_KEPT_BACK
        number = _IN_WORDS.get(row.symbol or "", row.symbol) if row.value is None else row.value
        period = (row.period_start, row.period_end, row.breakdown)
        rest = (row.numerator, row.denominator, str(row.status), row.source, note)
        yield [kpi.code, *period, number, *rest]


def _comparators(kpi: Kpi) -> Iterator[list[Value]]:
    for one in kpi.comparators:
        yield [kpi.code, one.name, one.year, one.value, one.source]
