"""What the bot says of inspections' findings: each one's thread, and whether its answer held."""

from collections.abc import Sequence

from db.models import Action, Plan, Statement
from db.rules.dates import day_text
from db.rules.figure_texts import figure_text, period_text
from db.rules.findings import Stuck, Thread
from db.rules.readings import Reading
from messages.blocks import Answer, context_block, escape, section, text_sections, words
from messages.sharing import share_row
from messages.updates import ChangeStamp, changed_by, confirmation
from messages.wording import count_text

# The order in which a chair wants them.
_ORDER = (Stuck.CAME_BACK, Stuck.NOT_KNOWN, Stuck.HELD)
_HEADINGS = {Stuck.CAME_BACK: "Came back", Stuck.NOT_KNOWN: "Not yet known", Stuck.HELD: "Held"}


def _answered(thread: Thread) -> str:
    if thread.actions:
        refs = ", ".join(thread.actions)
        return escape(f"answered by {thread.plan}:{refs}")
    return "no action is linked"


def _source(statement: Statement) -> str:
    return f"{words(statement.document, 200)}, {words(statement.paragraph, 120)}"


def listed(plan: Plan, threads: Sequence[Thread], line: str) -> Answer:
    """A plan's findings, then those that no plan answers, a line each."""
    own = [one for one in threads if one.plan]
    rows = [_line(one) for one in own]
    others = [one for one in threads if not one.plan]
    rows += [f"*In no plan* ({len(others)})"] if others else []
    rows += [_line(one) for one in others]
    if not threads:
        text = f"No inspection's finding is on record for *{escape(plan.title)}*."
        return Answer([section(text)], share_row(line))
    head = f"*{escape(plan.title)}*: {count_text(len(own), 'finding')}. One in full: `/plan findings REF`."
    return Answer([section(head)], share_row(line), rows=rows, line=line)


def _line(thread: Thread) -> str:
    return f"• *{escape(thread.ref)}* {words(thread.title, 200)} ({_answered(thread)}): {thread.stuck}"


def thread(found: Thread, readings: Sequence[Reading], proposed: Sequence[Action], line: str) -> Answer:
    """A finding with each document that speaks of it, in order, and the figures that would tell."""
    plan = f" ({escape(found.plan)})" if found.plan else ""
    head = f"*{escape(found.ref)} {words(found.title, 200)}*{plan}: *{found.stuck}*; {_answered(found)}."
    lines = [
        f"• {day_text(one.day)}, *{one.kind}*: {words(one.text, 600)} _{_source(one)}_"
        for one in found.statements
    ]
    figures = [_figures(reading) for reading in readings]
    blocks = [section(head), *text_sections(lines), *text_sections(figures)]
    if found.stuck is Stuck.NOT_KNOWN:
        blocks.append(context_block(_what_would_tell(found)))
    if proposed:
        named = ", ".join(f"{one.ref} {words(one.title, 80)}" for one in proposed)
        example = f"`/plan findings link {escape(found.ref)} {proposed[0].ref}`"
        blocks.append(context_block(f"By its words it may be answered by {named}. {example} says so."))
    return Answer(blocks, share_row(line))


def _figures(reading: Reading) -> str:
    """`Child protection plans for neglect: 56%, 31 Mar 2015 → 70%, 31 Mar 2019`."""
    name, rows = words(reading.kpi.name, 120), reading.main
    if not rows:
        return f"{name}: no figure is held. `/kpi {reading.kpi.code}`"
    shown = [rows[0], rows[-1]] if len(rows) > 1 else [rows[0]]
    steps = " → ".join(f"*{figure_text(reading.kpi, row)}*, {period_text(reading.kpi, row)}" for row in shown)
    return f"{name}: {steps}. `/kpi {reading.kpi.code}`"


def _what_would_tell(found: Thread) -> str:
    if not found.kpis:
        return "No inspection has come back to it, and no figure is linked that would tell."
    return f"No inspection has come back to it. What would tell: {_kpis_text(found)}."


def _kpis_text(found: Thread) -> str:
    return ", ".join(f"{words(name, 120)} (`/kpi {code}`)" for code, name in found.kpis.items())


def stuck(plan: Plan, threads: Sequence[Thread], line: str) -> Answer:
    """Each finding by what became of it: what came back first, where and when."""
    if not threads:
        return listed(plan, threads, line)
    counts = ", ".join(f"{sum(one.stuck is each for one in threads)} {each}" for each in _ORDER)
    rows = []
    for each in _ORDER:
        of_kind = [one for one in threads if one.stuck is each]
        rows += [f"*{_HEADINGS[each]}* ({len(of_kind)})"] if of_kind else []
        rows += [_verdict_line(one) for one in of_kind]
    head = f"*{escape(plan.title)}*, and findings that no plan answers: {counts}."
    why = context_block("A verdict is an inspection's or a review's. What a plan reports of itself is none.")
    return Answer([section(head), why], share_row(line), rows=rows, line=line)


def _verdict_line(found: Thread) -> str:
    head = f"• *{escape(found.ref)}* {words(found.title, 200)}"
    last = found.last_verdict
    if last is not None:
        return f"{head}: {day_text(last.day)}, {words(last.text, 300)} _{_source(last)}_"
    if found.kpis:
        return f"{head}: would show in {_kpis_text(found)}"
    return f"{head}: no figure is linked that would tell"


def linked(ref: str, plan: Plan, actions: Sequence[Action], stamp: ChangeStamp, *, changed: bool) -> Answer:
    refs = escape(", ".join(one.ref for one in actions))
    what = f"*{escape(ref)}* is answered by {refs} of {escape(plan.title)}"
    if not changed:
        return Answer([section(f"{what}: that is recorded already.")])
    return confirmation(stamp, f"Recorded: {what}, {changed_by(stamp)}.")
