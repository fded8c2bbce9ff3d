"""Questions about a plan as a whole, and which plan a channel means."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from db import audit_log, plans
from db.actions import end_of
from db.errors import Refused
from db.models import Plan
from db.rules import plan_checks
from handlers.actions import plan_meant
from handlers.core.access import coordinators_only
from handlers.core.requests import Ask
from messages import plans as tell
from messages.actions import Known
from messages.limits import Answer, escape, say


def _known(ask: Ask, verb: str, plan: Plan) -> Known:
    return Known(ask.today, ask.bot.zone, line=f"/plan {verb} {plan.code}")


def summary(ask: Ask, said: Mapping[str, Any]) -> Answer:
    with ask.reading() as session:
        plan = plan_meant(session, ask, said.get("code"))
        return tell.summary(plan, plans.actions_of(session, plan), _known(ask, "summary", plan))


def overdue(ask: Ask, said: Mapping[str, Any]) -> Answer:
    with ask.reading() as session:
        plan = plan_meant(session, ask, said.get("code"))
        return tell.overdue(plan, plans.actions_of(session, plan), _known(ask, "overdue", plan))


def check(ask: Ask, said: Mapping[str, Any]) -> Answer:
    with ask.reading() as session:
        plan = plan_meant(session, ask, said.get("code"))
        found = plan_checks.check(plans.actions_of(session, plan), plan.approved)
        return tell.checked(plan, found, _known(ask, "check", plan))


def changes(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """What changed from the start of a day on; the channel's plan is meant."""
    since = said["since"][0]
    if since > ask.today:
        raise Refused("That day is still to come: nothing can have changed since.")
    with ask.reading() as session:
        plan = plan_meant(session, ask, None)
        before = end_of(since - timedelta(days=1), ask.bot.zone)
        told = audit_log.for_boards(session, plan, before)
        known = Known(ask.today, ask.bot.zone, line=f"/plan changes since {since.isoformat()}")
        return tell.changes(plan, since, told, known)


def list_(ask: Ask, said: Mapping[str, Any]) -> Answer:
    with ask.reading() as session:
        known = Known(ask.today, ask.bot.zone, line=ask.line)
        return tell.listed(plans.held(session), plans.default_for(session, ask.channel), known)


def use(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """Set the channel's plan: a coordinator's to do, because it changes what everybody there reads."""
    coordinators_only(ask, "A coordinator chooses the channel's plan; `PLAN:REF` works anywhere.")
    if ask.channel is None:
        raise Refused("Say this in the channel that it is for.")
    with ask.writing() as session:
        plan = plan_meant(session, ask, said["code"])
        before = plans.default_for(session, ask.channel)
        was = before.code if before else None
        plans.use(session, ask.said, ask.channel, plan)
        return tell.used(plan, was)


def terms(ask: Ask, said: Mapping[str, Any]) -> Answer:
    """Set whether the channel's plan counts three terms a year or six: reminders go out that often."""
    coordinators_only(ask, "A coordinator says how many terms a year a plan counts.")
    number = int(said["number"])
    with ask.writing() as session:
        plan = plan_meant(session, ask, None)
        plans.describe(session, ask.said, plan, {"terms_per_year": number})
        return say(f"{escape(plan.title)} counts {number} terms a year: as many reminders go to each school.")
