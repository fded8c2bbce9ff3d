"""Questions about actions: status, mine, list, history."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from db import (
    actions,
    findings,
    plans,
    references,
    roles,
    sign_offs,
)
from db.actions import end_of_day
from db.errors import Refused
from db.models import NO_PLAN_YET, Action, DueKind, Plan
from db.references import Found, Missing
from db.rules.action_filters import are_exclusive, is_chosen
from db.rules.dates import day_text
from db.rules.parties import is_party, parties_in
from db.rules.typed_ranges import DayRange
from handlers.core.access import visible
from handlers.core.requests import Request
from handlers.measures import measure_lines, missed_kpis
from messages import actions as render
from messages import history as render_history
from messages.actions import RenderContext
from messages.blocks import Answer
from messages.references import not_found, removed_text
from messages.sharing import share_row


def status(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """An action or a section, as it is now or as it was at the end of a day."""
    at = past_day(request, arguments)
    refs = re.split(r"\s*(?:[,;&]|\band\b)\s*", arguments["ref"].strip())
    if len(refs) > 1 and all(_REF.fullmatch(ref) for ref in refs):
        return _status_of_several(request, refs, at)
    with request.reading() as session:
        default, every = plans.channel_plans(session, request.channel)
        found = visible(request, references.resolve(session, arguments["ref"], default, every))
        if isinstance(found, Missing):
            return not_found(found.why, found.offered, "/action status {}")
        if len(found.action_ids) > 1:
            return _status(session, request, found, default, at, board=False)
    # Only one action's answer shows figures. Slack may have to be asked, which no transaction waits for.
    board = request.shows_small_counts
    with request.reading() as session:
        return _status(session, request, found, default, at, board=board)


_REF = re.compile(r"(?:[A-Za-z][\w-]*:)?\d+(?:\.\d+)*[a-z]?")


def past_day(request: Request, arguments: Mapping[str, Any]) -> date | None:
    """The past day that was asked for, None for today. Raises `Refused` for one to come."""
    at: date | None = arguments["at"][0] if arguments.get("at") else None
    if at is not None and at > request.today:
        raise Refused("That day has not come yet, so nobody can know how things will stand.")
    return None if at == request.today else at


def _status_of_several(request: Request, refs: Sequence[str], at: date | None) -> Answer:
    """The actions of several references, a line each."""
    with request.reading() as session:
        default, every = plans.channel_plans(session, request.channel)
        ids: dict[int, None] = {}
        named = []
        for ref in refs:
            found = visible(request, references.resolve(session, ref, default, every))
            if isinstance(found, Missing):
                return not_found(found.why, found.offered, "/action status {}")
            ids |= dict.fromkeys(found.action_ids)
            named.append(f"{found.plan.code}:{found.ref}")
        place = {action_id: at for at, action_id in enumerate(ids)}
        rows = sorted(actions.load_actions(session, list(ids)), key=lambda one: place[one.id or 0])
        line = f"/action status {', '.join(named)}{f' at {at.isoformat()}' if at else ''}"
        return _listed(session, request, ", ".join(refs), rows, line, at)


def _listed(
    session: Session, request: Request, title: str, rows: Sequence[Action], line: str, at: date | None
) -> Answer:
    """Actions in a list as they are, or as they were at the end of a day."""
    if at is not None:
        actions.restore_as_at(session, rows, end_of_day(at, request.services.zone))
    return render.listed(title, rows, RenderContext(request.today, request.services.zone, at=at, line=line))


def _status(
    session: Session, request: Request, found: Found, default: Plan | None, at: date | None, *, board: bool
) -> Answer:
    if found.removed_on is not None and (at is None or at >= found.removed_on):
        raise Refused(removed_text(found.ref, found.plan.title, found.removed_on))
    if at is not None and found.plan.approved is not None and at < found.plan.approved:
        raise Refused(
            f"{found.plan.title} was approved on {day_text(found.plan.approved)}, so there is nothing to "
            f"tell of {day_text(at)}."
        )
    ids = list(found.action_ids)
    if at is not None and found.is_section and not request.is_partner:
        ids += actions.removed_action_ids(session, found.section_ids, at)
    until = end_of_day(at or request.today, request.services.zone)
    if at is not None:
        ids = _those_there_by(session, request, found, ids, until)
    rows = actions.load_actions(session, ids, in_full=len(ids) == 1)
    if at is not None:
        actions.restore_as_at(session, rows, until)
    line = f"/action status {found.plan.code}:{found.ref}{f' at {at.isoformat()}' if at else ''}"
    context = RenderContext(
        request.today,
        request.services.zone,
        updates=actions.last_updates(session, rows, until),
        at=at,
        also=found.also,
        line=line,
        default_plan=default.code if default else None,
    )
    if len(rows) == 1:
        only = rows[0]
        context = replace(
            context,
            measure_lines=measure_lines(session, request, only, at, board=board),
            evidence=actions.evidence_of(session, [only.id or 0], until).get(only.id or 0, ()),
            contradicted_by=missed_kpis(session, request, [only]).get(only.id or 0, ()) if at is None else (),
            threads=()
            if request.is_partner
            else findings.threads_of_action(session, only, at or request.today),
            may_sign=at is None and _may_sign(session, request, only),
        )
        within = rows[0].section if found.is_section and not request.is_partner else None
        return render.one_action(rows[0], context, within)
    if request.is_partner:
        # Not the section's own title and findings: it is the plan's.
        return render.listed(f"{found.plan.title}, {found.ref}, your actions", rows, context)
    return render.of_section(actions.load_sections(session, found), rows, context)


def _those_there_by(
    session: Session, request: Request, found: Found, ids: Sequence[int], until: datetime
) -> list[int]:
    """Those of the actions that were in the plan at a moment. Raises `Refused` where none was."""
    new = actions.added_by_people_since(session, ids, until)
    there = [one for one in ids if one not in new]
    if not there and new:
        first = min(new.values()).astimezone(request.services.zone).date()
        raise Refused(f"{found.ref} was added to the plan on {day_text(first)}.")
    return there


def _may_sign(session: Session, request: Request, action: Action) -> bool:
    """Whether the asker can sign the action off now."""
    if not sign_offs.awaits_sign_off(action) or request.is_partner or not request.may_sign:
        return False
    people = sign_offs.who_may_sign(session, action, request.services.coordinators, request.today)
    return request.person.user in people and not request.person.ids & action.lead_user_ids(request.today)


def mine(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """The actions that the asker leads or deputises for today, in every plan; all or some."""
    with request.reading() as session:
        roles_held, rows = own_actions(session, request)
        if roles_held and (arguments.get("which") or arguments.get("due")):
            title, chosen = _chosen_or_next("Your actions", rows, arguments, request.today)
            return _listed(session, request, title, chosen, request.line, None)
        context = RenderContext(
            request.today,
            request.services.zone,
            line="/action mine",
            default_plan=plans.default_plan_code(session, request.channel),
        )
        return render.mine(roles_held, rows, context)


def own_actions(session: Session, request: Request) -> tuple[list[str], list[Action]]:
    """The names of the roles that the asker holds or deputises for today, and their actions."""
    held = [
        holding.role
        for holding in plans.holdings_of(session, sorted(request.person.ids))
        if holding.role.holding_on(request.today) is holding
    ]
    ids = {role.name: role.id for role in held if role.id is not None}
    return list(ids), actions.actions_led_by(session, list(ids.values()))


def list_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """A plan's actions, filtered; without any filter those that are not closed."""
    # Slack is asked for the name before the transaction.
    arguments = {**arguments, "lead_name": _lead_name(request, arguments.get("lead"))}
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("plan"))
        within = None
        if arguments.get("section"):
            found = visible(request, references.resolve(session, arguments["section"], plan))
            if isinstance(found, Missing):
                return not_found(found.why, found.offered, "/action status {}")
            # A section that only another plan has is listed from there.
            within, plan = found, found.plan
        lead_roles = _resolve_lead(session, request, arguments.get("lead"))
        rows = actions.list_actions(session, plan, roles=lead_roles, within=within)
        at = past_day(request, arguments)
        if at is not None:
            actions.restore_as_at(session, rows, end_of_day(at, request.services.zone))
        rows = of_agency(session, rows, arguments.get("agency"))
        wanted = {arguments.get("which"), arguments.get("also")}
        if "no update" in wanted:
            until = end_of_day(at or request.today, request.services.zone)
            updates = actions.last_updates(session, rows, until)
            rows = [action for action in rows if action.id not in updates]
        if "no measure" in wanted:
            actions.load_related(session, rows, Action.measures)
        title, chosen = _chosen_or_next(plan.title, rows, arguments, at or request.today)
        line = request.line if "plan" in arguments else f"{request.line} plan {plan.code}"
        context = RenderContext(request.today, request.services.zone, at=at, line=line)
        return render.listed(title, chosen, context)


def _chosen_or_next(
    of: str, rows: Sequence[Action], arguments: Mapping[str, Any], today: date
) -> tuple[str, list[Action]]:
    """The title of a list and its actions; where none is due soon, those that are due next."""
    title, chosen = _title(of, arguments), _chosen(rows, arguments, today)
    if arguments.get("which") == "soon" and not chosen:
        return f"{title}: none. Next", _next_due(rows, today)
    return title, chosen


def _chosen(rows: Sequence[Action], arguments: Mapping[str, Any], today: date) -> list[Action]:
    """The actions that a filter and a time choose; by date, where the question is one of dates."""
    days = arguments["due"][0] if arguments.get("due") else None
    wanted = [arguments.get("which") or "open", *filter(None, [arguments.get("also")])]
    if are_exclusive(wanted):
        raise Refused(f"“{wanted[1]}” does not go with “{wanted[0]}”: no action is both.")
    chosen = [
        action
        for action in rows
        if all(is_chosen(action, one, today) for one in wanted) and (days is None or _is_due_in(action, days))
    ]
    if {"overdue", "soon"} & set(wanted) or days is not None:
        chosen.sort(key=lambda action: (action.due or date.max, action.position))
    return chosen


_PERSON = re.compile(r"@?([UW][A-Z0-9]{2,})")


def _lead_name(request: Request, lead: str | None) -> str | None:
    """The name of a lead who is given by mention; None for words."""
    person = _PERSON.fullmatch(lead or "")
    return request.services.people.full_name_of(person[1]) if person else None


def _resolve_lead(session: Session, request: Request, lead: str | None) -> list[int] | None:
    """The roles with these words in their names, or held by the person named. Raises `Refused`."""
    if not lead:
        return None
    person = _PERSON.fullmatch(lead)
    if person:
        held = plans.holdings_of(session, [person[1]])
        found = [one.role_id for one in held if one.role_id is not None and one.covers(request.today)]
    else:
        found = roles.roles_with_words(session, lead)
    if not found:
        raise Refused(f"I can't find a lead called “{lead[:60]}”. `/plan roles` lists them.")
    return found


def of_agency(session: Session, rows: Sequence[Action], agency: str | None) -> list[Action]:
    """The actions that an agency's roles lead, or that it is a party to; else those whose words name it.

    All without an agency. Raises `Refused` for one that leads nothing and is named nowhere.
    """
    if not agency:
        return list(rows)
    led = set(roles.roles_of_agency(session, agency))
    if led:
        return [one for one in rows if led & {lead.role_id for lead in one.leads} or _is_for(one, agency)]
    every = [re.compile(rf"\b{re.escape(word)}", re.IGNORECASE) for word in agency.split()]
    actions.load_related(session, rows, Action.measures)
    found = [action for action in rows if _is_for(action, agency) or _names_all(action, every)]
    # Where no action names it, what the inspectors found in a section may.
    found = found or [action for action in rows if all(one.search(action.section.findings) for one in every)]
    if not found:
        known = roles.agency_names(session)
        which = f" The agencies are: {', '.join(known)}." if known else " `/plan roles` lists the roles."
        raise Refused(f"I can't find an agency called “{agency[:60]}”.{which}")
    return found


def _is_for(action: Action, agency: str) -> bool:
    """Whether an agency does an action by its text, or supports its lead."""
    return is_party(agency, (*parties_in(action.text), *action.supporters.split("; ")))


def _names_all(action: Action, patterns: Sequence[re.Pattern[str]]) -> bool:
    texts = [action.title, action.text, action.supporters, action.outcome_text, action.finding]
    words = " ".join([*texts, *(measure.text for measure in action.measures)])
    return all(pattern.search(words) for pattern in patterns)


def resolve_plan(session: Session, request: Request, code: str | None) -> Plan:
    """The plan with a code, else the channel's. Raises `Refused` when there is none."""
    plan = plans.plan_by_code(session, code) if code else plans.default_plan(session, request.channel)
    if plan is None:
        codes = ", ".join(plan.code for plan in plans.all_plans(session))
        raise Refused(
            f"No plan has the code “{code[:40]}”. The plans are: {codes}." if code and codes else NO_PLAN_YET
        )
    return plan


def _next_due(rows: Sequence[Action], today: date) -> list[Action]:
    """The actions with the earliest date that is still to come."""
    later = [action for action in rows if is_chosen(action, "not yet due", today)]
    first = min((action.due for action in later if action.due), default=None)
    return [action for action in later if action.due == first]


def _is_due_in(action: Action, days: DayRange) -> bool:
    """Whether an action is due on one of the days; "from September" is no due date."""
    return action.due is not None and action.due_kind is DueKind.BY and days.covers(action.due)


def _title(of: str, arguments: Mapping[str, Any]) -> str:
    title = f"{of}, {arguments.get('which') or 'open'}"
    if arguments.get("also"):
        title += f" and {arguments['also']}"
    if arguments.get("due"):
        title += f", due {arguments['due'][0]}"
    if arguments.get("section"):
        title += f", section {arguments['section']}"
    for name in ("lead", "agency"):
        if arguments.get(name):
            title += f", {name} “{arguments.get(f'{name}_name') or arguments[name]}”"
    return title


def history(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Everything recorded about an action, or about all of a section."""
    with request.reading() as session:
        default = plans.default_plan(session, request.channel)
        found = visible(request, references.resolve(session, arguments["ref"], default))
        if isinstance(found, Missing):
            return not_found(found.why, found.offered, "/action history {}")
        rows = actions.load_actions(session, found.action_ids)
        entries = actions.action_history(session, rows)
        several = len(rows) != 1
        title = f"{found.ref} {found.title}" if several else f"{rows[0].ref} {rows[0].title}"
        share = share_row(f"/action history {found.plan.code}:{found.ref}")
        notes = "" if several else rows[0].notes
        zone = request.services.zone
        answer = render_history.history(title, entries, zone, share, refs=several, notes=notes)
        return replace(answer, line=f"/action history {found.plan.code}:{found.ref}")
