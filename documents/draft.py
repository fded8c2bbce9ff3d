"""What every reader of a plan produces, whatever the file was: rows first, then one neutral draft."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from db.models import DueKind, Outcome, Progress
from db.rules.dates import Due
from db.rules.measures import DraftMeasure

# "Section 2: Standards", "2.1 Assessments", "3) Resources": numbered so that it can only be a title.
SECTION_TITLE = re.compile(
    r"^(?:(?:section|priority|theme|objective)\s+(?=\d)|(?=\d+(?:\.\d+)*[.):]\s)|(?=\d+\.\d))"
    r"(?P<ref>\d{1,3}(?:\.\d{1,3}){0,3})[.):]?\s+(?P<title>[^\W\d].*)$",
    re.IGNORECASE,
)


class DocumentError(Exception):
    """A file that cannot be taken. Its text is one sentence for the person: what, where, what to do."""


class Cell(NamedTuple):
    """One cell as a reader saw it. `day` is set where the file holds a real date, not text.

    `whole_month` says that the real date was only shown as month and year. `merged` marks the
    later rows of a vertically merged cell: they repeat its text. `colour` is `RRGGBB` or None.
    """

    text: str = ""
    colour: str | None = None
    day: date | None = None
    whole_month: bool = False
    merged: bool = False


class Row(NamedTuple):
    """A row of cells, one for each grid column; `number` is what the person would count in the file.

    `banner` is the text of a row that is one merged cell from edge to edge: a title, not a record. It is
    not `certain` where nothing is merged and only the first cell is filled.
    """

    number: int
    cells: tuple[Cell, ...]
    banner: str | None = None
    certain: bool = True


@dataclass(frozen=True)
class FileContent:
    """A file as rows, with the loose text around its tables, where a colour key may stand."""

    rows: list[Row]
    loose: list[str] = field(default_factory=list)
    doubts: list[tuple[int | None, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DraftReference:
    """A cross-reference. `targets` of more than one are equally likely; `also` fitted less well."""

    as_written: str
    targets: tuple[str, ...]
    evidence: bool
    also: tuple[str, ...] = ()


@dataclass
class DraftAction:
    row: int
    section: str
    ref: str | None
    text: str
    title: str | None = None
    recommendation: str | None = None
    outcome_text: str = ""
    measure_text: str = ""
    progress_text: str = ""
    due: Due = field(default_factory=lambda: Due(None, DueKind.UNCLEAR, ""))
    original_due: Due | None = None
    leads: list[str] = field(default_factory=list)
    recurrence: str | None = None
    rating: str | None = None
    progress: Progress | None = None
    outcome: Outcome | None = None
    exception: str = ""
    outstanding_due: str = ""
    outcome_due: str = ""
    evidence: str | None = None
    measures: list[DraftMeasure] = field(default_factory=list)
    references: list[DraftReference] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


@dataclass
class DraftSection:
    ref: str
    title: str
    findings: list[str] = field(default_factory=list)


@dataclass
class Draft:
    """A plan as its file tells it, before anything is compared with what is held."""

    sections: list[DraftSection] = field(default_factory=list)
    actions: list[DraftAction] = field(default_factory=list)
    pointer_rows: list[tuple[int, str]] = field(default_factory=list)
    doubts: list[tuple[int | None, str]] = field(default_factory=list)
    has: set[str] = field(default_factory=set)
