"""Questions about actions: status, mine, list, history."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import Session

from db import actions, kpis, plans, references, reminder_ledgers, roles
from db.actions import end_of_day
from db.errors import Refused
from db.models import COMPLETED, Action, Health, Plan, Progress
from db.references import Found, Missing
from db.rules.measure_verdicts import combine_verdicts, judge_measure
from handlers.core.requests import Request
from messages import actions as render
from messages import history as render_history
from messages.actions import RenderContext
from messages.kpis import brief
from messages.limits import Answer
from messages.measures import ledger_text
from messages.references import not_found, removed_text


def resolve_ref(session: Session, request: Request, ref: str) -> Found | Missing:
    """What a reference means in the channel it was said in."""
    return references.resolve(session, ref, plans.default_plan(session, request.channel))


def status(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """An action or a section, as it stands or as it stood at the end of a day."""
    at: date | None = arguments["at"][0] if arguments.get("at") else None
    if at is not None and at > request.today:
        raise Refused("That day is still to come: nobody knows yet how the action will stand.")
    with request.reading() as session:
        found = resolve_ref(session, request, arguments["ref"])
        if isinstance(found, Missing):
            return not_found(found.why, found.offered, "/action status {}")
        return _status(session, request, found, None if at == request.today else at)


def _status(session: Session, request: Request, found: Found, at: date | None) -> Answer:
    if found.removed_on is not None and (at is None or at >= found.removed_on):
        raise Refused(removed_text(found.ref, found.plan.title, found.removed_on))
    ids = list(found.action_ids)
    if at is not None and found.is_section:
        ids += actions.removed_action_ids(session, found.section_ids, at)
    rows = actions.load_actions(session, ids)
    until = end_of_day(at or request.today, request.services.zone)
    if at is not None:
        actions.wind_back_to(session, rows, until)
    updates = actions.last_updates(session, rows, until)
    line = f"/action status {found.plan.code}:{found.ref}{f' at {at.isoformat()}' if at else ''}"
    known = RenderContext(request.today, request.services.zone, updates, at, found.also, line)
    if len(rows) == 1:
        known = replace(known, values=_values(session, request, rows[0], at))
        return render.one_action(rows[0], known, rows[0].section if found.is_section else None)
    return render.of_section(actions.load_sections(session, found), rows, known)


def _values(session: Session, request: Request, action: Action, at: date | None) -> tuple[str, ...] | None:
    """What tells how an action's measures fare: its reminder's ledger and the KPIs that are linked to it.

    None of a past day, of which neither is told: nor is it told, then, that there was no value.
    """
    ledger, linked = (
        reminder_ledgers.last_ledger(session, action, request.today),
        kpis.kpis_of_action(session, action),
    )
    if at is not None:
        return None if ledger or linked else ()
    board = kpis.shows_small_counts(session, request.channel, request.services.board)
    readings = kpis.read_kpis(session, linked, request.today, board=board)
    told = [f"KPI: {brief(one)}. `/kpi {one.kpi.code}`" for one in readings if one.has_number]
    if told and action.measures:
        words = [judge_measure(measure, readings) for measure in action.measures]
        told.append(f"Its measures together: *{combine_verdicts(words)}*.")
    return (*((ledger_text(ledger, request.today),) if ledger else ()), *told)


def mine(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """What the asker leads or deputises for today, in every plan."""
    with request.reading() as session:
        held, rows = own_actions(session, request)
        return render.mine(
            held, rows, RenderContext(request.today, request.services.zone, line="/action mine")
        )


def own_actions(session: Session, request: Request) -> tuple[list[str], list[Action]]:
    """The names of the roles that the asker holds or deputises for today, and their actions."""
    held = [
        holding.role
        for person in sorted(request.person.ids)
        for holding in plans.holdings_of(session, person)
        if holding.role.held(request.today) is holding
    ]
    ids = {role.name: role.id for role in held if role.id is not None}
    return list(ids), actions.actions_led_by(session, list(ids.values()))


def list_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """A plan's actions, filtered; without any filter those that are not closed."""
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("plan"))
        within = None
        if arguments.get("section"):
            found = references.resolve(session, arguments["section"], plan)
            if isinstance(found, Missing):
                return not_found(found.why, found.offered, "/action status {}")
            # A section that only another plan has is listed from there.
            within, plan = found, found.plan
        named = _roles_meant(session, request, arguments.get("lead"))
        rows = actions.list_actions(session, plan, roles=named, within=within)
        which = arguments.get("which") or "open"
        chosen = [action for action in rows if _chosen(action, which, request.today)]
        if which in ("overdue", "soon"):
            chosen.sort(key=lambda action: (action.due or date.max, action.position))
        line = request.line if "plan" in arguments else f"{request.line} plan {plan.code}"
        known = RenderContext(request.today, request.services.zone, line=line)
        return render.listed(_title(plan, which, arguments), chosen, known)


def _roles_meant(session: Session, request: Request, lead: str | None) -> list[int] | None:
    """The roles with these words in their names, or held by the person named. Raises `Refused`."""
    if not lead:
        return None
    person = re.fullmatch(r"@?([UW][A-Z0-9]{2,})", lead)
    if person:
        held = plans.holdings_of(session, person[1])
        found = [h.role_id for h in held if h.role_id is not None and h.covers(request.today)]
    else:
        found = roles.roles_with_words(session, lead)
    if not found:
        raise Refused(f"No lead is called “{lead[:60]}”. `/plan roles` lists them.")
    return found


def resolve_plan(session: Session, request: Request, code: str | None) -> Plan:
    """The plan of a code, else the channel's. Raises `Refused` when there is none."""
    plan = plans.plan_by_code(session, code) if code else plans.default_plan(session, request.channel)
    if plan is None:
        held = ", ".join(plan.code for plan in plans.all_plans(session))
        raise Refused(
            f"No plan has the code “{code}”. Held: {held}."
            if code and held
            else "No plan is held yet: a coordinator imports one first."
        )
    return plan


def _title(plan: Plan, which: str, arguments: Mapping[str, Any]) -> str:
    title = f"{plan.title}, {which}"
    if arguments.get("section"):
        title += f", section {arguments['section']}"
    if arguments.get("lead"):
        title += f", lead “{arguments['lead']}”"
    return title


def _chosen(action: Action, which: str, today: date) -> bool:
    health = action.health(today)
    return {
        "overdue": health is Health.OVERDUE,
        "soon": health is Health.DUE_SOON,
        "blocked": action.progress is Progress.BLOCKED,
        "complete": action.progress in COMPLETED,
        "open": health is not Health.CLOSED,
    }.get(which, True)


def history(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """All that was recorded about an action, or about all of a section."""
    with request.reading() as session:
        found = resolve_ref(session, request, arguments["ref"])
        if isinstance(found, Missing):
            return not_found(found.why, found.offered, "/action history {}")
        rows = actions.load_actions(session, found.action_ids)
        entries = actions.action_history(session, rows)
        line = f"/action history {found.plan.code}:{found.ref}"
        foot = render.share(RenderContext(request.today, request.services.zone, line=line))
        several = len(rows) != 1
        title = f"{found.ref} {found.title}" if several else f"{rows[0].ref} {rows[0].title}"
        return render_history.history(title, entries, request.services.zone, foot, refs=several)
