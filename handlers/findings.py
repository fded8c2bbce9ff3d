"""Findings of inspections: their threads, whether their answers held, and which actions answer them."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from db import disclosure, findings, kpis, plans, references
from db.errors import Refused
from db.references import Missing
from db.rules.findings import Thread
from db.rules.readings import Reading
from handlers.actions import resolve_plan
from handlers.core.access import coordinators_only, visible
from handlers.core.requests import Request
from handlers.updates import change_stamp
from messages import findings as render
from messages.blocks import Answer


def findings_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """A plan's findings; with a reference or words one in full."""
    typed = (arguments.get("which") or "").strip()
    with request.reading() as session:
        named = plans.plan_by_code(session, typed) if typed else None
        if typed and named is None:
            found = findings.find_thread(session, typed, request.today)
            return _in_full(session, request, found)
        plan = named or resolve_plan(session, request, None)
        threads = findings.load_threads(session, plan, request.today)
        return render.listed(plan, threads, f"/plan findings {plan.code}")


def _in_full(session: Session, request: Request, found: Thread) -> Answer:
    plan = plans.plan_by_code(session, found.plan) if found.plan else None
    near = findings.propose_actions(session, found.title, plan) if plan and not found.actions else []
    return render.thread(found, _readings(session, request, found), near, f"/plan findings {found.ref}")


def _readings(session: Session, request: Request, found: Thread) -> list[Reading]:
    """The figures that would show whether the answer holds, as they may be shown to anybody."""
    rows = kpis.kpis_by_codes(session, found.kpis)
    return disclosure.read_kpis_on(session, rows, request.today, request.services.zone, board=False)


def stuck(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Each finding of a plan, and those of no plan: held, came back, or not yet known."""
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("code"))
        threads = findings.load_threads(session, plan, request.today)
        return render.stuck(plan, threads, f"/plan stuck {plan.code}")


def link(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Say that actions answer a finding. Raises `Refused` for a reference that is not one action's."""
    coordinators_only(request, "link a finding")
    ref, _, typed = " ".join(arguments["text"].split()).partition(" ")
    wanted = [one.strip() for one in typed.replace(" and ", ",").split(",") if one.strip()]
    if not wanted:
        raise Refused("Say which actions answer it: `/plan findings link F3 2.2, 2.3`.")
    with request.writing() as session:
        found = findings.find_thread(session, ref, request.today)
        default, every = plans.channel_plans(session, request.channel)
        if found.plan:
            default = plans.plan_by_code(session, found.plan)
        ids: list[int] = []
        meant = []
        for one in wanted:
            place = visible(request, references.resolve(session, one, default, every))
            if isinstance(place, Missing):
                raise Refused(place.why)
            if len(place.action_ids) != 1:
                raise Refused(f"{one} is not one action. Name each action that answers {found.ref}.")
            ids += place.action_ids
            meant.append(place.plan)
        if len({plan.code for plan in meant}) > 1:
            raise Refused("Those actions are of several plans, and a finding is answered by one.")
        rows = [one for one in plans.actions_of(session, meant[0]) if one.id in ids]
        changed = findings.link_actions(session, request.author, found.ref, meant[0], rows)
        return render.linked(found.ref, meant[0], rows, change_stamp(session, request), changed=changed)
