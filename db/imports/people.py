"""Who holds which role: a CSV of `role,agency,slack_user,deputy,from,to`."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlmodel import Session, select

from db.imports.csv_file import plain, read_rows
from db.imports.dates import read_due
from db.imports.draft import ImportFault
from db.imports.files import check_size
from db.imports.leads import role_key, tidy_role
from db.models import Agency, DueKind, Holding, Role
from db.record import Said
from db.roles import record_holders, snapshot

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
    deputy = _known_as(row["deputy"]) if row.get("deputy") else None
    return Person(number, role, agency, _known_as(row["slack_user"]), deputy, starts, ends)


def _known_as(user: str) -> str:
    """A Slack ID as it is; an e-mail address in small letters, as Slack tells it."""
    return user.lower() if "@" in user else user


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
    changed = 0
    for person in people:
        role = roles.get(role_key(person.role))
        if role is None:
            role = roles[role_key(person.role)] = Role(name=person.role)
            session.add(role)
        if person.agency and (role.agency is None or role.agency.name != person.agency):
            role.agency = agencies.setdefault(person.agency, Agency(name=person.agency))
        session.flush()
        before = snapshot(role)
        _hold(role, person)
        changed += record_holders(session, said, role, before)
    return changed


def _hold(role: Role, person: Person) -> None:
    for holding in role.holdings:
        if (holding.slack_user, holding.starts) == (person.slack_user, person.starts):
            holding.deputy = person.deputy
            if person.ends is not None or not _succeeded(role, holding):
                holding.ends = person.ends
            return
    role.holdings.append(
        Holding(
            role_id=role.id,
            slack_user=person.slack_user,
            deputy=person.deputy,
            starts=person.starts,
            ends=person.ends,
        )
    )


def _succeeded(role: Role, holding: Holding) -> bool:
    """Whether somebody else took over the day after: then an older file does not open it again."""
    if holding.ends is None:
        return False
    return any(other.starts == holding.ends + timedelta(days=1) for other in role.holdings)
