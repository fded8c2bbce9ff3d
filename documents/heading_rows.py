"""Find the heading rows of a table, also those of two rows, and the titles right above them."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from documents.draft import Row
from documents.heading_meanings import HeadingRow, known_meanings, meaning, plain
from documents.heading_words import NAMED_PERIOD
from documents.headings import guess_headings, read_headings

# So many rows below a heading row tell what its columns hold.
_LOOKED_AT = 40
# A guess is made only near the top: further down a row with a few known words is an action.
_GUESS_WITHIN = 60
_LONGEST_SUB_HEADING = 40


@dataclass(frozen=True)
class FoundHeadings:
    """The heading rows of some rows, by index; `second` are the rows that only go on with one.

    `titles` are the rows that name the table below them.
    """

    headings: Mapping[int, HeadingRow]
    second: frozenset[int] = frozenset()
    titles: frozenset[int] = frozenset()


def find_headings(
    rows: Sequence[Row], mapping: Mapping[str, str] | None = None, *, guess: bool = False
) -> FoundHeadings:
    """The heading rows among these rows. `guess` also takes a row that names no actions."""
    found: dict[int, HeadingRow] = {}
    second: set[int] = set()
    # Headings that stand again further down a sheet are read once.
    alone: dict[tuple[str | None, ...], HeadingRow] = {}
    for at in range(len(rows)):
        if at in second or rows[at].banner is not None:
            continue
        texts = (rows[at].sheet, *_texts(rows[at]))
        if (same := alone.get(texts)) is not None:
            found[at] = same
            continue
        single = _read(rows, at, 1, _texts(rows[at]), mapping)
        joined = _joined_with_next(rows, at)
        if joined and not (single and _has_action(rows[at + 1], single)):
            heading = _read(rows, at, 2, joined, mapping)
            if heading is not None:
                second.add(at + 1)
                found[at] = heading
                continue
        if single is not None and not _stands_in_list(rows, at, single):
            found[at] = alone[texts] = single
    if found or guess:
        first = min(found, default=len(rows))
        above = _guess(rows, mapping, first)
        # A row of a list may have words of headings too, but never more of them than its headings.
        if above and (not found or len(above[1].places) > len(found[first].places)):
            at, heading, taken = above
            found, second = {at: heading}, set(range(at + 1, at + taken))
    found |= _repeated(rows, found, second)
    return FoundHeadings(found, frozenset(second), _titles(rows, found))


def _repeated(
    rows: Sequence[Row], found: Mapping[int, HeadingRow], second: Collection[int]
) -> dict[int, HeadingRow]:
    """Headings that are repeated for each group, also where they were guessed, and in whatever order."""
    known = {tuple(sorted(_texts(rows[at]))): (_texts(rows[at]), heading) for at, heading in found.items()}
    again = {}
    for at, row in enumerate(rows):
        if at in found or at in second or (same := known.get(tuple(sorted(_texts(row))))) is None:
            continue
        texts, heading = same
        if _texts(row) != texts:
            # The same words in another order.
            named = {plain(texts[place]): name for name, places in heading.places.items() for place in places}
            heading = read_headings(_texts(row), _below(rows, at + 1), named) or heading
        again[at] = heading
    return again


def _stands_in_list(rows: Sequence[Row], at: int, heading: HeadingRow) -> bool:
    """Whether the cell that names the actions is one of a list of such words: Jira's types are "Task"."""
    (column,) = heading.places["text"]
    word = rows[at].cells[column].text.strip()
    beside = [rows[near] for near in (at - 1, at + 1) if 0 <= near < len(rows)]
    return any(
        column < len(row.cells) and row.cells[column].text.strip() == word and _texts(row) != _texts(rows[at])
        for row in beside
    )


def _has_action(row: Row, heading: HeadingRow) -> bool:
    """Whether a row below headings is an action already, and no second row of them."""
    cells = [row.cells[at] for at in heading.places["text"] if at < len(row.cells)]
    return any(cell.text.strip() and not cell.merged for cell in cells)


def _texts(row: Row) -> list[str]:
    return ["" if cell.merged else cell.text for cell in row.cells]


def _read(
    rows: Sequence[Row], at: int, taken: int, texts: list[str], mapping: Mapping[str, str] | None
) -> HeadingRow | None:
    # Most rows are none, so what is below is gathered only for those that are.
    if read_headings(texts, (), mapping) is None:
        return None
    return read_headings(texts, _below(rows, at + taken), mapping)


def _below(rows: Sequence[Row], start: int) -> list[list[str]]:
    """The texts of the next rows that are no titles, up to the end of the sheet."""
    return [
        _texts(row)
        for row in rows[start : start + _LOOKED_AT]
        if row.banner is None
        and row.sheet == rows[start - 1].sheet
        and any(c.text.strip() for c in row.cells)
    ]


def _joined_with_next(rows: Sequence[Row], at: int) -> list[str] | None:
    """The texts of a heading of two rows, or None: `Timescale` above `Start` and `End` gives two headings."""
    if at + 1 >= len(rows) or rows[at + 1].sheet != rows[at].sheet:
        return None
    if any(len(cell.text) > _LONGEST_SUB_HEADING and not cell.merged for cell in rows[at + 1].cells):
        return None
    above, below = _texts(rows[at]), _texts(rows[at + 1])
    filled = [column for column, text in enumerate(below) if text.strip()]
    if not filled or len(filled) == len([text for text in above if text.strip()]) == len(below):
        return None
    goes_on = _goes_on(rows[at], rows[at + 1])
    if not goes_on and any(_is_value(rows[at + 1], one) for one in filled):
        return None
    joined, group, grouped = [], "", False
    for column in range(max(len(above), len(below))):
        head = above[column].strip() if column < len(above) else ""
        sub = below[column].strip() if column < len(below) else ""
        if head:
            group = head
        elif sub:
            # Only below a blank cell does a word belong to the heading on its left.
            grouped = grouped or bool(group)
        joined.append(" ".join(filter(None, (head or (group if sub else ""), sub))))
    return joined if grouped or goes_on else None


def _goes_on(above: Row, below: Row) -> bool:
    """Whether all but the filled cells of a row are joined with those above: it is of the same headings."""
    pairs = list(zip(above.cells, below.cells, strict=False))
    joined = sum(one.merged and bool(one.text.strip()) for _, one in pairs)
    alone = sum(bool(head.text.strip()) and not one.merged and not one.text.strip() for head, one in pairs)
    return joined > 1 and alone == 0


def _is_value(row: Row, column: int) -> bool:
    """Whether a cell is no word of a heading. "September 25" below "Update" is one."""
    cell = row.cells[column]
    has_digit = any(mark.isdigit() for mark in cell.text)
    return cell.day is not None or (has_digit and not NAMED_PERIOD.fullmatch(plain(cell.text)))


def _guess(
    rows: Sequence[Row], mapping: Mapping[str, str] | None, end: int
) -> tuple[int, HeadingRow, int] | None:
    """The row before `end` whose headings are best known, with the best column of sentences for actions.

    The last is how many rows its headings take: one, or two where those of the next go on with them.
    """
    best: tuple[int, HeadingRow, int] | None = None
    for at, row in enumerate(rows[: min(end, _GUESS_WITHIN)]):
        if row.banner is not None:
            continue
        for texts, taken in ((_texts(row), 1), (_joined_with_next(rows, at), 2)):
            if texts is None or len(set(known_meanings(texts))) < 2:
                continue
            heading = guess_headings(texts, _below(rows, at + taken), mapping)
            if heading is None:
                continue
            # Of a heading of two rows the first alone may say as much.
            found, most = len(heading.places), len(best[1].places) if best else 0
            if found > most or (found == most and taken > 1 and best is not None and best[0] == at):
                best = (at, heading, taken)
    return best


# What a column called so never has, whatever its cells say.
_NO_ACTION = re.compile(r"\b(?:dates?|when|leads?|owners?|who|status|rag|progress)\b", re.IGNORECASE)


def nearest_row(rows: Sequence[Row]) -> tuple[int, list[str], str] | None:
    """The row that comes nearest to a heading row, for a refusal: its number, headings, and the action.

    The action is likely where the cells below have the most words. It is empty where each heading says that
    it is something else, such as a date or a lead.
    """
    scored = [
        (len(set(known_meanings(_texts(row)))), -at, row)
        for at, row in enumerate(rows[:_GUESS_WITHIN])
        if sum(bool(cell.text.strip()) for cell in row.cells) > 1
    ]
    if not scored:
        return None
    _, before, row = max(scored, key=lambda one: one[:2])
    texts, below = _texts(row), _below(rows, 1 - before)
    named = [
        column
        for column, text in enumerate(texts)
        if text.strip() and meaning(text) is None and not _NO_ACTION.search(text)
    ]

    def words(column: int) -> int:
        return sum(len(one[column].split()) for one in below if column < len(one))

    headings = [" ".join(text.split()) for text in texts if text.strip()]
    return row.number, headings, " ".join(texts[max(named, key=words)].split()) if named else ""


def _titles(rows: Sequence[Row], found: Mapping[int, HeadingRow]) -> frozenset[int]:
    """The rows right above a heading row that only name it, where a sheet has several tables."""
    titles = set()
    for indexes in _by_sheet(rows):
        headings = [at for at in indexes if at in found]
        if len(headings) < 2:
            continue
        for at in headings:
            above = at - 1
            while above in indexes and _is_blank(rows[above]):
                above -= 1
            if above in indexes and rows[above].banner is not None:
                titles.add(above)
    return frozenset(titles)


def _is_blank(row: Row) -> bool:
    # The title above a table of Word is a row without cells.
    return row.banner is None and not any(cell.text.strip() for cell in row.cells if not cell.merged)


def _by_sheet(rows: Sequence[Row]) -> Iterator[range]:
    start = 0
    for _, group in groupby(rows, lambda row: row.sheet):
        end = start + sum(1 for _ in group)
        yield range(start, end)
        start = end
