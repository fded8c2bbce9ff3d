"""The values of a row as the record holds them: for the entry that adds it, and to compare later."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from db.models import Action, Kpi, MeasureKind, Target

# Where a row stands in its plan and its file is no promise that anybody made.
ACTION_COLUMNS = tuple(
    name
    for name in Action.model_fields
    if name not in ("id", "plan_id", "section_id", "ref", "position", "source_row")
)
_ACTION_DEFAULTS: Mapping[str, Any] = {name: Action.model_fields[name].default for name in ACTION_COLUMNS}
KPI_COLUMNS = tuple(name for name in Kpi.model_fields if name not in ("id", "code"))


def action_record(row: Any) -> dict[str, Any]:
    """The recorded columns of an action, as their values."""
    return {name: getattr(row, name) for name in ACTION_COLUMNS}


def new_action_record(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those values of a new action that are not the usual ones."""
    return {
        name: values[name]
        for name in ACTION_COLUMNS
        if name in values and values[name] != _ACTION_DEFAULTS[name]
    }


def action_defaults() -> dict[str, Any]:
    """What a new action's columns are where the entry that adds it says nothing of them."""
    return dict(_ACTION_DEFAULTS)


def measure_record(measure: Any) -> str:
    """A measure's words, and in brackets how they are read."""
    value = "" if measure.value is None else f"{measure.value:.12g}"
    parts = (
        measure.kind,
        measure.operator,
        value,
        measure.unit,
        measure.of and f"of {measure.of}",
        measure.every,
    )
    return f"{measure.text} [{' '.join(str(part) for part in parts if part)}]"


_READ_AS = re.compile(rf" \[(?:{'|'.join(MeasureKind)})\b[^\]]*\]$")


def measure_words(record: str) -> str:
    """A measure's words without how they were read; older records have the words alone."""
    return _READ_AS.sub("", record)


def statement_record(statement: Any) -> str:
    """Which document says a thing of a finding, where and when, as JSON. The words stand in the note."""
    names = ("kind", "document", "day", "paragraph")
    return json.dumps({name: str(getattr(statement, name)) for name in names}, ensure_ascii=False)


def kpi_record(kpi: Kpi) -> dict[str, Any]:
    """The definition of a KPI with the references of its actions; its targets have entries of their own."""
    links = "; ".join(link.ref for link in kpi.links)
    return {**{name: getattr(kpi, name) for name in KPI_COLUMNS}, "linked actions": links}


def target_record(target: Target) -> str:
    """`at_least 75 from 2018-04-01`."""
    figure = f"{target.value:g}" if target.value is not None else ""
    figure += f"-{target.upper:g}" if target.upper is not None else ""
    days = [f"from {target.starts}" if target.starts else "", f"to {target.ends}" if target.ends else ""]
    return " ".join(filter(None, (str(target.type), figure, *days)))


def figure_record(values: Any, *, brief: bool = False) -> str:
    """A figure with its counts, its status, its day of publication and its source.

    `brief` is how entries had it before they held everything.
    """
    if brief:
        number = values.symbol if values.value is None else f"{values.value:g}"
        return " ".join(filter(None, (number, str(values.status), values.source)))
    number = values.symbol if values.value is None else f"{values.value:.12g}"
    counts = ""
    if values.numerator is not None or values.denominator is not None:
        counts = f"({_count(values.numerator)} of {_count(values.denominator)})"
    published = f"published {values.published_on}" if values.published_on else ""
    return " ".join(filter(None, (number, counts, str(values.status), published, values.source)))


def _count(number: float | None) -> str:
    return "?" if number is None else f"{number:.12g}"


def term_record(rows: Iterable[Any]) -> list[list[str]]:
    """The spans of a term, a holiday or a half term: first day, last day and standing of each."""
    return sorted([row.starts.isoformat(), row.ends.isoformat(), str(row.standing)] for row in rows)


def round_record(row: Any) -> dict[str, Any]:
    """A result of a round: what was counted, the counts, the period and the pass mark then in force."""
    return {
        "measure": row.measure,
        "n": row.numerator,
        "of": row.denominator,
        "operator": row.operator,
        "pass_mark": row.pass_mark,
        "period": [row.period_start.isoformat(), row.period_end.isoformat()],
    }
