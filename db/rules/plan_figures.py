"""The figures of a plan for its chair: how many actions are how far, how dates moved, what matters most."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from db.models import CLOSED, COMPLETED, Action, DueState, Entry, Outcome, Progress

# Of the actions that matter most so many are named.
FIVE = 5


@dataclass(frozen=True)
class PlanFigures:
    """How many actions of a plan are how far on a day. An action may count in several."""

    complete: int
    overdue: int
    due_soon: int
    blocked: int
    not_assessed: int
    signed_off: int


def count_actions(actions: Sequence[Action], today: date) -> PlanFigures:
    """The figures of these actions on a day. What is superseded counts nowhere."""
    current = [action for action in actions if action.progress is not Progress.SUPERSEDED]
    states = [action.due_state(today) for action in current]
    return PlanFigures(
        complete=sum(action.progress in COMPLETED for action in current),
        overdue=states.count(DueState.OVERDUE),
        due_soon=states.count(DueState.DUE_SOON),
        blocked=sum(action.progress is Progress.BLOCKED for action in current),
        not_assessed=sum(action.outcome is Outcome.NOT_ASSESSED for action in current),
        signed_off=sum(action.signed_off_by is not None for action in current),
    )


@dataclass(frozen=True)
class Slippage:
    """How many actions have another date than at first, and the average of days that they are later."""

    moved: int
    average_days: float


def slippage(actions: Iterable[Action]) -> Slippage:
    """How dates moved. The next round of an action that recurs is no slip."""
    days = [
        (action.due - action.original_due).days
        for action in actions
        if action.due and action.original_due and action.due != action.original_due
        if action.last_round_on is None and action.progress is not Progress.SUPERSEDED
    ]
    return Slippage(len(days), sum(days) / len(days) if days else 0)


def matter_most(actions: Iterable[Action], today: date) -> list[Action]:
    """The five open actions that need somebody first: blocked or overdue, the longest overdue first."""
    pressing = [
        action
        for action in actions
        if action.progress not in CLOSED
        and (action.days_overdue(today) or action.progress is Progress.BLOCKED)
    ]
    pressing.sort(key=lambda action: (-action.days_overdue(today), action.position))
    return pressing[:FIVE]


@dataclass(frozen=True)
class SectionFigures:
    """How far one section of a plan is."""

    ref: str
    title: str
    actions: int
    complete: int
    overdue: int


def count_sections(actions: Iterable[Action], today: date) -> list[SectionFigures]:
    """The figures of each section that has actions, in the plan's order; without what is superseded."""
    by_section: dict[str, list[Action]] = {}
    for action in actions:
        if action.progress is not Progress.SUPERSEDED:
            by_section.setdefault(action.section.ref, []).append(action)
    return [
        SectionFigures(
            ref,
            group[0].section.title,
            len(group),
            sum(action.progress in COMPLETED for action in group),
            sum(bool(action.days_overdue(today)) for action in group),
        )
        for ref, group in by_section.items()
    ]


def added_since(entries: Sequence[Entry], ids: Iterable[int | None]) -> frozenset[int]:
    """Which of a plan's actions came into it by these entries, by id.

    Where all of them did, the first import is among the entries. The plan is older than that, so its
    actions were there before.
    """
    act_of = {entry.subject_id or 0: entry.act for entry in entries if entry.field == "added"}
    if all(one in act_of for one in ids):
        first = next(iter(act_of.values()), None)
        return frozenset(number for number, act in act_of.items() if act != first)
    return frozenset(act_of)
