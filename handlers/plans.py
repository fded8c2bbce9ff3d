"""Questions about a plan as a whole, and which plan a channel means."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from db import audit_log, plans
from db.actions import end_of_day
from db.errors import Refused
from db.models import Plan
from db.rules import plan_checks
from handlers.actions import resolve_plan
from handlers.core.access import coordinators_only
from handlers.core.requests import Request
from messages import plans as render
from messages.actions import RenderContext
from messages.limits import Answer, escape, text_answer


def _known(request: Request, verb: str, plan: Plan) -> RenderContext:
    return RenderContext(request.today, request.services.zone, line=f"/plan {verb} {plan.code}")


def summary(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("code"))
        return render.summary(plan, plans.actions_of(session, plan), _known(request, "summary", plan))


def overdue(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("code"))
        return render.overdue(plan, plans.actions_of(session, plan), _known(request, "overdue", plan))


def check(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("code"))
        found = plan_checks.check_plan(plans.actions_of(session, plan), plan.approved)
        return render.checked(plan, found, _known(request, "check", plan))


def changes(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """What changed from the start of a day on; the channel's plan is meant."""
    since = arguments["since"][0]
    if since > request.today:
        raise Refused("That day is still to come: nothing can have changed since.")
    with request.reading() as session:
        plan = resolve_plan(session, request, None)
        before = end_of_day(since - timedelta(days=1), request.services.zone)
        told = audit_log.board_changes_since(session, plan, before)
        known = RenderContext(
            request.today, request.services.zone, line=f"/plan changes since {since.isoformat()}"
        )
        return render.changes(plan, since, told, known)


def list_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        known = RenderContext(request.today, request.services.zone, line=request.line)
        return render.listed(
            plans.plans_with_counts(session), plans.default_plan(session, request.channel), known
        )


def use(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Set the channel's plan: a coordinator's to do, because it changes what everybody there reads."""
    coordinators_only(request, "A coordinator chooses the channel's plan; `PLAN:REF` works anywhere.")
    if request.channel is None:
        raise Refused("Say this in the channel that it is for.")
    with request.writing() as session:
        plan = resolve_plan(session, request, arguments["code"])
        before = plans.default_plan(session, request.channel)
        was = before.code if before else None
        plans.set_channel_plan(session, request.author, request.channel, plan)
        return render.used(plan, was)


def terms(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Set whether the channel's plan counts three terms a year or six: reminders go out that often."""
    coordinators_only(request, "A coordinator says how many terms a year a plan counts.")
    number = int(arguments["number"])
    with request.writing() as session:
        plan = resolve_plan(session, request, None)
        plans.set_plan_fields(session, request.author, plan, {"terms_per_year": number})
        return text_answer(
            f"{escape(plan.title)} counts {number} terms a year: as many reminders go to each school."
        )
