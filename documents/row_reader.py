"""Find a row's cells by their meaning, under the heading row that stands above it."""

import re
from dataclasses import dataclass, field

from db.models import Progress
from db.rules.cell_statuses import read_cell_status
from db.rules.complete_cells import CellStatus
from db.rules.statuses import read_status
from documents.draft import Cell, Draft, Row
from documents.heading_meanings import HeadingRow
from documents.heading_words import OF_PERCENT
from documents.row_kinds import tidy

_NO_CELL = Cell()
# A SharePoint list writes what it looks up with its number: "Exploitation;#2;#Neglect;#3".
_LOOKUP = re.compile(r";#\d*(?:;#|$)")


def _between_values(found: re.Match[str]) -> str:
    return ", " if found.end() < len(found.string) else ""


@dataclass
class RowReader:
    """Finds the cells of rows under a heading row by what they mean.

    `heading` is the last heading row, and `placed` the columns without a heading that were found to have a
    meaning. With `row_colours` the fill of a whole row is its rating. `colour_key` gives the progress that
    each colour or word means in this file, or None for one without one meaning.
    """

    draft: Draft
    colour_key: dict[str, Progress | None]
    heading: HeadingRow | None = None
    placed: dict[str, int] = field(default_factory=dict)
    row_colours: bool = False
    statuses: dict[str, CellStatus] = field(default_factory=dict)

    def status_of(self, text: str) -> CellStatus:
        """What a status cell says. A plan has few different ones."""
        found = self.statuses.get(text)
        if found is None:
            found = read_cell_status(text, self.colour_key)
            several = _statuses_in(text)
            if len(several) > 1:
                said = " ".join(text.split())[:60]
                doubt = f'"{said}" has {len(several)} statuses: recorded as in progress'
                found = CellStatus(Progress.IN_PROGRESS, doubt=doubt, note=text)
            self.statuses[text] = found
        return found

    def has(self, name: str) -> bool:
        return name in self.placed or (self.heading is not None and name in self.heading.places)

    def cells(self, row: Row, name: str) -> list[Cell]:
        """The cells of a meaning that the row has, the one that counts first."""
        places: tuple[int, ...] = ()
        if self.heading is not None:
            places = self.heading.places.get(name, ())
        if name in self.placed:
            places = (*places, self.placed[name])
        return [row.cells[at] for at in places if at < len(row.cells)]

    def cell(self, row: Row, name: str) -> Cell:
        """The first cell of a meaning that is filled: the latest rating, where each month has one."""
        places = self.heading.places.get(name) if self.heading is not None else None
        if name not in self.placed:
            # Read twenty times for each row of a plan.
            if places is None:
                return _NO_CELL
            if len(places) == 1:
                return row.cells[places[0]] if places[0] < len(row.cells) else _NO_CELL
        cells = self.cells(row, name)
        filled = (cell for cell in cells if cell.text.strip(" -–—") or cell.day)
        return next(filled, cells[0] if cells else _NO_CELL)

    def text(self, row: Row, name: str) -> str:
        if not self.has(name):
            # Most of the twenty things that a row may say.
            return ""
        text = self.cell(row, name).text
        if ";#" in text:
            text = _LOOKUP.sub(_between_values, text)
        return tidy(text) if text else ""

    def heading_text(self, at: int) -> str:
        """The heading of a column, with single spaces."""
        assert self.heading is not None
        return self.heading.name(at)

    def column(self, row: Row, name: str) -> int | None:
        """The one column of a meaning that a row has filled, or None."""
        places = self.heading.places.get(name, ()) if self.heading is not None else ()
        filled = [at for at in places if at < len(row.cells) and row.cells[at].text.strip()]
        return filled[0] if len(filled) == 1 else None


_BETWEEN_STATUSES = re.compile(r"\s*\n\s*|(?:^|\s+)\(?(?:[1-9]|[a-e])[).]\s+|(?<=\w)\.\s+(?=[A-Z])")
_LABEL_OF_STATUS = re.compile(r"^[^:]{1,20}:\s*")
_MOST_WORDS_OF_STATUS = 4


def _statuses_in(text: str) -> set[Progress]:
    """The different statuses of a cell with one for each part or meeting; empty where a part says more."""
    parts = [part for part in _BETWEEN_STATUSES.split(text.strip()) if part and part.strip(" -•")]
    if len(parts) < 2:
        return set()
    found = set()
    for part in parts:
        words = _LABEL_OF_STATUS.sub("", part.strip(" -•"))
        status = read_status(words) if len(words.split()) <= _MOST_WORDS_OF_STATUS else None
        if status is None:
            return set()
        found.add(status)
    return found


def column_letter(at: int) -> str:
    """The column with the index `at` as Excel calls it: A, B, … Z, AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def as_share(text: str, heading: HeadingRow | None) -> str:
    """0.75 below a heading with a percent sign is 75%."""
    places = heading.places.get("status", ()) if heading is not None else ()
    of_percent = heading is not None and any(OF_PERCENT.search(heading.headings[at]) for at in places)
    if of_percent and re.fullmatch(r"[01](?:\.\d+)?", text):
        return f"{float(text) * 100:g}%"
    return f"{text}%" if of_percent and text.isdigit() else text
