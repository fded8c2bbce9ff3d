"""What a plan's paper for a board says: its sentences and its tables, as an officer would write them."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date

from db.board_paper import Paper, Standing
from db.models import (
    COMPLETED,
    Action,
    DueKind,
    DueState,
    Entry,
    Outcome,
    Progress,
)
from db.rules.dates import day_text, due_text
from db.rules.rounds import share_beside_mark, share_text
from documents.paper_words import Table, columns_used, count_words, in_words, with_columns_used


def summary_lines(paper: Standing) -> list[str]:
    """The paper's first words: how many actions are how far, and what has changed."""
    current = [one for one in paper.actions if one.progress is not Progress.SUPERSEDED]
    total = count_words(len(current), "action", "actions")
    states = Counter(one.progress for one in current)
    how_far = in_words([f"{states[state]} {state}" for state in _ORDER if states[state]])
    lines = [f"On {day_text(paper.day)} the plan has {total}: {how_far}."] if current else []
    lines += [_dates_line(paper, current), _outcomes_line(paper, current)]
    if paper.last_meeting is None:
        return lines
    since = f"the {paper.last_meeting.name} of {day_text(paper.last_meeting.day)}"
    refs = list(dict.fromkeys(one.ref.partition(":")[2] for one in paper.changes))
    if not refs:
        return [*lines, f"Nothing has changed since {since}."]
    named = ", ".join(refs[:12]) + (" and others" if len(refs) > 12 else "")
    changed = count_words(len(refs), "action has changed", "actions have changed")
    return [*lines, f"Since {since}, {changed}: {named}."]


# The states in the order in which an action passes them.
_ORDER = (
    Progress.COMPLETE,
    Progress.COMPLETE_WITH_EXCEPTION,
    Progress.IN_PROGRESS,
    Progress.BLOCKED,
    Progress.NOT_STARTED,
)


def _dates_line(paper: Standing, current: Sequence[Action]) -> str:
    """What is overdue and due soon; that nothing can be where the plan has no dates."""
    if not any(one.due_kind is DueKind.BY and one.due for one in current):
        return "No action has a date to be done by, so none counts as overdue."
    late = count_words(len(paper.overdue), "is overdue", "are overdue", "None is overdue")
    stuck = sum(one.progress is Progress.BLOCKED for one in paper.overdue)
    soon = [one.ref for one in current if one.due_state(paper.day) is DueState.DUE_SOON]
    due = f"{in_words(soon)} {'is' if len(soon) == 1 else 'are'} due" if soon else "None is due"
    return f"{late}{f', {stuck} of them blocked' if stuck else ''}. {due} within the next 30 days."


def _outcomes_line(paper: Standing, current: Sequence[Action]) -> str:
    reached = sum(one.outcome is Outcome.ACHIEVED for one in current)
    counts = paper.counts
    signed = count_words(
        counts.signed_off, "has been signed off", "have been signed off", "None has been signed off"
    )
    left = counts.not_assessed
    if left == len(current):
        return f"No outcome has been assessed yet. {signed}."
    outcomes = count_words(len(current), "outcome", "outcomes")
    unknown = count_words(left, "has not been assessed", "have not been assessed", "all have been assessed")
    return f"{reached} of {outcomes} {'is' if reached == 1 else 'are'} achieved; {unknown}. {signed}."


def lead_words(action: Action) -> str:
    """The roles that lead an action."""
    return " / ".join(lead.role.name for lead in action.leads) or "no lead"


def state_words(action: Action, day: date) -> str:
    """How far an action is, after how many days it is overdue."""
    late = action.days_overdue(day)
    overdue = f"{count_words(late, 'day overdue', 'days overdue')}, " if late else ""
    return f"{overdue}{action.progress}"


def due_words(action: Action) -> str:
    """The date as the plan has it, and the first one where it was moved."""
    if action.due_kind is not DueKind.BY or action.due is None:
        return action.due_as_written or "none given"
    text = due_text(action.due)
    if action.original_due and action.original_due != action.due and action.last_round_on is None:
        text += f" (first {due_text(action.original_due)})"
    return text


def _progress(paper: Paper, action: Action) -> str:
    text = str(action.progress)
    if action.exception:
        text += f": {action.exception}"
    if action.completed_on and action.progress in COMPLETED:
        text += f", {day_text(action.completed_on)}"
    parts = [text]
    said = paper.words.get(action.id or 0)
    if said is not None and said.note:
        parts.append(f"{day_text(said.day)}: {said.note}")
    elif action.progress_text:
        parts.append(action.progress_text)
    if action.outcome is not Outcome.NOT_ASSESSED:
        parts.append(f"Outcome: {action.outcome}{f' ({action.outcome_due})' if action.outcome_due else ''}")
    else:
        parts.append("Outcome: not stated" if action.progress_text else "Outcome: not assessed")
    links = paper.evidence.get(action.id or 0) or ([action.evidence] if action.evidence else [])
    parts += [f"Evidence: {link}" for link in links]
    if action.signed_off_on:
        parts.append(f"Signed off {day_text(action.signed_off_on)}")
    return "\n".join(parts)


_PLAN_HEADINGS = (
    "Ref",
    "Action",
    "What will be different",
    "How will we know",
    "Completion date",
    "Lead",
    "Progress",
)

_PLAN_WIDTHS = (1.3, 5.2, 4.3, 4.3, 2.9, 3.3, 4.8)


def plan_tables(paper: Paper) -> list[Table]:
    """The plan in its own columns and order, a table for each section, without a column that is all empty."""
    rows = {
        one.id: (
            one.ref,
            one.title if one.text in ("", one.title) else f"{one.title}\n{one.text}",
            one.outcome_text,
            one.measure_text,
            due_words(one),
            lead_words(one),
            _progress(paper, one),
        )
        for one in paper.actions
    }
    used = columns_used(_PLAN_HEADINGS, rows.values())
    tables = []
    for section in paper.plan.sections:
        inside = [rows[one.id] for one in paper.actions if one.section_id == section.id]
        if inside:
            title = f"{section.ref} {section.title}"
            tables.append(with_columns_used(title, _PLAN_HEADINGS, inside, _PLAN_WIDTHS, used=used))
    return tables


def exception_table(paper: Paper) -> Table:
    """What is overdue or blocked, or complete with something left, each with the reason that is known."""
    listed = dict.fromkeys([one.id for one in [*paper.overdue, *paper.exceptions]])
    by_id = {one.id: one for one in paper.actions}
    rows = []
    for number in listed:
        one = by_id[number]
        said = paper.words.get(one.id or 0)
        why = one.exception or (said.note if said else "")
        if not why:
            why = f"No reason given; last update {day_text(said.day)}" if said else "No update recorded"
        rows.append((one.ref, one.title, lead_words(one), due_words(one), state_words(one, paper.day), why))
    headings = ("Ref", "Action", "Lead", "Date", "State", "Reason")
    return Table("Exceptions", headings, rows, (1.3, 7.0, 5.0, 2.4, 3.6, 6.8))


def rounds_table(paper: Paper) -> Table:
    rows = []
    for one in paper.actions:
        for series in paper.series.get(one.id or 0, ()):
            last = series.results[-1]
            verdict = series.judge(last)
            judged = str(verdict.verdict) if verdict and verdict.verdict.is_judged else "not judged"
            mark = f"{last.pass_mark:g}%" if last.pass_mark is not None else "none in the plan"
            share = share_beside_mark(last.share, last.pass_mark) if last.share is not None else ""
            counted = f"{last.numerator} of {last.denominator} {last.measure}".strip()
            due = day_text(series.due) if series.due and series.rhythm else ""
            rows.append((one.ref, counted, share, mark, judged, day_text(last.period_end), due))
    headings = ("Ref", "Counted", "Share", "Pass mark", "Verdict", "Round", "Next due")
    return Table("Results of rounds", headings, rows, (1.3, 8.0, 2.2, 3.2, 3.2, 3.0, 3.0))


def coverage_table(paper: Paper) -> Table:
    rows = []
    for one in paper.actions:
        found = paper.coverage.get(one.id or 0)
        if found is None or found.share is None:
            continue
        verdict = found.verdict
        judged = str(verdict.verdict) if verdict and verdict.verdict.is_judged else "not judged"
        missing = ", ".join(each.name for each in found.missing) or "none"
        what = f"{found.register}{f', {found.term}' if found.term else ''}"
        counted = f"{found.covered} of {len(found.lines)}"
        rows.append((one.ref, what, counted, share_text(found.share), judged, missing))
    headings = ("Ref", "Who", "Covered", "Share", "Verdict", "Not covered")
    return Table("Coverage", headings, rows, (1.3, 4.5, 2.6, 2.0, 2.6, 13.1))


def requests_table(paper: Paper) -> Table:
    rows = []
    for one in paper.requests:
        said = paper.request_words.get(one.id or 0)
        state = "answered" if one.progress in COMPLETED else "open"
        if one.days_overdue(paper.day):
            state = count_words(one.days_overdue(paper.day), "day overdue", "days overdue")
        answer = said.note if said else ""
        rows.append((one.ref, one.text or one.title, lead_words(one), due_words(one), state, answer))
    headings = ("Ref", "Request", "To", "By", "State", "Answer")
    return Table("Requests", headings, rows, (1.3, 8.0, 4.6, 2.6, 3.0, 6.6))


def sign_up_table(paper: Paper) -> Table:
    rows = [(body, day_text(day) if day else "not yet") for body, day in paper.sign_ups]
    return Table("Sign-up", ("Partner or board", "Signed"), rows, (10.0, 4.0))


def change_lines(paper: Standing) -> list[str]:
    return [_change(one) for one in paper.changes]


def _change(entry: Entry) -> str:
    """`2.3.5: progress from not started to complete: issued to all teams`."""
    ref, name = entry.ref.partition(":")[2], entry.field.replace("_", " ")
    note = f": {entry.note}" if entry.note else ""
    match entry.field:
        case "result":
            values = json.loads(entry.after or "{}")
            counted = f"{values.get('n')} of {values.get('of')} {values.get('measure') or ''}".strip()
            return f"{ref}: {counted}{note}"
        case "covered" | "uncovered":
            names = ", ".join(json.loads(entry.after or "{}").get("names", ()))
            what = "covered" if entry.field == "covered" else "not covered after all"
            return f"{ref}: {what}: {names}{note}"
        case "round":
            return f"{ref}: round {entry.after}{note}"
        case "added":
            return f"{ref}: added to the plan{note}"
        case _:
            return f"{ref}: {name} from {_value(entry.before)} to {_value(entry.after)}{note}"


def _value(value: str | None) -> str:
    if not value:
        return "nothing"
    try:
        return day_text(date.fromisoformat(value))
    except ValueError:
        return value


def title_lines(paper: Standing) -> tuple[str, str]:
    """The title, and for which meeting or day the paper is."""
    at = f"as at {day_text(paper.day)}"
    if paper.meeting is None:
        return f"{paper.plan.title}: progress", at[:1].upper() + at[1:]
    return f"{paper.plan.title}: progress", f"{paper.meeting.name}, {day_text(paper.meeting.day)}; {at}"


def all_tables(paper: Paper) -> list[Table]:
    own = (exception_table, rounds_table, coverage_table, requests_table, sign_up_table)
    return [*plan_tables(paper), *(table for make in own if (table := make(paper)).rows)]
