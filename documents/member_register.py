"""Read a register that coverage is counted against from a CSV, and store it."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from sqlmodel import Session, select

from db import audit_log
from db.audit_log import Author, Change
from db.models import SCHOOLS, Member, School
from documents.draft import DocumentError
from documents.registers import Faults, read_columns, read_days

MEMBER_COLUMNS = ("name", "agency", "contact", "from", "to")
_CONTACT = re.compile(r"[CGDUW][A-Z0-9]{2,}|[^@\s]+@[^@\s]+\.[^@\s]+")
_SLACK_ID = re.compile(r"[CGDUW][A-Z0-9]{2,}")
_NOBODY = re.compile(r"tbc|tba|vacant|vacancy|none|nobody|n/?a|[-–?]+", re.IGNORECASE)
_KIND = re.compile(r"[a-z][a-z -]{1,38}[a-z]")


@dataclass(frozen=True)
class MemberRow:
    """One on a register as a file gives it. The fields are the columns of `Member`."""

    name: str
    agency: str | None
    contact: str | None
    starts: date | None
    ends: date | None


def register_kind(written: str) -> str:
    """The name of a register as it is stored: `teams`. Raises `DocumentError` for what can't be one."""
    kind = " ".join(written.lower().split())
    if not _KIND.fullmatch(kind):
        raise DocumentError(
            f'"{written[:40]}" can\'t be the name of a register: use a word for what is on it, such as teams'
        )
    return SCHOOLS if kind == "school" else kind


def read_members(path: Path) -> list[MemberRow]:
    """Read the whole file, before anything is written. Raises `DocumentError` naming every faulty row."""
    members: dict[str, MemberRow] = {}
    faults = Faults(path)
    for number, row in read_columns(path, MEMBER_COLUMNS, ("name",), faults):
        contact = row.get("contact") or None
        if contact is not None and not _CONTACT.fullmatch(contact):
            faults.add(
                number, f'contact "{contact}" is neither a Slack ID such as U0123ABCD nor an email address'
            )
        name = " ".join(row["name"].split())
        if _NOBODY.fullmatch(name):
            faults.add(number, f'"{name}" is nobody: leave the row out')
        same = next((one for one in members if _plainly(one) == _plainly(name)), None)
        if same is not None:
            as_written = "" if same.lower() == name.lower() else f", as {same}"
            faults.add(number, f"{name} is there twice{as_written}")
        starts, ends = read_days(number, row, "from", "to", faults)
        agency = " ".join(row.get("agency", "").split()) or None
        members[name] = MemberRow(name, agency, contact, starts, ends)
    faults.report()
    if not members:
        raise DocumentError(f"{path.name} has nobody in it: give each a row with its name")
    return list(members.values())


def _plainly(name: str) -> str:
    """A name as names are compared: "NOLAN, Priya" is "Priya Nolan"."""
    last, comma, first = name.lower().partition(", ")
    return f"{first} {last}" if comma and " " not in f"{last}{first}" else name.lower()


def apply_members(session: Session, kind: str, rows: Iterable[MemberRow], author: Author) -> int:
    """Write the members that are new or changed, and return how many.

    One that the file leaves out stays on the register; `to` ends it. Schools are kept in their own register,
    where a contact is the channel.
    """
    if kind == SCHOOLS:
        return _apply_schools(session, rows, author)
    query = select(Member).where(Member.kind == kind)
    existing = {member.name.lower(): member for member in session.exec(query)}
    changes: list[Change] = []
    for row in rows:
        member = existing.get(row.name.lower())
        if member is None:
            member = Member(kind=kind, name=row.name)
            session.add(member)
            session.flush()
            changes.append(Change("member", member.id, f"{kind}: {row.name}", "added"))
        changes += _set_changed(member, f"{kind}: {member.name}", "member", asdict(row))
    audit_log.append(session, author, changes)
    return len({change.ref for change in changes})


def _set_changed(held: Member | School, ref: str, subject: str, values: dict[str, object]) -> list[Change]:
    changes = []
    for name, value in values.items():
        before = getattr(held, name)
        if name != "name" and before != value:
            changes.append(Change(subject, held.id, ref, name, before, value))
            setattr(held, name, value)
    return changes


def _apply_schools(session: Session, rows: Iterable[MemberRow], author: Author) -> int:
    """Schools by their names. What this file does not have, such as the calendar, stays as it is."""
    existing = {school.name.lower(): school for school in session.exec(select(School))}
    changes: list[Change] = []
    for row in rows:
        is_id = row.contact is not None and _SLACK_ID.fullmatch(row.contact) is not None
        place = {"channel" if is_id else "contact": row.contact} if row.contact else {}
        values: dict[str, object] = {**place, "starts": row.starts, "ends": row.ends}
        school = existing.get(row.name.lower())
        if school is None:
            school = School(name=row.name, calendar="")
            session.add(school)
            session.flush()
            changes.append(Change("school", school.id, row.name, "added"))
        changes += _set_changed(school, school.name, "school", values)
    audit_log.append(session, author, changes)
    return len({change.ref for change in changes})
