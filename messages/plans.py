"""What the bot says of a plan as a whole."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from slackblocks import Block

from db.models import (
    COMPLETED,
    Action,
    DueKind,
    Entry,
    Health,
    Outcome,
    Plan,
    Progress,
)
from messages.actions import RenderContext, line
from messages.history import author_text, change_text
from messages.limits import (
    Answer,
    button,
    buttons,
    context_block,
    escape,
    mention,
    section,
    text_sections,
    words,
)
from messages.times import day_text, moment_text, month_text

_TITLE_IN_BRACKETS = 60


def _foot(context: RenderContext) -> list[Block]:
    return buttons([button("Share in channel", "share", context.line)])


def summary(plan: Plan, actions: Sequence[Action], context: RenderContext) -> Answer:
    """Counts of the four things apart, what is outstanding named, and what is due next."""
    at = f"progress as reported in {month_text(plan.as_at)}" if plan.as_at else ""
    noun = "action" if len(actions) == 1 else "actions"
    head = f"*{escape(plan.title)}* at {day_text(context.today)}: {len(actions)} {noun}"
    health = Counter(action.health(context.today) for action in actions)
    not_due = health[Health.DUE_SOON] + health[Health.NOT_YET_DUE]
    complete = sum(1 for action in actions if action.progress in COMPLETED)
    told = [f"{complete} complete", f"{health[Health.OVERDUE]} overdue"]
    rest = {
        "not yet due": not_due,
        "recurring": health[Health.RECURRING],
        "without a settled date": health[Health.NO_DATE],
        "superseded": health[Health.CLOSED] - complete,
    }
    told += [f"{number} {words_}" for words_, number in rest.items() if number]
    blocks = text_sections(
        [
            f"{head}{f' ({at})' if at else ''}: {', '.join(told)}.",
            f"*Actions*: {_by_progress(actions)}.",
            f"*Outcomes*: {_by_outcome(actions)}.",
            *_next(actions, context.today),
        ]
    )
    return Answer(blocks, _foot(context))


def _by_progress(actions: Sequence[Action]) -> str:
    told = []
    for progress in (
        *(Progress.COMPLETE, Progress.COMPLETE_WITH_EXCEPTION, Progress.IN_PROGRESS),
        *(Progress.BLOCKED, Progress.NOT_STARTED, Progress.SUPERSEDED),
    ):
        inside = [action for action in actions if action.progress is progress]
        if not inside:
            continue
        named = ""
        if progress is Progress.COMPLETE_WITH_EXCEPTION:
            named = f" ({'; '.join(map(_outstanding, inside))})"
        elif progress in (Progress.IN_PROGRESS, Progress.BLOCKED) and len(inside) <= 10:
            named = f" ({', '.join(map(_expected, inside))})"
        told.append(f"{len(inside)} {progress}{named}")
    return ", ".join(told) or "none"


def _outstanding(action: Action) -> str:
    what = words(action.exception, _TITLE_IN_BRACKETS) or "exception not named"
    return ", ".join(filter(None, (f"{action.ref} {what}", escape(action.outstanding_due))))


def _expected(action: Action) -> str:
    return ", ".join(filter(None, (action.ref, escape(action.outstanding_due))))


def _by_outcome(actions: Sequence[Action]) -> str:
    assessed = [action for action in actions if action.outcome is not Outcome.NOT_ASSESSED]
    if not assessed:
        return "none assessed"
    told = []
    for outcome in (Outcome.ACHIEVED, Outcome.ON_TRACK, Outcome.ONGOING, Outcome.NOT_ACHIEVED):
        by_date: dict[str, list[str]] = defaultdict(list)
        for action in assessed:
            if action.outcome is outcome:
                by_date[action.outcome_due].append(action.ref)
        for when, refs in by_date.items():
            told.append(f"{len(refs)} {outcome}{_when(outcome, when, refs)}")
    rest = [action.ref for action in actions if action.outcome is Outcome.NOT_ASSESSED]
    if rest:
        told.append(f"{len(rest)} not assessed{_named(rest)}")
    return ", ".join(told)


def _when(outcome: Outcome, when: str, refs: list[str]) -> str:
    if outcome is Outcome.ACHIEVED:
        return ""
    dated = f" for {escape(when)}" if when else " without a date"
    return f"{dated}{_named(refs)}"


def _named(refs: list[str]) -> str:
    return f" ({', '.join(refs)})" if len(refs) <= 10 else ""


def _next(actions: Iterable[Action], today: date) -> list[str]:
    coming = [
        action
        for action in actions
        if action.health(today) in (Health.DUE_SOON, Health.NOT_YET_DUE) and action.due
    ]
    first = min((action.due for action in coming if action.due), default=None)
    if first is None:
        return []
    refs = ", ".join(action.ref for action in coming if action.due == first)
    return [f"*Next due*: {refs} ({month_text(first)})."]


def overdue(plan: Plan, actions: Sequence[Action], context: RenderContext) -> Answer:
    """What is late, by month and by lead; what cannot be late is named as not counted."""
    late = [action for action in actions if action.days_overdue(context.today)]
    months: dict[date, list[str]] = defaultdict(list)
    for action in sorted(late, key=lambda action: (action.due or date.max, action.position)):
        assert action.due is not None
        months[action.due.replace(day=1)].append(action.ref)
    # A joint action is counted once, for the lead whom the plan names first.
    by_lead = Counter(a.leads[0].role.name if a.leads else "no lead" for a in late)
    told = [f"*{len(late)} of {len(actions)} overdue* in {escape(plan.title)}, {day_text(context.today)}."]
    told += [f"{month_text(month)}: {', '.join(refs)}." for month, refs in months.items()]
    if late:
        counts = ", ".join(f"{escape(name)} {number}" for name, number in by_lead.most_common())
        told.append(f"By lead: {counts}.")
    told += _not_counted(actions)
    return Answer(text_sections(told), _foot(context))


def _not_counted(actions: Sequence[Action]) -> list[str]:
    endless = [a.ref for a in actions if a.due_kind in (DueKind.FROM, DueKind.ONGOING)]
    undated = [a.ref for a in actions if a.due_kind is DueKind.UNCLEAR and a.progress not in COMPLETED]
    told = []
    if endless:
        told.append(f"{', '.join(endless)} (recurring)")
    if undated:
        told.append(f"{', '.join(undated)} (no settled date)")
    return [f"Not counted: {'; '.join(told)}."] if told else []


def checked(plan: Plan, found: Sequence[tuple[str, list[str]]], context: RenderContext) -> Answer:
    """What is weak in the plan as written."""
    if not found:
        return Answer([section(f"*{escape(plan.title)}*: nothing weak was found.")], _foot(context))
    told = [
        f"• {label}: {f'{len(refs)}: ' if label.startswith('Due') else ''}{', '.join(refs)}."
        for label, refs in found
    ]
    head = f"*{escape(plan.title)}*, as it is written:"
    return Answer(text_sections([head, *told]), _foot(context))


def changes(plan: Plan, since: date, entries: Sequence[Entry], context: RenderContext) -> Answer:
    """Status, date and lead changes, oldest first, with who and when."""
    head = f"*{escape(plan.title)}*, changes since {day_text(since)}"
    if not entries:
        return Answer([section(f"{head}: nothing changed.")], _foot(context))
    undone = {entry.undoes for entry in entries if entry.undoes}
    told = [_change(entry, context, entry.act in undone) for entry in entries]
    return Answer(text_sections([f"{head}: {len(entries)}.", *told]), _foot(context))


def _change(entry: Entry, context: RenderContext, undone: bool) -> str:
    ref = entry.ref.partition(":")[2] or entry.ref
    note = f" — {words(entry.note, 200)}" if entry.note else ""
    marks = f"{' (undo)' if entry.undoes else ''}{' (undone)' if undone else ''}"
    when = moment_text(entry.at, context.zone)
    return f"• *{escape(ref)}* {change_text(entry)}, {author_text(entry.who)}, {when}{note}{marks}"


def digest(
    told: Sequence[tuple[Plan, Sequence[Action], Sequence[Entry]]], since: date, context: RenderContext
) -> Answer:
    """A week for the board: each plan's state, and what changed in it."""
    blocks: list[Block] = []
    for plan, actions, entries in told:
        blocks += [*summary(plan, actions, context).blocks, *changes(plan, since, entries, context).blocks]
    return Answer(blocks, more="`/plan summary` and `/plan changes since` have the rest")


def listed(plans: Sequence[tuple[Plan, int]], default: Plan | None, context: RenderContext) -> Answer:
    """The plans held, the channel's own marked."""
    if not plans:
        return Answer([section("No plan is held yet: a coordinator imports one first.")])
    told = []
    for plan, number in plans:
        here = " (meant by a bare reference here)" if default and plan.id == default.id else ""
        noun = "action" if number == 1 else "actions"
        told.append(f"• `{escape(plan.code)}` {escape(plan.title)}: {number} {noun}{here}")
    return Answer(text_sections(["*Plans*", *told]), _foot(context))


def used(plan: Plan, before: str | None) -> Answer:
    was = f" It was `{escape(before)}`." if before and before != plan.code else ""
    return Answer(
        [section(f"A bare reference in this channel now means *{escape(plan.title)}* (`{plan.code}`).{was}")]
    )


def home(person: str, mine: Sequence[Action], held: Sequence[str], context: RenderContext) -> list[Block]:
    """The Home tab: what is yours, and how to say something about it."""
    late = [action for action in mine if action.days_overdue(context.today)]
    open_ = [action for action in mine if action.health(context.today) is not Health.CLOSED]
    head = f"Good day, {mention(person)}. "
    if held:
        head += f"As {escape(', '.join(held))} you lead {len(mine)} actions, *{len(late)} overdue*."
    else:
        head += "You hold no role in a plan; you can ask about all of them."
    blocks: list[Block] = [section(head)]
    open_.sort(key=lambda action: (action.due or date.max, action.position))
    blocks += text_sections(line(action, context.today, held=held) for action in open_[:40])
    blocks.append(
        context_block(
            "`/action status 2.3` shows a section, `/action update 2.3.5 complete: note` records progress, "
            "`/plan summary` shows the whole. `/action help` has the rest."
        )
    )
    return blocks
