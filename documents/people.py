"""Read who holds which role from a CSV of `role,agency,slack_user,deputy,from,to`, and store it."""

import re
from collections.abc import Callable, Sequence
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
PEOPLE_COLUMNS = ("role", "agency", "slack_user", "deputy", "from", "to")


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
    rows = read_columns(path, PEOPLE_COLUMNS, ("role", "slack_user"), faults)
    people = [_person(number, row, faults) for number, row in rows]
    faults.report()
    return people


def _person(number: int, row: dict[str, str], faults: Faults) -> PersonRow:
    row = {**row, **{name: _plain_user(row[name]) for name in ("slack_user", "deputy") if name in row}}
    starts, ends = read_days(number, row, "from", "to", faults)
    if row["slack_user"] == row.get("deputy"):
        faults.add(number, f"{row['slack_user']} is named as their own deputy")
    for column in ("slack_user", "deputy"):
        user = row.get(column, "")
        if _NOBODY.fullmatch(user):
            faults.add(number, f'{column} "{user}" is nobody: {_WITHOUT[column]}')
        elif _WITH_ADDRESS.search(user) and not _USER.fullmatch(user):
            # Not quoted: an address is somebody's detail.
            faults.add(number, f"column {column} has more in it than one email address: write that alone")
        elif user and not _USER.fullmatch(user):
            text = f'{column} "{user}" is neither a Slack ID such as U0123ABCD nor an email address'
            faults.add(number, text)
    role, agency = tidy_role(row["role"]), row.get("agency", "")
    deputy = _normalise_user(row["deputy"]) if row.get("deputy") else None
    return PersonRow(number, role, agency, _normalise_user(row["slack_user"]), deputy, starts, ends)


# As Slack and address books copy a person.
_MENTION = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>|[^<>]*<(?P<address>[^<>\s]+@[^<>\s]+)>")
_WITH_ADDRESS = re.compile(r"[^\s@]@[^\s@]+\.")
_NOBODY = re.compile(r"tbc|tba|vacant|vacancy|none|nobody|n/?a|-", re.IGNORECASE)
_WITHOUT = {
    "slack_user": "leave the row out until somebody holds the role",
    "deputy": "leave it empty until somebody is",
}


def _plain_user(text: str) -> str:
    """A Slack ID or an address without what stands around it when it is copied."""
    text = re.sub(r"^mailto:", "", text.strip(), flags=re.IGNORECASE)
    found = _MENTION.fullmatch(text)
    if found:
        return found["id"] or found["address"]
    return text.upper() if re.fullmatch(r"[uw]0[a-z0-9]{6,}", text) else text


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


def several_agencies(people: Sequence[PersonRow]) -> list[str]:
    """A sentence for each role whose holders are of several agencies: a role has one."""
    by_role: dict[str, dict[str, None]] = {}
    for person in people:
        if person.agency:
            by_role.setdefault(person.role, {})[person.agency] = None
    found = []
    for role, agencies in by_role.items():
        if len(agencies) > 1:
            names = ", ".join(f"“{one}”" for one in agencies)
            found.append(f"“{role}” has the agencies {names}: only “{next(iter(agencies))}” is kept")
    return found


def check_users(path: Path, people: Sequence[PersonRow], fault_of_user: Callable[[str], str | None]) -> None:
    """Raise `DocumentError` naming every user of whom `fault_of_user` says that something is wrong."""
    faults = Faults(path)
    for person in people:
        for column in ("slack_user", "deputy"):
            user = getattr(person, column)
            fault = fault_of_user(user) if user else None
            if fault is not None:
                faults.add(person.row, f"{column}: {fault}")
    faults.report()


def apply_people(session: Session, people: Sequence[PersonRow], author: Author, today: date) -> int:
    """Write what is new, and return how many roles changed.

    The file is the truth for the roles it names: where it brings something new, whoever else holds such a
    role from today on holds it no more. A file that is imported again changes nothing, even if somebody was
    given the role in chat since.
    """
    roles = {role_key(role.name): role for role in session.exec(select(Role))}
    agencies = {agency.name: agency for agency in session.exec(select(Agency))}
    by_role: dict[str, list[PersonRow]] = {}
    for person in people:
        by_role.setdefault(role_key(person.role), []).append(person)
    changed = 0
    for key, rows in by_role.items():
        role = roles.get(key)
        if role is None:
            role = roles[key] = Role(name=rows[0].role)
            session.add(role)
        agency = next((row.agency for row in rows if row.agency), "")
        if agency and (role.agency is None or role.agency.name != agency):
            role.agency = agencies.setdefault(agency, Agency(name=agency))
        session.flush()
        before = holders_snapshot(role)
        news = [_apply_holding(role, row) for row in rows]
        if any(news):
            _end_others(session, role, rows, today)
        changed += record_holders(session, author, role, before)
    return changed


def _apply_holding(role: Role, person: PersonRow) -> bool:
    """Store one holding. Returns whether that changed anything."""
    wanted = (person.deputy, person.ends)
    for holding in role.holdings:
        if (holding.slack_user, holding.starts) == (person.slack_user, person.starts):
            # A file older than a successor's start must not reopen the holding.
            if person.ends is None and _has_successor(role, holding):
                wanted = (person.deputy, holding.ends)
            changed = (holding.deputy, holding.ends) != wanted
            holding.deputy, holding.ends = wanted
            return changed
    role.holdings.append(
        Holding(
            role_id=role.id,
            slack_user=person.slack_user,
            deputy=person.deputy,
            starts=person.starts,
            ends=person.ends,
        )
    )
    return True


def _end_others(session: Session, role: Role, rows: Sequence[PersonRow], today: date) -> None:
    """End what others hold of a role at the times, from today on, that the file gives to somebody."""
    named = {(row.slack_user, row.starts) for row in rows}
    for holding in list(role.holdings):
        if (holding.slack_user, holding.starts) in named:
            continue
        taken = [
            max(row.starts or date.min, today)
            for row in rows
            if (row.ends or date.max) >= today
            and (holding.ends or date.max) >= max(row.starts or date.min, today)
            and (holding.starts or date.min) <= (row.ends or date.max)
        ]
        if not taken:
            continue
        last_day = min(taken) - timedelta(days=1)
        if holding.starts is not None and holding.starts > last_day:
            # It had not begun.
            role.holdings.remove(holding)
            session.delete(holding)
        else:
            holding.ends = last_day


def _has_successor(role: Role, holding: Holding) -> bool:
    """Whether another holding starts the day after this one ends."""
    if holding.ends is None:
        return False
    return any(other.starts == holding.ends + timedelta(days=1) for other in role.holdings)
