"""Plans: finding them, loading one with everything in it, and the default plan of a channel."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import String, bindparam
from sqlalchemy.orm import joinedload, selectinload
from sqlmodel import Session, and_, col, func, select
from sqlmodel.sql.expression import Select

from db import audit_log
from db.audit_log import Author, Change
from db.engine import in_batches
from db.models import Action, ChannelPlan, Holding, Lead, Plan, Reference, Role, Section
from db.rules.ladders import Ladder, read_ladder
from db.rules.parties import parties_in


def action_load_options() -> list[Any]:
    """Loader options, from `Action`, for everything that an answer about an action may show."""
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


def line_load_options(*, holders: bool = False) -> list[Any]:
    """Loader options, from `Action`, for what a list says of an action in one line. For thousands of rows.

    With `holders` also who holds the leads' roles, in the same statement.
    """
    role = selectinload(Action.leads).joinedload(Lead.role)  # type: ignore[arg-type]
    return [
        joinedload(Action.section).joinedload(Section.plan),  # type: ignore[arg-type]
        role.joinedload(Role.holdings) if holders else role,  # type: ignore[arg-type]
    ]


def section_load_options() -> list[Any]:
    """Loader options, from `Action`, for what a section's answer says of each action.

    All in one statement: the few rows of a section may be multiplied, and each statement takes longer.
    It does not load the section's plan, which most callers have loaded already. For the others that takes
    one more query.
    """
    role = joinedload(Action.leads).joinedload(Lead.role)  # type: ignore[arg-type]
    return [
        joinedload(Action.section),  # type: ignore[arg-type]
        role.joinedload(Role.holdings),  # type: ignore[arg-type]
        joinedload(Action.references).joinedload(Reference.target),  # type: ignore[arg-type]
    ]


def actions_of(session: Session, plan: Plan, *, in_full: bool = True, holders: bool = False) -> list[Action]:
    """A plan's current actions, in its order, with everything about them or what a list says of each.

    `holders` is as in `line_load_options`.
    """
    query = (
        select(Action)
        .where(Action.plan_id == plan.id, col(Action.removed_on).is_(None))
        .order_by(col(Action.position))
    )
    options = action_load_options() if in_full else line_load_options(holders=holders)
    return list(session.exec(query.options(*options)))


def actions_by_id(session: Session, ids: Sequence[int]) -> dict[int, Action]:
    """These actions with everything about them, by id."""
    by_id: dict[int, Action] = {}
    for batch in in_batches(ids):
        query = select(Action).where(col(Action.id).in_(batch))
        for action in session.exec(query.options(*action_load_options())):
            by_id[action.id or 0] = action
    return by_id


def plan_by_code(session: Session, code: str) -> Plan | None:
    """The plan with that code, in upper or lower case, with its sections."""
    query = select(Plan).where(func.lower(Plan.code) == code.lower())
    return session.exec(query.options(selectinload(Plan.sections))).first()  # type: ignore[arg-type]


def all_plans(session: Session) -> list[Plan]:
    """Every plan that is not archived, in the order they were added."""
    return list(session.exec(select(Plan).where(col(Plan.archived_on).is_(None)).order_by(col(Plan.id))))


def archived_plan_ids() -> Any:
    """A query for the plans that are archived, for a condition on their rows."""
    return select(Plan.id).where(col(Plan.archived_on).is_not(None))


def plans_with_counts(session: Session) -> list[tuple[Plan, int]]:
    """Every plan with the number of its current actions, in the order they were added; archived ones too."""
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
    return [(plan, count) for plan, count in session.exec(query)]


def default_plan(session: Session, channel: str | None) -> Plan | None:
    """The plan for references without a plan's code: the channel's own, else the last one approved.

    A direct message or a channel without a plan of its own is not refused: most people mean the newest
    plan, and every answer names its plan. None only where there is no plan at all.
    """
    return channel_plans(session, channel)[0]


def channel_plans(session: Session, channel: str | None) -> tuple[Plan | None, list[Plan]]:
    """The default plan of a channel, as `default_plan` says, and every plan in the order they were added.

    Without those that are archived.
    """
    rows = list(session.exec(_channel_plans(), params={"channel": channel}))
    plans = [plan for plan, _ in rows]
    own = next((plan for plan, of_channel in rows if of_channel is not None), None)
    newest = max(plans, key=lambda plan: (plan.approved is not None, plan.approved), default=None)
    return own or newest, plans


@cache
def _channel_plans() -> Select[Plan, str]:
    channel = bindparam("channel", type_=String)
    is_channels = and_(col(ChannelPlan.plan_id) == col(Plan.id), col(ChannelPlan.channel) == channel)
    query = select(Plan, ChannelPlan.channel).join(ChannelPlan, onclause=is_channels, isouter=True)
    return query.where(col(Plan.archived_on).is_(None)).order_by(col(Plan.id))


def ladders_of_plans(session: Session) -> dict[int, Ladder]:
    """The ladders of the plans that have one, by plan."""
    query = select(Plan.id, Plan.ladder).where(Plan.ladder != "", col(Plan.archived_on).is_(None))
    return {plan or 0: found for plan, text in session.exec(query) if (found := read_ladder(text))}


def default_plan_code(session: Session, channel: str | None) -> str | None:
    plan = default_plan(session, channel)
    return plan.code if plan else None


def set_channel_plan(session: Session, author: Author, channel: str, plan: Plan) -> None:
    """Make a plan the channel's default, and record it."""
    assert plan.id is not None
    channel_plan = session.get(ChannelPlan, channel)
    before = channel_plan.plan.code if channel_plan else None
    if channel_plan is None:
        session.add(ChannelPlan(channel=channel, plan_id=plan.id))
    else:
        channel_plan.plan_id = plan.id
    audit_log.append(session, author, [Change("channel", None, channel, "plan", before, plan.code)])


def holdings_of(session: Session, person_ids: Collection[str]) -> list[Holding]:
    """Every holding, past, present or future, in which a person is the holder or the deputy.

    `person_ids` are the Slack ID and email address by which a register may have them.
    """
    query = select(Holding).where(
        col(Holding.slack_user).in_(person_ids) | col(Holding.deputy).in_(person_ids)
    )
    role = joinedload(Holding.role).selectinload(Role.holdings)  # type: ignore[arg-type]
    return list(session.exec(query.options(role).order_by(col(Holding.id))))


def set_plan_fields(session: Session, author: Author, plan: Plan, values: dict[str, Any]) -> None:
    """Set a plan's own columns, such as its title, and record each that really changes."""
    changes = []
    for name, value in values.items():
        before = getattr(plan, name)
        if plan.id is not None and before != value:
            changes.append(Change("plan", plan.id, plan.code, name, before, value))
        setattr(plan, name, value)
    audit_log.append(session, author, changes)


def plan_as_json(
    plan: Plan,
    actions: list[Action],
    evidence: Mapping[int, Sequence[str]] | None = None,
    rounds: Mapping[int, Sequence[Mapping[str, Any]]] | None = None,
) -> dict[str, Any]:
    """A plan in its stable JSON form. A section without actions of its own is a heading.

    `evidence` has every link of each action; without it, each action's last one is given. `rounds` are those
    of each action that has any.
    """
    with_actions = {action.section_id for action in actions}
    sections = [(one.id in with_actions, {"ref": one.ref, "title": one.title}) for one in plan.sections]
    return {
        "code": plan.code,
        "title": plan.title,
        "approved": plan.approved,
        "as_at": plan.as_at,
        "sections": [section for has_actions, section in sections if has_actions],
        "headings": [section for has_actions, section in sections if not has_actions],
        "actions": [
            {
                **_action_as_json(action, (evidence or {}).get(action.id or 0, ())),
                "rounds": list((rounds or {}).get(action.id or 0, ())),
            }
            for action in actions
        ],
    }


def _action_as_json(action: Action, evidence: Sequence[str]) -> dict[str, Any]:
    links = dict.fromkeys([*evidence, *([action.evidence] if action.evidence else [])])
    return {
        **{name: getattr(action, name) for name in ("ref", "title", "text", "outcome_text")},
        "section": action.section.ref,
        "recommendation": action.recommendation,
        "measure_text": action.measure_text,
        **{name: getattr(action, name) for name in ("progress_text", "notes")},
        "finding": action.finding or action.section.findings,
        "rating": action.rating_as_written,
        "completed_on": action.completed_on,
        "supporters": [name for name in action.supporters.split("; ") if name],
        **{name: getattr(action, name) for name in ("due", "due_kind", "due_as_written")},
        "original_due": action.original_due,
        "original_due_as_written": action.original_due_as_written,
        "leads": [lead.role.name for lead in action.leads],
        **{name: getattr(action, name) for name in ("recurrence", "progress", "outcome")},
        **{name: getattr(action, name) for name in ("exception", "outstanding_due", "outcome_due")},
        "assurance": action.assurance(),
        "evidence": list(links),
        "agencies": list(parties_in(action.text)),
        "measures": [
            {name: getattr(m, name) for name in ("kind", "operator", "value", "unit", "of", "every", "text")}
            for m in action.measures
        ],
        "refers_to": list(dict.fromkeys(link.target_ref for link in action.references)),
        "doubts": [doubt.text for doubt in action.doubts],
        "source_row": action.source_row,
    }
