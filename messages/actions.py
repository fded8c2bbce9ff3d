"""What the bot says of actions: one, a section's, one person's, a list, and one's history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from slackblocks import Block, Element

from db.models import (
    COMPLETED,
    Action,
    Assurance,
    DueKind,
    Entry,
    Health,
    Lead,
    Outcome,
    Plan,
    Section,
)
from messages.history import act_text
from messages.limits import (
    BUTTON_VALUE,
    OPTIONS,
    Answer,
    button,
    buttons,
    context_block,
    escape,
    link,
    mention,
    section,
    shorten,
    text_sections,
    words,
)
from messages.measures import measure_text
from messages.times import day_text, days_text, month_text

_MARKS = {
    Health.OVERDUE: ":red_circle:",
    Health.DUE_SOON: ":large_orange_circle:",
    Health.NOT_YET_DUE: ":white_circle:",
    Health.RECURRING: ":arrows_counterclockwise:",
    Health.NO_DATE: ":grey_question:",
    Health.CLOSED: ":large_blue_circle:",
}
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]


@dataclass(frozen=True)
class RenderContext:
    """What an answer about actions is told beside the rows: the day, the zone, the last updates."""

    today: date
    zone: ZoneInfo
    updates: Mapping[int, Sequence[Entry]] = field(default_factory=dict)
    at: date | None = None
    also: Sequence[tuple[str, str]] = ()
    line: str = ""
    # What its measures' values are told by, a line each; None where it is not known whether there are any.
    values: Sequence[str] | None = ()

    @property
    def day(self) -> date:
        """The day that is spoken of: today, or the past day that was asked for."""
        return self.at or self.today


def _is(context: RenderContext) -> str:
    return f" as it stood on {day_text(context.at)}" if context.at else ""


def one_action(action: Action, context: RenderContext, within: Section | None = None) -> Answer:
    """One action whole: dates, lead, the four things kept apart, measures, links, last update.

    `within` is the section that was asked for and holds this action alone.
    """
    plan = action.section.plan
    dates = health_text(action, context.day, whole=True, past=context.at is not None)
    alone = (
        f"*{within.ref} {words(within.title)}* ({escape(plan.title)}): one action, {action.ref}.\n"
        if within
        else ""
    )
    blocks: list[Block] = [
        section(f"{alone}*{action.ref} {words(action.title)}* ({escape(plan.title)}){_is(context)}"),
        section(f"{dates}\n{_leads_line(action, context.day)}"),
        section(_standing(action, plan)),
        *text_sections(_content(action, context)),
        *text_sections(_links(action)),
        *_last_update(action, context),
        context_block(_source(action, plan)),
        *_also(context),
    ]
    return Answer(blocks, buttons(_buttons([action], context)))


def of_section(sections: Sequence[Section], actions: Sequence[Action], context: RenderContext) -> Answer:
    """A section with all its actions; the first of `sections` is the one that was asked for."""
    asked = sections[0]
    overdue = sum(1 for action in actions if action.days_overdue(context.day))
    late = f"{overdue} overdue" if overdue else "none overdue"
    blocks: list[Block] = [
        section(
            f"*{asked.ref} {words(asked.title)}* ({escape(asked.plan.title)}){_is(context)}: "
            f"{_count(len(actions), 'action')}, {late}."
        )
    ]
    found = [line for one in sections for line in one.findings.split("\n") if line]
    if found:
        blocks.append(context_block(f"It answers: {words('; '.join(found), 600)}"))
    blocks += [section(_in_section(action, context)) for action in actions]
    if not any(action.id in context.updates for action in actions):
        blocks.append(context_block("No updates recorded."))
    blocks += _also(context)
    more = f"`/action status` of one, such as `{asked.ref}.1`"
    return Answer(blocks, buttons(_buttons(actions, context)), more)


def mine(held: Sequence[str], actions: Sequence[Action], context: RenderContext) -> Answer:
    """What somebody leads, late first, by plan's order; `held` are the roles they hold."""
    if not held:
        return Answer(
            [section("You hold no role in a plan. A coordinator can give you one: `/plan role set`.")]
        )
    open_ = [action for action in actions if action.health(context.day) is not Health.CLOSED]
    overdue = sorted(
        (a for a in open_ if a.days_overdue(context.day)), key=lambda a: (a.due or date.max, a.position)
    )
    later = [action for action in open_ if action not in overdue]
    closed = len(actions) - len(open_)
    blocks: list[Block] = [
        section(
            f"*{escape(', '.join(held))}*: {_count(len(actions), 'action')}, "
            f"*{len(overdue)} overdue*{f', {closed} closed' if closed else ''}."
        )
    ]
    if overdue:
        blocks += text_sections(["*Overdue*", *(line(action, context.day, held=held) for action in overdue)])
    if later:
        later.sort(key=lambda action: (action.due or date.max, action.position))
        blocks += text_sections(["*Next*", *(line(action, context.day, held=held) for action in later)])
    return Answer(blocks, buttons(_buttons(open_, context)), "`/action list`")


def listed(title: str, actions: Sequence[Action], context: RenderContext) -> Answer:
    """A filtered list, one line an action."""
    if not actions:
        return Answer([section(f"*{escape(title)}*: none.")], buttons(_buttons([], context)))
    shown = actions[:100]
    blocks = text_sections(
        [
            f"*{escape(title)}*: {_count(len(actions), 'action')}.",
            *(line(action, context.day) for action in shown),
        ]
    )
    if len(actions) > len(shown):
        rest = len(actions) - len(shown)
        blocks.append(context_block(f"… and {rest} more: narrow it with `section REF` or `lead NAME`."))
    return Answer(blocks, buttons(_buttons([], context)))


def line(action: Action, today: date, held: Sequence[str] = ()) -> str:
    """One action in a list: ref, title, health in words, lead, progress."""
    others = [lead.role.name for lead in action.leads if lead.role.name not in held]
    if held:
        lead = f" · joint with {escape(', '.join(others))}" if others else ""
    else:
        lead = f" · {escape(' / '.join(others) or 'no lead')}"
    health = action.health(today)
    progress = "" if health is Health.CLOSED else f" · {action.progress}"
    return (
        f"{_MARKS[health]} *{action.ref}* {words(action.title, 100)}: "
        f"{health_text(action, today)}{lead}{progress}"
    )


def health_text(action: Action, today: date, *, whole: bool = False, past: bool = False) -> str:
    """Dates in words: `due Nov 2016, 15 days overdue`. `whole` adds how the date was written."""
    health = action.health(today)
    if health is Health.RECURRING:
        start = f" since {month_text(action.due)}" if action.due else ""
        if action.due and action.due > today:
            start = f" from {month_text(action.due)}"
        said = f"runs{start}, {escape(action.recurrence or 'ongoing')}; never overdue as a whole"
    elif health is Health.CLOSED:
        said = _closed_text(action)
    elif action.due is None:
        expected = f"expected {escape(action.outstanding_due)}, " if action.outstanding_due else ""
        said = f"{expected}no settled date ({words(action.due_as_written) or 'none given'})"
    else:
        said = _due_text(action, today, whole)
    if whole and action.due_kind is DueKind.BY:
        said += _date_notes(action, past=past)
    return f"{_MARKS[health]} {said}" if whole else said


def _closed_text(action: Action) -> str:
    late = action.days_late()
    when = f", recorded on {day_text(action.completed_on)}" if action.completed_on else ""
    return f"{action.progress}{when}{f', {days_text(late)} after it was due' if late else ''}"


def _due_text(action: Action, today: date, whole: bool) -> str:
    assert action.due is not None
    day = day_text(action.due) if whole else month_text(action.due)
    late = action.days_overdue(today)
    if late:
        return f"due {day}, *{days_text(late)} overdue*"
    left = (action.due - today).days
    return f"due {day}, {days_text(left)} left" if left else f"due {day}, *today*"


def _date_notes(action: Action, *, past: bool) -> str:
    notes = ""
    if action.original_due and action.original_due != action.due:
        notes += f" · originally {day_text(action.original_due)}"
    if action.recurrence:
        notes += f" · {escape(action.recurrence)}"
    asked = action.pending_request()
    if asked is not None and not past:
        notes += f" · {day_text(asked.asked_due)} asked for, not decided"
    if action.snoozed_until:
        notes += f" · nudges snoozed until {day_text(action.snoozed_until)}"
    return notes


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _leads_line(action: Action, on: date) -> str:
    if not action.leads:
        return "Lead: none in the plan"
    return "Lead: " + "; ".join(_lead(lead, on) for lead in action.leads)


def _lead(lead: Lead, on: date, *, deputy: bool = True) -> str:
    holding = lead.role.held(on)
    name = escape(lead.role.name)
    if holding is None:
        return f"{name} (no person set)"
    stands_in = f", deputy {mention(holding.deputy)}" if deputy and holding.deputy else ""
    return f"{name} ({mention(holding.slack_user)}{stands_in})"


def _standing(action: Action, plan: Plan) -> str:
    """Progress, outcome and assurance: three lines, because they are three things."""
    progress = f"Actions: *{action.progress}*"
    if action.exception:
        progress += f", except {words(action.exception)}"
    if action.outstanding_due:
        progress += f" ({escape(action.outstanding_due)})"
    outcome = f"Outcome: *{action.outcome}*"
    if action.outcome is Outcome.NOT_ASSESSED and action.progress_text:
        outcome += " (not stated)"
    if action.outcome_due:
        outcome += f" ({escape(action.outcome_due)})"
    said = [progress, outcome, f"Assurance: {_assurance(action)}"]
    if action.progress_text:
        report = f"Report of {month_text(plan.as_at)}" if plan.as_at else "Report"
        said.append(f"{report}: {words(action.progress_text, 600)}")
    return "\n".join(said)


def _assurance(action: Action) -> str:
    kind = action.assurance()
    if kind is Assurance.SIGNED_OFF and action.signed_off_by and action.signed_off_on:
        return f"signed off by {mention(action.signed_off_by)}, {day_text(action.signed_off_on)}"
    if kind is Assurance.EVIDENCED and action.evidence:
        return f"evidence linked ({link(action.evidence, 'evidence')}), not signed off"
    return kind.value


def _content(action: Action, context: RenderContext) -> list[str]:
    said = []
    if action.text and action.text != action.title:
        said.append(f"What: {words(action.text, 800)}")
    if action.outcome_text:
        said.append(f"What will be different: {words(action.outcome_text, 800)}")
    if action.measures:
        number = len(action.measures)
        none = ", no values recorded" if context.values == () else ""
        said.append(f"{_count(number, 'measure')}{none}:")
        said += [f"• {measure_text(measure)}" for measure in action.measures]
    return [*said, *(context.values or ())]


def _links(action: Action) -> list[str]:
    """What it relies on or speaks of, and what speaks of it; evidence that comes too late is said."""
    late = action.evidence_after_due()
    said = []
    for reference in action.references:
        target = reference.target
        place = f"{reference.target_ref}{f' {words(target.title, 80)}' if target else ''}"
        verb = "May rely on" if reference.ambiguous else "Relies on" if reference.evidence else "Refers to"
        text = f"{verb} {place} (“{words(reference.as_written, 80)}”)"
        if target in late and target is not None and target.due and action.due:
            after = (target.due - action.due).days
            text += (
                f": *due {month_text(target.due)}, {days_text(after)} after this action*, "
                "so its evidence comes later than its date"
            )
        said.append(text)
    said += [
        f"Needed by {link_.action.ref} {words(link_.action.title, 80)}"
        for link_ in action.referred_by
        if link_.action.removed_on is None and not link_.ambiguous
    ]
    return said


def _last_update(action: Action, context: RenderContext) -> list[Block]:
    act = context.updates.get(action.id or 0)
    if not act:
        return [context_block("No updates recorded.")]
    return [section(f"Last update: {act_text(act, context.zone)}")]


def _source(action: Action, plan: Plan) -> str:
    standing = action.section.standing()
    order = next((at for at, other in enumerate(standing) if other.ref == action.ref), None)
    place = f", section {action.section.ref}"
    if order is not None:
        nth = _ORDINALS[order] if order < len(_ORDINALS) else f"{order + 1}th"
        place += f", {nth} row"
    number = f", recommendation {escape(action.recommendation)}" if action.recommendation else ""
    doubts = "".join(f" To settle: {words(doubt.text)}." for doubt in action.doubts)
    return shorten(f"Source: {escape(plan.source or plan.title)}{place}{number}.{doubts}", 1500)


def _in_section(action: Action, context: RenderContext) -> str:
    """An action within its section's answer: two lines, and its last update if there is one."""
    head = f"{_MARKS[action.health(context.day)]} *{action.ref}* {words(action.title, 120)}"
    lead = "; ".join(_lead(lead, context.day, deputy=False) for lead in action.leads) or "no lead"
    said = [health_text(action, context.day), lead, f"outcome {action.outcome}"]
    if action.health(context.day) is not Health.CLOSED:
        said.insert(2, action.progress.value)
    second = " · ".join(said)
    late = action.evidence_after_due()
    rests = "".join(f"\nIts measure rests on {o.ref}, due later ({month_text(o.due)})" for o in late if o.due)
    act = context.updates.get(action.id or 0)
    update = f"\nLast update: {act_text(act, context.zone)}" if act else ""
    return f"{head}\n{second}{rests}{update}"


def _also(context: RenderContext) -> list[Block]:
    if not context.also:
        return []
    named = "; ".join(f"`{escape(ref)}` {words(title, 80)}" for ref, title in context.also)
    return [context_block(f"Also: {named}")]


def share(context: RenderContext) -> list[Element]:
    """The button that asks the same again for the whole channel."""
    return [button("Share in channel", "share", context.line)] if context.line else []


def _buttons(actions: Sequence[Action], context: RenderContext) -> list[Element]:
    """Update, History and Share; an answer about the past offers no update of it."""
    if not actions:
        return share(context)
    refs = _as_value([f"{action.section.plan.code}:{action.ref}" for action in actions], context.line)
    offered: list[Element] = []
    if context.at is None:
        offered.append(button("Update", "update_form", refs, style="primary"))
    offered.append(button("History", "history", refs))
    if len(actions) == 1 and context.at is None and _may_be_signed_off(actions[0]):
        offered.append(button("Sign off", "sign_off", refs))
    return offered + share(context)


def _as_value(refs: Sequence[str], command: str) -> str:
    """A button's value: the command to ask again when it has been pressed, then the refs it is for."""
    value = command
    for ref in refs[:OPTIONS]:
        if len(value) + len(ref) + 1 > BUTTON_VALUE:
            break
        value += f"\n{ref}"
    return value


def _may_be_signed_off(action: Action) -> bool:
    return action.progress in COMPLETED and bool(action.evidence) and action.signed_off_by is None
