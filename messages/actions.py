"""What the bot says of actions: one, a section's, one person's, a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from slackblocks import Block, Element

from db.models import (
    Action,
    Assurance,
    DueState,
    Entry,
    Lead,
    Outcome,
    Plan,
    Reference,
    Section,
)
from db.rules.calendars import local_day
from db.rules.dates import day_text, month_text
from db.rules.findings import Thread
from db.rules.parties import parties_in
from messages.action_cards import card
from messages.blocks import (
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
from messages.due_dates import MARKS, due_state_text
from messages.history import act_text
from messages.measures import measure_text
from messages.sharing import share_button, share_row
from messages.times import days_text
from messages.wording import count_text

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
# Of a person's own actions so many are cards, in an answer and on the Home tab; the others are lines.
CARDS = 5


@dataclass(frozen=True)
class RenderContext:
    """What an answer about actions needs beside the rows.

    `at` is the past day that was asked for; `also` are other places of the same reference with their
    titles; `line` is the command that gives this answer; `measure_lines` say what is known of the measures,
    None where that cannot be known; a bare reference means the plan with the code `default_plan`; `agency`
    is the one whose actions were asked for.
    """

    today: date
    zone: ZoneInfo
    updates: Mapping[int, Sequence[Entry]] = field(default_factory=dict)
    at: date | None = None
    also: Sequence[tuple[str, str]] = ()
    line: str = ""
    measure_lines: Sequence[str] | None = ()
    default_plan: str | None = None
    agency: str = ""
    # The entries by which evidence was linked; what says that an achieved outcome is not; the findings that
    # the action answers; and whether the asker may sign it off.
    evidence: Sequence[Entry] = ()
    contradicted_by: Sequence[str] = ()
    threads: Sequence[Thread] = ()
    may_sign: bool = False

    @property
    def day(self) -> date:
        """The day that the answer is about."""
        return self.at or self.today


def _as_it_was(context: RenderContext) -> str:
    return f" as it was on {day_text(context.at)}" if context.at else ""


def one_action(action: Action, context: RenderContext, within: Section | None = None) -> Answer:
    """One action in full: dates, lead, progress, outcome, assurance, measures, links, last update.

    `within` is the section that was asked for, where it has this action alone.
    """
    plan = action.section.plan
    dates = due_state_text(action, context.day, full=True, past=context.at is not None)
    only = (
        f"*{within.ref} {words(within.title)}* ({escape(plan.title)}): one action, {action.ref}.\n"
        if within
        else ""
    )
    heading = f"*{action.ref} {words(action.title)}* ({escape(plan.title)}){_as_it_was(context)}"
    blocks: list[Block] = [
        section(f"{only}{heading}"),
        section(f"{dates}\n{_lead_line(action, context.day)}"),
        section(_status_lines(action, plan, context)),
        *text_sections(_content_lines(action, context)),
        *text_sections(_link_lines(action)),
        *_last_update(action, context),
        context_block(_source(action, plan)),
        *_also(context),
    ]
    return Answer(blocks, buttons(_buttons([action], context)))


def of_section(sections: Sequence[Section], actions: Sequence[Action], context: RenderContext) -> Answer:
    """A section with all its actions; the first of `sections` is the one that was asked for."""
    asked = sections[0]
    overdue = sum(1 for action in actions if action.days_overdue(context.day))
    blocks: list[Block] = [
        section(
            f"*{asked.ref} {words(asked.title)}* ({escape(asked.plan.title)}){_as_it_was(context)}: "
            f"{count_text(len(actions), 'action')}, {overdue or 'none'} overdue."
        )
    ]
    findings = [line for one in sections for line in one.findings.split("\n") if line]
    if findings:
        blocks.append(context_block(f"Inspection findings: {words('; '.join(findings), 600)}"))
    blocks += [section(_in_section(action, context)) for action in actions]
    if not any(action.id in context.updates for action in actions):
        blocks.append(context_block("No updates recorded."))
    blocks += _also(context)
    more = f"`/action status` with one reference, such as `{asked.ref}.1`"
    return Answer(blocks, buttons(_buttons(actions, context)), more)


def mine(roles: Sequence[str], actions: Sequence[Action], context: RenderContext) -> Answer:
    """What somebody leads, overdue first; `roles` are the roles they hold or deputise for."""
    if not roles:
        return Answer(
            [section("You don't hold a role in a plan. A coordinator can give you one: `/plan role set`.")]
        )
    overdue, later = sort_by_urgency(actions, context.day)
    open_ = [action for action in actions if action.due_state(context.day) is not DueState.CLOSED]
    closed = len(actions) - len(open_)
    blocks: list[Block] = [
        section(
            f"*{escape(', '.join(roles))}*: {count_text(len(actions), 'action')}, "
            f"*{len(overdue)} overdue*{f', {closed} closed' if closed else ''}."
        )
    ]
    room = CARDS
    for title, group in (("Overdue", overdue), ("Next", later)):
        blocks += [section(f"*{title}*")] if group else []
        for at, action in enumerate(group[:room]):
            joint = _joint_with(action, roles)
            first = room == CARDS and at == 0
            blocks += card(action, context.day, context.line, first=first, note=joint)
        blocks += text_sections(action_line(action, context.day, roles) for action in group[room:])
        room = max(0, room - len(group))
    return Answer(blocks, buttons(_buttons(open_, context, has_cards=True)), "`/action list`")


def sort_by_urgency(actions: Sequence[Action], today: date) -> tuple[list[Action], list[Action]]:
    """Of actions that are not closed, those that are overdue and the others, each by date."""
    by_date = sorted(actions, key=lambda one: (one.due or date.max, one.position))
    open_ = [one for one in by_date if one.due_state(today) is not DueState.CLOSED]
    late = [one for one in open_ if one.days_overdue(today)]
    return late, [one for one in open_ if not one.days_overdue(today)]


def _joint_with(action: Action, own_roles: Sequence[str]) -> str:
    """Who leads it too, for a person's own list."""
    others = [lead.role.name for lead in action.leads if lead.role.name not in own_roles]
    return f" · joint with {escape(', '.join(others))}" if others else ""


def listed(title: str, actions: Sequence[Action], context: RenderContext) -> Answer:
    """A filtered list, one line an action."""
    title += _as_it_was(context)
    if not actions:
        return Answer([section(f"*{escape(title)}*: none.")], share_row(context.line))
    lines = [action_line(action, context.day) for action in actions]
    head = section(f"*{escape(title)}*: {count_text(len(actions), 'action')}.")
    return Answer([head], share_row(context.line), "narrow it with `section REF` or `lead NAME`", rows=lines)


def action_line(action: Action, today: date, own_roles: Sequence[str] = ()) -> str:
    """One action in a list: ref, title, state in words, lead, progress.

    In a person's own list (`own_roles`) only joint leads are named.
    """
    lead = f" · {escape(' / '.join(lead.role.name for lead in action.leads) or 'no lead')}"
    lead = _joint_with(action, own_roles) if own_roles else lead
    state = action.due_state(today)
    progress = "" if state is DueState.CLOSED else f" · {action.progress}"
    return (
        f"{MARKS[state]} *{action.ref}* {words(action.title, 100)}: "
        f"{due_state_text(action, today)}{lead}{progress}"
    )


def _lead_line(action: Action, on: date) -> str:
    support = f" · support: {escape(action.supporters)}" if action.supporters else ""
    parties = parties_in(action.text)
    support += f" · done by {escape(', '.join(parties))}" if parties else ""
    if not action.leads:
        return f"Lead: none in the plan{support}"
    return "Lead: " + "; ".join(_lead(lead, on) for lead in action.leads) + support


def _lead(lead: Lead, on: date, *, deputy: bool = True) -> str:
    holding = lead.role.holding_on(on)
    name = escape(lead.role.name)
    if holding is None:
        return f"{name} (no person set)"
    stands_in = f", deputy {mention(holding.deputy)}" if deputy and holding.deputy else ""
    return f"{name} ({mention(holding.slack_user)}{stands_in})"


def _status_lines(action: Action, plan: Plan, context: RenderContext) -> str:
    """Progress, outcome and assurance: three lines, because they are three things."""
    progress = f"Actions: *{action.progress}*"
    if action.exception:
        progress += f": {words(action.exception)}"
    if action.outstanding_due:
        progress += f" ({escape(action.outstanding_due)})"
    outcome = f"Outcome: *{action.outcome}*"
    if action.outcome is Outcome.NOT_ASSESSED and action.progress_text:
        outcome += " (not stated)"
    if action.outcome_due:
        outcome += f" ({escape(action.outcome_due)})"
    lines = [progress, outcome, *contradiction_lines(context.contradicted_by)]
    lines += [_stuck_line(one) for one in context.threads]
    lines += [f"Assurance: {_assurance_text(action)}", *_evidence_lines(action, context)]
    if action.progress_text:
        report = f"Report of {month_text(plan.as_at)}" if plan.as_at else "Report"
        lines.append(f"{report}: {words(action.progress_text, 600)}")
    if action.notes:
        lines.append(f"The plan's file says more of it: `/action history {action.ref}`")
    return "\n".join(lines)


def _stuck_line(found: Thread) -> str:
    """One line for the answer about an action that answers a finding."""
    last, title = found.last_verdict, words(found.title, 120)
    if last is None:
        return f"*Did it stick?* {title}: not yet known. `/plan findings {escape(found.ref)}`"
    what = f"{found.stuck}, {day_text(last.day)}: {words(last.document, 120)}"
    return f"*Did it stick?* {title}: {what}. `/plan findings {escape(found.ref)}`"


def contradiction_lines(contradicted_by: Sequence[str]) -> list[str]:
    """Below an outcome that is said to be achieved: the figures that say otherwise."""
    return [f"*But a measure is not met*: {one}." for one in contradicted_by]


def _evidence_lines(action: Action, context: RenderContext) -> list[str]:
    """Every piece of evidence with who linked it when; a single one stands in the line above."""
    if len(context.evidence) < 2:
        return []
    each = [
        f"{link(one.after or '', f'evidence {number}')} by {mention(one.who)}, "
        f"{day_text(local_day(one.at, context.zone))}"
        for number, one in enumerate(context.evidence, start=1)
    ]
    return [f"Evidence: {'; '.join(each)}"]


def _assurance_text(action: Action) -> str:
    kind = action.assurance()
    if kind is Assurance.SIGNED_OFF and action.signed_off_by and action.signed_off_on:
        return f"signed off by {mention(action.signed_off_by)}, {day_text(action.signed_off_on)}"
    if kind is Assurance.EVIDENCED and action.evidence:
        return f"evidence linked ({link(action.evidence, 'evidence')}), not signed off"
    return kind.value


def _content_lines(action: Action, context: RenderContext) -> list[str]:
    lines = []
    if action.text and action.text != action.title:
        lines.append(f"What: {words(action.text, 800)}")
    if action.outcome_text:
        lines.append(f"What will be different: {words(action.outcome_text, 800)}")
    if action.measures:
        none = ", no values recorded" if context.measure_lines == () else ""
        lines.append(f"{count_text(len(action.measures), 'measure')}{none}:")
        lines += [f"• {measure_text(measure)}" for measure in action.measures]
    return [*lines, *(context.measure_lines or ())]


def _link_lines(action: Action) -> list[str]:
    """What it relies on or refers to, and what relies on it."""
    late = action.evidence_after_due()
    lines = [_reference_line(action, one, late) for one in action.references]
    lines += [
        f"Needed by {one.action.ref} {words(one.action.title, 80)}"
        for one in action.referred_by
        if one.action.removed_on is None and not one.ambiguous
    ]
    return lines


def _reference_line(action: Action, reference: Reference, late: Sequence[Action]) -> str:
    target = reference.target
    place = f"{reference.target_ref}{f' {words(target.title, 80)}' if target else ''}"
    verb = "May rely on" if reference.ambiguous else "Relies on" if reference.evidence else "Refers to"
    text = f"{verb} {place} (“{words(reference.as_written, 80)}”)"
    if target in late and target is not None and target.due and action.due:
        after = (target.due - action.due).days
        text += (
            f": *due {month_text(target.due)}, {days_text(after)} after this action*, "
            "so the evidence comes later than this action's date"
        )
    return text


def _last_update(action: Action, context: RenderContext) -> list[Block]:
    act = context.updates.get(action.id or 0)
    if not act:
        return [context_block("No updates recorded.")]
    return [section(f"Last update: {act_text(act, context.zone)}")]


def _source(action: Action, plan: Plan) -> str:
    in_plan = action.section.current_actions()
    order = next((at for at, other in enumerate(in_plan) if other.ref == action.ref), None)
    place = f", section {action.section.ref}"
    if order is not None:
        nth = _ORDINALS[order] if order < len(_ORDINALS) else f"{order + 1}th"
        place += f", {nth} row"
    number = f", recommendation {escape(action.recommendation)}" if action.recommendation else ""
    doubts = "".join(f" To settle: {words(doubt.text)}." for doubt in action.doubts)
    return shorten(f"Source: {escape(plan.source or plan.title)}{place}{number}.{doubts}", 1500)


def _in_section(action: Action, context: RenderContext) -> str:
    """An action within its section's answer: two lines, and its last update if there is one."""
    head = f"{MARKS[action.due_state(context.day)]} *{action.ref}* {words(action.title, 120)}"
    lead = "; ".join(_lead(lead, context.day, deputy=False) for lead in action.leads) or "no lead"
    parts = [due_state_text(action, context.day), lead, f"outcome {action.outcome}"]
    if action.due_state(context.day) is not DueState.CLOSED:
        parts.insert(2, action.progress.value)
    late = action.evidence_after_due()
    relies = "".join(f"\nRelies on {one.ref}, due later ({month_text(one.due)})" for one in late if one.due)
    act = context.updates.get(action.id or 0)
    update = f"\nLast update: {act_text(act, context.zone)}" if act else ""
    return f"{head}\n{' · '.join(parts)}{relies}{update}"


def _also(context: RenderContext) -> list[Block]:
    if not context.also:
        return []
    names = "; ".join(f"`{escape(ref)}` {words(title, 80)}" for ref, title in context.also)
    return [context_block(f"Also: {names}")]


def _buttons(actions: Sequence[Action], context: RenderContext, *, has_cards: bool = False) -> list[Element]:
    """Update, History and Share; an answer about the past offers no update of it."""
    if not actions:
        return share_button(context.line)
    refs = _button_value([action.qualified_ref for action in actions], context.line)
    offered: list[Element] = []
    if context.at is None:
        style = {} if has_cards else {"style": "primary"}
        offered.append(button("Update", "update_form", refs, **style))
    offered.append(button("History", "history", refs))
    if len(actions) == 1 and context.at is None and context.may_sign:
        offered.append(button("Sign off", "sign_off", refs))
    return offered + share_button(context.line)


def _button_value(refs: Sequence[str], line: str) -> str:
    """The command to ask again after the press, then the refs the button is for, as many as fit."""
    value = line
    for ref in refs[:OPTIONS]:
        if len(value) + len(ref) + 1 > BUTTON_VALUE:
            break
        value += f"\n{ref}"
    return value
