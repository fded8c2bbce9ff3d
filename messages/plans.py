"""What the bot says of a plan as a whole."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import assert_never

from slackblocks import Block

from db.models import COMPLETED, NO_PLAN_YET, Action, DueKind, DueState, Entry, Lead, Outcome, Plan, Progress
from db.rules.dates import day_text, month_text
from db.rules.weekly_news import News
from messages.actions import RenderContext
from messages.blocks import Answer, escape, mention, section, text_sections, words
from messages.due_dates import due_state_text
from messages.history import author_text, change_text
from messages.sharing import share_row
from messages.times import days_text, moment_text
from messages.wording import count_text

_NAME_IN_BRACKETS = 60
_REFS_IN_BRACKETS = 10


def summary(
    plan: Plan,
    actions: Sequence[Action],
    context: RenderContext,
    missed: Mapping[int, Sequence[str]] | None = None,
) -> Answer:
    """Counts by progress, due state and outcome, each apart; what is outstanding; what is due next.

    `missed` are, by action, the KPIs that say otherwise than its outcome, which is recorded as achieved.
    """
    reported = f" (progress as reported in {month_text(plan.as_at)})" if plan.as_at else ""
    head = f"*{_title(plan, context)}* at {day_text(context.today)}: {count_text(len(actions), 'action')}"
    lines = [
        f"{head}{reported}: {_due_state_counts(actions, context.today)}.",
        f"*Actions*: {_progress_counts(actions)}.",
        f"*Outcomes*: {_outcome_counts(actions)}.",
        *_contradictions(actions, missed or {}),
        *_next_due(actions, context.today),
    ]
    return Answer(text_sections(lines), share_row(context.line))


def _contradictions(actions: Sequence[Action], missed: Mapping[int, Sequence[str]]) -> list[str]:
    return [
        f"*{action.ref}* is recorded as achieved, but a measure is not met: {'; '.join(missed[action.id])}."
        for action in actions
        if action.id is not None and action.id in missed
    ]


def _title(plan: Plan, context: RenderContext) -> str:
    return f"{escape(plan.title)}{f', agency “{escape(context.agency)}”' if context.agency else ''}"


def _due_state_counts(actions: Sequence[Action], today: date) -> str:
    states = Counter(action.due_state(today) for action in actions)
    complete = sum(1 for action in actions if action.progress in COMPLETED)
    others = {
        "not yet due": states[DueState.DUE_SOON] + states[DueState.NOT_YET_DUE],
        "recurring": states[DueState.RECURRING],
        "without a clear date": states[DueState.NO_DATE],
        "superseded": states[DueState.CLOSED] - complete,
    }
    rest = [f"{number} {name}" for name, number in others.items() if number]
    return ", ".join([f"{complete} complete", f"{states[DueState.OVERDUE]} overdue", *rest])


def _progress_counts(actions: Sequence[Action]) -> str:
    lines = []
    for progress in sorted(Progress, key=_progress_order):
        group = [action for action in actions if action.progress is progress]
        if group:
            lines.append(f"{len(group)} {progress}{_progress_details(progress, group)}")
    return ", ".join(lines) or "none"


def _progress_order(progress: Progress) -> int:
    """What is done comes first, what is given up last."""
    match progress:
        case Progress.COMPLETE:
            return 0
        case Progress.COMPLETE_WITH_EXCEPTION:
            return 1
        case Progress.IN_PROGRESS:
            return 2
        case Progress.BLOCKED:
            return 3
        case Progress.NOT_STARTED:
            return 4
        case Progress.SUPERSEDED:
            return 5
        case _:
            assert_never(progress)


def _progress_details(progress: Progress, group: Sequence[Action]) -> str:
    """The actions by name, where a reader would ask which they are."""
    match progress:
        case Progress.COMPLETE_WITH_EXCEPTION:
            return f" ({'; '.join(map(_outstanding, group))})"
        case Progress.IN_PROGRESS | Progress.BLOCKED:
            short = len(group) <= _REFS_IN_BRACKETS
            return f" ({', '.join(map(_expected, group))})" if short else ""
        case Progress.COMPLETE | Progress.NOT_STARTED | Progress.SUPERSEDED:
            return ""
        case _:
            assert_never(progress)


def _outstanding(action: Action) -> str:
    what = words(action.exception, _NAME_IN_BRACKETS) or "exception not named"
    return ", ".join(filter(None, (f"{action.ref} {what}", escape(action.outstanding_due))))


def _expected(action: Action) -> str:
    return ", ".join(filter(None, (action.ref, escape(action.outstanding_due))))


def _outcome_counts(actions: Sequence[Action]) -> str:
    assessed = [action for action in actions if action.outcome is not Outcome.NOT_ASSESSED]
    if not assessed:
        return "none assessed"
    lines = []
    for outcome in sorted(set(Outcome) - {Outcome.NOT_ASSESSED}, key=_outcome_order):
        by_date: dict[str, list[str]] = defaultdict(list)
        for action in assessed:
            if action.outcome is outcome:
                by_date[action.outcome_due].append(action.ref)
        for when, refs in by_date.items():
            lines.append(f"{len(refs)} {outcome}{_outcome_details(outcome, when, refs)}")
    rest = [action.ref for action in actions if action.outcome is Outcome.NOT_ASSESSED]
    if rest:
        lines.append(f"{len(rest)} not assessed{_in_brackets(rest)}")
    return ", ".join(lines)


def _outcome_order(outcome: Outcome) -> int:
    """The best first; what nobody assessed comes last."""
    match outcome:
        case Outcome.ACHIEVED:
            return 0
        case Outcome.ON_TRACK:
            return 1
        case Outcome.ONGOING:
            return 2
        case Outcome.NOT_ACHIEVED:
            return 3
        case Outcome.NOT_ASSESSED:
            return 4
        case _:
            assert_never(outcome)


def _outcome_details(outcome: Outcome, when: str, refs: list[str]) -> str:
    if outcome is Outcome.ACHIEVED:
        return ""
    return f"{f' for {escape(when)}' if when else ' without a date'}{_in_brackets(refs)}"


def _in_brackets(refs: list[str]) -> str:
    return f" ({', '.join(refs)})" if len(refs) <= _REFS_IN_BRACKETS else ""


def _next_due(actions: Iterable[Action], today: date) -> list[str]:
    coming = [
        action
        for action in actions
        if action.due_state(today) in (DueState.DUE_SOON, DueState.NOT_YET_DUE) and action.due
    ]
    first = min((action.due for action in coming if action.due), default=None)
    if first is None:
        return []
    refs = ", ".join(action.ref for action in coming if action.due == first)
    return [f"*Next due*: {refs} ({month_text(first)})."]


def overdue(plan: Plan, actions: Sequence[Action], context: RenderContext) -> Answer:
    """What is overdue, by month and by lead; actions that can't be overdue are named as not counted."""
    late = [action for action in actions if action.days_overdue(context.today)]
    months: dict[date, list[str]] = defaultdict(list)
    for action in sorted(late, key=lambda action: (action.due or date.max, action.position)):
        assert action.due is not None
        months[action.due.replace(day=1)].append(action.ref)
    # A joint action is counted once, for the lead whom the plan names first.
    by_lead = Counter(a.leads[0].role.name if a.leads else "no lead" for a in late)
    head = f"*{len(late)} of {len(actions)} overdue* in {_title(plan, context)}, {day_text(context.today)}."
    lines = [head, *(f"{month_text(month)}: {', '.join(refs)}." for month, refs in months.items())]
    if late:
        counts = ", ".join(f"{escape(name)} {number}" for name, number in by_lead.most_common())
        lines.append(f"By lead: {counts}.")
    lines += _not_counted(actions)
    late.sort(key=lambda action: (action.due or date.max, action.position))
    rows = [_overdue_line(action, context.today) for action in late]
    return Answer(text_sections(lines), share_row(context.line), rows=rows)


def _overdue_line(action: Action, today: date) -> str:
    """One overdue action: its title, for how long, and the people who lead it."""
    leads = [_lead_and_person(lead, today) for lead in action.leads]
    return (
        f"• *{action.ref}* {words(action.title, 100)}, {days_text(action.days_overdue(today))}: "
        f"{'; '.join(leads) or 'no lead'}"
    )


def _lead_and_person(lead: Lead, today: date) -> str:
    held = lead.role.holding_on(today)
    return f"{escape(lead.role.name)} ({mention(held.slack_user) if held else 'no person set'})"


def _not_counted(actions: Sequence[Action]) -> list[str]:
    recurring = [a.ref for a in actions if a.due_kind in (DueKind.FROM, DueKind.ONGOING)]
    undated = [a.ref for a in actions if a.due_kind is DueKind.UNCLEAR and a.progress not in COMPLETED]
    groups = []
    if recurring:
        groups.append(f"{', '.join(recurring)} (recurring)")
    if undated:
        groups.append(f"{', '.join(undated)} (no clear date)")
    return [f"Not counted: {'; '.join(groups)}."] if groups else []


def checked(
    plan: Plan,
    found: Sequence[tuple[str, list[str]]],
    doubts: Sequence[Block],
    context: RenderContext,
) -> Answer:
    """The weak points of the plan as it is written, and the doubts of its import."""
    share = share_row(context.line)
    if not found:
        return Answer([section(f"*{escape(plan.title)}*: I found no weak points."), *doubts], share)
    lines = [
        f"• {label}: {f'{len(refs)}: ' if label.startswith('Due') else ''}{', '.join(refs)}."
        for label, refs in found
    ]
    weak = text_sections([f"*{escape(plan.title)}*, weak points as written:", *lines])
    return Answer([*weak, *doubts], share)


def changes(
    plan: Plan,
    since: date,
    entries: Sequence[Entry],
    context: RenderContext,
    until: date | None = None,
    *,
    meeting: str | None = None,
) -> Answer:
    """Changes of status, date and lead since a day, or between two, oldest first, with who and when.

    `meeting` is the one after which they came.
    """
    since_text = f"the {escape(meeting)}" if meeting else day_text(since)
    head = f"*{escape(plan.title)}*, changes since {since_text}"
    if until is not None:
        head += f" up to {day_text(until)}"
    share = share_row(context.line)
    if not entries:
        return Answer([section(f"{head}: nothing changed.")], share)
    undone = {entry.undoes for entry in entries if entry.undoes}
    lines = [_change_line(entry, context, undone=entry.act in undone) for entry in entries]
    return Answer([section(f"{head}: {len(entries)}.")], share, rows=lines)


def _change_line(entry: Entry, context: RenderContext, *, undone: bool) -> str:
    ref = entry.ref.partition(":")[2] or entry.ref
    note = f" — {words(entry.note, 200)}" if entry.note else ""
    marks = f"{' (undo)' if entry.undoes else ''}{' (undone)' if undone else ''}"
    when = moment_text(entry.at, context.zone)
    return f"• *{escape(ref)}* {change_text(entry)}, {author_text(entry.who)}, {when}{note}{marks}"


# Of each kind of news so many are shown.
_MOST_NEWS = 10


def digest(
    plans: Sequence[tuple[Plan, Sequence[Action], News]],
    decisions: str,
    exceptions: Sequence[str],
    since: date,
    context: RenderContext,
) -> Answer:
    """A week for the board: how each plan stands, what the week brought, and what waits for a decision.

    `exceptions` are the qualified references of the actions on the exceptions list.
    """
    blocks: list[Block] = []
    for plan, actions, news in plans:
        blocks += [*summary(plan, actions, context).blocks, *news_blocks(plan, news, since, context)]
    if exceptions:
        refs = escape(", ".join(exceptions[:_MOST_NEWS]))
        more = f" and {len(exceptions) - _MOST_NEWS} more" if len(exceptions) > _MOST_NEWS else ""
        blocks.append(
            section(f"*Exceptions* ({len(exceptions)}): {refs}{more}. `/plan exceptions` says why.")
        )
    if decisions:
        blocks.append(section(f"*Decisions needed*: {decisions}. `/plan waiting` lists them."))
    return Answer(blocks, more="`/plan summary` and `/plan changes since` show the rest")


def news_blocks(plan: Plan, news: News, since: date, context: RenderContext) -> list[Block]:
    """What the days since a date brought in a plan."""
    head = f"*{escape(plan.title)}*, the week since {day_text(since)}"
    if not news.any:
        return [section(f"{head}: nothing changed.")]
    overdue = [
        f"*{action.ref}* {words(action.title, 80)}, {due_state_text(action, context.day)}"
        for action in news.newly_overdue
    ]
    groups = [("Newly overdue", overdue)]
    for title, entries in (
        ("Completed, rounds too", news.completed),
        ("New dates", news.redated),
        ("Outcomes", news.outcomes),
        ("Other changes", news.others),
    ):
        groups.append((title, [_news_line(entry, news, context) for entry in entries]))
    blocks: list[Block] = [section(f"{head}:")]
    for title, lines in groups:
        if lines:
            rest = len(lines) - _MOST_NEWS
            more = [f"… and {rest} more"] if rest > 0 else []
            shown = [f"• {line}" for line in lines[:_MOST_NEWS]]
            blocks += text_sections([f"*{title}* ({len(lines)})", *shown, *more])
    return blocks


def _news_line(entry: Entry, news: News, context: RenderContext) -> str:
    action = news.actions.get(entry.subject_id or 0) if entry.subject == "action" else None
    ref = entry.ref.partition(":")[2] or entry.ref
    title = f" {words(action.title, 80)}" if action is not None else ""
    when = day_text(entry.at.astimezone(context.zone).date())
    return f"*{escape(ref)}*{title}: {change_text(entry)}, {author_text(entry.who)}, {when}"


def listed(plans: Sequence[tuple[Plan, int]], default: Plan | None, context: RenderContext) -> Answer:
    """The plans, with the one that references in this channel belong to."""
    if not plans:
        return Answer([section(NO_PLAN_YET)])
    lines = []
    for plan, number in plans:
        here = ": references in this channel belong to it" if default and plan.id == default.id else ""
        if plan.archived_on is not None:
            here = f": archived on {day_text(plan.archived_on)}"
        actions = count_text(number, "action")
        lines.append(f"• `{escape(plan.code)}` {escape(plan.title)} ({actions}){here}")
    return Answer([section("*Plans*")], share_row(context.line), rows=lines)


def default_plan_set(plan: Plan, before: str | None) -> Answer:
    was = f" Before, it was `{escape(before)}`." if before and before != plan.code else ""
    return Answer(
        [section(f"References in this channel now belong to *{escape(plan.title)}* (`{plan.code}`).{was}")]
    )
