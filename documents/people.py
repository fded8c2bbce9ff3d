"""Read who holds which role from a CSV of `role,agency,slack_user,deputy,from,to`, and store it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlmodel import Session, select

from db.audit_log import Author
from db.models import Agency, Holding, Role
from db.roles import holders_snapshot, record_holders
from db.rules.role_names import role_key, tidy_role
from documents.registers import Faults, did_you_mean, read_columns, read_days

_USER = re.compile(r"[UW][A-Z0-9]+|[^@\s]+@[^@\s]+\.[^@\s]+")
_COLUMNS = ("role", "agency", "slack_user", "deputy", "from", "to")


@dataclass(frozen=True)
class PersonRow:
    """One holding of a role as a file gives it; `row` is its number in the file.

    `slack_user` and `deputy` are Slack IDs or e-mail addresses.
    """

    row: int
    role: str
    agency: str
    slack_user: str
    deputy: str | None
    starts: date | None
    ends: date | None


def read_people(path: Path) -> list[PersonRow]:
    """Read the whole file, before anything is written. Raises `DocumentError` naming every faulty row."""
    faults = Faults(path)
    rows = read_columns(path, _COLUMNS, ("role", "slack_user"), faults)
    people = [_person(number, row, faults) for number, row in rows]
    faults.report()
    return people


def _person(number: int, row: dict[str, str], faults: Faults) -> PersonRow:
    starts, ends = read_days(number, row, "from", "to", faults)
    for column in ("slack_user", "deputy"):
        user = row.get(column, "")
        if user and not _USER.fullmatch(user):
            faults.add(
                number,
                f'{column} "{user}" is neither a Slack ID such as U0123ABCD nor an email address',
            )
    role, agency = tidy_role(row["role"]), row.get("agency", "")
    deputy = _normalise_user(row["deputy"]) if row.get("deputy") else None
    return PersonRow(number, role, agency, _normalise_user(row["slack_user"]), deputy, starts, ends)


def _normalise_user(user: str) -> str:
    """A Slack ID unchanged; an e-mail address in lower case, as Slack gives it."""
    return user.lower() if "@" in user else user


def check_roles(session: Session, path: Path, people: Sequence[PersonRow]) -> None:
    """Raise `DocumentError` naming every role that no plan knows. Before the first plan any will do."""
    known = {role_key(role.name): role.name for role in session.exec(select(Role))}
    faults = Faults(path)
    for person in people if known else ():
        if role_key(person.role) not in known:
            guess = did_you_mean(person.role, known.values())
            faults.add(person.row, f'no plan has the role "{person.role}"{guess}')
    faults.report()


def apply_people(session: Session, people: list[PersonRow], author: Author) -> int:
    """Write what is new, and return how many holdings were added or changed."""
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
        before = holders_snapshot(role)
        _apply_holding(role, person)
        changed += record_holders(session, author, role, before)
    return changed


def _apply_holding(role: Role, person: PersonRow) -> None:
    for holding in role.holdings:
        if (holding.slack_user, holding.starts) == (person.slack_user, person.starts):
            holding.deputy = person.deputy
            # A file older than a successor's start must not reopen the holding.
            if person.ends is not None or not _has_successor(role, holding):
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


def _has_successor(role: Role, holding: Holding) -> bool:
    """Whether another holding starts the day after this one ends."""
    if holding.ends is None:
        return False
    return any(other.starts == holding.ends + timedelta(days=1) for other in role.holdings)
