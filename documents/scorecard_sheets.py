"""A workbook with a scorecard in each of several sheets."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from db.kpis import Figure
from db.rules.dates import day_text
from documents.kpi_draft import KpiDefinition, KpiDraft


def join_scorecards(sheets: Mapping[str, KpiDraft | None]) -> KpiDraft | None:
    """The scorecards of a workbook's sheets as one; None where no sheet is one.

    An indicator may stand in several sheets, as where each has a quarter or a year.
    """
    found = {title: draft for title, draft in sheets.items() if draft is not None}
    if not found:
        return None
    joined = KpiDraft()
    for title in sheets:
        if title not in found:
            joined.doubts.append(f"the sheet “{title}” is not read: it is no scorecard")
    _join_definitions(joined, found)
    figures: dict[tuple[Any, ...], tuple[str, Figure]] = {}
    for title, draft in found.items():
        joined.doubts += draft.doubts
        for code, figure in draft.figures:
            first, earlier = figures.setdefault((code, *figure.place), (title, figure))
            if first == title:
                joined.figures.append((code, figure))
            elif earlier != figure:
                joined.doubts.append(f"{code} at {day_text(figure.period_end)} is read from “{first}” alone")
    return joined


def _join_definitions(joined: KpiDraft, found: Mapping[str, KpiDraft]) -> None:
    """Take each indicator's terms from the sheet with the newest figures, and its comparators from all."""
    newest = {
        title: max((figure.period_end for _, figure in draft.figures), default=date.min)
        for title, draft in found.items()
    }
    taken: dict[str, tuple[str, KpiDefinition]] = {}
    compared: set[tuple[str, str, str]] = set()
    for title in sorted(found, key=lambda one: newest[one], reverse=True):
        draft = found[title]
        new = [one for one in draft.definitions if one.code not in taken]
        joined.questions += [one for one in draft.questions if one.code not in taken]
        for one in draft.definitions:
            first, known = taken.get(one.code, (title, one))
            if one.target[1] is not None and known.target[:3] != one.target[:3]:
                text = f"{one.code} has another target on the sheet “{title}”: that of “{first}” is taken"
                joined.doubts.append(text)
        taken |= {one.code: (title, one) for one in new}
        for value in draft.comparators:
            key = (value.code, value.name, value.year)
            if key not in compared:
                compared.add(key)
                joined.comparators.append(value)
    # In the order of the file, as people know it.
    in_order = dict.fromkeys(one.code for draft in found.values() for one in draft.definitions)
    joined.definitions += [taken[code][1] for code in in_order]
