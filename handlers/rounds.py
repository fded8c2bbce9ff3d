"""Rounds of actions: a result in one line or by form, the rounds held, and the button that ends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from slackblocks import ModalView
from sqlmodel import Session

from db import actions, reminder_ledgers, rounds
from db.errors import Refused
from db.linked_figures import take_result
from db.models import Action, Progress
from db.rounds import Result
from db.rules.dates import Span
from db.rules.periods import read_period
from db.rules.rounds import Counted, Series, counted_measures, measures_meant
from db.rules.typed_dates import DateNotRead
from handlers.core.forms import form_choice, form_date_or_none, form_fields, form_metadata, form_text
from handlers.core.readers import TypedCount, read_count
from handlers.core.requests import Request
from handlers.core.typed_text import as_typed
from handlers.updates import NeedsChoice, UpdateFields, change_action, record_update, resolve_action
from messages import rounds as render
from messages.blocks import Answer
from messages.updates import ChangeStamp

_LITTLE_WORDS = ("for", "in", "on", "at", "of", "the", "to", "by")


def finish_for_good(request: Request, ref: str) -> Answer:
    """Close an action that recurs: its rounds are over."""
    return record_update(request, ref, UpdateFields(Progress.COMPLETE, None, "", None, for_good=True))


def result(request: Request, arguments: Mapping[str, Any]) -> Answer | ModalView:
    """Record the result of a round; with only a reference, a form for it."""
    typed: TypedCount | None = arguments.get("count")
    if typed is None and arguments.get("note"):
        raise Refused(f"“{arguments['note'][:40]}” is not a count, such as 16 of 20.")
    if typed is None:
        return form(request, arguments["ref"], None)
    return _record(request, arguments["ref"], _Given(typed, note=arguments.get("note") or ""))


def record_count(
    request: Request, ref: str, count: TypedCount, on: tuple[date, str] | None, note: str
) -> Answer:
    """Record so many of so many that are covered, on a day, where their names are not held."""
    if on is not None and on[0] > request.today:
        raise Refused("That day has not come yet.", field="on")
    return _record(request, ref, _Given(count, note, period=(on[0], on[0]) if on else None))


@dataclass(frozen=True)
class _Given:
    """What somebody gave of a round. A form says by `place` which measure it is of, and by `period` when."""

    count: TypedCount
    note: str = ""
    place: int | None = None
    period: Span | None = None


def _record(request: Request, ref: str, given: _Given) -> Answer:
    def make(session: Session, action: Action, stamp: ChangeStamp) -> Answer:
        counted, period = _meant(request, action, given)
        wanted = Result(given.count.number, given.count.total, period)
        row = rounds.record_result(
            session, request.author, action, counted, wanted, request.today, given.note
        )
        series = rounds.load_series(session, action)
        own = next(one for one in series if one.counted == counted)
        kpi = take_result(session, request.author, action, counted, row)
        # A partner sees their own actions and no KPI.
        kpi = "" if request.is_partner else kpi
        return render.recorded(action, render.Recorded(row, own, _still_due(own, series), kpi), stamp)

    comment = f"wanted: result {given.count.number} of {given.count.total} {given.count.words}; {given.note}"
    return change_action(request, ref, comment.strip("; "), make)


def _still_due(done: Series, series: Sequence[Series]) -> list[Counted]:
    """The other measures of the same rhythm whose round, due on the same day, has no result yet."""
    due = done.due_of(done.rounds[-1])
    return [
        one.counted
        for one in series
        if one.counted is not None
        and one is not done
        and one.rhythm == done.rhythm
        and due is not None
        and one.due == due
    ]


def _meant(request: Request, action: Action, given: _Given) -> tuple[Counted | None, Span | None]:
    """The measure and the period of a result.

    Raises `NeedsChoice` where it may be of several measures, and `Refused` for words that are neither.
    """
    counted = counted_measures(action.measures)
    if given.place is not None and given.place < len(counted):
        return counted[given.place], given.period
    words, period = _split_period(as_typed(given.count.words), request.today)
    meant = measures_meant(counted, words)
    if len(meant) == 1:
        return meant[0], given.period or period
    if meant:
        choices = [(one, _line_with(request.line, given, one)) for one in meant]
        raise NeedsChoice(render.which_measure(action, choices))
    if words:
        names = " or ".join(f"“{one.of}”" for one in counted)
        counts = (
            f" {action.ref} counts {names}." if counted else f" {action.ref} has no measure that is counted."
        )
        raise Refused(
            f"I can't read “{words[:60]}”.{counts} Put other words after a colon, as a note.", field="count"
        )
    return None, given.period or period


def _line_with(line: str, given: _Given, counted: Counted) -> str:
    """The command that was typed, with the name of a measure after its count."""
    head, colon, note = line.partition(": ")
    return f"{head.rstrip(' :')} {counted.of}{colon}{note}"


def _split_period(words: str, today: date) -> tuple[str, Span | None]:
    """What was counted and for when, in the words after a count. Raises `Refused` for an unclear period."""
    tokens = words.split()
    for ends in (range(len(tokens)), range(len(tokens), 0, -1)):
        for at in ends:
            is_last = ends == range(len(tokens))
            part, rest = (tokens[at:], tokens[:at]) if is_last else (tokens[:at], tokens[at:])
            try:
                span = read_period(" ".join(_bare(part)), today) if part else None
            except DateNotRead as unread:
                raise Refused(f"{unread}.", field="count") from unread
            if span is not None:
                return " ".join(_bare(rest)), span
    return " ".join(_bare(tokens)), None


def _bare(tokens: Sequence[str]) -> list[str]:
    """Words without the little ones at both ends, and without commas."""
    words = [token.strip(",;") for token in tokens]
    words = [word for word in words if word]
    while words and words[0].lower() in _LITTLE_WORDS:
        words = words[1:]
    while words and words[-1].lower() in _LITTLE_WORDS:
        words = words[:-1]
    return words


def form(request: Request, ref: str, line: str | None) -> ModalView:
    """The form for a result. `line` is the command of the answer that its button stands in."""
    with request.reading() as session:
        action = resolve_action(session, request, ref)
        actions.load_related(session, [action], Action.measures)
        return render.result_form(action, counted_measures(action.measures), line or "")


def submit(request: Request, view: Mapping[str, Any]) -> Answer:
    """Record the result of the form. Raises `Refused`, with the field to fill in differently."""
    fields, metadata = form_fields(view), form_metadata(view)
    count = read_count(form_text(fields, "count") or "")
    if count is None or count.words:
        raise Refused("Give a count, such as 16 of 20.", field="count")
    place, day = form_choice(fields, "measure"), form_date_or_none(fields, "date")
    if place is None and any(block.get("block_id") == "measure" for block in view.get("blocks") or ()):
        raise Refused("Choose what was counted.", field="measure")
    if day is not None and day > request.today:
        raise Refused("That day has not come yet.", field="date")
    period = (day, day) if day is not None and day != request.today else None
    note = form_text(fields, "note") or ""
    given = _Given(count, note, int(place) if place is not None else None, period)
    return _record(request, str(metadata.get("ref")), given)


def rounds_held(request: Request, arguments: Mapping[str, Any]) -> Answer:
    """The rounds of an action: each with its result and verdict, and when the next one is due."""
    with request.reading() as session:
        action = resolve_action(session, request, arguments["ref"])
        series = rounds.load_series(session, action)
        ledgers = reminder_ledgers.ledgers_until(session, action, request.today)
        line = f"/action rounds {action.qualified_ref}"
        return render.rounds(action, series, ledgers, request.today, line)
