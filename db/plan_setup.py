"""Plans and sections that people begin, and not a file. Recorded as an import records them."""

import re

from sqlmodel import Session, select

from db import audit_log
from db.audit_log import Author, Change
from db.errors import Refused
from db.models import Action, Plan, Section


def plan_added(plan: Plan) -> Change:
    return Change("plan", plan.id, plan.code, "added", None, plan.title)


def add_plan(session: Session, author: Author, code: str, title: str) -> Plan:
    plan = Plan(code=code, title=title)
    session.add(plan)
    session.flush()
    audit_log.append(session, author, [plan_added(plan)])
    return plan


def add_section(session: Session, author: Author, plan: Plan, ref: str, title: str) -> Section:
    """Add a section to a plan, in the order of its reference. Raises `Refused` for a reference in use."""
    if any(one.ref == ref for one in plan.sections):
        raise Refused(f"{plan.title} has a section {ref} already.")
    if session.exec(select(Action.id).where(Action.plan_id == plan.id, Action.ref == ref)).first():
        raise Refused(f"{plan.title} has an action {ref}, so a section can't have that number.")
    after = [one for one in plan.sections if _parts(one.ref) <= _parts(ref)]
    place = after[-1].position + 1 if after else 0
    for one in plan.sections:
        if one.position >= place:
            one.position += 1
    section = Section(plan_id=plan.id, ref=ref, title=title, position=place)
    session.add(section)
    session.flush()
    audit_log.append(
        session, author, [Change("section", section.id, f"{plan.code}:{ref}", "added", None, title)]
    )
    session.refresh(plan)
    return section


def _parts(ref: str) -> list[tuple[int, str]]:
    """A reference to sort by: 2.10 comes after 2.9."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"[.\s/-]", ref)]
