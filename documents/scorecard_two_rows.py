"""Headings of a scorecard in two rows: years or quarters above their months, periods above their parts."""

from collections.abc import Sequence
from datetime import date
from itertools import zip_longest

from db.rules.dates import MONTHS, full_year
from documents.scorecard_heading_words import (
    COMPARATORS,
    MONTH,
    MONTH_WITH_YEAR,
    OF_QUARTER,
    PART_ALONE,
    QUARTER,
    WHOLE_YEAR,
    YEARS,
    heading_meaning,
    period_of,
)

# What may stand below a year beside its months.
_OF_YEAR = ("target", "baseline")


def joined_headings(
    above: Sequence[str], below: Sequence[str], today: date, title_year: str
) -> tuple[list[str], str] | None:
    """The headings of two rows as one, with a doubt or nothing; None where these are not two such rows.

    `title_year` is the one year that is named above the table, or nothing: months without a year are of it.
    """
    pairs = [(head.strip(), sub.strip()) for head, sub in zip_longest(above, below, fillvalue="")]
    months = _months_of_quarters(pairs)
    joined = months or _of_years(pairs) or _side_by_side(pairs)
    if joined is None:
        parts = _of_parts(pairs, today)
        return (parts, "") if parts is not None else None
    dated = [(dated_heading(text, title_year) if title_year else None) or text for text in joined]
    return dated, year_doubt(title_year) if dated != joined else _other_year(pairs, joined, title_year)


def year_doubt(year: str) -> str:
    """The doubt about columns that have no year of their own."""
    return f"the columns have no year: read as {year}, the only one that is named"


def _other_year(pairs: Sequence[tuple[str, str]], joined: Sequence[str], title_year: str) -> str:
    """The doubt about months right of the total of a year, where the title is of another one."""
    beside = [
        text for (head, sub), text in zip(pairs, joined, strict=True) if not head and is_sub_period(sub)
    ]
    totals = [head for head, sub in pairs if YEARS.search(head) and WHOLE_YEAR.fullmatch(sub)]
    if not (title_year and beside and totals) or YEARS.findall(totals[0]) == YEARS.findall(title_year):
        return ""
    return f"“{beside[0]}” and those beside it are read as of {totals[0]}, and the title names {title_year}"


def dated_heading(text: str, year: str) -> str | None:
    """A month or quarter with its year: `Jan` of 2025/26 is in 2026. None for anything else."""
    years = YEARS.search(year)
    month, quarter = MONTH.fullmatch(text.strip()), QUARTER.fullmatch(text.strip())
    if years is None or not (month or quarter):
        return None
    if quarter:
        return f"Q{quarter['quarter']} {years[0]}"
    first = int(years["first"])
    assert month is not None
    later = years["second"] is not None and MONTHS[month["month"].lower()] < 4
    return f"{month['month']} {full_year(years['second']) if later else first}"


def is_sub_period(text: str) -> bool:
    """Whether a text is a month or a quarter and has no year."""
    return bool(MONTH.fullmatch(text.strip()) or QUARTER.fullmatch(text.strip()))


def _months_of_quarters(pairs: Sequence[tuple[str, str]]) -> list[str] | None:
    """Quarters above their months, which have their own year, their quarter's, or none."""
    are_months = [bool(MONTH.fullmatch(sub) or MONTH_WITH_YEAR.fullmatch(sub)) for _, sub in pairs]
    if sum(are_months) < 2 or not any(OF_QUARTER.match(head) for head, _ in pairs):
        return None
    joined, quarter = [], ""
    for (head, sub), is_month in zip(pairs, are_months, strict=True):
        quarter = head or quarter
        if is_month:
            joined.append(dated_heading(sub, quarter) or sub)
        elif OF_QUARTER.match(head):
            joined.append(sub or head)
        else:
            joined.append(" ".join(filter(None, (head, sub))))
    return joined


def _of_years(pairs: Sequence[tuple[str, str]]) -> list[str] | None:
    """Years above their months, quarters, totals, targets and comparators."""
    if sum(is_sub_period(sub) for _, sub in pairs) < 2 or not any(YEARS.search(head) for head, _ in pairs):
        return None
    joined, year = [], ""
    for head, sub in pairs:
        is_of_year = heading_meaning(sub) in _OF_YEAR
        if head:
            year = head if YEARS.search(head) else ""
            fits = is_sub_period(sub) or is_of_year or WHOLE_YEAR.fullmatch(sub) or COMPARATORS.fullmatch(sub)
            if year and sub and not fits:
                # A line above the whole table, and no heading of columns.
                return None
        found = YEARS.search(year)
        if not sub:
            # It is joined with the cell below it, and no heading of those on its right.
            joined.append(head)
            year = ""
        elif found and WHOLE_YEAR.fullmatch(sub):
            joined.append(year)
        elif found and (is_of_year or COMPARATORS.fullmatch(sub)):
            joined.append(f"{found[0]} {sub}" if is_of_year else f"{sub} {found[0]}")
        else:
            joined.append((dated_heading(sub, year) if year else None) or sub)
    return joined


def _side_by_side(pairs: Sequence[tuple[str, str]]) -> list[str] | None:
    """Headings that are joined down over two rows, and months or quarters in the lower row beside them."""
    periods = [sub for head, sub in pairs if is_sub_period(sub) and not head]
    if len(periods) < 2 or any(head and sub for head, sub in pairs):
        return None
    return [head or sub for head, sub in pairs]


def _of_parts(pairs: Sequence[tuple[str, str]], today: date) -> list[str] | None:
    """Periods above their numerators, denominators and results."""
    if sum(bool(PART_ALONE.fullmatch(sub)) for _, sub in pairs) < 2:
        return None
    joined, period = [], ""
    for head, sub in pairs:
        if head:
            period = head if period_of(head, today) else ""
        joined.append(f"{period} {sub}" if period and sub else head or sub)
    return joined
