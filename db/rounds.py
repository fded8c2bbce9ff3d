"""Rounds of actions that recur, and their results: a round that is over does not close its action.

Each measure that is counted has a series of rounds of its own, by its rhythm; where an action has none, it
has one series as a whole. The action is due when the first of its series is.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import selectinload
from sqlmodel import Session, col, select

from db import audit_log, school_calendars
from db.audit_log import Author, Change
from db.engine import in_batches
from db.errors import Refused
from db.models import CLOSED, Action, DueKind, Plan, Progress, Round
from db.rules.calendars import local_day
from db.rules.dates import Span, day_text, due_text
from db.rules.judging import Verdict
from db.rules.records import round_record
from db.rules.rhythms import Rhythm, next_round, read_rhythm
from db.rules.rounds import Counted, Series, counted_measures


def recurs(action: Action) -> bool:
    """Whether the plan says how often an action comes round."""
    return read_rhythm(action.recurrence) is not None


def rounds_of(session: Session, ids: Sequence[int]) -> dict[int, list[Round]]:
    """What was recorded of the rounds of these actions, by action, in the order of recording."""
    by_action: dict[int, list[Round]] = defaultdict(list)
    for batch in in_batches(ids):
        query = select(Round).where(col(Round.action_id).in_(batch)).order_by(col(Round.id))
        for one in session.exec(query):
            by_action[one.action_id].append(one)
    return by_action


def load_series(
    session: Session, action: Action, day: date | None = None, zone: ZoneInfo | None = None
) -> list[Series]:
    """The series of an action, in the order of its measures.

    With a `day`, those of the rounds that were recorded by its end in the `zone`.
    """
    recorded = rounds_of(session, [action.id or 0]).get(action.id or 0, [])
    if day is not None and zone is not None:
        recorded = [one for one in recorded if local_day(one.recorded_at, zone) <= day]
    return series_of(session, action, recorded)


def series_of_actions(
    session: Session, actions: Sequence[Action], until: datetime | None = None
) -> dict[int, list[Series]]:
    """The series of those of these actions that have a round recorded, by a moment or by now, by action."""
    found = rounds_of(session, [action.id or 0 for action in actions])
    series = {}
    for action in actions:
        held = found.get(action.id or 0, [])
        recorded = [one for one in held if until is None or one.recorded_at <= until]
        if recorded:
            series[action.id or 0] = series_of(session, action, recorded)
    return series


def latest_results(session: Session, plan: Plan) -> list[tuple[Action, Series]]:
    """The series of a plan's current actions that have a result, in the plan's order."""
    with_results = select(Round.action_id).where(col(Round.denominator).is_not(None))
    query = select(Action).where(
        Action.plan_id == plan.id, col(Action.id).in_(with_results), col(Action.removed_on).is_(None)
    )
    load = selectinload(Action.measures)  # type: ignore[arg-type]
    actions = list(session.exec(query.order_by(col(Action.position)).options(load)))
    found = series_of_actions(session, actions)
    return [(action, one) for action in actions for one in found.get(action.id or 0, ()) if one.results]


def series_of(session: Session, action: Action, recorded: Sequence[Round]) -> list[Series]:
    """The series of an action, from what was `recorded` of its rounds.

    The first to come is due on the action's own date, and none before it: a coordinator may have moved it.
    """
    series = _by_rhythm(session, action, recorded)
    dated = [one for one in series if one.due is not None and one.rhythm is not None]
    if action.due is None or action.due_kind is not DueKind.BY or not dated:
        return series
    first = min(dated, key=lambda one: one.due or date.max)
    return [
        replace(one, due=action.due if one is first else max(one.due, action.due))
        if one.due is not None and one.rhythm is not None
        else one
        for one in series
    ]


def _by_rhythm(session: Session, action: Action, recorded: Sequence[Round]) -> list[Series]:
    """The series with the dates that follow from their rhythms and their last rounds alone."""
    own = read_rhythm(action.recurrence)
    series = []
    wholes: list[Counted | None] = [None]
    for counted in counted_measures(action.measures) or wholes:
        rhythm = (read_rhythm(counted.every) if counted else None) or own
        # A round that is complete as a whole is one of each measure.
        mine = [one for one in recorded if not counted or one.measure in ("", counted.of)]
        rounds = _last_of_each_period(mine)
        due = _next_due(session, action, rhythm, rounds, recorded)
        series.append(Series(counted, rhythm, rounds, due))
    return series


def _last_of_each_period(rounds: Iterable[Round]) -> tuple[Round, ...]:
    """A round that is recorded again for its period was put right."""
    last = {(one.period_start, one.period_end): one for one in rounds}
    return tuple(sorted(last.values(), key=lambda one: (one.period_end, one.period_start, one.id or 0)))


def _next_due(
    session: Session,
    action: Action,
    rhythm: Rhythm | None,
    rounds: Sequence[Round],
    recorded: Sequence[Round],
) -> date | None:
    if action.progress in CLOSED or action.due_kind in (DueKind.FROM, DueKind.ONGOING):
        return None
    if rhythm is None:
        return None if rounds else action.due
    if not rounds:
        # The action's date may be that of another series by now.
        return min((one.due for one in recorded if one.due), default=action.due)
    done, due = rounds[-1].period_end, rounds[-1].due
    if rhythm.termly:
        return school_calendars.end_of_next_term(session, due or done, done)
    return next_round(rhythm, done, due)


def check_not_recorded(action: Action, today: date) -> None:
    """Raise `Refused` where the round that could be meant is recorded as complete already.

    The next can be complete from half a round before its date, by the same rule as in `next_round`.
    """
    rhythm, last = read_rhythm(action.recurrence), action.last_round_on
    if rhythm is None or last is None:
        return
    has_date = action.due_kind is DueKind.BY and action.due is not None
    if not _is_too_early(rhythm, action.due if has_date else None, last, today):
        return
    due = f", and the next is due {day_text(action.due)}" if has_date and action.due else ""
    raise Refused(
        f"The round of {action.ref} was recorded as complete on {day_text(last)}{due}, so I have recorded "
        "nothing. Add a note or evidence if there is more to say.",
        field="progress",
    )


def _is_too_early(rhythm: Rhythm, due: date | None, last: date, today: date) -> bool:
    to_come = (due - today).days if due else rhythm.days - (today - last).days
    return to_come > rhythm.days / 2


@dataclass(frozen=True)
class Result:
    """So many of so many, for a period; without one, for the day it is recorded."""

    numerator: int
    denominator: int
    period: Span | None = None


def check_result(result: Result, today: date) -> None:
    """Raise `Refused` for counts that cannot be, or a period that has not ended."""
    if not result.denominator:
        raise Refused("A result is of at least one: `16 of 20`.", field="count")
    if result.numerator > result.denominator:
        raise Refused(
            f"{result.numerator} of {result.denominator} can't be: it is more than all.", field="count"
        )
    if result.period is not None and result.period[1] > today:
        raise Refused(
            f"That period ends on {day_text(result.period[1])}, so it has no result yet.", field="period"
        )


def record_result(
    session: Session,
    author: Author,
    action: Action,
    counted: Counted | None,
    result: Result,
    today: date,
    note: str = "",
) -> Round:
    """Record the result of a round; an action that recurs is then due with its next round.

    Raises `Refused` for what `check_result` refuses, for a superseded action, and where the round was
    recorded already and no period says that another one is meant.
    """
    check_result(result, today)
    if action.progress is Progress.SUPERSEDED:
        raise Refused(f"{action.ref} is superseded, so it has no rounds.")
    before = load_series(session, action)
    series = next(one for one in before if one.counted == counted)
    if result.period is None:
        _check_round_is_new(action, series, today)
    row = _new_round(author, action, series, result, today)
    session.add(row)
    session.flush()
    due = series.due_of(row)
    change = Change("action", action.id, action.qualified_ref, "result", due, round_record(row), note)
    audit_log.append(session, author, [change])
    others = [one.due for one in before if one is not series and one.rhythm is not None]
    values = _values_after(session, action, others, counted)
    audit_log.set_fields(session, author, action, action.qualified_ref, values)
    session.flush()
    return row


def _check_round_is_new(action: Action, series: Series, today: date) -> None:
    rhythm = series.rhythm
    if (
        rhythm is None
        or not series.rounds
        or not _is_too_early(rhythm, series.due, series.rounds[-1].period_end, today)
    ):
        return
    last = series.rounds[-1]
    due = f"; the next is due {day_text(series.due)}" if series.due else ""
    raise Refused(
        f"The last round of {action.ref} was recorded for {day_text(last.period_end)}{due}, so I have "
        f"recorded nothing. To put its result right, name its day after the count: "
        f"`… of … for {last.period_end:%d/%m/%Y}: note`.",
        field="count",
    )


def _new_round(author: Author, action: Action, series: Series, result: Result, today: date) -> Round:
    starts, ends = result.period or (today, today)
    counted = series.counted
    corrected = next(
        (one for one in series.rounds if (one.period_start, one.period_end) == (starts, ends)), None
    )
    return Round(
        action_id=action.id or 0,
        measure=counted.of if counted else "",
        due=corrected.due if corrected else series.due,
        period_start=starts,
        period_end=ends,
        numerator=result.numerator,
        denominator=result.denominator,
        operator=counted.operator if counted else None,
        pass_mark=counted.pass_mark if counted else None,
        act=author.act,
        recorded_by=author.who,
        recorded_at=author.at,
    )


def complete_round(session: Session, author: Author, action: Action, today: date) -> dict[str, Any]:
    """Store that a round of a recurring action is complete, of which nobody gave a result.

    Returns the columns that the action has then: it goes on, and its next round is due. What runs from a date
    on keeps that date. A termly action without term dates that give its next day has no date any more,
    rather than a guessed one.
    """
    row = Round(
        action_id=action.id or 0,
        due=action.due if action.due_kind is DueKind.BY else None,
        period_start=today,
        period_end=today,
        act=author.act,
        recorded_by=author.who,
        recorded_at=author.at,
    )
    session.add(row)
    session.flush()
    return _values_after(session, action, (), None)


def _values_after(
    session: Session, action: Action, others: Sequence[date | None], counted: Counted | None
) -> dict[str, Any]:
    """The columns of an action after a round: in progress, and due when the first of its series is.

    `others` are when the series are due that the round was not of; `counted` is what it was of.
    """
    if action.progress in CLOSED:
        return {}
    values: dict[str, Any] = {"status_unsettled": False}
    recorded = rounds_of(session, [action.id or 0])[action.id or 0]
    now = [one for one in _by_rhythm(session, action, recorded) if counted is None or one.counted == counted]
    recurring = [one for one in now if one.rhythm is not None]
    if not recurring:
        return values | (
            {"progress": Progress.IN_PROGRESS} if action.progress is Progress.NOT_STARTED else {}
        )
    held = max(one.rounds[-1].period_end for one in recurring)
    values["progress"] = Progress.IN_PROGRESS
    if action.last_round_on is None or held >= action.last_round_on:
        values |= {"last_round_on": held, "snoozed_until": None}
    if action.due_kind in (DueKind.FROM, DueKind.ONGOING):
        return values
    dues = [one for one in [*others, *(one.due for one in recurring)] if one is not None]
    due = min(dues, default=None)
    if due is None:
        return values | {"due": None, "due_kind": DueKind.ONGOING, "due_as_written": action.recurrence}
    return values | {"due": due, "due_kind": DueKind.BY, "due_as_written": due_text(due)}


def rounds_as_json(session: Session, actions: Sequence[Action]) -> dict[int, list[dict[str, Any]]]:
    """The rounds of these actions in the plan's JSON form, by action, in the order of their measures.

    `passed` is None where a round has no verdict.
    """
    return {
        action: [_as_json(of_measure, one) for of_measure in series for one in of_measure.rounds]
        for action, series in series_of_actions(session, actions).items()
    }


def _as_json(series: Series, one: Round) -> dict[str, Any]:
    verdict = series.judge(one)
    judged = verdict is not None and verdict.verdict.is_judged
    return {
        "due": series.due_of(one),
        "n": one.numerator,
        "of": one.denominator,
        "passed": verdict.verdict is Verdict.MET if judged and verdict else None,
        "measure": series.counted.of if series.counted else None,
        "from": one.period_start,
        "to": one.period_end,
    }
