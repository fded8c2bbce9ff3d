"""Plans as wholes: which are held, one with everything in it, which one a channel means."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import joinedload, selectinload
from sqlmodel import Session, and_, col, func, select

from db import audit_log
from db.audit_log import Author, Change
from db.engine import in_batches
from db.models import Action, ChannelPlan, Holding, Lead, Plan, Reference, Role, Section


def action_load_options() -> list[Any]:
    """Loader options, from `Action`: all that an answer about an action may have to say."""
    lead_role = selectinload(Action.leads).joinedload(Lead.role)  # type: ignore[arg-type]
    return [
        joinedload(Action.section).joinedload(Section.plan),  # type: ignore[arg-type]
        lead_role.selectinload(Role.holdings),  # type: ignore[arg-type]
        selectinload(Action.measures),  # type: ignore[arg-type]
        selectinload(Action.doubts),  # type: ignore[arg-type]
        selectinload(Action.due_requests),  # type: ignore[arg-type]
        selectinload(Action.references).joinedload(Reference.target),  # type: ignore[arg-type]
        selectinload(Action.referred_by).joinedload(Reference.action),  # type: ignore[arg-type]
    ]


def actions_of(session: Session, plan: Plan) -> list[Action]:
    """The actions that stand in a plan, in its order, with all that is said of them."""
    query = (
        select(Action)
        .where(Action.plan_id == plan.id, col(Action.removed_on).is_(None))
        .order_by(col(Action.position))
    )
    return list(session.exec(query.options(*action_load_options())))


def actions_by_id(session: Session, ids: Sequence[int]) -> dict[int, Action]:
    """These actions, with all that is said of them."""
    found: dict[int, Action] = {}
    for part in in_batches(ids):
        query = select(Action).where(col(Action.id).in_(part))
        for action in session.exec(query.options(*action_load_options())):
            found[action.id or 0] = action
    return found


def plan_by_code(session: Session, code: str) -> Plan | None:
    """The plan of that code, in any case, with its sections."""
    query = select(Plan).where(func.lower(Plan.code) == code.lower())
    return session.exec(query.options(selectinload(Plan.sections))).first()  # type: ignore[arg-type]


def all_plans(session: Session) -> list[Plan]:
    """Every plan, in the order they came."""
    return list(session.exec(select(Plan).order_by(col(Plan.id))))


def plans_with_counts(session: Session) -> list[tuple[Plan, int]]:
    """Every plan with the number of its actions, in the order they came."""
    query = (
        select(Plan, func.count(col(Action.id)))
        .join(
            Action,
            isouter=True,
            onclause=and_(col(Action.plan_id) == col(Plan.id), col(Action.removed_on).is_(None)),
        )
        .group_by(col(Plan.id))
        .order_by(col(Plan.id))
    )
    return [(plan, number) for plan, number in session.exec(query)]


def default_plan(session: Session, channel: str | None) -> Plan | None:
    """What a bare reference means in a channel: its own plan, else the one most recently approved.

    A direct message or a channel that never chose is not refused: the newest plan is what most
    people mean, and every answer names its plan.
    """
    if channel is not None:
        chosen = session.get(ChannelPlan, channel)
        if chosen is not None:
            return chosen.plan
    return max(all_plans(session), key=lambda plan: (plan.approved is not None, plan.approved), default=None)


def default_plan_code(session: Session, channel: str | None) -> str | None:
    plan = default_plan(session, channel)
    return plan.code if plan else None


def set_channel_plan(session: Session, author: Author, channel: str, plan: Plan) -> None:
    """Make a plan the channel's default, and record it."""
    assert plan.id is not None
    chosen = session.get(ChannelPlan, channel)
    before = chosen.plan.code if chosen else None
    if chosen is None:
        session.add(ChannelPlan(channel=channel, plan_id=plan.id))
    else:
        chosen.plan_id = plan.id
    audit_log.append(session, author, [Change("channel", None, channel, "plan", before, plan.code)])


def holdings_of(session: Session, person: str) -> list[Holding]:
    """Every holding, past or present, in which somebody is the holder or the deputy."""
    query = select(Holding).where((Holding.slack_user == person) | (Holding.deputy == person))
    return list(session.exec(query.options(selectinload(Holding.role))))  # type: ignore[arg-type]


def set_plan_fields(session: Session, author: Author, plan: Plan, values: dict[str, Any]) -> None:
    """Set what is known of a plan beside its actions: title, the day it was approved."""
    changes = []
    for name, value in values.items():
        before = getattr(plan, name)
        if plan.id is not None and before != value:
            changes.append(Change("plan", plan.id, plan.code, name, before, value))
        setattr(plan, name, value)
    audit_log.append(session, author, changes)


def plan_as_json(plan: Plan, actions: list[Action]) -> dict[str, Any]:
    """A plan in its stable JSON form. A section that only stands above others is a heading."""
    with_actions = {action.section_id for action in actions}
    described = [(s.id in with_actions, {"ref": s.ref, "title": s.title}) for s in plan.sections]
    return {
        "code": plan.code,
        "title": plan.title,
        "approved": plan.approved,
        "as_at": plan.as_at,
        "sections": [section for inside, section in described if inside],
        "headings": [section for inside, section in described if not inside],
        "actions": [_action_as_json(action) for action in actions],
    }


def _action_as_json(action: Action) -> dict[str, Any]:
    return {
        **{name: getattr(action, name) for name in ("ref", "title", "text", "outcome_text")},
        "section": action.section.ref,
        "recommendation": action.recommendation,
        "measure_text": action.measure_text,
        **{name: getattr(action, name) for name in ("due", "due_kind", "due_as_written")},
        "original_due": action.original_due,
        "original_due_as_written": action.original_due_as_written,
        "leads": [lead.role.name for lead in action.leads],
        **{name: getattr(action, name) for name in ("recurrence", "progress", "outcome")},
        **{name: getattr(action, name) for name in ("exception", "outstanding_due", "outcome_due")},
        "assurance": action.assurance(),
        "evidence": action.evidence,
        "measures": [
            {name: getattr(m, name) for name in ("kind", "operator", "value", "unit", "of", "every", "text")}
            for m in action.measures
        ],
        "refers_to": list(dict.fromkeys(link.target_ref for link in action.references)),
        "doubts": [doubt.text for doubt in action.doubts],
        "source_row": action.source_row,
    }
