"""What the bot says of the rounds of an action: a result, the rounds held, the form for a result."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from slackblocks import Block, DatePicker, Element, InputBlock, ModalView, PlainText, PlainTextInput

from db.models import OPEN, Action, Ledger, Round
from db.rules.dates import day_text
from db.rules.judging import Reason
from db.rules.rounds import Counted, RoundVerdict, Series, share_beside_mark
from messages.blocks import (
    INPUT_TEXT,
    Answer,
    ask_buttons,
    button,
    buttons,
    context_block,
    escape,
    mention,
    option,
    section,
    text_sections,
    words,
)
from messages.measures import counts_text, ledger_text
from messages.sharing import share_button
from messages.times import days_text, moment_text
from messages.update_form import select_field
from messages.updates import ChangeStamp, undo_button
from messages.wording import count_text

RESULT_FORM = "round_result"


def mark_text(operator: str | None, pass_mark: float | None) -> str:
    """`at least 75%`, `100%`; nothing where there is no pass mark."""
    if operator is None or pass_mark is None:
        return ""
    bound = {">=": "at least ", "<=": "at most "}.get(operator, "")
    return f"{bound}{pass_mark:g}%"


def result_text(one: Round, verdict: RoundVerdict | None) -> str:
    """`16 of 20 cases, 80%: met (at least 75%)`."""
    if one.share is None:
        return "complete, without a result"
    share = share_beside_mark(one.share, one.pass_mark)
    text = f"{counts_text(one.numerator, one.denominator, one.measure)}, {share}"
    return f"{text}: {verdict_text(one, verdict)}" if verdict else text


def verdict_text(one: Round, verdict: RoundVerdict) -> str:
    if verdict.needed:
        return _trend_text(verdict)
    if verdict.reason is Reason.NO_PASS_MARK:
        return "not judged, the plan gives no pass mark"
    return f"*{verdict.verdict}* ({mark_text(one.operator, one.pass_mark)})"


def _trend_text(verdict: RoundVerdict) -> str:
    times = count_text(verdict.needed, "round")
    if verdict.verdict.is_judged:
        return f"*{verdict.verdict}* (went the right way in {verdict.rises} of {times})"
    if not verdict.rises:
        return f"the first, to be bettered in {times}"
    return f"went the right way in {verdict.rises} of {times} so far"


def _period(one: Round) -> str:
    if one.period_start == one.period_end:
        return day_text(one.period_end)
    return f"{day_text(one.period_start)} to {day_text(one.period_end)}"


@dataclass(frozen=True)
class Recorded:
    """What was recorded of a round, and what it changed.

    `still_due` are the measures of which the same round has no result yet; `kpi` says what became of the
    figure of a KPI that is linked.
    """

    row: Round
    series: Series
    still_due: Sequence[Counted]
    kpi: str = ""


def recorded(action: Action, done: Recorded, stamp: ChangeStamp) -> Answer:
    """The result, its verdict, and when the next round is due."""
    row, series = done.row, done.series
    by = f"by {mention(stamp.who)}, {moment_text(stamp.at, stamp.zone)}"
    text = f"Recorded: *{action.ref}* {result_text(row, series.judge(row))}, {by}."
    if row.period_start != row.period_end or row.period_end != stamp.at.astimezone(stamp.zone).date():
        text += f" For {_period(row)}."
    if row.due and row.period_end > row.due:
        text += (
            f" That is {days_text((row.period_end - row.due).days)} after it was due ({day_text(row.due)})."
        )
    if series.rhythm and series.due:
        text += f" The next round is due *{day_text(series.due)}*."
    lines = _remarks(action, done)
    offered: list[Element] = [undo_button(stamp)]
    if series.rhythm is None and action.progress in OPEN:
        lines.append("The action stays open until its lead says that it is complete.")
        offered = ask_buttons([("Complete", f"/action update {action.qualified_ref} complete")]) + offered
    blocks: list[Block] = [section(text)]
    return Answer([*blocks, *([context_block(" ".join(lines))] if lines else [])], buttons(offered))


def _remarks(action: Action, done: Recorded) -> list[str]:
    lines = []
    counted = done.series.counted
    if counted and counted.sample and done.row.denominator and done.row.denominator < counted.sample:
        lines.append(f"The plan asks for a sample of {counted.sample:g}; this was {done.row.denominator}.")
    if done.still_due:
        names = "; ".join(escape(one.of) for one in done.still_due)
        lines.append(f"This round still needs a result for: {names}.")
    return [*lines, *([done.kpi] if done.kpi else [])]


def which_measure(action: Action, choices: Sequence[tuple[Counted, str]]) -> Answer:
    """An action with several measures: which one was counted. Each comes with the line that says it."""
    head = f"*{action.ref}* counts {count_text(len(choices), 'thing')}. Which one is this?"
    lines = [f"• {escape(one.of)}: {words(one.text, 160)}" for one, _ in choices]
    return Answer(
        text_sections([f"{head} Nothing is recorded yet.", *lines]),
        buttons(ask_buttons((one.of, line) for one, line in choices)),
    )


def rounds(
    action: Action, series: Sequence[Series], ledgers: Sequence[Ledger], today: date, line: str
) -> Answer:
    """Every round that was recorded, judged, the newest first, and when the next is due."""
    rhythm = f", {escape(action.recurrence)}" if action.recurrence else ""
    blocks: list[Block] = [section(f"*{action.ref}* {words(action.title, 120)}: rounds{rhythm}.")]
    rows = [line for one in series for line in _series_lines(action, one, today)]
    rows += [f"• {ledger_text(ledger, today)}" for ledger in ledgers]
    if not any(one.rounds for one in series) and not ledgers:
        rows.append(f"No round is recorded yet. `/action result {action.ref} N of M: note` records one.")
    offered = [
        button("Record a result", "round_form", f"{line}\n{action.qualified_ref}"),
        *share_button(line),
    ]
    return Answer(blocks, buttons(offered), rows=rows, line=line)


def _series_lines(action: Action, one: Series, today: date) -> list[str]:
    lines = [f"*{escape(one.counted.of)}*: {words(one.counted.text, 200)}"] if one.counted else []
    lines += [f"• {_period(row)}: {_held(one, row)}" for row in reversed(one.rounds)]
    if one.due is not None:
        late = (today - one.due).days
        how_late = f", *{days_text(late)} overdue*" if late > 0 else ""
        name = "Result" if one.rhythm is None else "Next round" if one.rounds else "First round"
        lines.append(f"{name} due {day_text(one.due)}{how_late}")
    return lines


def _held(series: Series, one: Round) -> str:
    day = series.due_of(one)
    due = f", due {day_text(day)}" if day else ""
    return f"{result_text(one, series.judge(one))} (by {mention(one.recorded_by)}{due})"


def last_result_text(action: Action, one: Series) -> str:
    """`2.3.4 20 case audits: 16 of 20 cases, 80%: met (at least 75%), 15 Dec 2016`."""
    last = one.results[-1]
    return f"*{action.ref}* {words(action.title, 80)}: {result_text(last, one.judge(last))}, {_period(last)}"


def series_line(action: Action, one: Series) -> str:
    """The last round of a measure, for an answer about its action; empty before the first result."""
    if not one.results:
        return ""
    last = one.results[-1]
    due = f" Next round due {day_text(one.due)}." if one.rhythm and one.due else ""
    name = "Last round" if one.rhythm else "Last result"
    return (
        f"{name}, {_period(last)}: {result_text(last, one.judge(last))}.{due} `/action rounds {action.ref}`"
    )


def result_form(action: Action, counted: Sequence[Counted], line: str) -> ModalView:
    """The form for a result; its fields are `measure`, `count`, `date` and `note`."""
    choices = [option(one.of, str(at)) for at, one in enumerate(counted)]
    which = (
        [select_field("measure", "What was counted?", choices, None, "Choose")] if len(choices) > 1 else []
    )
    asked = [f"“{words(one.text, 200)}”" for one in counted]
    note = PlainTextInput("note", multiline=True, max_length=INPUT_TEXT)
    return ModalView(
        title=PlainText("Result of a round"),
        blocks=[
            section("\n".join([f"*{action.ref}* {words(action.title, 200)}", *asked])),
            *which,
            InputBlock(
                PlainText("How many passed or answered, of how many?"),
                PlainTextInput("count", placeholder=PlainText("16 of 20"), max_length=40),
                block_id="count",
            ),
            InputBlock(
                PlainText("Day, if not today"),
                DatePicker("date", placeholder=PlainText("Choose")),
                block_id="date",
                optional=True,
            ),
            InputBlock(PlainText("What did you find?"), note, block_id="note", optional=True),
            context_block("Do not name or describe a child. You can undo it."),
        ],
        submit=PlainText("Record"),
        close=PlainText("Cancel"),
        private_metadata=json.dumps({"ref": action.qualified_ref, **({"line": line} if line else {})}),
        callback_id=RESULT_FORM,
    )
