"""Questions about actions: status, mine, list, history."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import Session

from db import actions, kpis, plans, references, reminder_ledgers, roles
from db.actions import end_of
from db.errors import Refused
from db.models import COMPLETED, Action, Health, Plan, Progress
from db.references import Found, Missing
from db.rules.measure_verdicts import judge_measure, together
from handlers.core.requests import Ask
from messages import actions as tell
from messages import history as recorded
from messages.actions import Known
from messages.kpis import brief
from messages.limits import Answer
from messages.measures import ledger_text
from messages.references import gone, missing


def find(session: Session, ask: Ask, ref: str) -> Found | Missing:
    """What a reference means in the channel it was said in."""
    return references.resolve(session, ref, plans.default_for(session, ask.channel))


def status(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """An action or a section, as it stands or as it stood at the end of a day."""
    at: date | None = said["at"][0] if said.get("at") else None
    if at is not None and at > ask.today:
        raise Refused("That day is still to come: nobody knows yet how the action will stand.")
    with ask.reading() as session:
        found = find(session, ask, said["ref"])
        if isinstance(found, Missing):
            return missing(found.why, found.offered, "/action status {}")
        return _status(session, ask, found, None if at == ask.today else at)


def _status(session: Session, ask: Ask, found: Found, at: date | None) -> Answer:
    if found.removed_on is not None and (at is None or at >= found.removed_on):
        raise Refused(gone(found.ref, found.plan.title, found.removed_on))
    ids = list(found.action_ids)
    if at is not None and found.is_section:
        ids += actions.removed_since(session, found.section_ids, at)
    rows = actions.load(session, ids)
    until = end_of(at or ask.today, ask.bot.zone)
    if at is not None:
        actions.as_of(session, rows, until)
    updates = actions.updates(session, rows, until)
    line = f"/action status {found.plan.code}:{found.ref}{f' at {at.isoformat()}' if at else ''}"
    known = Known(ask.today, ask.bot.zone, updates, at, found.also, line)
    if len(rows) == 1:
        known = replace(known, values=_values(session, ask, rows[0], at))
        return tell.one(rows[0], known, rows[0].section if found.is_section else None)
    return tell.of_section(actions.sections_of(session, found), rows, known)


def _values(session: Session, ask: Ask, action: Action, at: date | None) -> tuple[str, ...] | None:
    """What tells how an action's measures fare: its reminder's ledger and the KPIs that are linked to it.

    None of a past day, of which neither is told: nor is it told, then, that there was no value.
    """
    ledger, linked = reminder_ledgers.last(session, action, ask.today), kpis.of_action(session, action)
    if at is not None:
        return None if ledger or linked else ()
    board = kpis.is_board(session, ask.channel, ask.bot.board)
    readings = kpis.readings(session, linked, ask.today, board=board)
    told = [f"KPI: {brief(one)}. `/kpi {one.kpi.code}`" for one in readings if one.has_number]
    if told and action.measures:
        words = [judge_measure(measure, readings) for measure in action.measures]
        told.append(f"Its measures together: *{together(words)}*.")
    return (*((ledger_text(ledger, ask.today),) if ledger else ()), *told)


def mine(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """What the asker leads or deputises for today, in every plan."""
    with ask.reading() as session:
        held, rows = mine_of(session, ask)
        return tell.mine(held, rows, Known(ask.today, ask.bot.zone, line="/action mine"))


def mine_of(session: Session, ask: Ask) -> tuple[list[str], list[Action]]:
    """The names of the roles that the asker holds or deputises for today, and their actions."""
    held = [
        holding.role
        for person in sorted(ask.person.ids)
        for holding in plans.holdings_of(session, person)
        if holding.role.held(ask.today) is holding
    ]
    ids = {role.name: role.id for role in held if role.id is not None}
    return list(ids), actions.led_by(session, list(ids.values()))


def list_(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """A plan's actions, filtered; without any filter those that are not closed."""
    with ask.reading() as session:
        plan = plan_meant(session, ask, said.get("plan"))
        within = None
        if said.get("section"):
            found = references.resolve(session, said["section"], plan)
            if isinstance(found, Missing):
                return missing(found.why, found.offered, "/action status {}")
            # A section that only another plan has is listed from there.
            within, plan = found, found.plan
        named = _roles_meant(session, ask, said.get("lead"))
        rows = actions.listed(session, plan, roles=named, within=within)
        which = said.get("which") or "open"
        chosen = [action for action in rows if _chosen(action, which, ask.today)]
        if which in ("overdue", "soon"):
            chosen.sort(key=lambda action: (action.due or date.max, action.position))
        line = ask.line if "plan" in said else f"{ask.line} plan {plan.code}"
        known = Known(ask.today, ask.bot.zone, line=line)
        return tell.listed(_title(plan, which, said), chosen, known)


def _roles_meant(session: Session, ask: Ask, lead: str | None) -> list[int] | None:
    """The roles with these words in their names, or held by the person named. Raises `Refused`."""
    if not lead:
        return None
    person = re.fullmatch(r"@?([UW][A-Z0-9]{2,})", lead)
    if person:
        held = plans.holdings_of(session, person[1])
        found = [h.role_id for h in held if h.role_id is not None and h.covers(ask.today)]
    else:
        found = roles.with_words(session, lead)
    if not found:
        raise Refused(f"No lead is called “{lead[:60]}”. `/plan roles` lists them.")
    return found


def plan_meant(session: Session, ask: Ask, code: str | None) -> Plan:
    """The plan of a code, else the channel's. Raises `Refused` when there is none."""
    plan = plans.by_code(session, code) if code else plans.default_for(session, ask.channel)
    if plan is None:
        held = ", ".join(plan.code for plan in plans.every(session))
        raise Refused(
            f"No plan has the code “{code}”. Held: {held}."
            if code and held
            else "No plan is held yet: a coordinator imports one first."
        )
    return plan


def _title(plan: Plan, which: str, said: Mapping[str, Any]) -> str:
    title = f"{plan.title}, {which}"
    if said.get("section"):
        title += f", section {said['section']}"
    if said.get("lead"):
        title += f", lead “{said['lead']}”"
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


def history(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """All that was recorded about an action, or about all of a section."""
    with ask.reading() as session:
        found = find(session, ask, said["ref"])
        if isinstance(found, Missing):
            return missing(found.why, found.offered, "/action history {}")
        rows = actions.load(session, found.action_ids)
        entries = actions.history(session, rows)
        line = f"/action history {found.plan.code}:{found.ref}"
        foot = tell.share(Known(ask.today, ask.bot.zone, line=line))
        several = len(rows) != 1
        title = f"{found.ref} {found.title}" if several else f"{rows[0].ref} {rows[0].title}"
        return recorded.history(title, entries, ask.bot.zone, foot, refs=several)
