"""A workbook with a scorecard in each of several sheets."""

from collections.abc import Mapping
from typing import Any

from db.kpis import Figure
from db.rules.dates import day_text
from documents.kpi_draft import KpiDraft


def join_scorecards(sheets: Mapping[str, KpiDraft | None]) -> KpiDraft | None:
    """The scorecards of a workbook's sheets as one; None where no sheet is one.

    An indicator that stands in several sheets, as where each has a quarter, is defined by the first.
    """
    found = {title: draft for title, draft in sheets.items() if draft is not None}
    if not found:
        return None
    joined = KpiDraft()
    for title in sheets:
        if title not in found:
            joined.doubts.append(f"the sheet “{title}” is not read: it is no scorecard")
    codes: set[str] = set()
    figures: dict[tuple[Any, ...], tuple[str, Figure]] = {}
    for title, draft in found.items():
        joined.definitions += [one for one in draft.definitions if one.code not in codes]
        joined.questions += [one for one in draft.questions if one.code not in codes]
        joined.comparators += [one for one in draft.comparators if one.code not in codes]
        joined.doubts += draft.doubts
        codes |= {one.code for one in draft.definitions}
        for code, figure in draft.figures:
            first, earlier = figures.setdefault((code, *figure.place), (title, figure))
            if first == title:
                joined.figures.append((code, figure))
            elif earlier != figure:
                joined.doubts.append(f"{code} at {day_text(figure.period_end)} is read from “{first}” alone")
    return joined
