"""Registers: who is on one on a day, and whom a name means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from rapidfuzz import process
from sqlalchemy import Select, func
from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from db.errors import Refused
from db.models import SCHOOLS, Member, School
from db.rules.coverage import find_name, split_names

_ALL = "all"
_BUT = ("but ", "except for ", "except ", "apart from ", "bar ")
# The lowest rapidfuzz score, of 100, at which a name counts as similar.
_SIMILAR = 60


@dataclass(frozen=True)
class Registered:
    """Somebody on a register. A school's `place` is its channel, another member's its contact."""

    id: int
    name: str
    agency: str = ""
    place: str | None = None
    is_school: bool = False


def registers(session: Session) -> list[str]:
    """The registers that are held, by name."""
    held = {kind for kind in session.connection().scalars(_kinds()) if kind is not None}
    if session.exec(select(School.id).limit(1)).first() is not None:
        held.add(SCHOOLS)
    return sorted(held)


@cache
def _kinds() -> Select[Any]:
    """The kinds of members, each by one step in the index from the kind before.

    `DISTINCT` reads every member of every register: 2.7 ms among 10,000, for an answer about twelve teams.
    """
    kinds = core_select(func.min(Member.kind).label("kind")).cte("kinds", recursive=True)
    following = core_select(func.min(Member.kind)).where(col(Member.kind) > kinds.c.kind)
    step = core_select(following.scalar_subquery()).where(kinds.c.kind.is_not(None))
    return core_select(kinds.union_all(step).c.kind)


def on_register(session: Session, register: str, day: date) -> list[Registered]:
    """Who is on a register on a day, by name."""
    if register == SCHOOLS:
        schools = session.exec(select(School).where(*_on(School, day)).order_by(School.name))
        return [of_school(one) for one in schools]
    query = select(Member).where(Member.kind == register, *_on(Member, day))
    return [of_member(one) for one in session.exec(query.order_by(Member.name))]


def _on(table: Any, day: date) -> tuple[Any, ...]:
    return (
        col(table.starts).is_(None) | (col(table.starts) <= day),
        col(table.ends).is_(None) | (col(table.ends) >= day),
    )


def of_school(school: School) -> Registered:
    return Registered(school.id or 0, school.name, "", school.channel, is_school=True)


def of_member(member: Member) -> Registered:
    return Registered(member.id or 0, member.name, member.agency or "", member.contact)


def find_members(session: Session, register: str, typed: str, day: date) -> list[Registered]:
    """The members whose names somebody typed; `all`, and `all but NAME, NAME`, are understood.

    Raises `Refused` for a name that nobody or several have. Then nothing is meant.
    """
    everybody = on_register(session, register, day)
    plain = " ".join(typed.split())
    head, _, excepted = plain.partition(" ")
    if head.lower() == _ALL and not excepted:
        return everybody
    for words in _BUT:
        if head.lower() == _ALL and excepted.lower().startswith(words):
            left_out = {one.id for one in _named(everybody, register, excepted[len(words) :])}
            return [one for one in everybody if one.id not in left_out]
    return _named(everybody, register, plain)


def _named(everybody: Sequence[Registered], register: str, typed: str) -> list[Registered]:
    known = [one.name for one in everybody]
    by_name = {one.name: one for one in everybody}
    found: dict[str, Registered] = {}
    for name in split_names(typed, known):
        meant = find_name(name, known)
        if len(meant) > 1:
            raise Refused(
                f"“{name[:60]}” may be {' or '.join(meant[:4])}. Nothing was recorded.", field="names"
            )
        if not meant:
            near = [one for one, score, _ in process.extract(name, known, limit=3) if score >= _SIMILAR]
            guess = f" Did you mean {' or '.join(near)}?" if near else f" The register of {register} has: "
            guess += "" if near else ", ".join(known[:10])
            raise Refused(
                f"“{name[:60]}” is not on the register of {register}.{guess} Nothing was recorded.",
                field="names",
            )
        found[meant[0]] = by_name[meant[0]]
    return list(found.values())
