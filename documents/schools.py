"""Read the register of schools from a CSV (its columns: `SCHOOL_COLUMNS`), and store it."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from sqlmodel import Session, select

from db import audit_log
from db.audit_log import Author, Change
from db.models import SCHOOL_SEPARATOR, School, TermDate
from documents.draft import DocumentError
from documents.registers import Faults, did_you_mean, read_columns, read_days

_COLUMNS = ("name", "channel", "contact", "telephone", "calendar", "from", "to")
_MAY_BE_EMPTY = frozenset({"channel", "contact", "telephone", "from", "to"})
_NOTHING = re.compile(r"tbc|tba|n/?a|none|-+|not known|unknown", re.IGNORECASE)
# As the national register of schools says it.
_STATUS_COLUMNS = ("establishmentstatus (name)", "status", "school status", "open/closed")
# All that is read.
SCHOOL_COLUMNS = (*_COLUMNS, *_STATUS_COLUMNS)
# "Brook Infants (closed 31/08/26)".
_CLOSED_IN_NAME = re.compile(
    r"\s*[(–-]\s*(?:now )?closed(?: on| from)?\s*(?P<day>\d[\d\s\w./-]*)?\)?\s*$", re.IGNORECASE
)
_CLOSED = re.compile(r"closed\b", re.IGNORECASE)
_SLACK_ID = re.compile(r"[CGDUW][A-Z0-9]{2,}")
# A number in this country as an office writes it, with an extension.
_TELEPHONE = re.compile(
    r"(?:\+44\s?(?:\(0\))?|0)\d(?:[ -]?\d){8,9}(?:,? ?(?:ext|x)\.? ?\d{1,6})?", re.IGNORECASE
)


@dataclass(frozen=True)
class SchoolRow:
    """A school as a file gives it. `channel` is the Slack ID of a channel or a person, or None.

    The fields are the columns of `School`.
    """

    name: str
    channel: str | None
    contact: str | None
    telephone: str | None
    calendar: str
    starts: date | None
    ends: date | None


def read_schools(path: Path) -> list[SchoolRow]:
    """Read the whole file, before anything is written. Raises `DocumentError` naming every faulty row."""
    schools: dict[str, SchoolRow] = {}
    faults = Faults(path)
    for number, row in read_columns(path, _COLUMNS, ("name", "calendar"), faults):
        row = {
            name: "" if name in _MAY_BE_EMPTY and _NOTHING.fullmatch(text) else text
            for name, text in row.items()
        }
        channel = row.get("channel") or None
        if channel is not None and not _SLACK_ID.fullmatch(channel):
            faults.add(
                number,
                f'channel "{channel}" is not a Slack ID such as C0123ABCD. Give the ID, because names change',
            )
        status = next((row[name] for name in _STATUS_COLUMNS if row.get(name)), "")
        if _CLOSED.match(status) and not row.get("to"):
            faults.add(
                number, "it is closed, and column to does not say since when: give the day, or leave it out"
            )
        # Excel drops the 0 with which every number begins.
        telephone = re.sub(r"^(?=[1-9]\d{9}$)", "0", row.get("telephone", "")) or None
        if telephone is not None and not _TELEPHONE.fullmatch(telephone):
            faults.add(number, "what is in the column telephone is not a telephone number of this country")
        name = " ".join(row["name"].split())
        closed = _CLOSED_IN_NAME.search(name)
        if closed and not row.get("to"):
            name, row["to"] = name[: closed.start()].strip(), closed["day"] or ""
            if not row["to"]:
                faults.add(number, "its name says that it is closed: give the day in the column to")
        if (same := next((one for one in schools if one.lower() == name.lower()), None)) is not None:
            way_on = "give each a name of its own, such as with its town, and leave out one that is closed"
            faults.add(number, f"{name} is there twice{'' if same == name else f', as {same}'}: {way_on}")
        starts, ends = read_days(number, row, "from", "to", faults)
        calendar = " ".join(row["calendar"].split())
        schools[name] = SchoolRow(
            name, channel, row.get("contact") or None, telephone, calendar, starts, ends
        )
    faults.report()
    return list(schools.values())


def check_calendars(session: Session, path: Path, schools: Iterable[SchoolRow]) -> None:
    """Raise `DocumentError` naming every school whose calendar has no term dates.

    Before the first term dates any calendar will do.
    """
    known = set(session.exec(select(TermDate.calendar).distinct()))
    wrong = [
        one
        for one in schools
        # A school without dates of its own has its authority's.
        if known and not known & {one.calendar, one.calendar.partition(SCHOOL_SEPARATOR)[0]}
    ]
    if wrong:
        raise DocumentError(
            "\n".join(
                f'{path.name}, {one.name}: no term dates are held for the calendar "{one.calendar}"'
                f"{did_you_mean(one.calendar, known)}"
                for one in wrong
            )
        )


def shared_channels(schools: Iterable[SchoolRow]) -> list[str]:
    """A sentence for each channel that several schools have at a time: a reminder to one is one to all."""
    by_channel: dict[str, list[SchoolRow]] = {}
    for one in schools:
        if one.channel:
            by_channel.setdefault(one.channel, []).append(one)
    found = []
    for channel, sharing in by_channel.items():
        same = [one for one in sharing if any(_overlap(one, other) for other in sharing if other is not one)]
        if same:
            names = " and ".join(one.name for one in same)
            found.append(f"{names} have the same channel, {channel}: a reminder to one of them goes to all")
    return found


def _overlap(one: SchoolRow, other: SchoolRow) -> bool:
    """Whether two schools are open at the same time. The next school may take over a channel."""
    starts = max(one.starts or date.min, other.starts or date.min)
    return starts <= min(one.ends or date.max, other.ends or date.max)


def apply_schools(session: Session, schools: Iterable[SchoolRow], author: Author) -> int:
    """Write the schools that are new or changed, and return how many.

    A school that the file leaves out stays in the register.
    """
    existing = {school.name: school for school in session.exec(select(School))}
    changes = []
    for row in schools:
        values = asdict(row)
        school = existing.get(row.name)
        if school is None:
            session.add(School(**values))
            changes.append(Change("school", None, row.name, "added", None, row.channel))
            continue
        for name, value in values.items():
            before = getattr(school, name)
            if before != value:
                # The record is for good and goes to auditors; a number at work is for the school alone.
                values_recorded = (
                    ("held" if before else None, "changed") if name == "telephone" else (before, value)
                )
                changes.append(Change("school", school.id, row.name, name, *values_recorded))
                setattr(school, name, value)
    audit_log.append(session, author, changes)
    return len({change.ref for change in changes})
