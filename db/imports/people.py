"""Who holds which role: a CSV of `role,agency,slack_user,deputy,from,to`."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlmodel import Session, select

from db import record
from db.imports.csv_file import plain, read_rows
from db.imports.dates import read_due
from db.imports.draft import ImportFault
from db.imports.files import check_size
from db.imports.leads import role_key, tidy_role
from db.models import Agency, DueKind, Holding, Role
from db.record import Change, Said

_COLUMNS = ("role", "agency", "slack_user", "deputy", "from", "to")
_LONGEST = 10_000


@dataclass(frozen=True)
class Person:
    """One holding as a file tells it. `slack_user` and `deputy` are Slack IDs or e-mail addresses."""

    row: int
    role: str
    agency: str
    slack_user: str
    deputy: str | None
    starts: date | None
    ends: date | None


def read_people(path: Path) -> list[Person]:
    """Read the file whole before anything is written. Raises `ImportFault` naming the row."""
    check_size(path)
    rows = read_rows(path, _LONGEST)
    headings = [cell.strip().lower() for cell in rows[0]]
    missing = [name for name in ("role", "slack_user") if name not in headings]
    if missing:
        raise ImportFault(f"{path.name} has no column {missing[0]}: it needs {','.join(_COLUMNS)}")
    people = []
    for number, cells in enumerate(rows[1:], start=2):
        row = {name: plain(cell).strip() for name, cell in zip(headings, cells, strict=False)}
        if any(row.values()):
            people.append(_person(path, number, row))
    return people


def _person(path: Path, number: int, row: dict[str, str]) -> Person:
    for name in ("role", "slack_user"):
        if not row.get(name):
            raise ImportFault(f"{path.name}, row {number}: no {name} is given")
    starts, ends = (_day(path, number, name, row.get(name, "")) for name in ("from", "to"))
    if starts and ends and ends < starts:
        raise ImportFault(f"{path.name}, row {number}: it ends on {ends} before it starts on {starts}")
    role, agency = tidy_role(row["role"]), row.get("agency", "")
    return Person(number, role, agency, row["slack_user"], row.get("deputy") or None, starts, ends)


def _day(path: Path, number: int, name: str, text: str) -> date | None:
    if not text:
        return None
    due = read_due(text)
    if due.day is None or due.kind is not DueKind.BY:
        raise ImportFault(f'{path.name}, row {number}: "{text}" in column {name} is no date')
    return due.day


def apply_people(session: Session, people: list[Person], said: Said) -> int:
    """Write what is new. Returns how many holdings were added or changed."""
    roles = {role_key(role.name): role for role in session.exec(select(Role))}
    agencies = {agency.name: agency for agency in session.exec(select(Agency))}
    changes = []
    for person in people:
        role = roles.get(role_key(person.role))
        if role is None:
            role = roles[role_key(person.role)] = Role(name=person.role)
            session.add(role)
        if person.agency and (role.agency is None or role.agency.name != person.agency):
            role.agency = agencies.setdefault(person.agency, Agency(name=person.agency))
        session.flush()
        change = _hold(session, role, person)
        if change is not None:
            changes.append(change)
    record.append(session, said, changes)
    return len(changes)


def _hold(session: Session, role: Role, person: Person) -> Change | None:
    for holding in role.holdings:
        if (holding.slack_user, holding.starts) == (person.slack_user, person.starts):
            before = [holding.slack_user, holding.deputy, str(holding.ends)]
            if (holding.deputy, holding.ends) == (person.deputy, person.ends):
                return None
            holding.deputy, holding.ends = person.deputy, person.ends
            break
    else:
        before = None
        new = Holding(
            role_id=role.id,
            slack_user=person.slack_user,
            deputy=person.deputy,
            starts=person.starts,
            ends=person.ends,
        )
        role.holdings.append(new)
    after = [person.slack_user, person.deputy, str(person.starts), str(person.ends)]
    return Change("role", role.id, role.name, "holder", before, after)
