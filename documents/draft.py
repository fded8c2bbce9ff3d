"""The neutral forms between a plan's file and the store: rows of cells first, then one draft."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from db.models import DoubtAbout, DueKind, Outcome, Progress
from db.rules.due_days import Due
from db.rules.measures import DraftMeasure

# The title of the one section of a file that has no sections.
NO_TITLE = "Actions"
# What a plan calls its parts.
SECTION_WORDS = (
    r"(?:section|part|priority(?: area| action)?|cause of concern|learning (?:point|theme)|theme|objective"
    r"|area(?: for improvement)?|outcome|aim|goal"
    r"|strand|work ?stream"
    r"|recommendation|standard|ambition|pillar|domain|action area|kloe|key line of enquiry"
    r"|improvement (?:area|theme))"
)
# The sections of Acts that plans speak of.
SECTIONS_OF_ACTS = r"(?:7|11|17|20|22|31|37|42|44|47|85|117|136|157|175)"
# "Section 11 audit" names a section of an Act, and is no eleventh section.
STATUTORY = (
    rf"(?!section\s+{SECTIONS_OF_ACTS}\s+"
    r"(?:(?-i:[a-z])|audit|enquir|assess|dut|return|self|complian|arrangement|referral|investigation|tool"
    r"|payment|visit|report|plan\b|meeting)|part 8\s+(?:reviews?|inquir))"
)
# "Section 2: Standards", "2.1 Assessments", "3) Resources", "R3: Data", "Priority 1a": numbered in a way that
# only a title is.
SECTION_TITLE = re.compile(
    rf"^{STATUTORY}(?:{SECTION_WORDS}\s+(?=\d|[A-Z]\s?[:–-])|(?=\d+(?:\.\d+)*[.):]\s)|(?=\d+\.\d)|(?=[A-Z]{{1,3}}\d+\s?[:–-]))"
    r"(?P<ref>[A-Z]{0,3}\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?|[A-Z](?=\s?[:–-]))(?:\s?[.):]|\s[–-])?\s+(?P<title>[^\W\d].*)$",
    re.IGNORECASE,
)


class DocumentError(Exception):
    """A file that cannot be read or written.

    Its text is one sentence for the person: what is wrong, where, and what to do. `in_chat` is the sentence
    for somebody who sent the file in Slack, where there are no options.
    """

    def __init__(self, text: str, in_chat: str = "") -> None:
        super().__init__(text)
        self.in_chat = in_chat or text


# How many faults one refusal names.
_MOST_FAULTS = 30


def refuse_faults(faults: Sequence[str], also_in_chat: str = "") -> None:
    """Raise `DocumentError` with the faults of a file, a line each, if there are any.

    `also_in_chat` is what somebody who sent the file is to do with it besides.
    """
    if faults:
        more = [f"and {len(faults) - _MOST_FAULTS} more"] if len(faults) > _MOST_FAULTS else []
        text = "\n".join([*faults[:_MOST_FAULTS], *more])
        raise DocumentError(text, f"{text}. {also_in_chat}" if also_in_chat else "")


class Cell(NamedTuple):
    """One cell as a reader sees it.

    `day` is set where the file holds a real date in place of text; `whole_month` says that the file shows
    only its month and year. `merged` marks the later rows of a vertically merged cell, which repeat its text.
    `colour` is `RRGGBB` or None.
    """

    text: str = ""
    colour: str | None = None
    day: date | None = None
    whole_month: bool = False
    merged: bool = False


class Row(NamedTuple):
    """A row of cells, one for each grid column. `number` is the row as a person counts it in the file.

    `banner` is the text of a row that is one cell from edge to edge: a title, not an action. `certain` is
    False where no cells are merged and the row only has nothing but its first cell filled. `sheet` is the
    name of its sheet, in a file that has sheets. `indent` is how far its group or its words are moved in.
    """

    number: int
    cells: tuple[Cell, ...]
    banner: str | None = None
    certain: bool = True
    sheet: str | None = None
    indent: int = 0


@dataclass(frozen=True)
class FileContent:
    """A file as rows, with the loose text around its tables, which may hold a colour key.

    `unread` is what of the loose text has no other doubt and is no title of a table.
    """

    rows: list[Row]
    loose: list[str] = field(default_factory=list)
    doubts: list["FileDoubt"] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


class FileChoice(NamedTuple):
    """An answer to a doubt about a file: what a button says, and the option of the import that it stands for.

    `option` is `map` or `same-role`, `value` is `HEADING=MEANING` or `SPELLING=ROLE`.
    """

    label: str
    option: str
    value: str


class FileDoubt(NamedTuple):
    """A doubt about the file and no action of it. `row` is the number of its row on `sheet`, or None.

    Without `choices` it is only looked at.
    """

    row: int | None
    text: str
    choices: tuple[FileChoice, ...] = ()
    sheet: str | None = None

    @property
    def with_option(self) -> str:
        """The doubt, and what to write on the command line where only one answer would change anything."""
        if len(self.choices) != 1:
            return self.text
        return f'{self.text}: if so, import with --{self.choices[0].option} "{self.choices[0].value}"'


class DraftDoubt(NamedTuple):
    """A doubt about an action. `cell` is what the file says there, where one field is in doubt."""

    text: str
    about: DoubtAbout = DoubtAbout.OTHER
    cell: str = ""


@dataclass(frozen=True, slots=True)
class DraftReference:
    """A cross-reference from one action to others.

    Several `targets` are equally likely. `alternatives` are possible too, but fit less well than the target.
    `evidence` says that a measure rests on the target.
    """

    as_written: str
    targets: tuple[str, ...]
    evidence: bool
    alternatives: tuple[str, ...] = ()


@dataclass
class DraftAction:
    """An action as a file gives it.

    `section` is the ref of its section. `unsettled` says that the file tells the status in words, or by a
    colour, that could not be read. `reworded` says that the action was paired with a stored one by its place
    although its words differ. `shares_ref` says that the cell of its ref is joined with the one above, and
    `day_in_status` that the day of completion stands in the words of the status.
    """

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
    supporters: list[str] = field(default_factory=list)
    finding: str = ""
    notes: list[str] = field(default_factory=list)
    completed_on: date | None = None
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
    doubts: list[DraftDoubt] = field(default_factory=list)
    reworded: bool = False
    unsettled: bool = False
    sheet: str | None = None
    shares_ref: bool = False
    day_in_status: bool = False

    @property
    def notes_text(self) -> str:
        """The notes, one a line.

        A number at the end of one is closed with a full stop: "Budget: 500" before "Project close: May" would
        else read like the number of a house and its street.
        """
        closed = [f"{note}." if note[-1:].isdigit() else note for note in self.notes[:-1]]
        return "\n".join([*closed, *self.notes[-1:]])

    def doubt(self, text: str, about: DoubtAbout = DoubtAbout.OTHER, cell: str = "") -> None:
        self.doubts.append(DraftDoubt(text, about, cell))

    def drop_doubts(self, about: DoubtAbout) -> None:
        """Take back what is doubted about a field, because it is read anew."""
        self.doubts = [one for one in self.doubts if one.about is not about]


@dataclass(frozen=True)
class ColumnRead:
    """How a column of a file was read: `meaning` as people name it, or None for one that is not used."""

    heading: str
    meaning: str | None
    sheet: str | None


@dataclass
class DraftSection:
    ref: str
    title: str
    findings: list[str] = field(default_factory=list)


@dataclass
class Draft:
    """A plan as its file gives it, before it is compared with the stored plan.

    `pointer_rows` are the number and text of rows that only send the reader to another row. `columns` are the
    meanings that the file has a heading for, as `documents.heading_meanings` names them.
    """

    sections: list[DraftSection] = field(default_factory=list)
    actions: list[DraftAction] = field(default_factory=list)
    pointer_rows: list[tuple[int, str]] = field(default_factory=list)
    doubts: list[FileDoubt] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    columns_read: list[ColumnRead] = field(default_factory=list)

    def place(self, row: int | None, sheet: str | None) -> str:
        """Where something is, in words: `row 4`, with the sheet's name where several have actions."""
        if not row:
            return ""
        return f"row {row} of “{sheet}”" if self.has_sheets and sheet else f"row {row}"

    @cached_property
    def has_sheets(self) -> bool:
        """Whether several sheets have actions: the number of a row is then not enough to find it."""
        return len({action.sheet for action in self.actions}) > 1
