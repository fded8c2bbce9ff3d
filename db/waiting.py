"""What waits for somebody's decision: sign-offs, new dates, edits, schools' questions, doubts, roles."""

from datetime import date

from sqlalchemy.orm import joinedload, selectinload
from sqlmodel import Session, col, select

from db import doubts, edit_requests, roles, school_questions, sign_offs
from db.models import Action, Doubt, DueRequest, Plan, Section
from db.rules.waiting import Waiting


def find_waiting(session: Session, plan: Plan | None, today: date) -> Waiting:
    """What waits in a plan, or in all plans. Questions of schools belong to no plan alone."""
    return Waiting(
        sign_offs.awaiting(session, plan),
        _requests(session, plan),
        edit_requests.pending_edits(session, plan),
        school_questions.open_questions(session),
        _doubts(session, plan),
        [
            (role, led)
            for role, led in roles.all_roles(session, plan)
            if led and role.holding_on(today) is None
        ],
    )


def _requests(session: Session, plan: Plan | None) -> list[DueRequest]:
    place = joinedload(DueRequest.action).joinedload(Action.section).joinedload(Section.plan)  # type: ignore[arg-type]
    query = select(DueRequest).join(Action).where(col(DueRequest.decision).is_(None))
    if plan is not None:
        query = query.where(Action.plan_id == plan.id)
    found = session.exec(query.order_by(col(DueRequest.asked_at)).options(place))
    return [request for request in found if request.is_open]


def _doubts(session: Session, plan: Plan | None) -> list[Doubt]:
    place = selectinload(Doubt.action).joinedload(Action.section).joinedload(Section.plan)  # type: ignore[arg-type]
    query = select(Doubt).join(Action).where(col(Action.removed_on).is_(None))
    if plan is not None:
        query = query.where(Action.plan_id == plan.id)
    query = query.order_by(col(Action.plan_id), col(Action.position), col(Doubt.position))
    # Those that change an action come first.
    return [*session.exec(query.options(place)), *doubts.about_file(session, plan)]
