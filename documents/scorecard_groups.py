"""Rows of a scorecard that belong to one indicator: for each part of it, each place or each benchmark."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from documents.scorecard_heading_words import WHOLE
from documents.scorecard_headings import ScorecardColumns
from documents.scorecard_words import cell_at

NumberedRow = tuple[int, list[str]]

# So many rows without a figure are listed.
_MOST_LISTED = 12
_PARTS: dict[str, str] = {
    "numerator": r"numerators?|num\.?",
    "denominator": r"denominators?|den(?:om)?\.?",
    "value": r"%|per ?cent(?:age)?|rate|values?|actuals?|results?|performance|figures?|outturn",
    "target": r"targets?|goal",
    "other": r"b?rag(?: rating)?|status|trend|dot|direction(?: of travel)?|variance|change",
}
# A row with one of these for its name tells what the indicator above it is compared with.
_BENCHMARK = re.compile(
    r"(?:the )?(?:england|national|region(?:al)?|eastern|london|(?:south|north|east|west)(?: (?:east|west))?"
    r"|(?:east|west) midlands|yorkshire.*|stat(?:istical|\.)? ?neighbours?|sns?|comparators?|benchmark"
    r"|family group)(?: (?:average|avg|mean|median))?",
    re.IGNORECASE,
)


@dataclass
class Arranged:
    """The rows below the headings, with the rows of each indicator as the reader takes them.

    `benchmarks` are the number, the name and the cells of rows that tell what the indicator above is compared
    with, by the number of that indicator's row.
    """

    rows: list[NumberedRow] = field(default_factory=list)
    benchmarks: dict[int, list[NumberedRow]] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


def arrange(rows: Sequence[NumberedRow], columns: ScorecardColumns) -> Arranged:
    """Put the rows of each indicator together. What is left out of them, and lines of text, are doubts."""
    arranged = Arranged()
    of_indicators = [columns.places[name] for name in ("target", "unit") if name in columns.places]
    names: dict[int, str] = {}
    name = ""
    for number, cells in rows:
        name = cell_at(cells, columns.places["name"]) or (name if _has_figures(cells, columns) else "")
        names[number] = name.lower()
    texts: list[str] = []
    for key, found in groupby(rows, lambda row: names[row[0]]):
        group = list(found)
        figures = [row for row in group if _has_figures(row[1], columns)]
        if not figures and key:
            # What follows it belongs to no indicator above it.
            arranged.rows += group
            if any(cell_at(cells, at) for _, cells in group for at in of_indicators):
                # The reader says that it has no figure.
                continue
        texts += [_text(row[1]) for row in group if row not in figures]
        if not key:
            numbers = (number for number, _ in figures)
            arranged.doubts += [f"row {number} has figures and no indicator: left out" for number in numbers]
        elif len(figures) > 1 and not _is_parted(figures, columns):
            _take_group(arranged, figures, columns)
        elif figures and _BENCHMARK.fullmatch(key) and arranged.rows:
            arranged.benchmarks.setdefault(arranged.rows[-1][0], []).extend(figures)
        elif figures and (why := _no_indicator(key)):
            shown = cell_at(figures[0][1], columns.places["name"])
            arranged.doubts.append(f"row {figures[0][0]}: “{shown[:60]}” {why}: left out")
        else:
            arranged.rows += figures
    _list_texts(arranged, [text for text in texts if text])
    return arranged


_SUM_OF_INDICATORS = re.compile(
    r"(?:grand |sub-?)?totals?(?: (?:number of )?(?:measures|indicators|k?pis|targets)\b.*)?"
)
_PART_OF_ABOVE = re.compile(r"(?:of (?:which|whom|these|those)|including|thereof)\b.*")


def _no_indicator(name: str) -> str | None:
    """Why a row is no indicator of its own; `name` is in small letters."""
    if _SUM_OF_INDICATORS.fullmatch(name):
        return "adds up the others"
    return "is a part of the indicator above it" if _PART_OF_ABOVE.fullmatch(name) else None


def _has_figures(cells: Sequence[str], columns: ScorecardColumns) -> bool:
    return any(cell_at(cells, at) for at in (*columns.periods, *columns.counts))


def _text(cells: Sequence[str]) -> str:
    return " / ".join(cell for cell in cells if cell)


def _is_parted(rows: Sequence[NumberedRow], columns: ScorecardColumns) -> bool:
    """Whether a column of parts says of each row what it is, which the reader knows."""
    at = columns.places.get("part")
    kinds = {_kind(cell_at(cells, at)) for _, cells in rows} if at is not None else set()
    return not kinds.isdisjoint(("numerator", "denominator"))


def _kind(label: str) -> str | None:
    plain = label.strip(" :").lower()
    return next((kind for kind, form in _PARTS.items() if re.fullmatch(form, plain)), None)


def _label_column(rows: Sequence[NumberedRow], columns: ScorecardColumns) -> int | None:
    """The first column left of the figures that says something else of each row.

    A number or an owner says nothing of what the row is: only columns of parts, types or no meaning do.
    """
    used = {at for name, at in columns.places.items() if name not in ("part", "unit")}
    for at in range(min((*columns.periods, *columns.counts))):
        labels = [cell_at(cells, at).lower() for _, cells in rows]
        if at not in used and all(labels) and len(set(labels)) == len(labels):
            return at
    return None


def _take_group(arranged: Arranged, rows: Sequence[NumberedRow], columns: ScorecardColumns) -> None:
    at = _label_column(rows, columns)
    first, cells = rows[0]
    name = cell_at(cells, columns.places["name"])
    if at is None:
        # The reader says that a name stands further up already; a row without one has no name to say.
        named = [row for row in rows if cell_at(row[1], columns.places["name"])]
        arranged.rows += named
        without = [number for number, cells in rows if not cell_at(cells, columns.places["name"])]
        arranged.doubts += [f"row {number} has figures and no indicator: left out" for number in without]
        return
    labels = {number: cell_at(cells, at) for number, cells in rows}
    kinds = {number: _kind(label) for number, label in labels.items()}
    if all(kinds.values()) and "value" in kinds.values():
        arranged.rows += _of_parts(arranged, _with_per_cent(rows, labels, columns), kinds, columns)
        return
    whole = [row for row in rows if WHOLE.fullmatch(labels[row[0]].strip())]
    told = ", ".join(f"“{label[:30]}”" for label in labels.values())
    if len(whole) == 1 and not any(kinds.values()):
        arranged.rows.append((whole[0][0], _inherited(whole[0][1], cells, columns)))
        rest = ", ".join(f"“{label[:30]}”" for number, label in labels.items() if number != whole[0][0])
        read = f"of “{name[:60]}” only “{labels[whole[0][0]]}” is read"
        arranged.doubts.append(f"row {first}: {read}, not {rest}")
        return
    text = f"row {first}: “{name[:60]}” has a row each for {told}, and none of the whole: left out"
    arranged.doubts.append(f"{text}. Call the row of the whole Total")


def _with_per_cent(
    rows: Sequence[NumberedRow], labels: dict[int, str], columns: ScorecardColumns
) -> list[NumberedRow]:
    """The rows with a % behind the numbers of one that is called "%"."""

    def written(number: int, cells: list[str]) -> list[str]:
        if not re.match(r"%|per ?cent", labels[number], re.IGNORECASE):
            return cells
        numbers = {at for at in columns.periods if re.fullmatch(r"\d+(?:\.\d+)?", cell_at(cells, at))}
        if all(float(cells[at]) <= 1 for at in numbers):
            # Shares: the reader asks about these.
            return cells
        return [f"{cell}%" if at in numbers else cell for at, cell in enumerate(cells)]

    return [(number, written(number, cells)) for number, cells in rows]


def _of_parts(
    arranged: Arranged,
    rows: Sequence[NumberedRow],
    kinds: dict[int, str | None],
    columns: ScorecardColumns,
) -> Iterator[NumberedRow]:
    """The row of values with what the first row of the group says of it, then those of its counts."""
    name_at = columns.places["name"]
    value = next(row for row in rows if kinds[row[0]] == "value")
    cells = _inherited(value[1], rows[0][1], columns)
    target = next((row for row in rows if kinds[row[0]] == "target"), None)
    last = target and next((text for at in reversed(columns.periods) if (text := cell_at(target[1], at))), "")
    if target and last and "target" not in columns.places:
        columns.places["target"] = max(len(row[1]) for row in rows)
    if target and last:
        cells += [""] * (columns.places["target"] + 1 - len(cells))
        cells[columns.places["target"]] = cells[columns.places["target"]] or last
        arranged.doubts.append(f"row {target[0]}: the target for the last period, {last}, is taken for all")
    yield value[0], cells
    for number, of_part in rows:
        if kinds[number] in ("numerator", "denominator"):
            part = list(of_part)
            part[name_at] = str(kinds[number])
            yield number, part


def _inherited(cells: Sequence[str], first: Sequence[str], columns: ScorecardColumns) -> list[str]:
    """A row's cells with the name and the words that stand in the first row of its group alone."""
    width = max(len(cells), len(first))
    figures = {*columns.periods, *columns.counts, *columns.comparators}
    return [cell_at(cells, at) or ("" if at in figures else cell_at(first, at)) for at in range(width)]


def _list_texts(arranged: Arranged, texts: Sequence[str]) -> None:
    if texts:
        shown = "; ".join(f"“{text[:100]}”" for text in texts[:_MOST_LISTED])
        more = f" and {len(texts) - _MOST_LISTED} more" if len(texts) > _MOST_LISTED else ""
        arranged.doubts.append(f"lines without figures, not read: {shown}{more}")
