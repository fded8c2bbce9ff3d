"""Answers to the doubts of an import: what a person may choose for a cell, and how an answer is written."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, assert_never

from db.models import Doubt, DoubtAbout, DueKind, Progress
from db.rules.dates import day_text
from db.rules.due_dates import read_due
from db.rules.lead_cells import read_leads
from db.rules.role_names import tidy_role

# The answer to a doubt about no field: somebody looked, and it is right.
SEEN = "seen"
# A button carries an answer beside what it answers. A cell that names sixty schools is longer.
LONGEST_ANSWER = 600
_BETWEEN_LEADS = "; "
_AS_READ = " (as read)"
_MOST_PROPOSALS = 4
_MOST_LABEL = 60
# What stands between several dates in one cell.
_BETWEEN_DATES = re.compile(
    r"\s*(?:[;,&()→]|->|\s/\s|\b(?:or|and|then|was|now|revised to|moved to)\b)\s*", re.I
)


class DoubtKey(NamedTuple):
    """What an answer belongs to: a cell of an action, or a sentence about the file, which has no ref."""

    ref: str
    about: DoubtAbout
    cell: str


def doubt_key(ref: str, about: DoubtAbout, cell: str, text: str) -> DoubtKey:
    """The key of a doubt: a doubt about no field is known by its sentence."""
    return DoubtKey(ref, about, text if about is DoubtAbout.OTHER else cell)


def stored_key(doubt: Doubt) -> DoubtKey:
    """The key of a stored doubt; its action, where it has one, is loaded."""
    return doubt_key(doubt.action.ref if doubt.action else "", doubt.about, doubt.cell, doubt.text)


@dataclass(frozen=True)
class AsRead:
    """How an import reads an action where it has a doubt."""

    due: date | None
    progress: Progress | None
    leads: Sequence[str]


class Proposal(NamedTuple):
    """An answer to choose: what its button says, and the answer as it is stored."""

    label: str
    value: str


def proposals(about: DoubtAbout, cell: str, read: AsRead, today: date) -> list[Proposal]:
    """The likely answers to a doubt, the one that was read first; at most four."""
    match about:
        case DoubtAbout.DUE:
            found = _dates(cell, read.due, today)
        case DoubtAbout.STATUS:
            found = _statuses(read.progress)
        case DoubtAbout.LEADS:
            found = _leads(cell, read.leads)
        case DoubtAbout.OTHER:
            found = iter([Proposal("It is right", SEEN)])
        case _:
            assert_never(about)
    short = [one for one in found if len(one.value) <= LONGEST_ANSWER]
    return list({one.value: one for one in reversed(short)}.values())[::-1][:_MOST_PROPOSALS]


def _marked(label: str) -> str:
    return f"{label[:_MOST_LABEL]}{_AS_READ}"


def as_read(choices: Iterable[Sequence[str]]) -> Sequence[str] | None:
    """The label and value of the answer that leaves a doubt as the import reads it, if it is offered."""
    return next((one for one in choices if one[0].endswith(_AS_READ) or one[1] == SEEN), None)


def _dates(cell: str, read: date | None, today: date) -> Iterator[Proposal]:
    if read is not None:
        yield Proposal(_marked(day_text(read)), due_value(read))
    days = [read_due(part).day for part in _BETWEEN_DATES.split(cell) if part.strip()]
    # What has no year may be of this one or the next.
    days += [read_due(f"{cell} {year}").day for year in (today.year, today.year + 1)]
    for day in days[: _MOST_PROPOSALS + 1]:
        if day is not None and day != read and len(days) < 20:
            yield Proposal(day_text(day), due_value(day))
    yield Proposal("No date" if read is not None else _marked("No date"), due_value(None))


def _statuses(read: Progress | None) -> Iterator[Proposal]:
    first = read or Progress.NOT_STARTED
    yield Proposal(_marked(first.capitalize()), first)
    for one in (Progress.COMPLETE, Progress.IN_PROGRESS, Progress.NOT_STARTED, Progress.BLOCKED):
        if one is not first:
            yield Proposal(one.capitalize(), one)


def _leads(cell: str, read: Sequence[str]) -> Iterator[Proposal]:
    if read:
        yield Proposal(_marked(" / ".join(read)), leads_value(read))
    whole = tidy_role(cell)
    if len(read) > 1 and whole and _BETWEEN_LEADS not in whole:
        yield Proposal(f"One role: {whole}"[:_MOST_LABEL], leads_value([whole]))
    yield Proposal("Nobody yet" if read else _marked("Nobody yet"), leads_value(()))


# Answers as they are stored


def due_value(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def leads_value(leads: Iterable[str]) -> str:
    return _BETWEEN_LEADS.join(leads)


def due_of(value: str) -> date | None:
    return date.fromisoformat(value) if value else None


def due_kind_of(day: date | None, kind: DueKind) -> DueKind:
    """The kind of a due date that a person has settled, where the file's was of `kind`."""
    if day is None:
        return DueKind.UNCLEAR
    return DueKind.BY if kind is DueKind.UNCLEAR else kind


def leads_of(value: str) -> list[str]:
    return [lead for lead in value.split(_BETWEEN_LEADS) if lead]


def completion_day(cell: str) -> date | None:
    """The day of completion that a cell about the status gives, if any."""
    return read_due(cell).day if cell else None


def typed_leads(text: str) -> list[str]:
    """The roles that a person typed as the answer, several with a slash or a semicolon between them."""
    return list(read_leads(text).leads)


def answer_text(about: DoubtAbout, value: str) -> str:
    """An answer in words."""
    match about:
        case DoubtAbout.DUE:
            day = due_of(value)
            return f"due {day_text(day)}" if day is not None else "no date"
        case DoubtAbout.STATUS:
            return value
        case DoubtAbout.LEADS:
            return f"led by {' and '.join(leads_of(value))}" if value else "nobody leads it yet"
        case DoubtAbout.OTHER:
            return "it is right"
        case _:
            assert_never(about)
