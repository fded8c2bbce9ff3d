"""Lists with a row for each indicator and period, as dashboards export them, made a table of columns."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from documents.scorecard_heading_words import INDICATOR, WHOLE, heading_meaning, period_of

_LOOKED_AT = 20
# A list may have some periods that cannot be read, which are told.
_MOST_READ = 0.5
_PERIOD = re.compile(r"(?P<of>latest|current|previous|last)? ?(?:reporting )?(?:period|month|quarter|date)")
_VALUE = re.compile(
    r"(?P<of>latest|current|previous|last)? ?(?:value|actual|result|figure|performance|outturn|score)"
)


@dataclass
class ListedFigures:
    """A list's figures as the rows of a table, headings first, and the doubts about it."""

    rows: list[list[str]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def table_of_list(rows: Sequence[Sequence[str]], today: date) -> ListedFigures | None:
    """The table that says the same as a list, or None where the rows are no list of figures."""
    for at, cells in enumerate(rows[:_LOOKED_AT]):
        headings = [" ".join(cell.split()).strip(" :").lower() for cell in cells]
        names = [place for place, text in enumerate(headings) if _names_indicators(text)]
        pairs = _pairs(headings)
        below = [row for row in rows[at + 1 :] if any(cell.strip() for cell in row)]
        if len(names) == 1 and pairs and _have_periods(below, [period for period, _ in pairs], today):
            own, left_out = _own_rows(headings, below)
            figures = {names[0], *(place for pair in pairs for place in pair)}
            own, of_parts = _rows_of_the_whole(headings, own, names[0], figures, pairs[0][0])
            left_out += of_parts
            listed = _joined(cells, own, names[0], pairs, today) if own else None
            if listed is not None:
                listed.doubts += left_out
            return listed
    return None


_AREA = re.compile(r"(?:area|authority|la|local authority|geography|region|place|locality)(?: name)?")
_OTHER_PLACE = re.compile(
    r"(?:england|national|uk|wales|stat\w*\.? neighbours?|.*\b(?:region|average|neighbours?|midlands)\b.*"
    r"|(?:north|south|east|west)(?: (?:east|west))? of england)",
    re.IGNORECASE,
)


def _own_rows(
    headings: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[list[Sequence[str]], list[str]]:
    """The rows of one's own area where a column names areas, and a doubt about those that are left out."""
    at = next((place for place, text in enumerate(headings) if _AREA.fullmatch(text)), None)
    if at is None:
        return list(rows), []
    areas = dict.fromkeys(row[at].strip() for row in rows if at < len(row) and row[at].strip())
    others = [area for area in areas if _OTHER_PLACE.fullmatch(area)]
    if not others:
        return list(rows), []
    own = [row for row in rows if at >= len(row) or row[at].strip() not in others]
    names = ", ".join(f"“{area[:30]}”" for area in others)
    return own, [f"the rows of {names} are another place's: they are left out"]


# What parts the figure of an indicator; a comment also differs from row to row.
_OF_PARTS = re.compile(
    r"(?:area|localit|team|service|district|hub|cluster|school|provider|ward|site|region|place|group|agency"
    r"|organisation|office|quadrant|patch|zone|gender|sex|age\b|ethnic|breakdown|categor|cohort)"
)


def _rows_of_the_whole(
    headings: Sequence[str], rows: list[Sequence[str]], name: int, figures: Collection[int], period: int
) -> tuple[list[Sequence[str]], list[str]]:
    """The rows of the whole where a column parts an indicator's figure of one period, by team or locality.

    A figure of a part would else stand for the whole.
    """
    free = [
        at
        for at, text in enumerate(headings)
        if at not in figures and (_OF_PARTS.match(text) or _names_whole(rows, at))
    ]
    at = next((one for one in free if _parts_figures(rows, one, name, period)), None)
    if at is None:
        return rows, []
    whole = [row for row in rows if not row[at].strip() or WHOLE.fullmatch(row[at].strip())]
    parts = dict.fromkeys(row[at].strip() for row in rows if row not in whole)
    listed = ", ".join(f"“{part[:30]}”" for part in parts)
    doubts = [f"the rows of {listed} are of a part: only those of the whole are read"]
    with_whole = {row[name].strip().lower() for row in whole}
    for lacking in dict.fromkeys(row[name].strip() for row in rows):
        if lacking.lower() not in with_whole:
            said = f"“{lacking[:60]}” has rows of parts and none of the whole: left out"
            doubts.append(f"{said}. Call the row of the whole Total")
    return whole, doubts


def _names_whole(rows: Sequence[Sequence[str]], at: int) -> bool:
    return any(at < len(row) and WHOLE.fullmatch(row[at].strip()) for row in rows)


def _parts_figures(rows: Sequence[Sequence[str]], at: int, name: int, period: int) -> bool:
    """Whether rows of one indicator and period differ in a column of words."""
    labels: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if max(at, name, period) >= len(row):
            return False
        if any(mark.isdigit() for mark in row[at]):
            return False
        labels.setdefault((row[name].strip().lower(), row[period].strip()), set()).add(
            row[at].strip().lower()
        )
    return any(len(found) > 1 for found in labels.values())


def _names_indicators(heading: str) -> bool:
    return heading_meaning(heading) == "name" and INDICATOR.fullmatch(heading) is not None


def _pairs(headings: Sequence[str]) -> list[tuple[int, int]]:
    """The columns of a period and of its value: "Latest period" and "Latest value"."""
    periods = {found["of"]: at for at, text in enumerate(headings) if (found := _PERIOD.fullmatch(text))}
    values = {found["of"]: at for at, text in enumerate(headings) if (found := _VALUE.fullmatch(text))}
    if len(periods) == len(values) == 1:
        return list(zip(periods.values(), values.values(), strict=True))
    return [(periods[of], values[of]) for of in periods if of in values]


def _have_periods(rows: Sequence[Sequence[str]], columns: Sequence[int], today: date) -> bool:
    written = [row[at] for row in rows for at in columns if at < len(row) and row[at].strip()]
    read = sum(period_of(text, today) is not None for text in written)
    return read > 0 and read >= _MOST_READ * len(written)


def _joined(
    cells: Sequence[str],
    below: Sequence[Sequence[str]],
    name: int,
    pairs: Sequence[tuple[int, int]],
    today: date,
) -> ListedFigures:
    listed = ListedFigures()
    taken = {name, *(at for pair in pairs for at in pair)}
    others = [at for at in range(len(cells)) if at not in taken]
    figures: dict[str, dict[str, str]] = {}
    latest: dict[str, list[tuple[date, str]]] = {}
    targets = {at for at in others if heading_meaning(cells[at]) == "target"}
    spelt: dict[str, str] = {}
    for row in below:
        filled = [*row, *[""] * (len(cells) - len(row))]
        key = " ".join(filled[name].split()).lower()
        spelt.setdefault(key, filled[name])
        # What is said beside the newest period counts, whatever the order of the rows.
        spans = [period_of(filled[period], today) for period, _ in pairs if filled[period].strip()]
        newest = max((span[1] for span in spans if span), default=date.min)
        before = latest.get(key, [(date.min, "")] * len(others))
        latest[key] = [
            (newest, filled[at]) if filled[at] and (not old or newest >= day) else (day, old)
            for at, (day, old) in zip(others, before, strict=True)
        ]
        for at, (_, old) in zip(others, before, strict=True):
            if at in targets and old and filled[at] and old != filled[at]:
                text = f"“{filled[name][:60]}” has several targets: that of its newest period is taken"
                listed.doubts += [text] if text not in listed.doubts else []
        for period, value in pairs:
            if filled[period].strip() and period_of(filled[period], today) is None:
                unread = f"“{filled[name][:60]}”, “{filled[period][:30]}” is no period that can be read"
                listed.doubts.append(f"{unread}: {filled[value] or 'it'} is left out")
            elif filled[period].strip() and filled[value].strip():
                first = figures.setdefault(key, {}).setdefault(filled[period], filled[value])
                if first != filled[value]:
                    text = f"“{filled[name][:60]}” has two figures of {filled[period]}: {first} is read"
                    listed.doubts.append(f"{text}, not {filled[value]}")
    periods = list(dict.fromkeys(one for of_one in figures.values() for one in of_one))
    listed.rows = [[cells[name], *(cells[at] for at in others), *periods]]
    for key, said in latest.items():
        texts = [text for _, text in said]
        listed.rows.append([spelt[key], *texts, *(figures.get(key, {}).get(one, "") for one in periods)])
    text = "the list has a row for each indicator and period: it is put together by indicator"
    listed.doubts.insert(0, f"{text}, so row 2 is “{listed.rows[1][0][:60]}”")
    return listed
