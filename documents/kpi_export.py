"""Write KPIs to files that an import takes: definitions, values and comparators.

Small counts are hidden unless a board asks for them, because a file is passed on.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlmodel import Session

from db import disclosure, kpis
from db.models import FEWER, WITHHELD, Kpi, Observation, Target, TargetType
from db.rules.disclosure import NOTHING, Hidden, disclosed, disclosed_baseline, disclosed_text
from db.rules.known_figures import AsAt, known_figures
from documents.draft import DocumentError
from documents.kpi_reader import HIDDEN_WORDS, SHEETS, csv_files_of
from documents.table_writer import Value, write_book, write_csv

_WORD_OF_SYMBOL = dict(zip((FEWER, WITHHELD), HIDDEN_WORDS, strict=True))


def export_kpis(session: Session, path: Path, at: AsAt, *, board: bool) -> int:
    """Write every KPI with what is known of it to one .xlsx, or to the three .csv that a name stands for.

    Returns how many KPIs. Raises `DocumentError` for another ending, and `OSError` when a file cannot be
    written.
    """
    all_kpis = kpis.all_kpis(session)
    figures = kpis.figures(session, [kpi.id or 0 for kpi in all_kpis])
    hidden = {} if board else disclosure.find_hidden(session, all_kpis, figures)
    pairs = [(kpi, hidden.get(kpi.id or 0, NOTHING)) for kpi in all_kpis]
    tables = {
        "definitions": [_definition(kpi, one, board=board) for kpi, one in pairs],
        "values": [
            row
            for kpi, one in pairs
            for row in _values(kpi, known_figures(figures.get(kpi.id or 0, []), at), one, board=board)
        ],
        "comparators": [row for kpi in all_kpis for row in _comparators(kpi)],
    }
    if path.suffix.lower() == ".xlsx":
        write_book(path, {name: (SHEETS[name], rows) for name, rows in tables.items()})
    elif path.suffix.lower() == ".csv":
        for (name, rows), csv_path in zip(tables.items(), csv_files_of(path), strict=True):
            write_csv(csv_path, SHEETS[name], rows)
    else:
        raise DocumentError(f"{path.name} ends in neither .xlsx nor .csv: name it with one of them")
    return len(all_kpis)


def _definition(kpi: Kpi, hidden: Hidden, *, board: bool) -> list[Value]:
    target = kpi.targets[-1] if kpi.targets else None
    baseline = disclosed_baseline(kpi, board=board, hidden=hidden)
    derived: Mapping[str, Value] = {
        "target": _target_figure(target),
        "target_type": str(target.type if target else TargetType.NONE),
        "target_from": target.starts if target else None,
        "target_to": target.ends if target else None,
        "linked_actions": "; ".join(link.ref for link in kpi.links),
        "baseline": _WORD_OF_SYMBOL[WITHHELD] if baseline != kpi.baseline else baseline,
        **{
            name: disclosed_text(getattr(kpi, name), hidden, board=board)
            for name in ("definition", "numerator", "denominator", "source", "note")
        },
    }
    return [
        derived[name] if name in derived else _plain_value(getattr(kpi, name))
        for name in SHEETS["definitions"]
    ]


def _plain_value(value: Value) -> Value:
    """An enumeration's member as plain text: openpyxl and csv take no enumerations."""
    return str(value) if isinstance(value, str) else value


def _target_figure(target: Target | None) -> Value:
    if target is None:
        return None
    return f"{target.value:g}-{target.upper:g}" if target.type is TargetType.RANGE else target.value


def _values(kpi: Kpi, rows: Sequence[Observation], hidden: Hidden, *, board: bool) -> Iterator[list[Value]]:
    for shown in disclosed(kpi, rows, board=board, hidden=hidden):
        number = _WORD_OF_SYMBOL.get(shown.symbol or "", shown.symbol) if shown.value is None else shown.value
        period = (shown.period_start, shown.period_end, shown.breakdown)
        rest = (
            shown.numerator,
            shown.denominator,
            str(shown.status),
            shown.source,
            shown.note,
            shown.published_on,
        )
        yield [kpi.code, *period, number, *rest]


def _comparators(kpi: Kpi) -> Iterator[list[Value]]:
    for comparator in kpi.comparators:
        yield [kpi.code, comparator.name, comparator.year, comparator.value, comparator.source]
