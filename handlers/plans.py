"""Questions about a plan as a whole, and which plan a channel uses."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlmodel import Session

from db import audit_log, escalations, plans
from db.actions import end_of_day
from db.errors import Refused
from db.models import CLOSED, Action, Plan
from db.rules import plan_checks, plan_figures
from handlers.actions import missed_kpis, of_agency, resolve_plan
from handlers.core.access import coordinators_only
from handlers.core.replies import Alternatives
from handlers.core.requests import Request
from messages import plans as render
from messages.actions import RenderContext
from messages.blocks import Answer, escape, text_answer
from messages.plan_summary import SummaryFigures, section_chart, section_words, with_figures
from messages.waiting import Audience, doubts_of_import

# A lead without an update for so long is named in the summary.
SILENT_DAYS = 30


def _context(request: Request, sub_command: str, plan: Plan, agency: str | None = None) -> RenderContext:
    line = f"/plan {sub_command} {plan.code}{f' agency {agency}' if agency else ''}"
    return RenderContext(request.today, request.services.zone, line=line, agency=agency or "")


def summary(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("code"))
        return summary_of(session, request, plan, arguments.get("agency"))


def summary_of(session: Session, request: Request, plan: Plan, agency: str | None = None) -> Answer:
    """How a plan stands, or an agency's actions in it."""
    every = plans.actions_of(session, plan, in_full=False, holders=True)
    rows = of_agency(session, every, agency)
    missed = missed_kpis(session, request, rows)
    answer = render.summary(plan, rows, _context(request, "summary", plan, agency), missed)
    return with_figures(answer, plan, _figures(session, request, plan, rows), request.today)


def _figures(session: Session, request: Request, plan: Plan, rows: Sequence[Action]) -> SummaryFigures:
    today, zone = request.today, request.services.zone
    month_ago = today - relativedelta(months=1)
    entries = audit_log.entries_since(session, plan.code, end_of_day(month_ago, zone))
    before = None
    if plan.approved is not None and plan.approved <= month_ago:
        new = plan_figures.added_since(entries, [one.id for one in rows])
        old = audit_log.copies_before([one for one in rows if one.id not in new], entries)
        before = plan_figures.count_actions(old, month_ago)
    silent = None
    if plan.approved is not None and (today - plan.approved).days >= SILENT_DAYS:
        open_rows = [one for one in rows if one.progress not in CLOSED]
        found = escalations.silent_among(session, open_rows, today, zone, SILENT_DAYS)
        silent = [(one.role, one.actions) for one in found]
    return SummaryFigures(
        plan_figures.count_actions(rows, today),
        before,
        month_ago,
        plan_figures.slippage(rows),
        plan_figures.matter_most(rows, today),
        plan_figures.count_sections(rows, today),
        silent,
        SILENT_DAYS,
    )


def chart(request: Request, code: str) -> Alternatives:
    """A plan's sections as Slack's own chart, else in words."""
    with request.reading() as session:
        plan = resolve_plan(session, request, code)
        rows = plans.actions_of(session, plan, in_full=False)
        sections = plan_figures.count_sections(rows, request.today)
        return Alternatives(
            (
                section_chart(plan, sections, request.today),
                section_words(plan, sections, request.today),
            )
        )


def overdue(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("code"))
        agency = arguments.get("agency")
        every = plans.actions_of(session, plan, in_full=False, holders=True)
        rows = of_agency(session, every, agency)
        return render.overdue(plan, rows, _context(request, "overdue", plan, agency))


def check(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("code"))
        actions = plans.actions_of(session, plan)
        found = plan_checks.check_plan(actions, plan.approved)
        context = _context(request, "check", plan)
        open_doubts = [doubt for action in actions for doubt in action.doubts]
        audience = Audience(request.is_coordinator, frozenset(), request.today)
        doubts = doubts_of_import(open_doubts, audience, context.line)
        return render.checked(plan, found, doubts, context)


def changes(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """What changed in the channel's plan from the start of a day on."""
    since = arguments["since"][0]
    if since > request.today:
        raise Refused("That day has not come yet, so nothing can have changed since.")
    with request.reading() as session:
        plan = resolve_plan(session, request, None)
        before = end_of_day(since - timedelta(days=1), request.services.zone)
        entries = audit_log.board_changes_since(session, plan, before)
        line = f"/plan changes since {since.isoformat()}"
        until = arguments["until"][0] if arguments.get("until") else None
        if until is not None:
            last = end_of_day(until, request.services.zone)
            entries = [entry for entry in entries if entry.at <= last]
            line += f" up to {until.isoformat()}"
        context = RenderContext(request.today, request.services.zone, line=line)
        return render.changes(plan, since, entries, context, until)


def list_(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        context = RenderContext(request.today, request.services.zone, line=request.line)
        default = plans.default_plan(session, request.channel)
        return render.listed(plans.plans_with_counts(session), default, context)


def use(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Set the channel's plan. By coordinators, because it changes what everybody there reads."""
    coordinators_only(request, "set the plan of a channel. You can ask about any plan with `PLAN:REF`")
    if request.channel is None:
        raise Refused("Use this command in the channel it is for.")
    with request.writing() as session:
        plan = resolve_plan(session, request, arguments["code"])
        before = plans.default_plan_code(session, request.channel)
        plans.set_channel_plan(session, request.author, request.channel, plan)
        return render.default_plan_set(plan, before)


def terms(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """Set whether the channel's plan counts three school terms a year or six."""
    coordinators_only(request, "set how many terms a plan counts")
    number = int(arguments["number"])
    with request.writing() as session:
        plan = resolve_plan(session, request, None)
        plans.set_plan_fields(session, request.author, plan, {"terms_per_year": number})
        return text_answer(
            f"{escape(plan.title)} now counts {number} terms a year. Each school gets a reminder in each."
        )
