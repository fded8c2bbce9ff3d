"""Questions about a plan as a whole, and which plan a channel uses."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlmodel import Session

from db import actions, audit_log, doubts, escalations, plans
from db.actions import end_of_day
from db.board_changes import board_changes_since
from db.errors import Refused
from db.models import CLOSED, Action, Plan
from db.rules import plan_checks, plan_figures
from db.rules.dates import day_text
from handlers.actions import of_agency, past_day, resolve_plan
from handlers.core.access import coordinators_only
from handlers.core.replies import Alternatives
from handlers.core.requests import Request
from handlers.measures import missed_kpis
from messages import plans as render
from messages.actions import RenderContext
from messages.blocks import Answer, escape, text_answer
from messages.plan_summary import SummaryFigures, section_chart, section_words, with_figures
from messages.waiting import Audience, doubts_of_import

# A lead without an update for so long is named in the summary.
SILENT_DAYS = 30


def _context(
    request: Request, sub_command: str, plan: Plan, agency: str | None = None, at: date | None = None
) -> RenderContext:
    """What an answer needs; one about a past day is rendered as on that day."""
    line = f"/plan {sub_command} {plan.code}{f' agency {agency}' if agency else ''}"
    line += f" at {at.isoformat()}" if at else ""
    return RenderContext(at or request.today, request.services.zone, line=line, agency=agency or "")


def summary(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("code"))
        return summary_of(session, request, plan, arguments.get("agency"), past_day(request, arguments))


def summary_of(
    session: Session, request: Request, plan: Plan, agency: str | None = None, at: date | None = None
) -> Answer:
    """How a plan stands, or an agency's actions in it; or how it stood at the end of a past day."""
    rows = of_agency(session, _actions(session, request, plan, at), agency)
    missed = missed_kpis(session, request, rows) if at is None else {}
    context = _context(request, "summary", plan, agency, at)
    answer = render.summary(plan, rows, context, missed)
    return with_figures(answer, plan, _figures(session, request, plan, rows, at), context.today)


def _actions(session: Session, request: Request, plan: Plan, at: date | None) -> list[Action]:
    """A plan's actions with who holds their leads' roles, now or at the end of a day. Raises `Refused`."""
    if at is None:
        return plans.actions_of(session, plan, in_full=False, holders=True)
    if plan.approved is not None and at < plan.approved:
        raise Refused(f"{plan.title} was approved on {day_text(plan.approved)}, so nothing is known before.")
    return actions.plan_actions_at(session, plan, at, request.services.zone)


def _figures(
    session: Session, request: Request, plan: Plan, rows: Sequence[Action], at: date | None
) -> SummaryFigures:
    day, zone = at or request.today, request.services.zone
    month_before = day - relativedelta(months=1)
    before = None
    if plan.approved is not None and plan.approved <= month_before:
        since = audit_log.entries_since(session, plan.code, end_of_day(month_before, zone))
        new = plan_figures.added_since(since, [one.id for one in rows])
        changed = [entry for entry in since if entry.at <= end_of_day(day, zone)]
        old = audit_log.copies_before([one for one in rows if one.id not in new], changed)
        before = plan_figures.count_actions(old, month_before)
    silent = None
    # Who was silent on a past day nobody asks, and the nudges would have to be undone for it.
    if at is None and plan.approved is not None and (day - plan.approved).days >= SILENT_DAYS:
        open_rows = [one for one in rows if one.progress not in CLOSED]
        found = escalations.silent_among(session, open_rows, day, zone, SILENT_DAYS)
        silent = [(one.role, one.actions) for one in found]
    return SummaryFigures(
        plan_figures.count_actions(rows, day),
        before,
        month_before,
        plan_figures.slippage(rows),
        plan_figures.matter_most(rows, day),
        plan_figures.count_sections(rows, day),
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
    at = past_day(request, arguments)
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("code"))
        agency = arguments.get("agency")
        rows = of_agency(session, _actions(session, request, plan, at), agency)
        return render.overdue(plan, rows, _context(request, "overdue", plan, agency, at))


def check(request: Request, arguments: Mapping[str, Any]) -> Answer:
    with request.reading() as session:
        plan = resolve_plan(session, request, arguments.get("code"))
        rows = plans.actions_of(session, plan)
        found = plan_checks.check_plan(rows, plan.approved)
        context = _context(request, "check", plan)
        of_actions = [doubt for action in rows for doubt in action.doubts]
        open_doubts = [*of_actions, *doubts.about_file(session, plan)]
        audience = Audience(request.is_coordinator, frozenset(), request.today)
        return render.checked(plan, found, doubts_of_import(open_doubts, audience, context.line), context)


def changes(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """What changed in the channel's plan from the start of a day on."""
    since = arguments["since"][0]
    if since > request.today:
        raise Refused("That day has not come yet, so nothing can have changed since.")
    with request.reading() as session:
        plan = resolve_plan(session, request, None)
        before = end_of_day(since - timedelta(days=1), request.services.zone)
        entries = board_changes_since(session, plan, before)
        line = f"/plan changes since {since.isoformat()}"
        until = arguments["until"][0] if arguments.get("until") else None
        if until is not None:
            last = end_of_day(until, request.services.zone)
            entries = [entry for entry in entries if entry.at <= last]
            line += f" up to {until.isoformat()}"
        context = RenderContext(request.today, request.services.zone, line=line)
        meeting = arguments.get("since_meeting")
        return render.changes(plan, since, entries, context, until, meeting=meeting)


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
