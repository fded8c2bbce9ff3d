"""Requests of a board: actions of a plan of their own, so that they are chased and answered as actions are.

They are in no count of the plan that they belong to. Their references are R1, R2, …
"""

from collections.abc import Sequence

from sqlmodel import Session, select

from db import plan_edits, plan_setup, plans
from db.audit_log import Author
from db.models import CLOSED, Action, Plan, Role, Section
from db.plan_edits import DueBy

SECTION = "R"


def requests_plan(session: Session, plan: Plan) -> Plan | None:
    """The plan that holds the requests about another one."""
    return session.exec(select(Plan).where(Plan.requests_of == plan.id)).first()


def add_request(
    session: Session,
    author: Author,
    plan: Plan,
    roles: Sequence[Role],
    due: DueBy | None,
    text: str,
    asked_at: str,
) -> Action:
    """Ask roles for something on behalf of a board. `asked_at` names the meeting; empty for none known."""
    own = requests_plan(session, plan) or _begin(session, author, plan)
    section = session.exec(select(Section).where(Section.plan_id == own.id)).one()
    note = f"asked by the {asked_at}" if asked_at else ""
    return plan_edits.add_action(session, author, section, text, roles, due, note)


def _begin(session: Session, author: Author, plan: Plan) -> Plan:
    own = plan_setup.add_plan(session, author, f"{plan.code[:31]}-requests", f"Requests about {plan.title}")
    own.requests_of = plan.id
    plan_setup.add_section(session, author, own, SECTION, "Requests")
    session.flush()
    return own


def requests_of(session: Session, plan: Plan) -> list[Action]:
    """Every request about a plan, those that wait for an answer first."""
    own = requests_plan(session, plan)
    found = plans.actions_of(session, own) if own is not None else []
    return sorted(found, key=lambda one: one.progress in CLOSED)
